// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";

/** What became of a client order id. Always answers. */
export interface Query {
  type: "query";
  /** client id */
  clientId: string;
}

export const QUERY_CODE = 5;
export const QUERY_ARITY = 2;

/** Reads the fields; header and code are behind the reader. */
export function parseQuery(reader: Reader): Query {
  return {
    type: "query",
    clientId: reader.clientId(),
  };
}

/** Appends header, code and fields. */
export function emitQuery(writer: Writer, message: Query): void {
  writer.array(2);
  writer.u8(5, "code");
  writer.clientId(message.clientId, "client_id");
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeQuery(bytes: Uint8Array): Query {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 5, 2);
    return parseQuery(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeQuery(message: Query): Uint8Array {
  return emitAll((writer) => emitQuery(writer, message));
}
