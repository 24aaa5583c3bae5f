// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";

/** Engine time moves to the header's time. */
export interface Tick {
  type: "tick";
}

export const TICK_CODE = 65;
export const TICK_ARITY = 1;

/** Reads the fields; header and code are behind the reader. */
export function parseTick(_reader: Reader): Tick {
  return {
    type: "tick",
  };
}

/** Appends header, code and fields. */
export function emitTick(writer: Writer, _message: Tick): void {
  writer.array(1);
  writer.u8(65, "code");
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeTick(bytes: Uint8Array): Tick {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 65, 1);
    return parseTick(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeTick(message: Tick): Uint8Array {
  return emitAll((writer) => emitTick(writer, message));
}
