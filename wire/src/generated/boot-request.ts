// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";

/** The message `boot-request`. */
export interface BootRequest {
  type: "boot-request";
  /** bin32; recent L1 block */
  blockHash: Uint8Array;
  /** u64 */
  timeUs: bigint;
  /** bool; launch with the DEBUG attribute: refused by every policy, used to prove it */
  isDebug: boolean;
}

export const BOOT_REQUEST_CODE = 177;
export const BOOT_REQUEST_ARITY = 4;

/** Reads the fields; header and code are behind the reader. */
export function parseBootRequest(reader: Reader): BootRequest {
  return {
    type: "boot-request",
    blockHash: reader.bin(32),
    timeUs: reader.u64(),
    isDebug: reader.bool(),
  };
}

/** Appends header, code and fields. */
export function emitBootRequest(writer: Writer, message: BootRequest): void {
  writer.array(4);
  writer.u8(177, "code");
  writer.bin(message.blockHash, 32, "block_hash");
  writer.u64(message.timeUs, "time_us");
  writer.bool(message.isDebug, "is_debug");
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeBootRequest(bytes: Uint8Array): BootRequest {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 177, 4);
    return parseBootRequest(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeBootRequest(message: BootRequest): Uint8Array {
  return emitAll((writer) => emitBootRequest(writer, message));
}
