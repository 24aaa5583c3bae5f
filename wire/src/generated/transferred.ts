// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";

/** Collateral moved between two sub-accounts of the owner. */
export interface Transferred {
  type: "transferred";
  /** u64 */
  sequence: bigint;
  /** u8; the other one */
  subaccount: number;
  /** i64; positive came in, 1e-6 of the token */
  amount: bigint;
}

export const TRANSFERRED_CODE = 150;
export const TRANSFERRED_ARITY = 4;

/** Reads the fields; header and code are behind the reader. */
export function parseTransferred(reader: Reader): Transferred {
  return {
    type: "transferred",
    sequence: reader.u64(),
    subaccount: reader.u8(),
    amount: reader.i64(),
  };
}

/** Appends header, code and fields. */
export function emitTransferred(writer: Writer, message: Transferred): void {
  writer.array(4);
  writer.u8(150, "code");
  writer.u64(message.sequence, "sequence");
  writer.u8(message.subaccount, "subaccount");
  writer.i64(message.amount, "amount");
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeTransferred(bytes: Uint8Array): Transferred {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 150, 4);
    return parseTransferred(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeTransferred(message: Transferred): Uint8Array {
  return emitAll((writer) => emitTransferred(writer, message));
}
