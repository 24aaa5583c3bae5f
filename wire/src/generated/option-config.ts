// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import type { Reader } from "../reader.ts";
import type { Writer } from "../writer.ts";

/** An option listed at genesis; the fields of `list-option`. */
export interface OptionConfig {
  /** u16; id, from 1 */
  instrument: number;
  /** text */
  symbol: string;
  /** u64; collateral per tick and lot */
  tickValue: bigint;
  /** u32; largest order */
  lotsMax: number;
  /** u32; highest legal price */
  priceTicksMax: number;
  /** i32; negative is a rebate, at most what the taker pays */
  makerFeePpm: number;
  /** i32 */
  takerFeePpm: number;
  /** u32; to the insurance fund, at most */
  liquidationFeePpm: number;
  /** i64; first mark, collateral per lot */
  mark: bigint;
  /** u16; the perpetual whose index settles it */
  underlying: number;
  /** bool */
  isCall: boolean;
  /** i64; collateral per lot */
  strike: bigint;
  /** u64; 08:00 UTC of a day */
  expiryUs: bigint;
}

export function parseOptionConfig(reader: Reader): OptionConfig {
  reader.arrayOf(13);
  return {
    instrument: reader.u16(),
    symbol: reader.text(),
    tickValue: reader.u64(),
    lotsMax: reader.u32(),
    priceTicksMax: reader.u32(),
    makerFeePpm: reader.i32(),
    takerFeePpm: reader.i32(),
    liquidationFeePpm: reader.u32(),
    mark: reader.i64(),
    underlying: reader.u16(),
    isCall: reader.bool(),
    strike: reader.i64(),
    expiryUs: reader.u64(),
  };
}

export function emitOptionConfig(writer: Writer, record: OptionConfig): void {
  writer.array(13);
  writer.u16(record.instrument, "instrument");
  writer.text(record.symbol, "symbol");
  writer.u64(record.tickValue, "tick_value");
  writer.u32(record.lotsMax, "lots_max");
  writer.u32(record.priceTicksMax, "price_ticks_max");
  writer.i32(record.makerFeePpm, "maker_fee_ppm");
  writer.i32(record.takerFeePpm, "taker_fee_ppm");
  writer.u32(record.liquidationFeePpm, "liquidation_fee_ppm");
  writer.i64(record.mark, "mark");
  writer.u16(record.underlying, "underlying");
  writer.bool(record.isCall, "is_call");
  writer.i64(record.strike, "strike");
  writer.u64(record.expiryUs, "expiry_us");
}
