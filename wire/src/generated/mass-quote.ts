// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";
import { type QuotePair, emitQuotePair, parseQuotePair } from "./quote-pair.ts";

/** Replaces the account's quotes under this label: for every instrument named, the older ones leave before the new ones are placed, post-only. */
export interface MassQuote {
  type: "mass-quote";
  /** u32; not 0 */
  label: number;
  /** u8; market-maker protection group, 0 for none */
  protection: number;
  /** bool; a side that would cross rests one tick behind instead of being refused */
  slide: boolean;
  /** list of quote-pair, 1 to 16: ascending by instrument */
  quotes: QuotePair[];
}

export const MASS_QUOTE_CODE = 13;
export const MASS_QUOTE_ARITY = 5;

/** Reads the fields; header and code are behind the reader. */
export function parseMassQuote(reader: Reader): MassQuote {
  return {
    type: "mass-quote",
    label: reader.u32(),
    protection: reader.u8(),
    slide: reader.bool(),
    quotes: reader.list(1, 16, parseQuotePair),
  };
}

/** Appends header, code and fields. */
export function emitMassQuote(writer: Writer, message: MassQuote): void {
  writer.array(5);
  writer.u8(13, "code");
  writer.u32(message.label, "label");
  writer.u8(message.protection, "protection");
  writer.bool(message.slide, "slide");
  writer.list(message.quotes, 1, 16, "quotes", emitQuotePair);
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeMassQuote(bytes: Uint8Array): MassQuote {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 13, 5);
    return parseMassQuote(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeMassQuote(message: MassQuote): Uint8Array {
  return emitAll((writer) => emitMassQuote(writer, message));
}
