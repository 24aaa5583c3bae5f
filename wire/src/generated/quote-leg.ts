// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import type { Reader } from "../reader.ts";
import type { Writer } from "../writer.ts";

/** What became of one pair. */
export interface QuoteLeg {
  /** u16 */
  instrument: number;
  /** u64; 0 if it does not rest */
  bidOrderId: bigint;
  /** u16; 0, or a reject code */
  bidCode: number;
  /** u64; 0 if it does not rest */
  askOrderId: bigint;
  /** u16; 0, or a reject code */
  askCode: number;
}

export function parseQuoteLeg(reader: Reader): QuoteLeg {
  reader.arrayOf(5);
  return {
    instrument: reader.u16(),
    bidOrderId: reader.u64(),
    bidCode: reader.u16(),
    askOrderId: reader.u64(),
    askCode: reader.u16(),
  };
}

export function emitQuoteLeg(writer: Writer, record: QuoteLeg): void {
  writer.array(5);
  writer.u16(record.instrument, "instrument");
  writer.u64(record.bidOrderId, "bid_order_id");
  writer.u16(record.bidCode, "bid_code");
  writer.u64(record.askOrderId, "ask_order_id");
  writer.u16(record.askCode, "ask_code");
}
