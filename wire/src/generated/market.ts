// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";
import { type LevelChange, emitLevelChange, parseLevelChange } from "./level-change.ts";
import { type Trade, emitTrade, parseTrade } from "./trade.ts";

/** What one command changed in one book. Gap-free: `previous_sequence` is the last public sequence of this instrument. */
export interface Market {
  type: "market";
  /** u64 */
  epoch: bigint;
  /** u64 */
  sequence: bigint;
  /** u64 */
  previousSequence: bigint;
  /** u16 */
  instrument: number;
  /** u64 */
  timeUs: bigint;
  /** list of level-change, at most 512 */
  levels: LevelChange[];
  /** list of trade, at most 512 */
  trades: Trade[];
}

export const MARKET_CODE = 160;
export const MARKET_ARITY = 8;

/** Reads the fields; header and code are behind the reader. */
export function parseMarket(reader: Reader): Market {
  return {
    type: "market",
    epoch: reader.u64(),
    sequence: reader.u64(),
    previousSequence: reader.u64(),
    instrument: reader.u16(),
    timeUs: reader.u64(),
    levels: reader.list(0, 512, parseLevelChange),
    trades: reader.list(0, 512, parseTrade),
  };
}

/** Appends header, code and fields. */
export function emitMarket(writer: Writer, message: Market): void {
  writer.array(8);
  writer.u8(160, "code");
  writer.u64(message.epoch, "epoch");
  writer.u64(message.sequence, "sequence");
  writer.u64(message.previousSequence, "previous_sequence");
  writer.u16(message.instrument, "instrument");
  writer.u64(message.timeUs, "time_us");
  writer.list(message.levels, 0, 512, "levels", emitLevelChange);
  writer.list(message.trades, 0, 512, "trades", emitTrade);
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeMarket(bytes: Uint8Array): Market {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 160, 8);
    return parseMarket(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeMarket(message: Market): Uint8Array {
  return emitAll((writer) => emitMarket(writer, message));
}
