// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";

/** Settles an option whose expiry has passed, in cash. Anyone's host may send it; repeated until nothing is left. */
export interface Expire {
  type: "expire";
  /** u16 */
  instrument: number;
}

export const EXPIRE_CODE = 78;
export const EXPIRE_ARITY = 2;

/** Reads the fields; header and code are behind the reader. */
export function parseExpire(reader: Reader): Expire {
  return {
    type: "expire",
    instrument: reader.u16(),
  };
}

/** Appends header, code and fields. */
export function emitExpire(writer: Writer, message: Expire): void {
  writer.array(2);
  writer.u8(78, "code");
  writer.u16(message.instrument, "instrument");
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeExpire(bytes: Uint8Array): Expire {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 78, 2);
    return parseExpire(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeExpire(message: Expire): Uint8Array {
  return emitAll((writer) => emitExpire(writer, message));
}
