// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";

/** Unfreezes a group and starts its window afresh. */
export interface ResetProtection {
  type: "reset-protection";
  /** u8 */
  group: number;
}

export const RESET_PROTECTION_CODE = 15;
export const RESET_PROTECTION_ARITY = 2;

/** Reads the fields; header and code are behind the reader. */
export function parseResetProtection(reader: Reader): ResetProtection {
  return {
    type: "reset-protection",
    group: reader.u8(),
  };
}

/** Appends header, code and fields. */
export function emitResetProtection(writer: Writer, message: ResetProtection): void {
  writer.array(2);
  writer.u8(15, "code");
  writer.u8(message.group, "group");
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeResetProtection(bytes: Uint8Array): ResetProtection {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 15, 2);
    return parseResetProtection(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeResetProtection(message: ResetProtection): Uint8Array {
  return emitAll((writer) => emitResetProtection(writer, message));
}
