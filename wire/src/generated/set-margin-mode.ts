// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";
import { MarginMode, MARGIN_MODE_NAMES } from "./margin-mode.ts";

/** Sets how the account's requirement is computed; refused if the account would not be healthy then. */
export interface SetMarginMode {
  type: "set-margin-mode";
  /** margin-mode */
  mode: MarginMode;
}

export const SET_MARGIN_MODE_CODE = 17;
export const SET_MARGIN_MODE_ARITY = 2;

/** Reads the fields; header and code are behind the reader. */
export function parseSetMarginMode(reader: Reader): SetMarginMode {
  return {
    type: "set-margin-mode",
    mode: reader.enumeration(MARGIN_MODE_NAMES),
  };
}

/** Appends header, code and fields. */
export function emitSetMarginMode(writer: Writer, message: SetMarginMode): void {
  writer.array(2);
  writer.u8(17, "code");
  writer.enumeration(MarginMode, message.mode, "mode");
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeSetMarginMode(bytes: Uint8Array): SetMarginMode {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 17, 2);
    return parseSetMarginMode(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeSetMarginMode(message: SetMarginMode): Uint8Array {
  return emitAll((writer) => emitSetMarginMode(writer, message));
}
