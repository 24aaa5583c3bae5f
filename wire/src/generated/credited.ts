// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";

/** A deposit arrived. */
export interface Credited {
  type: "credited";
  /** u64 */
  sequence: bigint;
  /** u32 */
  account: number;
  /** u64 */
  amount: bigint;
  /** u64 */
  inboxIndex: bigint;
}

export const CREDITED_CODE = 132;
export const CREDITED_ARITY = 5;

/** Reads the fields; header and code are behind the reader. */
export function parseCredited(reader: Reader): Credited {
  return {
    type: "credited",
    sequence: reader.u64(),
    account: reader.u32(),
    amount: reader.u64(),
    inboxIndex: reader.u64(),
  };
}

/** Appends header, code and fields. */
export function emitCredited(writer: Writer, message: Credited): void {
  writer.array(5);
  writer.u8(132, "code");
  writer.u64(message.sequence, "sequence");
  writer.u32(message.account, "account");
  writer.u64(message.amount, "amount");
  writer.u64(message.inboxIndex, "inbox_index");
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeCredited(bytes: Uint8Array): Credited {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 132, 5);
    return parseCredited(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeCredited(message: Credited): Uint8Array {
  return emitAll((writer) => emitCredited(writer, message));
}
