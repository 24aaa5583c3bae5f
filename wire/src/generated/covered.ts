// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";

/** The insurance fund paid what the account owed and had no position left to pay from. */
export interface Covered {
  type: "covered";
  /** u64 */
  sequence: bigint;
  /** u64; 1e-6 of the token */
  amount: bigint;
}

export const COVERED_CODE = 151;
export const COVERED_ARITY = 3;

/** Reads the fields; header and code are behind the reader. */
export function parseCovered(reader: Reader): Covered {
  return {
    type: "covered",
    sequence: reader.u64(),
    amount: reader.u64(),
  };
}

/** Appends header, code and fields. */
export function emitCovered(writer: Writer, message: Covered): void {
  writer.array(3);
  writer.u8(151, "code");
  writer.u64(message.sequence, "sequence");
  writer.u64(message.amount, "amount");
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeCovered(bytes: Uint8Array): Covered {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 151, 3);
    return parseCovered(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeCovered(message: Covered): Uint8Array {
  return emitAll((writer) => emitCovered(writer, message));
}
