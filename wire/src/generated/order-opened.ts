// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";
import { OrderStatus, ORDER_STATUS_NAMES } from "./order-status.ts";
import { Side, SIDE_NAMES } from "./side.ts";

/** An order rests, or waits, with these terms. */
export interface OrderOpened {
  type: "order-opened";
  /** u64 */
  sequence: bigint;
  /** u16 */
  instrument: number;
  /** u64 */
  orderId: bigint;
  /** client id or nil */
  clientId: string | null;
  /** side */
  side: Side;
  /** u32 */
  priceTicks: number;
  /** u32 */
  lots: number;
  /** order-status; resting or waiting */
  status: OrderStatus;
}

export const ORDER_OPENED_CODE = 139;
export const ORDER_OPENED_ARITY = 9;

/** Reads the fields; header and code are behind the reader. */
export function parseOrderOpened(reader: Reader): OrderOpened {
  return {
    type: "order-opened",
    sequence: reader.u64(),
    instrument: reader.u16(),
    orderId: reader.u64(),
    clientId: reader.nil() ? null : reader.clientId(),
    side: reader.enumeration(SIDE_NAMES),
    priceTicks: reader.u32(),
    lots: reader.u32(),
    status: reader.enumeration(ORDER_STATUS_NAMES),
  };
}

/** Appends header, code and fields. */
export function emitOrderOpened(writer: Writer, message: OrderOpened): void {
  writer.array(9);
  writer.u8(139, "code");
  writer.u64(message.sequence, "sequence");
  writer.u16(message.instrument, "instrument");
  writer.u64(message.orderId, "order_id");
  message.clientId === null ? writer.nil() : writer.clientId(message.clientId, "client_id");
  writer.enumeration(Side, message.side, "side");
  writer.u32(message.priceTicks, "price_ticks");
  writer.u32(message.lots, "lots");
  writer.enumeration(OrderStatus, message.status, "status");
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeOrderOpened(bytes: Uint8Array): OrderOpened {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 139, 9);
    return parseOrderOpened(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeOrderOpened(message: OrderOpened): Uint8Array {
  return emitAll((writer) => emitOrderOpened(writer, message));
}
