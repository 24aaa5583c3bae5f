// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";

/** Market-maker protection blocked a fill, cancelled the group's orders and froze it. */
export interface ProtectionTripped {
  type: "protection-tripped";
  /** u64 */
  sequence: bigint;
  /** u8 */
  group: number;
  /** u64; engine time; the largest integer until reset */
  frozenUntilUs: bigint;
}

export const PROTECTION_TRIPPED_CODE = 141;
export const PROTECTION_TRIPPED_ARITY = 4;

/** Reads the fields; header and code are behind the reader. */
export function parseProtectionTripped(reader: Reader): ProtectionTripped {
  return {
    type: "protection-tripped",
    sequence: reader.u64(),
    group: reader.u8(),
    frozenUntilUs: reader.u64(),
  };
}

/** Appends header, code and fields. */
export function emitProtectionTripped(writer: Writer, message: ProtectionTripped): void {
  writer.array(4);
  writer.u8(141, "code");
  writer.u64(message.sequence, "sequence");
  writer.u8(message.group, "group");
  writer.u64(message.frozenUntilUs, "frozen_until_us");
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeProtectionTripped(bytes: Uint8Array): ProtectionTripped {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 141, 4);
    return parseProtectionTripped(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeProtectionTripped(message: ProtectionTripped): Uint8Array {
  return emitAll((writer) => emitProtectionTripped(writer, message));
}
