// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { EmitError, ParseError } from "../error.ts";
import { parseAll, parseHead, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";
import { type SessionOpened, SESSION_OPENED_ARITY, SESSION_OPENED_CODE, emitSessionOpened, parseSessionOpened } from "./session-opened.ts";
import { type ResultEvent, RESULT_ARITY, RESULT_CODE, emitResultEvent, parseResultEvent } from "./result.ts";
import { type Fill, FILL_ARITY, FILL_CODE, emitFill, parseFill } from "./fill.ts";
import { type OrderClosed, ORDER_CLOSED_ARITY, ORDER_CLOSED_CODE, emitOrderClosed, parseOrderClosed } from "./order-closed.ts";
import { type Credited, CREDITED_ARITY, CREDITED_CODE, emitCredited, parseCredited } from "./credited.ts";
import { type Withdrawn, WITHDRAWN_ARITY, WITHDRAWN_CODE, emitWithdrawn, parseWithdrawn } from "./withdrawn.ts";
import { type Liquidated, LIQUIDATED_ARITY, LIQUIDATED_CODE, emitLiquidated, parseLiquidated } from "./liquidated.ts";
import { type AccountEvent, ACCOUNT_ARITY, ACCOUNT_CODE, emitAccountEvent, parseAccountEvent } from "./account.ts";
import { type ErrorEvent, ERROR_ARITY, ERROR_CODE, emitErrorEvent, parseErrorEvent } from "./error.ts";
import { type OrderResized, ORDER_RESIZED_ARITY, ORDER_RESIZED_CODE, emitOrderResized, parseOrderResized } from "./order-resized.ts";
import { type OrderTriggered, ORDER_TRIGGERED_ARITY, ORDER_TRIGGERED_CODE, emitOrderTriggered, parseOrderTriggered } from "./order-triggered.ts";
import { type OrderOpened, ORDER_OPENED_ARITY, ORDER_OPENED_CODE, emitOrderOpened, parseOrderOpened } from "./order-opened.ts";
import { type QuoteResult, QUOTE_RESULT_ARITY, QUOTE_RESULT_CODE, emitQuoteResult, parseQuoteResult } from "./quote-result.ts";
import { type ProtectionTripped, PROTECTION_TRIPPED_ARITY, PROTECTION_TRIPPED_CODE, emitProtectionTripped, parseProtectionTripped } from "./protection-tripped.ts";
import { type Deleveraged, DELEVERAGED_ARITY, DELEVERAGED_CODE, emitDeleveraged, parseDeleveraged } from "./deleveraged.ts";
import { type Socialised, SOCIALISED_ARITY, SOCIALISED_CODE, emitSocialised, parseSocialised } from "./socialised.ts";
import { type Expired, EXPIRED_ARITY, EXPIRED_CODE, emitExpired, parseExpired } from "./expired.ts";
import { type FundingSettled, FUNDING_SETTLED_ARITY, FUNDING_SETTLED_CODE, emitFundingSettled, parseFundingSettled } from "./funding-settled.ts";
import { type Transferred, TRANSFERRED_ARITY, TRANSFERRED_CODE, emitTransferred, parseTransferred } from "./transferred.ts";
import { type Covered, COVERED_ARITY, COVERED_CODE, emitCovered, parseCovered } from "./covered.ts";

/** What a session is told, codes 128–159. */
export type SessionEvent = SessionOpened | ResultEvent | Fill | OrderClosed | Credited | Withdrawn | Liquidated | AccountEvent | ErrorEvent | OrderResized | OrderTriggered | OrderOpened | QuoteResult | ProtectionTripped | Deleveraged | Socialised | Expired | FundingSettled | Transferred | Covered;

/** Reads one message; more may follow. */
export function parseSessionEvent(reader: Reader): SessionEvent {
  const start = reader.offset;
  const { arity, code } = parseHead(reader);
  const expect = (known: number): void => {
    if (arity !== known) throw new ParseError("BAD_FRAME", start);
  };
  switch (code) {
    case SESSION_OPENED_CODE:
      expect(SESSION_OPENED_ARITY);
      return parseSessionOpened(reader);
    case RESULT_CODE:
      expect(RESULT_ARITY);
      return parseResultEvent(reader);
    case FILL_CODE:
      expect(FILL_ARITY);
      return parseFill(reader);
    case ORDER_CLOSED_CODE:
      expect(ORDER_CLOSED_ARITY);
      return parseOrderClosed(reader);
    case CREDITED_CODE:
      expect(CREDITED_ARITY);
      return parseCredited(reader);
    case WITHDRAWN_CODE:
      expect(WITHDRAWN_ARITY);
      return parseWithdrawn(reader);
    case LIQUIDATED_CODE:
      expect(LIQUIDATED_ARITY);
      return parseLiquidated(reader);
    case ACCOUNT_CODE:
      expect(ACCOUNT_ARITY);
      return parseAccountEvent(reader);
    case ERROR_CODE:
      expect(ERROR_ARITY);
      return parseErrorEvent(reader);
    case ORDER_RESIZED_CODE:
      expect(ORDER_RESIZED_ARITY);
      return parseOrderResized(reader);
    case ORDER_TRIGGERED_CODE:
      expect(ORDER_TRIGGERED_ARITY);
      return parseOrderTriggered(reader);
    case ORDER_OPENED_CODE:
      expect(ORDER_OPENED_ARITY);
      return parseOrderOpened(reader);
    case QUOTE_RESULT_CODE:
      expect(QUOTE_RESULT_ARITY);
      return parseQuoteResult(reader);
    case PROTECTION_TRIPPED_CODE:
      expect(PROTECTION_TRIPPED_ARITY);
      return parseProtectionTripped(reader);
    case DELEVERAGED_CODE:
      expect(DELEVERAGED_ARITY);
      return parseDeleveraged(reader);
    case SOCIALISED_CODE:
      expect(SOCIALISED_ARITY);
      return parseSocialised(reader);
    case EXPIRED_CODE:
      expect(EXPIRED_ARITY);
      return parseExpired(reader);
    case FUNDING_SETTLED_CODE:
      expect(FUNDING_SETTLED_ARITY);
      return parseFundingSettled(reader);
    case TRANSFERRED_CODE:
      expect(TRANSFERRED_ARITY);
      return parseTransferred(reader);
    case COVERED_CODE:
      expect(COVERED_ARITY);
      return parseCovered(reader);
    default:
      throw new ParseError("UNKNOWN_OP", code);
  }
}

/** Appends one message. */
export function emitSessionEvent(writer: Writer, message: SessionEvent): void {
  switch (message.type) {
    case "session-opened":
      return emitSessionOpened(writer, message);
    case "result":
      return emitResultEvent(writer, message);
    case "fill":
      return emitFill(writer, message);
    case "order-closed":
      return emitOrderClosed(writer, message);
    case "credited":
      return emitCredited(writer, message);
    case "withdrawn":
      return emitWithdrawn(writer, message);
    case "liquidated":
      return emitLiquidated(writer, message);
    case "account":
      return emitAccountEvent(writer, message);
    case "error":
      return emitErrorEvent(writer, message);
    case "order-resized":
      return emitOrderResized(writer, message);
    case "order-triggered":
      return emitOrderTriggered(writer, message);
    case "order-opened":
      return emitOrderOpened(writer, message);
    case "quote-result":
      return emitQuoteResult(writer, message);
    case "protection-tripped":
      return emitProtectionTripped(writer, message);
    case "deleveraged":
      return emitDeleveraged(writer, message);
    case "socialised":
      return emitSocialised(writer, message);
    case "expired":
      return emitExpired(writer, message);
    case "funding-settled":
      return emitFundingSettled(writer, message);
    case "transferred":
      return emitTransferred(writer, message);
    case "covered":
      return emitCovered(writer, message);
    default:
      throw new EmitError("BAD_TYPE", "type", `names no session-event: ${String((message as { type: unknown }).type)}`);
  }
}

/** Bytes that are one message of the group and nothing else, or a `ParseError`. */
export function decodeSessionEvent(bytes: Uint8Array): SessionEvent {
  return parseAll(bytes, parseSessionEvent);
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeSessionEvent(message: SessionEvent): Uint8Array {
  return emitAll((writer) => emitSessionEvent(writer, message));
}
