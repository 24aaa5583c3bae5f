// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";

/** Asks for an `account` event. */
export interface AccountQuery {
  type: "account-query";
}

export const ACCOUNT_QUERY_CODE = 9;
export const ACCOUNT_QUERY_ARITY = 1;

/** Reads the fields; header and code are behind the reader. */
export function parseAccountQuery(_reader: Reader): AccountQuery {
  return {
    type: "account-query",
  };
}

/** Appends header, code and fields. */
export function emitAccountQuery(writer: Writer, _message: AccountQuery): void {
  writer.array(1);
  writer.u8(9, "code");
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeAccountQuery(bytes: Uint8Array): AccountQuery {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 9, 1);
    return parseAccountQuery(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeAccountQuery(message: AccountQuery): Uint8Array {
  return emitAll((writer) => emitAccountQuery(writer, message));
}
