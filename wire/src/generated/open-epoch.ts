// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";

/** Reply of sealbook_open_epoch. */
export interface OpenEpoch {
  type: "open-epoch";
  /** u64 */
  epoch: bigint;
  /** u64 */
  previousEpoch: bigint;
  /** u64 */
  batchNumber: bigint;
  /** u64 */
  lastSequence: bigint;
  /** bin32 */
  stateRoot: Uint8Array;
  /** bin65 */
  signature: Uint8Array;
}

export const OPEN_EPOCH_CODE = 180;
export const OPEN_EPOCH_ARITY = 7;

/** Reads the fields; header and code are behind the reader. */
export function parseOpenEpoch(reader: Reader): OpenEpoch {
  return {
    type: "open-epoch",
    epoch: reader.u64(),
    previousEpoch: reader.u64(),
    batchNumber: reader.u64(),
    lastSequence: reader.u64(),
    stateRoot: reader.bin(32),
    signature: reader.bin(65),
  };
}

/** Appends header, code and fields. */
export function emitOpenEpoch(writer: Writer, message: OpenEpoch): void {
  writer.array(7);
  writer.u8(180, "code");
  writer.u64(message.epoch, "epoch");
  writer.u64(message.previousEpoch, "previous_epoch");
  writer.u64(message.batchNumber, "batch_number");
  writer.u64(message.lastSequence, "last_sequence");
  writer.bin(message.stateRoot, 32, "state_root");
  writer.bin(message.signature, 65, "signature");
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeOpenEpoch(bytes: Uint8Array): OpenEpoch {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 180, 7);
    return parseOpenEpoch(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeOpenEpoch(message: OpenEpoch): Uint8Array {
  return emitAll((writer) => emitOpenEpoch(writer, message));
}
