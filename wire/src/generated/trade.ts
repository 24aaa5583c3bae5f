// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import type { Reader } from "../reader.ts";
import type { Writer } from "../writer.ts";
import { Side, SIDE_NAMES } from "./side.ts";

/** A trade inside a list. */
export interface Trade {
  /** u64; gap-free per venue */
  tradeId: bigint;
  /** u32; the maker's */
  priceTicks: number;
  /** u32 */
  lots: number;
  /** side */
  takerSide: Side;
}

export function parseTrade(reader: Reader): Trade {
  reader.arrayOf(4);
  return {
    tradeId: reader.u64(),
    priceTicks: reader.u32(),
    lots: reader.u32(),
    takerSide: reader.enumeration(SIDE_NAMES),
  };
}

export function emitTrade(writer: Writer, record: Trade): void {
  writer.array(4);
  writer.u64(record.tradeId, "trade_id");
  writer.u32(record.priceTicks, "price_ticks");
  writer.u32(record.lots, "lots");
  writer.enumeration(Side, record.takerSide, "taker_side");
}
