// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";
import { type QuoteLeg, emitQuoteLeg, parseQuoteLeg } from "./quote-leg.ts";

/** What became of each pair of a mass quote; sent to the session that asked. */
export interface QuoteResult {
  type: "quote-result";
  /** u64 */
  sequence: bigint;
  /** list of quote-leg, at most 16: in the order of the command */
  legs: QuoteLeg[];
}

export const QUOTE_RESULT_CODE = 140;
export const QUOTE_RESULT_ARITY = 3;

/** Reads the fields; header and code are behind the reader. */
export function parseQuoteResult(reader: Reader): QuoteResult {
  return {
    type: "quote-result",
    sequence: reader.u64(),
    legs: reader.list(0, 16, parseQuoteLeg),
  };
}

/** Appends header, code and fields. */
export function emitQuoteResult(writer: Writer, message: QuoteResult): void {
  writer.array(3);
  writer.u8(140, "code");
  writer.u64(message.sequence, "sequence");
  writer.list(message.legs, 0, 16, "legs", emitQuoteLeg);
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeQuoteResult(bytes: Uint8Array): QuoteResult {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 140, 3);
    return parseQuoteResult(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeQuoteResult(message: QuoteResult): Uint8Array {
  return emitAll((writer) => emitQuoteResult(writer, message));
}
