// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";

/** This withdrawal paid less than it took: the insurance fund owes more than it has, and who leaves bears a share. */
export interface Socialised {
  type: "socialised";
  /** u64 */
  sequence: bigint;
  /** u64; taken from the account and not paid out, 1e-6 of the token */
  amount: bigint;
}

export const SOCIALISED_CODE = 147;
export const SOCIALISED_ARITY = 3;

/** Reads the fields; header and code are behind the reader. */
export function parseSocialised(reader: Reader): Socialised {
  return {
    type: "socialised",
    sequence: reader.u64(),
    amount: reader.u64(),
  };
}

/** Appends header, code and fields. */
export function emitSocialised(writer: Writer, message: Socialised): void {
  writer.array(3);
  writer.u8(147, "code");
  writer.u64(message.sequence, "sequence");
  writer.u64(message.amount, "amount");
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeSocialised(bytes: Uint8Array): Socialised {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 147, 3);
    return parseSocialised(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeSocialised(message: Socialised): Uint8Array {
  return emitAll((writer) => emitSocialised(writer, message));
}
