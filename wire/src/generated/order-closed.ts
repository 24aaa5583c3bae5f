// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";
import { CloseReason, CLOSE_REASON_NAMES } from "./close-reason.ts";

/** A resting order left the book other than by being filled. */
export interface OrderClosed {
  type: "order-closed";
  /** u64 */
  sequence: bigint;
  /** u16 */
  instrument: number;
  /** u64 */
  orderId: bigint;
  /** client id or nil */
  clientId: string | null;
  /** u32; unfilled */
  lots: number;
  /** close-reason */
  reason: CloseReason;
}

export const ORDER_CLOSED_CODE = 131;
export const ORDER_CLOSED_ARITY = 7;

/** Reads the fields; header and code are behind the reader. */
export function parseOrderClosed(reader: Reader): OrderClosed {
  return {
    type: "order-closed",
    sequence: reader.u64(),
    instrument: reader.u16(),
    orderId: reader.u64(),
    clientId: reader.nil() ? null : reader.clientId(),
    lots: reader.u32(),
    reason: reader.enumeration(CLOSE_REASON_NAMES),
  };
}

/** Appends header, code and fields. */
export function emitOrderClosed(writer: Writer, message: OrderClosed): void {
  writer.array(7);
  writer.u8(131, "code");
  writer.u64(message.sequence, "sequence");
  writer.u16(message.instrument, "instrument");
  writer.u64(message.orderId, "order_id");
  message.clientId === null ? writer.nil() : writer.clientId(message.clientId, "client_id");
  writer.u32(message.lots, "lots");
  writer.enumeration(CloseReason, message.reason, "reason");
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeOrderClosed(bytes: Uint8Array): OrderClosed {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 131, 7);
    return parseOrderClosed(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeOrderClosed(message: OrderClosed): Uint8Array {
  return emitAll((writer) => emitOrderClosed(writer, message));
}
