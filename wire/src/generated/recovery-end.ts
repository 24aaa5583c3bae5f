// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";

/** The chain's head. */
export interface RecoveryEnd {
  type: "recovery-end";
  /** u64 */
  epoch: bigint;
  /** u64 */
  batchNumber: bigint;
  /** u64 */
  lastSequence: bigint;
  /** bin32 */
  stateRoot: Uint8Array;
  /** u64 */
  inboxCursor: bigint;
}

export const RECOVERY_END_CODE = 179;
export const RECOVERY_END_ARITY = 6;

/** Reads the fields; header and code are behind the reader. */
export function parseRecoveryEnd(reader: Reader): RecoveryEnd {
  return {
    type: "recovery-end",
    epoch: reader.u64(),
    batchNumber: reader.u64(),
    lastSequence: reader.u64(),
    stateRoot: reader.bin(32),
    inboxCursor: reader.u64(),
  };
}

/** Appends header, code and fields. */
export function emitRecoveryEnd(writer: Writer, message: RecoveryEnd): void {
  writer.array(6);
  writer.u8(179, "code");
  writer.u64(message.epoch, "epoch");
  writer.u64(message.batchNumber, "batch_number");
  writer.u64(message.lastSequence, "last_sequence");
  writer.bin(message.stateRoot, 32, "state_root");
  writer.u64(message.inboxCursor, "inbox_cursor");
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeRecoveryEnd(bytes: Uint8Array): RecoveryEnd {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 179, 6);
    return parseRecoveryEnd(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeRecoveryEnd(message: RecoveryEnd): Uint8Array {
  return emitAll((writer) => emitRecoveryEnd(writer, message));
}
