// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { EmitError, ParseError } from "../error.ts";
import { parseAll, parseHead, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";
import { type ListInstrument, LIST_INSTRUMENT_ARITY, LIST_INSTRUMENT_CODE, emitListInstrument, parseListInstrument } from "./list-instrument.ts";
import { type Tick, TICK_ARITY, TICK_CODE, emitTick, parseTick } from "./tick.ts";
import { type OracleRound, ORACLE_ROUND_ARITY, ORACLE_ROUND_CODE, emitOracleRound, parseOracleRound } from "./oracle-round.ts";
import { type InboxEntry, INBOX_ENTRY_ARITY, INBOX_ENTRY_CODE, emitInboxEntry, parseInboxEntry } from "./inbox-entry.ts";
import { type EpochOpened, EPOCH_OPENED_ARITY, EPOCH_OPENED_CODE, emitEpochOpened, parseEpochOpened } from "./epoch-opened.ts";
import { type SetMarketMode, SET_MARKET_MODE_ARITY, SET_MARKET_MODE_CODE, emitSetMarketMode, parseSetMarketMode } from "./set-market-mode.ts";
import { type ConnectionClosed, CONNECTION_CLOSED_ARITY, CONNECTION_CLOSED_CODE, emitConnectionClosed, parseConnectionClosed } from "./connection-closed.ts";

/** What only the enclave sequences, codes 64–95. */
export type SystemCommand = ListInstrument | Tick | OracleRound | InboxEntry | EpochOpened | SetMarketMode | ConnectionClosed;

/** Reads one message; more may follow. */
export function parseSystemCommand(reader: Reader): SystemCommand {
  const start = reader.offset;
  const { arity, code } = parseHead(reader);
  const expect = (known: number): void => {
    if (arity !== known) throw new ParseError("BAD_FRAME", start);
  };
  switch (code) {
    case LIST_INSTRUMENT_CODE:
      expect(LIST_INSTRUMENT_ARITY);
      return parseListInstrument(reader);
    case TICK_CODE:
      expect(TICK_ARITY);
      return parseTick(reader);
    case ORACLE_ROUND_CODE:
      expect(ORACLE_ROUND_ARITY);
      return parseOracleRound(reader);
    case INBOX_ENTRY_CODE:
      expect(INBOX_ENTRY_ARITY);
      return parseInboxEntry(reader);
    case EPOCH_OPENED_CODE:
      expect(EPOCH_OPENED_ARITY);
      return parseEpochOpened(reader);
    case SET_MARKET_MODE_CODE:
      expect(SET_MARKET_MODE_ARITY);
      return parseSetMarketMode(reader);
    case CONNECTION_CLOSED_CODE:
      expect(CONNECTION_CLOSED_ARITY);
      return parseConnectionClosed(reader);
    default:
      throw new ParseError("UNKNOWN_OP", code);
  }
}

/** Appends one message. */
export function emitSystemCommand(writer: Writer, message: SystemCommand): void {
  switch (message.type) {
    case "list-instrument":
      return emitListInstrument(writer, message);
    case "tick":
      return emitTick(writer, message);
    case "oracle-round":
      return emitOracleRound(writer, message);
    case "inbox-entry":
      return emitInboxEntry(writer, message);
    case "epoch-opened":
      return emitEpochOpened(writer, message);
    case "set-market-mode":
      return emitSetMarketMode(writer, message);
    case "connection-closed":
      return emitConnectionClosed(writer, message);
    default:
      throw new EmitError("BAD_TYPE", "type", `names no system-command: ${String((message as { type: unknown }).type)}`);
  }
}

/** Bytes that are one message of the group and nothing else, or a `ParseError`. */
export function decodeSystemCommand(bytes: Uint8Array): SystemCommand {
  return parseAll(bytes, parseSystemCommand);
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeSystemCommand(message: SystemCommand): Uint8Array {
  return emitAll((writer) => emitSystemCommand(writer, message));
}
