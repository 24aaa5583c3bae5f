// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";
import { Level, LEVEL_NAMES } from "./level.ts";
import { type Head, emitHead, parseHead } from "./head.ts";

/** First message, inside HPKE. */
export interface OpenSession {
  type: "open-session";
  /** u64 */
  chainId: bigint;
  /** bin20 */
  settlement: Uint8Array;
  /** bin20; the wallet */
  owner: Uint8Array;
  /** u8 */
  subaccount: number;
  /** u8; bit 0 trade, 1 cancel, 2 withdraw */
  scopes: number;
  /** u64; s */
  expiry: bigint;
  /** u64; delegation nonce */
  nonce: bigint;
  /** bin65; EIP-712 Delegation by the wallet */
  signature: Uint8Array;
  /** level; when to acknowledge */
  level: Level;
  /** list of head, at most 2: highest heads this client has seen, if any: from a result, and signed */
  head: Head[];
}

export const OPEN_SESSION_CODE = 96;
export const OPEN_SESSION_ARITY = 11;

/** Reads the fields; header and code are behind the reader. */
export function parseOpenSession(reader: Reader): OpenSession {
  return {
    type: "open-session",
    chainId: reader.u64(),
    settlement: reader.bin(20),
    owner: reader.bin(20),
    subaccount: reader.u8(),
    scopes: reader.u8(),
    expiry: reader.u64(),
    nonce: reader.u64(),
    signature: reader.bin(65),
    level: reader.enumeration(LEVEL_NAMES),
    head: reader.list(0, 2, parseHead),
  };
}

/** Appends header, code and fields. */
export function emitOpenSession(writer: Writer, message: OpenSession): void {
  writer.array(11);
  writer.u8(96, "code");
  writer.u64(message.chainId, "chain_id");
  writer.bin(message.settlement, 20, "settlement");
  writer.bin(message.owner, 20, "owner");
  writer.u8(message.subaccount, "subaccount");
  writer.u8(message.scopes, "scopes");
  writer.u64(message.expiry, "expiry");
  writer.u64(message.nonce, "nonce");
  writer.bin(message.signature, 65, "signature");
  writer.enumeration(Level, message.level, "level");
  writer.list(message.head, 0, 2, "head", emitHead);
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeOpenSession(bytes: Uint8Array): OpenSession {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 96, 11);
    return parseOpenSession(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeOpenSession(message: OpenSession): Uint8Array {
  return emitAll((writer) => emitOpenSession(writer, message));
}
