// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";
import { TriggerSource, TRIGGER_SOURCE_NAMES } from "./trigger-source.ts";

/** A waiting order's trigger was met; what it did follows. */
export interface OrderTriggered {
  type: "order-triggered";
  /** u64 */
  sequence: bigint;
  /** u16 */
  instrument: number;
  /** u64 */
  orderId: bigint;
  /** client id or nil */
  clientId: string | null;
  /** trigger-source */
  source: TriggerSource;
  /** i64; of the source, collateral per lot */
  price: bigint;
}

export const ORDER_TRIGGERED_CODE = 138;
export const ORDER_TRIGGERED_ARITY = 7;

/** Reads the fields; header and code are behind the reader. */
export function parseOrderTriggered(reader: Reader): OrderTriggered {
  return {
    type: "order-triggered",
    sequence: reader.u64(),
    instrument: reader.u16(),
    orderId: reader.u64(),
    clientId: reader.nil() ? null : reader.clientId(),
    source: reader.enumeration(TRIGGER_SOURCE_NAMES),
    price: reader.i64(),
  };
}

/** Appends header, code and fields. */
export function emitOrderTriggered(writer: Writer, message: OrderTriggered): void {
  writer.array(7);
  writer.u8(138, "code");
  writer.u64(message.sequence, "sequence");
  writer.u16(message.instrument, "instrument");
  writer.u64(message.orderId, "order_id");
  message.clientId === null ? writer.nil() : writer.clientId(message.clientId, "client_id");
  writer.enumeration(TriggerSource, message.source, "source");
  writer.i64(message.price, "price");
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeOrderTriggered(bytes: Uint8Array): OrderTriggered {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 138, 7);
    return parseOrderTriggered(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeOrderTriggered(message: OrderTriggered): Uint8Array {
  return emitAll((writer) => emitOrderTriggered(writer, message));
}
