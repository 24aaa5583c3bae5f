/**
 * The few refusals the gateway itself gives, as clear error frames: `u64 0 | u64 0 | [[136, counter, code, detail]]` (docs/boundaries.md
 * section 1). They are not authenticated, so they are a hint to reconnect and never a result.
 */

/** Reject codes of wire/schema.ts the host may use, and the WebSocket close status that goes with each. */
export const GatewayReject = {
  badFrame: { code: 1, status: 1003, reason: "BAD_FRAME" },
  frameTooLarge: { code: 6, status: 1009, reason: "FRAME_TOO_LARGE" },
  overloaded: { code: 11, status: 1013, reason: "OVERLOADED" },
} as const;
export type GatewayReject = (typeof GatewayReject)[keyof typeof GatewayReject];

const EVENT_ERROR = 136;

/** Frame body, without the length word. `detail` is a u32: the cap, or microseconds to wait. */
export function errorFrame(reject: GatewayReject, detail: number): Buffer {
  const message = [0x91, 0x94, 0xcc, EVENT_ERROR, 0x00, reject.code, ...minimalUint(detail)];
  return Buffer.concat([Buffer.alloc(16), Buffer.from(message)]);
}

function minimalUint(value: number): number[] {
  if (value < 0x80) return [value];
  if (value < 0x100) return [0xcc, value];
  if (value < 0x1_0000) return [0xcd, value >> 8, value & 0xff];
  return [0xce, value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}
