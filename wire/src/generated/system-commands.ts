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
import { type InstrumentRisk, INSTRUMENT_RISK_ARITY, INSTRUMENT_RISK_CODE, emitInstrumentRisk, parseInstrumentRisk } from "./instrument-risk.ts";
import { type ListOption, LIST_OPTION_ARITY, LIST_OPTION_CODE, emitListOption, parseListOption } from "./list-option.ts";
import { type VolatilityRound, VOLATILITY_ROUND_ARITY, VOLATILITY_ROUND_CODE, emitVolatilityRound, parseVolatilityRound } from "./volatility-round.ts";
import { type Expire, EXPIRE_ARITY, EXPIRE_CODE, emitExpire, parseExpire } from "./expire.ts";

/** What only the enclave sequences, codes 64–95. */
export type SystemCommand = ListInstrument | Tick | OracleRound | InboxEntry | EpochOpened | SetMarketMode | ConnectionClosed | InstrumentRisk | ListOption | VolatilityRound | Expire;

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
    case INSTRUMENT_RISK_CODE:
      expect(INSTRUMENT_RISK_ARITY);
      return parseInstrumentRisk(reader);
    case LIST_OPTION_CODE:
      expect(LIST_OPTION_ARITY);
      return parseListOption(reader);
    case VOLATILITY_ROUND_CODE:
      expect(VOLATILITY_ROUND_ARITY);
      return parseVolatilityRound(reader);
    case EXPIRE_CODE:
      expect(EXPIRE_ARITY);
      return parseExpire(reader);
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
    case "instrument-risk":
      return emitInstrumentRisk(writer, message);
    case "list-option":
      return emitListOption(writer, message);
    case "volatility-round":
      return emitVolatilityRound(writer, message);
    case "expire":
      return emitExpire(writer, message);
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
