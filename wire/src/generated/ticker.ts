// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";
import { MarketMode, MARKET_MODE_NAMES } from "./market-mode.ts";

/** After an oracle round. */
export interface Ticker {
  type: "ticker";
  /** u64 */
  epoch: bigint;
  /** u64 */
  sequence: bigint;
  /** u16 */
  instrument: number;
  /** u64 */
  timeUs: bigint;
  /** i64; collateral per lot */
  mark: bigint;
  /** i64 */
  index: bigint;
  /** i64; last applied, per hour */
  fundingRatePpb: bigint;
  /** u64 */
  openInterestLots: bigint;
  /** market-mode */
  mode: MarketMode;
}

export const TICKER_CODE = 161;
export const TICKER_ARITY = 10;

/** Reads the fields; header and code are behind the reader. */
export function parseTicker(reader: Reader): Ticker {
  return {
    type: "ticker",
    epoch: reader.u64(),
    sequence: reader.u64(),
    instrument: reader.u16(),
    timeUs: reader.u64(),
    mark: reader.i64(),
    index: reader.i64(),
    fundingRatePpb: reader.i64(),
    openInterestLots: reader.u64(),
    mode: reader.enumeration(MARKET_MODE_NAMES),
  };
}

/** Appends header, code and fields. */
export function emitTicker(writer: Writer, message: Ticker): void {
  writer.array(10);
  writer.u8(161, "code");
  writer.u64(message.epoch, "epoch");
  writer.u64(message.sequence, "sequence");
  writer.u16(message.instrument, "instrument");
  writer.u64(message.timeUs, "time_us");
  writer.i64(message.mark, "mark");
  writer.i64(message.index, "index");
  writer.i64(message.fundingRatePpb, "funding_rate_ppb");
  writer.u64(message.openInterestLots, "open_interest_lots");
  writer.enumeration(MarketMode, message.mode, "mode");
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeTicker(bytes: Uint8Array): Ticker {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 161, 10);
    return parseTicker(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeTicker(message: Ticker): Uint8Array {
  return emitAll((writer) => emitTicker(writer, message));
}
