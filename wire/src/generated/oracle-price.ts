// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import type { Reader } from "../reader.ts";
import type { Writer } from "../writer.ts";

/** A oracle-price inside a list. */
export interface OraclePrice {
  /** u16 */
  instrument: number;
  /** i64; collateral per lot */
  index: bigint;
}

export function parseOraclePrice(reader: Reader): OraclePrice {
  reader.arrayOf(2);
  return {
    instrument: reader.u16(),
    index: reader.i64(),
  };
}

export function emitOraclePrice(writer: Writer, record: OraclePrice): void {
  writer.array(2);
  writer.u16(record.instrument, "instrument");
  writer.i64(record.index, "index");
}
