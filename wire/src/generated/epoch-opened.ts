// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";

/** First record of an epoch. */
export interface EpochOpened {
  type: "epoch-opened";
  /** u64 */
  epoch: bigint;
  /** u64 */
  previousSequence: bigint;
  /** bin32 */
  previousChainHash: Uint8Array;
  /** bin20 */
  signer: Uint8Array;
}

export const EPOCH_OPENED_CODE = 68;
export const EPOCH_OPENED_ARITY = 5;

/** Reads the fields; header and code are behind the reader. */
export function parseEpochOpened(reader: Reader): EpochOpened {
  return {
    type: "epoch-opened",
    epoch: reader.u64(),
    previousSequence: reader.u64(),
    previousChainHash: reader.bin(32),
    signer: reader.bin(20),
  };
}

/** Appends header, code and fields. */
export function emitEpochOpened(writer: Writer, message: EpochOpened): void {
  writer.array(5);
  writer.u8(68, "code");
  writer.u64(message.epoch, "epoch");
  writer.u64(message.previousSequence, "previous_sequence");
  writer.bin(message.previousChainHash, 32, "previous_chain_hash");
  writer.bin(message.signer, 20, "signer");
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeEpochOpened(bytes: Uint8Array): EpochOpened {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 68, 5);
    return parseEpochOpened(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeEpochOpened(message: EpochOpened): Uint8Array {
  return emitAll((writer) => emitEpochOpened(writer, message));
}
