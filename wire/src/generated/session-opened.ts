// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";
import { Level, LEVEL_NAMES } from "./level.ts";

/** The message `session-opened`. */
export interface SessionOpened {
  type: "session-opened";
  /** u32 or nil; nil until the first deposit */
  account: number | null;
  /** level */
  level: Level;
  /** u64 */
  epoch: bigint;
  /** u64; head at opening */
  sequence: bigint;
  /** bin32 */
  chainHash: Uint8Array;
  /** u64 */
  timeUs: bigint;
}

export const SESSION_OPENED_CODE = 128;
export const SESSION_OPENED_ARITY = 7;

/** Reads the fields; header and code are behind the reader. */
export function parseSessionOpened(reader: Reader): SessionOpened {
  return {
    type: "session-opened",
    account: reader.nil() ? null : reader.u32(),
    level: reader.enumeration(LEVEL_NAMES),
    epoch: reader.u64(),
    sequence: reader.u64(),
    chainHash: reader.bin(32),
    timeUs: reader.u64(),
  };
}

/** Appends header, code and fields. */
export function emitSessionOpened(writer: Writer, message: SessionOpened): void {
  writer.array(7);
  writer.u8(128, "code");
  message.account === null ? writer.nil() : writer.u32(message.account, "account");
  writer.enumeration(Level, message.level, "level");
  writer.u64(message.epoch, "epoch");
  writer.u64(message.sequence, "sequence");
  writer.bin(message.chainHash, 32, "chain_hash");
  writer.u64(message.timeUs, "time_us");
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeSessionOpened(bytes: Uint8Array): SessionOpened {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 128, 7);
    return parseSessionOpened(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeSessionOpened(message: SessionOpened): Uint8Array {
  return emitAll((writer) => emitSessionOpened(writer, message));
}
