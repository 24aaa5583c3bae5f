// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";
import { type InstrumentConfig, emitInstrumentConfig, parseInstrumentConfig } from "./instrument-config.ts";

/** From the attested configuration, at genesis. */
export interface ListInstrument {
  type: "list-instrument";
  /** list of instrument-config, exactly 1 */
  config: InstrumentConfig[];
}

export const LIST_INSTRUMENT_CODE = 64;
export const LIST_INSTRUMENT_ARITY = 2;

/** Reads the fields; header and code are behind the reader. */
export function parseListInstrument(reader: Reader): ListInstrument {
  return {
    type: "list-instrument",
    config: reader.list(1, 1, parseInstrumentConfig),
  };
}

/** Appends header, code and fields. */
export function emitListInstrument(writer: Writer, message: ListInstrument): void {
  writer.array(2);
  writer.u8(64, "code");
  writer.list(message.config, 1, 1, "config", emitInstrumentConfig);
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeListInstrument(bytes: Uint8Array): ListInstrument {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 64, 2);
    return parseListInstrument(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeListInstrument(message: ListInstrument): Uint8Array {
  return emitAll((writer) => emitListInstrument(writer, message));
}
