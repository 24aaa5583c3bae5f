// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";

/** Answers with engine time. */
export interface Ping {
  type: "ping";
  /** u64; returned */
  token: bigint;
}

export const PING_CODE = 7;
export const PING_ARITY = 2;

/** Reads the fields; header and code are behind the reader. */
export function parsePing(reader: Reader): Ping {
  return {
    type: "ping",
    token: reader.u64(),
  };
}

/** Appends header, code and fields. */
export function emitPing(writer: Writer, message: Ping): void {
  writer.array(2);
  writer.u8(7, "code");
  writer.u64(message.token, "token");
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodePing(bytes: Uint8Array): Ping {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 7, 2);
    return parsePing(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodePing(message: Ping): Uint8Array {
  return emitAll((writer) => emitPing(writer, message));
}
