// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";

/** Market-maker protection of one group: a fill that would exceed a limit within the window does not happen; the group's orders are cancelled and it is frozen. */
export interface SetProtection {
  type: "set-protection";
  /** u8; not 0 */
  group: number;
  /** u64; 0 removes the protection */
  windowUs: bigint;
  /** u64; 0: until reset */
  frozenUs: bigint;
  /** u64; gross lots in the window, 0 for no limit */
  lotsMax: bigint;
  /** u64; net delta in millionths of a lot, 0 for no limit */
  deltaMax: bigint;
  /** u64; net vega, 0 for no limit */
  vegaMax: bigint;
}

export const SET_PROTECTION_CODE = 14;
export const SET_PROTECTION_ARITY = 7;

/** Reads the fields; header and code are behind the reader. */
export function parseSetProtection(reader: Reader): SetProtection {
  return {
    type: "set-protection",
    group: reader.u8(),
    windowUs: reader.u64(),
    frozenUs: reader.u64(),
    lotsMax: reader.u64(),
    deltaMax: reader.u64(),
    vegaMax: reader.u64(),
  };
}

/** Appends header, code and fields. */
export function emitSetProtection(writer: Writer, message: SetProtection): void {
  writer.array(7);
  writer.u8(14, "code");
  writer.u8(message.group, "group");
  writer.u64(message.windowUs, "window_us");
  writer.u64(message.frozenUs, "frozen_us");
  writer.u64(message.lotsMax, "lots_max");
  writer.u64(message.deltaMax, "delta_max");
  writer.u64(message.vegaMax, "vega_max");
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeSetProtection(bytes: Uint8Array): SetProtection {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 14, 7);
    return parseSetProtection(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeSetProtection(message: SetProtection): Uint8Array {
  return emitAll((writer) => emitSetProtection(writer, message));
}
