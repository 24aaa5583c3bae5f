// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";

/** Cancels every order of the account with this label. */
export interface CancelLabel {
  type: "cancel-label";
  /** u32 */
  label: number;
  /** u16 or nil; nil: all instruments */
  instrument: number | null;
}

export const CANCEL_LABEL_CODE = 11;
export const CANCEL_LABEL_ARITY = 3;

/** Reads the fields; header and code are behind the reader. */
export function parseCancelLabel(reader: Reader): CancelLabel {
  return {
    type: "cancel-label",
    label: reader.u32(),
    instrument: reader.nil() ? null : reader.u16(),
  };
}

/** Appends header, code and fields. */
export function emitCancelLabel(writer: Writer, message: CancelLabel): void {
  writer.array(3);
  writer.u8(11, "code");
  writer.u32(message.label, "label");
  message.instrument === null ? writer.nil() : writer.u16(message.instrument, "instrument");
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeCancelLabel(bytes: Uint8Array): CancelLabel {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 11, 3);
    return parseCancelLabel(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeCancelLabel(message: CancelLabel): Uint8Array {
  return emitAll((writer) => emitCancelLabel(writer, message));
}
