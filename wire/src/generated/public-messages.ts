// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { EmitError, ParseError } from "../error.ts";
import { parseAll, parseHead, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";
import { type Market, MARKET_ARITY, MARKET_CODE, emitMarket, parseMarket } from "./market.ts";
import { type Ticker, TICKER_ARITY, TICKER_CODE, emitTicker, parseTicker } from "./ticker.ts";
import { type SignedHead, SIGNED_HEAD_ARITY, SIGNED_HEAD_CODE, emitSignedHead, parseSignedHead } from "./signed-head.ts";
import { type Terms, TERMS_ARITY, TERMS_CODE, emitTerms, parseTerms } from "./terms.ts";

/** What everyone is told, codes 160–175. */
export type PublicMessage = Market | Ticker | SignedHead | Terms;

/** Reads one message; more may follow. */
export function parsePublicMessage(reader: Reader): PublicMessage {
  const start = reader.offset;
  const { arity, code } = parseHead(reader);
  const expect = (known: number): void => {
    if (arity !== known) throw new ParseError("BAD_FRAME", start);
  };
  switch (code) {
    case MARKET_CODE:
      expect(MARKET_ARITY);
      return parseMarket(reader);
    case TICKER_CODE:
      expect(TICKER_ARITY);
      return parseTicker(reader);
    case SIGNED_HEAD_CODE:
      expect(SIGNED_HEAD_ARITY);
      return parseSignedHead(reader);
    case TERMS_CODE:
      expect(TERMS_ARITY);
      return parseTerms(reader);
    default:
      throw new ParseError("UNKNOWN_OP", code);
  }
}

/** Appends one message. */
export function emitPublicMessage(writer: Writer, message: PublicMessage): void {
  switch (message.type) {
    case "market":
      return emitMarket(writer, message);
    case "ticker":
      return emitTicker(writer, message);
    case "signed-head":
      return emitSignedHead(writer, message);
    case "terms":
      return emitTerms(writer, message);
    default:
      throw new EmitError("BAD_TYPE", "type", `names no public-message: ${String((message as { type: unknown }).type)}`);
  }
}

/** Bytes that are one message of the group and nothing else, or a `ParseError`. */
export function decodePublicMessage(bytes: Uint8Array): PublicMessage {
  return parseAll(bytes, parsePublicMessage);
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodePublicMessage(message: PublicMessage): Uint8Array {
  return emitAll((writer) => emitPublicMessage(writer, message));
}
