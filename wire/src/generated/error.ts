// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";

/** A frame that could not become commands. */
export interface ErrorEvent {
  type: "error";
  /** u64; 0 if unknown */
  counter: bigint;
  /** u16 */
  code: number;
  /** u64; byte offset, or what the code's text says */
  detail: bigint;
}

export const ERROR_CODE = 136;
export const ERROR_ARITY = 4;

/** Reads the fields; header and code are behind the reader. */
export function parseErrorEvent(reader: Reader): ErrorEvent {
  return {
    type: "error",
    counter: reader.u64(),
    code: reader.u16(),
    detail: reader.u64(),
  };
}

/** Appends header, code and fields. */
export function emitErrorEvent(writer: Writer, message: ErrorEvent): void {
  writer.array(4);
  writer.u8(136, "code");
  writer.u64(message.counter, "counter");
  writer.u16(message.code, "code");
  writer.u64(message.detail, "detail");
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeErrorEvent(bytes: Uint8Array): ErrorEvent {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 136, 4);
    return parseErrorEvent(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeErrorEvent(message: ErrorEvent): Uint8Array {
  return emitAll((writer) => emitErrorEvent(writer, message));
}
