// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";

/** A withdrawal was recorded; claim it once its batch is on chain. */
export interface Withdrawn {
  type: "withdrawn";
  /** u64 */
  sequence: bigint;
  /** u64 */
  amount: bigint;
  /** u64 */
  nonce: bigint;
}

export const WITHDRAWN_CODE = 133;
export const WITHDRAWN_ARITY = 4;

/** Reads the fields; header and code are behind the reader. */
export function parseWithdrawn(reader: Reader): Withdrawn {
  return {
    type: "withdrawn",
    sequence: reader.u64(),
    amount: reader.u64(),
    nonce: reader.u64(),
  };
}

/** Appends header, code and fields. */
export function emitWithdrawn(writer: Writer, message: Withdrawn): void {
  writer.array(4);
  writer.u8(133, "code");
  writer.u64(message.sequence, "sequence");
  writer.u64(message.amount, "amount");
  writer.u64(message.nonce, "nonce");
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeWithdrawn(bytes: Uint8Array): Withdrawn {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 133, 4);
    return parseWithdrawn(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeWithdrawn(message: Withdrawn): Uint8Array {
  return emitAll((writer) => emitWithdrawn(writer, message));
}
