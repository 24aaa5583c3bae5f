// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import type { Reader } from "../reader.ts";
import type { Writer } from "../writer.ts";

/** Both sides of one instrument; a side with 0 lots is only withdrawn. */
export interface QuotePair {
  /** u16 */
  instrument: number;
  /** u32 */
  bidTicks: number;
  /** u32 */
  bidLots: number;
  /** u32 */
  askTicks: number;
  /** u32 */
  askLots: number;
}

export function parseQuotePair(reader: Reader): QuotePair {
  reader.arrayOf(5);
  return {
    instrument: reader.u16(),
    bidTicks: reader.u32(),
    bidLots: reader.u32(),
    askTicks: reader.u32(),
    askLots: reader.u32(),
  };
}

export function emitQuotePair(writer: Writer, record: QuotePair): void {
  writer.array(5);
  writer.u16(record.instrument, "instrument");
  writer.u32(record.bidTicks, "bid_ticks");
  writer.u32(record.bidLots, "bid_lots");
  writer.u32(record.askTicks, "ask_ticks");
  writer.u32(record.askLots, "ask_lots");
}
