// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import type { Reader } from "../reader.ts";
import type { Writer } from "../writer.ts";
import { Side, SIDE_NAMES } from "./side.ts";

/** A price level after the command; `lots` 0 removes it. */
export interface LevelChange {
  /** side */
  side: Side;
  /** u32 */
  priceTicks: number;
  /** u64; total resting after the command */
  lots: bigint;
}

export function parseLevelChange(reader: Reader): LevelChange {
  reader.arrayOf(3);
  return {
    side: reader.enumeration(SIDE_NAMES),
    priceTicks: reader.u32(),
    lots: reader.u64(),
  };
}

export function emitLevelChange(writer: Writer, record: LevelChange): void {
  writer.array(3);
  writer.enumeration(Side, record.side, "side");
  writer.u32(record.priceTicks, "price_ticks");
  writer.u64(record.lots, "lots");
}
