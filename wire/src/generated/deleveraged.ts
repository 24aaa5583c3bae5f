// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";

/** Part of a position was closed against a bankrupt account at that account's zero price: the highest leverages first, down to a common level. */
export interface Deleveraged {
  type: "deleveraged";
  /** u64 */
  sequence: bigint;
  /** u16 */
  instrument: number;
  /** i64; signed change of the position */
  lots: bigint;
  /** i64; collateral per lot */
  price: bigint;
  /** u64 */
  leverageBeforePpm: bigint;
  /** u64; never above the one before */
  leverageAfterPpm: bigint;
}

export const DELEVERAGED_CODE = 146;
export const DELEVERAGED_ARITY = 7;

/** Reads the fields; header and code are behind the reader. */
export function parseDeleveraged(reader: Reader): Deleveraged {
  return {
    type: "deleveraged",
    sequence: reader.u64(),
    instrument: reader.u16(),
    lots: reader.i64(),
    price: reader.i64(),
    leverageBeforePpm: reader.u64(),
    leverageAfterPpm: reader.u64(),
  };
}

/** Appends header, code and fields. */
export function emitDeleveraged(writer: Writer, message: Deleveraged): void {
  writer.array(7);
  writer.u8(146, "code");
  writer.u64(message.sequence, "sequence");
  writer.u16(message.instrument, "instrument");
  writer.i64(message.lots, "lots");
  writer.i64(message.price, "price");
  writer.u64(message.leverageBeforePpm, "leverage_before_ppm");
  writer.u64(message.leverageAfterPpm, "leverage_after_ppm");
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeDeleveraged(bytes: Uint8Array): Deleveraged {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 146, 7);
    return parseDeleveraged(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeDeleveraged(message: Deleveraged): Uint8Array {
  return emitAll((writer) => emitDeleveraged(writer, message));
}
