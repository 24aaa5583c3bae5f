/** Ring layout and records (docs/boundaries.md section 2). The cursors themselves live in `host/src/ring`. */
import { ParseError } from "./error.ts";
import { LEVEL_NAMES, type Level } from "./generated/level.ts";

export const MAGIC = 0x5342_5247;
export const MAGIC_AT = 0;
/** Offset of the data area's capacity, u32. */
export const CAPACITY_AT = 4;
/** Offset of the producer's cursor, u32, wrapping. */
export const HEAD_AT = 64;
/** Offset of the consumer's cursor, u32, wrapping. */
export const TAIL_AT = 128;
/** Offset of the consumer's sleep flag, u32. */
export const ASLEEP_AT = 192;
export const DATA_AT = 256;
export const CAPACITY_MAX = 2 ** 28;
/** `u32 payload length | u32 kind`. */
export const RECORD_HEADER_LENGTH = 8;
export const RECORD_ALIGNMENT = 8;
/** Fills the rest of the area when a record does not fit before its end. */
export const KIND_PADDING = 0;

/** Which ring. */
export const RING_INWARD = 0;
export const RING_OUTWARD = 1;
export const RING_LEDGER = 2;

/** Kinds on ring 0, host → enclave. */
export const INWARD = {
  frame: 1,
  closed: 2,
  tick: 3,
  inbox: 4,
  oracle: 5,
  closeBatch: 6,
  anchored: 7,
  durable: 8,
  restrict: 9,
} as const;

/** Kinds on ring 1, matching thread → host. */
export const OUTWARD = { reply: 1, journal: 2, public: 3, hangUp: 4, fault: 5, evidence: 6 } as const;

/** Kinds on ring 2, batch thread → host. */
export const LEDGER = { head: 1, batch: 2, snapshot: 3 } as const;

/** Bytes a record takes in the ring: header, payload, padding. */
export const recordLength = (payload: number): number =>
  Math.ceil((RECORD_HEADER_LENGTH + payload) / RECORD_ALIGNMENT) * RECORD_ALIGNMENT;

/** Bytes of a reply before its frame body. */
export const REPLY_HEAD_LENGTH = 24;

/** Ring 1 kind 1. `body` is a view. */
export function parseReply(payload: Uint8Array): {
  connection: bigint;
  sequence: bigint;
  level: Level;
  body: Uint8Array;
} {
  const view = viewOf(payload, REPLY_HEAD_LENGTH);
  const level = LEVEL_NAMES[payload[16]!];
  if (level === undefined) throw new ParseError("OUT_OF_RANGE", 16);
  return {
    connection: view.getBigUint64(0, true),
    sequence: view.getBigUint64(8, true),
    level,
    body: payload.subarray(REPLY_HEAD_LENGTH),
  };
}

/** Ring 1 kind 3. `message` is a view of a public message. */
export function parsePublic(payload: Uint8Array): { sequence: bigint; message: Uint8Array } {
  const view = viewOf(payload, 8);
  return { sequence: view.getBigUint64(0, true), message: payload.subarray(8) };
}

/** Ring 1 kind 4. */
export function parseHangUp(payload: Uint8Array): { connection: bigint; sequence: bigint; code: number } {
  const view = viewOf(payload, 18);
  return {
    connection: view.getBigUint64(0, true),
    sequence: view.getBigUint64(8, true),
    code: view.getUint16(16, true),
  };
}

/** Ring 1 kind 5. */
export function parseFault(payload: Uint8Array): { sequence: bigint; digest: Uint8Array; text: string } {
  const view = viewOf(payload, 40);
  return {
    sequence: view.getBigUint64(0, true),
    digest: Uint8Array.prototype.slice.call(payload, 8, 40),
    text: new TextDecoder().decode(payload.subarray(40)),
  };
}

/** Ring 1 kind 6: a head a client brought, and the enclave's own, each as kind 1 of ring 2. */
export function parseEvidence(payload: Uint8Array): {
  claimed: ReturnType<typeof parseSignedHead>;
  own: ReturnType<typeof parseSignedHead>;
} {
  viewOf(payload, 2 * SIGNED_HEAD_LENGTH);
  return { claimed: parseSignedHead(payload), own: parseSignedHead(payload.subarray(SIGNED_HEAD_LENGTH)) };
}

/** Bytes of ring 2 kind 1. */
export const SIGNED_HEAD_LENGTH = 113;

/** Ring 2 kind 1. */
export function parseSignedHead(payload: Uint8Array): {
  epoch: bigint;
  sequence: bigint;
  chainHash: Uint8Array;
  signature: Uint8Array;
} {
  const view = viewOf(payload, SIGNED_HEAD_LENGTH);
  return {
    epoch: view.getBigUint64(0, true),
    sequence: view.getBigUint64(8, true),
    chainHash: Uint8Array.prototype.slice.call(payload, 16, 48),
    signature: Uint8Array.prototype.slice.call(payload, 48, 113),
  };
}

/** Ring 2 kind 3. `sealed` is a view. */
export function parseSnapshotPart(payload: Uint8Array): {
  sequence: bigint;
  part: number;
  parts: number;
  sealed: Uint8Array;
} {
  const view = viewOf(payload, 16);
  return {
    sequence: view.getBigUint64(0, true),
    part: view.getUint32(8, true),
    parts: view.getUint32(12, true),
    sealed: payload.subarray(16),
  };
}

/** Little-endian words: the payload of closed, tick, close batch, anchored and durable. */
export function emitWords(...words: bigint[]): Uint8Array {
  const bytes = new Uint8Array(8 * words.length);
  const view = new DataView(bytes.buffer);
  for (const [index, word] of words.entries()) view.setBigUint64(8 * index, word, true);
  return bytes;
}

function viewOf(payload: Uint8Array, least: number): DataView {
  if (payload.length < least) throw new ParseError("BAD_FRAME", payload.length);
  return new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
}
