// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";

/** Changes price or size of a resting order. A smaller size at the same price keeps its place. */
export interface Amend {
  type: "amend";
  /** order id (u64) or client id */
  order: bigint | string;
  /** u32 */
  priceTicks: number;
  /** u32; new remaining size */
  lots: number;
}

export const AMEND_CODE = 2;
export const AMEND_ARITY = 4;

/** Reads the fields; header and code are behind the reader. */
export function parseAmend(reader: Reader): Amend {
  return {
    type: "amend",
    order: reader.orderRef(),
    priceTicks: reader.u32(),
    lots: reader.u32(),
  };
}

/** Appends header, code and fields. */
export function emitAmend(writer: Writer, message: Amend): void {
  writer.array(4);
  writer.u8(2, "code");
  writer.orderRef(message.order, "order");
  writer.u32(message.priceTicks, "price_ticks");
  writer.u32(message.lots, "lots");
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeAmend(bytes: Uint8Array): Amend {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 2, 4);
    return parseAmend(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeAmend(message: Amend): Uint8Array {
  return emitAll((writer) => emitAmend(writer, message));
}
