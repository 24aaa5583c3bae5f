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
  /** u64; volatility an option is priced at, 1e-9 a year; 0 for a perpetual */
  sigmaNano: bigint;
  /** i64; gain per unit of the index, 1e-9 */
  deltaNano: bigint;
  /** i64; change of that when the index gains a whole token a lot, 1e-9 */
  gammaNano: bigint;
  /** i64; gain per point (1 % a year) of volatility, collateral per lot */
  vegaPoint: bigint;
  /** i64; gain by a day passing, collateral per lot */
  thetaDay: bigint;
  /** u64; public sequence of the instrument's last `market` message */
  bookSequence: bigint;
  /** u32; CRC-32C of the book as of it: for each side, bids first, its ten best levels, best first, each `u32 price in ticks ‖ u64 lots`, little-endian; after the bids one byte `2f` */
  bookChecksum: number;
}

export const TICKER_CODE = 161;
export const TICKER_ARITY = 17;

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
    sigmaNano: reader.u64(),
    deltaNano: reader.i64(),
    gammaNano: reader.i64(),
    vegaPoint: reader.i64(),
    thetaDay: reader.i64(),
    bookSequence: reader.u64(),
    bookChecksum: reader.u32(),
  };
}

/** Appends header, code and fields. */
export function emitTicker(writer: Writer, message: Ticker): void {
  writer.array(17);
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
  writer.u64(message.sigmaNano, "sigma_nano");
  writer.i64(message.deltaNano, "delta_nano");
  writer.i64(message.gammaNano, "gamma_nano");
  writer.i64(message.vegaPoint, "vega_point");
  writer.i64(message.thetaDay, "theta_day");
  writer.u64(message.bookSequence, "book_sequence");
  writer.u32(message.bookChecksum, "book_checksum");
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeTicker(bytes: Uint8Array): Ticker {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 161, 17);
    return parseTicker(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeTicker(message: Ticker): Uint8Array {
  return emitAll((writer) => emitTicker(writer, message));
}
