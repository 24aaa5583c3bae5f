// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";

/** The message `signed-head`. */
export interface SignedHead {
  type: "signed-head";
  /** u64 */
  epoch: bigint;
  /** u64 */
  sequence: bigint;
  /** bin32 */
  chainHash: Uint8Array;
  /** bin65 */
  signature: Uint8Array;
}

export const SIGNED_HEAD_CODE = 162;
export const SIGNED_HEAD_ARITY = 5;

/** Reads the fields; header and code are behind the reader. */
export function parseSignedHead(reader: Reader): SignedHead {
  return {
    type: "signed-head",
    epoch: reader.u64(),
    sequence: reader.u64(),
    chainHash: reader.bin(32),
    signature: reader.bin(65),
  };
}

/** Appends header, code and fields. */
export function emitSignedHead(writer: Writer, message: SignedHead): void {
  writer.array(5);
  writer.u8(162, "code");
  writer.u64(message.epoch, "epoch");
  writer.u64(message.sequence, "sequence");
  writer.bin(message.chainHash, 32, "chain_hash");
  writer.bin(message.signature, 65, "signature");
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeSignedHead(bytes: Uint8Array): SignedHead {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 162, 5);
    return parseSignedHead(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeSignedHead(message: SignedHead): Uint8Array {
  return emitAll((writer) => emitSignedHead(writer, message));
}
