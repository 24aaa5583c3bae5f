// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import type { Reader } from "../reader.ts";
import type { Writer } from "../writer.ts";

/** A position inside a list. */
export interface Position {
  /** u16 */
  instrument: number;
  /** i64 */
  lots: bigint;
  /** i64 */
  cost: bigint;
  /** i64; positive is owed by the account */
  fundingOwed: bigint;
}

export function parsePosition(reader: Reader): Position {
  reader.arrayOf(4);
  return {
    instrument: reader.u16(),
    lots: reader.i64(),
    cost: reader.i64(),
    fundingOwed: reader.i64(),
  };
}

export function emitPosition(writer: Writer, record: Position): void {
  writer.array(4);
  writer.u16(record.instrument, "instrument");
  writer.i64(record.lots, "lots");
  writer.i64(record.cost, "cost");
  writer.i64(record.fundingOwed, "funding_owed");
}
