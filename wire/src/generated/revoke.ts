// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";

/** Voids every delegation of the account whose nonce is below this. */
export interface Revoke {
  type: "revoke";
  /** u64 */
  nonce: bigint;
}

export const REVOKE_CODE = 8;
export const REVOKE_ARITY = 2;

/** Reads the fields; header and code are behind the reader. */
export function parseRevoke(reader: Reader): Revoke {
  return {
    type: "revoke",
    nonce: reader.u64(),
  };
}

/** Appends header, code and fields. */
export function emitRevoke(writer: Writer, message: Revoke): void {
  writer.array(2);
  writer.u8(8, "code");
  writer.u64(message.nonce, "nonce");
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeRevoke(bytes: Uint8Array): Revoke {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 8, 2);
    return parseRevoke(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeRevoke(message: Revoke): Uint8Array {
  return emitAll((writer) => emitRevoke(writer, message));
}
