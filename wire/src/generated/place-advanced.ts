// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";
import { Link, LINK_NAMES } from "./link.ts";
import { OrderKind, ORDER_KIND_NAMES } from "./order-kind.ts";
import { SelfTradeMode, SELF_TRADE_MODE_NAMES } from "./self-trade-mode.ts";
import { Side, SIDE_NAMES } from "./side.ts";
import { TimeInForce, TIME_IN_FORCE_NAMES } from "./time-in-force.ts";
import { TriggerKind, TRIGGER_KIND_NAMES } from "./trigger-kind.ts";
import { TriggerSource, TRIGGER_SOURCE_NAMES } from "./trigger-source.ts";

/** Places an order with everything `place` leaves out (docs/orders.md). */
export interface PlaceAdvanced {
  type: "place-advanced";
  /** client id or nil; as for `place` */
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
  /** bool; rejected if it would cross, unless it slides */
  postOnly: boolean;
  /** bool; never opens or grows a position */
  reduceOnly: boolean;
  /** self-trade-mode */
  selfTrade: SelfTradeMode;
  /** bool; a post-only order that would cross rests one tick behind the best opposite price */
  slide: boolean;
  /** u64; engine time at which it is cancelled, 0 for never */
  expiryUs: bigint;
  /** u32; the account's own, for cancelling together; 0 for none */
  label: number;
  /** trigger-kind */
  trigger: TriggerKind;
  /** trigger-source */
  triggerSource: TriggerSource;
  /** u32; 0 without a trigger */
  triggerTicks: number;
  /** u32; the account's own name of linked orders, 0 for none */
  group: number;
  /** link */
  link: Link;
  /** u8; market-maker protection group, 0 for none */
  protection: number;
}

export const PLACE_ADVANCED_CODE = 10;
export const PLACE_ADVANCED_ARITY = 20;

/** Reads the fields; header and code are behind the reader. */
export function parsePlaceAdvanced(reader: Reader): PlaceAdvanced {
  return {
    type: "place-advanced",
    clientId: reader.nil() ? null : reader.clientId(),
    instrument: reader.u16(),
    side: reader.enumeration(SIDE_NAMES),
    kind: reader.enumeration(ORDER_KIND_NAMES),
    timeInForce: reader.enumeration(TIME_IN_FORCE_NAMES),
    priceTicks: reader.u32(),
    lots: reader.u32(),
    postOnly: reader.bool(),
    reduceOnly: reader.bool(),
    selfTrade: reader.enumeration(SELF_TRADE_MODE_NAMES),
    slide: reader.bool(),
    expiryUs: reader.u64(),
    label: reader.u32(),
    trigger: reader.enumeration(TRIGGER_KIND_NAMES),
    triggerSource: reader.enumeration(TRIGGER_SOURCE_NAMES),
    triggerTicks: reader.u32(),
    group: reader.u32(),
    link: reader.enumeration(LINK_NAMES),
    protection: reader.u8(),
  };
}

/** Appends header, code and fields. */
export function emitPlaceAdvanced(writer: Writer, message: PlaceAdvanced): void {
  writer.array(20);
  writer.u8(10, "code");
  message.clientId === null ? writer.nil() : writer.clientId(message.clientId, "client_id");
  writer.u16(message.instrument, "instrument");
  writer.enumeration(Side, message.side, "side");
  writer.enumeration(OrderKind, message.kind, "kind");
  writer.enumeration(TimeInForce, message.timeInForce, "time_in_force");
  writer.u32(message.priceTicks, "price_ticks");
  writer.u32(message.lots, "lots");
  writer.bool(message.postOnly, "post_only");
  writer.bool(message.reduceOnly, "reduce_only");
  writer.enumeration(SelfTradeMode, message.selfTrade, "self_trade");
  writer.bool(message.slide, "slide");
  writer.u64(message.expiryUs, "expiry_us");
  writer.u32(message.label, "label");
  writer.enumeration(TriggerKind, message.trigger, "trigger");
  writer.enumeration(TriggerSource, message.triggerSource, "trigger_source");
  writer.u32(message.triggerTicks, "trigger_ticks");
  writer.u32(message.group, "group");
  writer.enumeration(Link, message.link, "link");
  writer.u8(message.protection, "protection");
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodePlaceAdvanced(bytes: Uint8Array): PlaceAdvanced {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 10, 20);
    return parsePlaceAdvanced(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodePlaceAdvanced(message: PlaceAdvanced): Uint8Array {
  return emitAll((writer) => emitPlaceAdvanced(writer, message));
}
