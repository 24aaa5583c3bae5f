// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";

/** Cancels every order of the account. */
export interface CancelAll {
  type: "cancel-all";
  /** u16 or nil; nil: all instruments */
  instrument: number | null;
}

export const CANCEL_ALL_CODE = 4;
export const CANCEL_ALL_ARITY = 2;

/** Reads the fields; header and code are behind the reader. */
export function parseCancelAll(reader: Reader): CancelAll {
  return {
    type: "cancel-all",
    instrument: reader.nil() ? null : reader.u16(),
  };
}

/** Appends header, code and fields. */
export function emitCancelAll(writer: Writer, message: CancelAll): void {
  writer.array(2);
  writer.u8(4, "code");
  message.instrument === null ? writer.nil() : writer.u16(message.instrument, "instrument");
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeCancelAll(bytes: Uint8Array): CancelAll {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 4, 2);
    return parseCancelAll(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeCancelAll(message: CancelAll): Uint8Array {
  return emitAll((writer) => emitCancelAll(writer, message));
}
