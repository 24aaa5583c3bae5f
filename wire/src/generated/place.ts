// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";
import { OrderKind, ORDER_KIND_NAMES } from "./order-kind.ts";
import { Side, SIDE_NAMES } from "./side.ts";
import { TimeInForce, TIME_IN_FORCE_NAMES } from "./time-in-force.ts";

/** Places an order. The same client id with the same content returns the stored result; with other content `CLIENT_ID_CONFLICT`. */
export interface Place {
  type: "place";
  /** client id or nil; unique per sub-account among open orders and the recent past */
  clientId: string | null;
  /** u16 */
  instrument: number;
  /** side */
  side: Side;
  /** order-kind */
  kind: OrderKind;
  /** time-in-force */
  timeInForce: TimeInForce;
  /** u32; limit, or the bound of a market order */
  priceTicks: number;
  /** u32 */
  lots: number;
  /** bool; rejected if it would cross */
  postOnly: boolean;
  /** bool; never opens or grows a position */
  reduceOnly: boolean;
}

export const PLACE_CODE = 1;
export const PLACE_ARITY = 10;

/** Reads the fields; header and code are behind the reader. */
export function parsePlace(reader: Reader): Place {
  return {
    type: "place",
    clientId: reader.nil() ? null : reader.clientId(),
    instrument: reader.u16(),
    side: reader.enumeration(SIDE_NAMES),
    kind: reader.enumeration(ORDER_KIND_NAMES),
    timeInForce: reader.enumeration(TIME_IN_FORCE_NAMES),
    priceTicks: reader.u32(),
    lots: reader.u32(),
    postOnly: reader.bool(),
    reduceOnly: reader.bool(),
  };
}

/** Appends header, code and fields. */
export function emitPlace(writer: Writer, message: Place): void {
  writer.array(10);
  writer.u8(1, "code");
  message.clientId === null ? writer.nil() : writer.clientId(message.clientId, "client_id");
  writer.u16(message.instrument, "instrument");
  writer.enumeration(Side, message.side, "side");
  writer.enumeration(OrderKind, message.kind, "kind");
  writer.enumeration(TimeInForce, message.timeInForce, "time_in_force");
  writer.u32(message.priceTicks, "price_ticks");
  writer.u32(message.lots, "lots");
  writer.bool(message.postOnly, "post_only");
  writer.bool(message.reduceOnly, "reduce_only");
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodePlace(bytes: Uint8Array): Place {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 1, 10);
    return parsePlace(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodePlace(message: Place): Uint8Array {
  return emitAll((writer) => emitPlace(writer, message));
}
