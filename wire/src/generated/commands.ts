// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { EmitError, ParseError } from "../error.ts";
import { parseAll, parseHead, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";
import { type Place, PLACE_ARITY, PLACE_CODE, emitPlace, parsePlace } from "./place.ts";
import { type Amend, AMEND_ARITY, AMEND_CODE, emitAmend, parseAmend } from "./amend.ts";
import { type Cancel, CANCEL_ARITY, CANCEL_CODE, emitCancel, parseCancel } from "./cancel.ts";
import { type CancelAll, CANCEL_ALL_ARITY, CANCEL_ALL_CODE, emitCancelAll, parseCancelAll } from "./cancel-all.ts";
import { type Query, QUERY_ARITY, QUERY_CODE, emitQuery, parseQuery } from "./query.ts";
import { type Withdraw, WITHDRAW_ARITY, WITHDRAW_CODE, emitWithdraw, parseWithdraw } from "./withdraw.ts";
import { type Ping, PING_ARITY, PING_CODE, emitPing, parsePing } from "./ping.ts";
import { type Revoke, REVOKE_ARITY, REVOKE_CODE, emitRevoke, parseRevoke } from "./revoke.ts";
import { type AccountQuery, ACCOUNT_QUERY_ARITY, ACCOUNT_QUERY_CODE, emitAccountQuery, parseAccountQuery } from "./account-query.ts";
import { type PlaceAdvanced, PLACE_ADVANCED_ARITY, PLACE_ADVANCED_CODE, emitPlaceAdvanced, parsePlaceAdvanced } from "./place-advanced.ts";
import { type CancelLabel, CANCEL_LABEL_ARITY, CANCEL_LABEL_CODE, emitCancelLabel, parseCancelLabel } from "./cancel-label.ts";
import { type CancelAfter, CANCEL_AFTER_ARITY, CANCEL_AFTER_CODE, emitCancelAfter, parseCancelAfter } from "./cancel-after.ts";
import { type MassQuote, MASS_QUOTE_ARITY, MASS_QUOTE_CODE, emitMassQuote, parseMassQuote } from "./mass-quote.ts";
import { type SetProtection, SET_PROTECTION_ARITY, SET_PROTECTION_CODE, emitSetProtection, parseSetProtection } from "./set-protection.ts";
import { type ResetProtection, RESET_PROTECTION_ARITY, RESET_PROTECTION_CODE, emitResetProtection, parseResetProtection } from "./reset-protection.ts";
import { type CancelOnDisconnect, CANCEL_ON_DISCONNECT_ARITY, CANCEL_ON_DISCONNECT_CODE, emitCancelOnDisconnect, parseCancelOnDisconnect } from "./cancel-on-disconnect.ts";
import { type SetMarginMode, SET_MARGIN_MODE_ARITY, SET_MARGIN_MODE_CODE, emitSetMarginMode, parseSetMarginMode } from "./set-margin-mode.ts";
import { type Transfer, TRANSFER_ARITY, TRANSFER_CODE, emitTransfer, parseTransfer } from "./transfer.ts";

/** What a session may ask for, codes 1–63. */
export type Command = Place | Amend | Cancel | CancelAll | Query | Withdraw | Ping | Revoke | AccountQuery | PlaceAdvanced | CancelLabel | CancelAfter | MassQuote | SetProtection | ResetProtection | CancelOnDisconnect | SetMarginMode | Transfer;

/** Reads one message; more may follow. */
export function parseCommand(reader: Reader): Command {
  const start = reader.offset;
  const { arity, code } = parseHead(reader);
  const expect = (known: number): void => {
    if (arity !== known) throw new ParseError("BAD_FRAME", start);
  };
  switch (code) {
    case PLACE_CODE:
      expect(PLACE_ARITY);
      return parsePlace(reader);
    case AMEND_CODE:
      expect(AMEND_ARITY);
      return parseAmend(reader);
    case CANCEL_CODE:
      expect(CANCEL_ARITY);
      return parseCancel(reader);
    case CANCEL_ALL_CODE:
      expect(CANCEL_ALL_ARITY);
      return parseCancelAll(reader);
    case QUERY_CODE:
      expect(QUERY_ARITY);
      return parseQuery(reader);
    case WITHDRAW_CODE:
      expect(WITHDRAW_ARITY);
      return parseWithdraw(reader);
    case PING_CODE:
      expect(PING_ARITY);
      return parsePing(reader);
    case REVOKE_CODE:
      expect(REVOKE_ARITY);
      return parseRevoke(reader);
    case ACCOUNT_QUERY_CODE:
      expect(ACCOUNT_QUERY_ARITY);
      return parseAccountQuery(reader);
    case PLACE_ADVANCED_CODE:
      expect(PLACE_ADVANCED_ARITY);
      return parsePlaceAdvanced(reader);
    case CANCEL_LABEL_CODE:
      expect(CANCEL_LABEL_ARITY);
      return parseCancelLabel(reader);
    case CANCEL_AFTER_CODE:
      expect(CANCEL_AFTER_ARITY);
      return parseCancelAfter(reader);
    case MASS_QUOTE_CODE:
      expect(MASS_QUOTE_ARITY);
      return parseMassQuote(reader);
    case SET_PROTECTION_CODE:
      expect(SET_PROTECTION_ARITY);
      return parseSetProtection(reader);
    case RESET_PROTECTION_CODE:
      expect(RESET_PROTECTION_ARITY);
      return parseResetProtection(reader);
    case CANCEL_ON_DISCONNECT_CODE:
      expect(CANCEL_ON_DISCONNECT_ARITY);
      return parseCancelOnDisconnect(reader);
    case SET_MARGIN_MODE_CODE:
      expect(SET_MARGIN_MODE_ARITY);
      return parseSetMarginMode(reader);
    case TRANSFER_CODE:
      expect(TRANSFER_ARITY);
      return parseTransfer(reader);
    default:
      throw new ParseError("UNKNOWN_OP", code);
  }
}

/** Appends one message. */
export function emitCommand(writer: Writer, message: Command): void {
  switch (message.type) {
    case "place":
      return emitPlace(writer, message);
    case "amend":
      return emitAmend(writer, message);
    case "cancel":
      return emitCancel(writer, message);
    case "cancel-all":
      return emitCancelAll(writer, message);
    case "query":
      return emitQuery(writer, message);
    case "withdraw":
      return emitWithdraw(writer, message);
    case "ping":
      return emitPing(writer, message);
    case "revoke":
      return emitRevoke(writer, message);
    case "account-query":
      return emitAccountQuery(writer, message);
    case "place-advanced":
      return emitPlaceAdvanced(writer, message);
    case "cancel-label":
      return emitCancelLabel(writer, message);
    case "cancel-after":
      return emitCancelAfter(writer, message);
    case "mass-quote":
      return emitMassQuote(writer, message);
    case "set-protection":
      return emitSetProtection(writer, message);
    case "reset-protection":
      return emitResetProtection(writer, message);
    case "cancel-on-disconnect":
      return emitCancelOnDisconnect(writer, message);
    case "set-margin-mode":
      return emitSetMarginMode(writer, message);
    case "transfer":
      return emitTransfer(writer, message);
    default:
      throw new EmitError("BAD_TYPE", "type", `names no command: ${String((message as { type: unknown }).type)}`);
  }
}

/** Bytes that are one message of the group and nothing else, or a `ParseError`. */
export function decodeCommand(bytes: Uint8Array): Command {
  return parseAll(bytes, parseCommand);
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeCommand(message: Command): Uint8Array {
  return emitAll((writer) => emitCommand(writer, message));
}
