// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";

/** A connection ended whose session asked for cancel-on-disconnect. */
export interface ConnectionClosed {
  type: "connection-closed";
  /** u32 */
  account: number;
}

export const CONNECTION_CLOSED_CODE = 70;
export const CONNECTION_CLOSED_ARITY = 2;

/** Reads the fields; header and code are behind the reader. */
export function parseConnectionClosed(reader: Reader): ConnectionClosed {
  return {
    type: "connection-closed",
    account: reader.u32(),
  };
}

/** Appends header, code and fields. */
export function emitConnectionClosed(writer: Writer, message: ConnectionClosed): void {
  writer.array(2);
  writer.u8(70, "code");
  writer.u32(message.account, "account");
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeConnectionClosed(bytes: Uint8Array): ConnectionClosed {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 70, 2);
    return parseConnectionClosed(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeConnectionClosed(message: ConnectionClosed): Uint8Array {
  return emitAll((writer) => emitConnectionClosed(writer, message));
}
