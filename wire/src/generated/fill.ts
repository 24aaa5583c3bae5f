// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";
import { Role, ROLE_NAMES } from "./role.ts";
import { Side, SIDE_NAMES } from "./side.ts";

/** The message `fill`. */
export interface Fill {
  type: "fill";
  /** u64 */
  sequence: bigint;
  /** u64 */
  tradeId: bigint;
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
  /** u32 */
  remainingLots: number;
  /** i64; positive is paid */
  fee: bigint;
  /** role */
  role: Role;
}

export const FILL_CODE = 130;
export const FILL_ARITY = 12;

/** Reads the fields; header and code are behind the reader. */
export function parseFill(reader: Reader): Fill {
  return {
    type: "fill",
    sequence: reader.u64(),
    tradeId: reader.u64(),
    instrument: reader.u16(),
    orderId: reader.u64(),
    clientId: reader.nil() ? null : reader.clientId(),
    side: reader.enumeration(SIDE_NAMES),
    priceTicks: reader.u32(),
    lots: reader.u32(),
    remainingLots: reader.u32(),
    fee: reader.i64(),
    role: reader.enumeration(ROLE_NAMES),
  };
}

/** Appends header, code and fields. */
export function emitFill(writer: Writer, message: Fill): void {
  writer.array(12);
  writer.u8(130, "code");
  writer.u64(message.sequence, "sequence");
  writer.u64(message.tradeId, "trade_id");
  writer.u16(message.instrument, "instrument");
  writer.u64(message.orderId, "order_id");
  message.clientId === null ? writer.nil() : writer.clientId(message.clientId, "client_id");
  writer.enumeration(Side, message.side, "side");
  writer.u32(message.priceTicks, "price_ticks");
  writer.u32(message.lots, "lots");
  writer.u32(message.remainingLots, "remaining_lots");
  writer.i64(message.fee, "fee");
  writer.enumeration(Role, message.role, "role");
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeFill(bytes: Uint8Array): Fill {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 130, 12);
    return parseFill(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeFill(message: Fill): Uint8Array {
  return emitAll((writer) => emitFill(writer, message));
}
