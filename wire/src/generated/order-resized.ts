// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";
import { CloseReason, CLOSE_REASON_NAMES } from "./close-reason.ts";

/** An order lost lots without trading and stays. */
export interface OrderResized {
  type: "order-resized";
  /** u64 */
  sequence: bigint;
  /** u16 */
  instrument: number;
  /** u64 */
  orderId: bigint;
  /** client id or nil */
  clientId: string | null;
  /** u32; now open */
  lots: number;
  /** close-reason */
  reason: CloseReason;
}

export const ORDER_RESIZED_CODE = 137;
export const ORDER_RESIZED_ARITY = 7;

/** Reads the fields; header and code are behind the reader. */
export function parseOrderResized(reader: Reader): OrderResized {
  return {
    type: "order-resized",
    sequence: reader.u64(),
    instrument: reader.u16(),
    orderId: reader.u64(),
    clientId: reader.nil() ? null : reader.clientId(),
    lots: reader.u32(),
    reason: reader.enumeration(CLOSE_REASON_NAMES),
  };
}

/** Appends header, code and fields. */
export function emitOrderResized(writer: Writer, message: OrderResized): void {
  writer.array(7);
  writer.u8(137, "code");
  writer.u64(message.sequence, "sequence");
  writer.u16(message.instrument, "instrument");
  writer.u64(message.orderId, "order_id");
  message.clientId === null ? writer.nil() : writer.clientId(message.clientId, "client_id");
  writer.u32(message.lots, "lots");
  writer.enumeration(CloseReason, message.reason, "reason");
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeOrderResized(bytes: Uint8Array): OrderResized {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 137, 7);
    return parseOrderResized(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeOrderResized(message: OrderResized): Uint8Array {
  return emitAll((writer) => emitOrderResized(writer, message));
}
