// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import type { Reader } from "../reader.ts";
import type { Writer } from "../writer.ts";
import { InstrumentKind, INSTRUMENT_KIND_NAMES } from "./instrument-kind.ts";

/** A instrument-config inside a list. */
export interface InstrumentConfig {
  /** u16; id, from 1 */
  instrument: number;
  /** text */
  symbol: string;
  /** instrument-kind */
  kind: InstrumentKind;
  /** u64; collateral per tick and lot */
  tickValue: bigint;
  /** u32; largest order */
  lotsMax: number;
  /** u32; highest legal price */
  priceTicksMax: number;
  /** u32; initial margin fraction */
  initialPpm: number;
  /** u32; maintenance margin fraction */
  maintenancePpm: number;
  /** i32; negative is a rebate, at most what the taker pays */
  makerFeePpm: number;
  /** i32 */
  takerFeePpm: number;
  /** u32; to the insurance fund, at most */
  liquidationFeePpm: number;
  /** i64; price at listing, collateral per lot */
  index: bigint;
}

export function parseInstrumentConfig(reader: Reader): InstrumentConfig {
  reader.arrayOf(12);
  return {
    instrument: reader.u16(),
    symbol: reader.text(),
    kind: reader.enumeration(INSTRUMENT_KIND_NAMES),
    tickValue: reader.u64(),
    lotsMax: reader.u32(),
    priceTicksMax: reader.u32(),
    initialPpm: reader.u32(),
    maintenancePpm: reader.u32(),
    makerFeePpm: reader.i32(),
    takerFeePpm: reader.i32(),
    liquidationFeePpm: reader.u32(),
    index: reader.i64(),
  };
}

export function emitInstrumentConfig(writer: Writer, record: InstrumentConfig): void {
  writer.array(12);
  writer.u16(record.instrument, "instrument");
  writer.text(record.symbol, "symbol");
  writer.enumeration(InstrumentKind, record.kind, "kind");
  writer.u64(record.tickValue, "tick_value");
  writer.u32(record.lotsMax, "lots_max");
  writer.u32(record.priceTicksMax, "price_ticks_max");
  writer.u32(record.initialPpm, "initial_ppm");
  writer.u32(record.maintenancePpm, "maintenance_ppm");
  writer.i32(record.makerFeePpm, "maker_fee_ppm");
  writer.i32(record.takerFeePpm, "taker_fee_ppm");
  writer.u32(record.liquidationFeePpm, "liquidation_fee_ppm");
  writer.i64(record.index, "index");
}
