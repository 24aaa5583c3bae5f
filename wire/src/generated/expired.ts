// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";

/** A position in an option was settled in cash. */
export interface Expired {
  type: "expired";
  /** u64 */
  sequence: bigint;
  /** u16 */
  instrument: number;
  /** i64; signed size settled */
  lots: bigint;
  /** i64; average index of the last 30 minutes, collateral per lot */
  settlement: bigint;
  /** i64; collateral per lot */
  payoff: bigint;
}

export const EXPIRED_CODE = 148;
export const EXPIRED_ARITY = 6;

/** Reads the fields; header and code are behind the reader. */
export function parseExpired(reader: Reader): Expired {
  return {
    type: "expired",
    sequence: reader.u64(),
    instrument: reader.u16(),
    lots: reader.i64(),
    settlement: reader.i64(),
    payoff: reader.i64(),
  };
}

/** Appends header, code and fields. */
export function emitExpired(writer: Writer, message: Expired): void {
  writer.array(6);
  writer.u8(148, "code");
  writer.u64(message.sequence, "sequence");
  writer.u16(message.instrument, "instrument");
  writer.i64(message.lots, "lots");
  writer.i64(message.settlement, "settlement");
  writer.i64(message.payoff, "payoff");
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeExpired(bytes: Uint8Array): Expired {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 148, 6);
    return parseExpired(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeExpired(message: Expired): Uint8Array {
  return emitAll((writer) => emitExpired(writer, message));
}
