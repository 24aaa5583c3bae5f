// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";
import { Level, LEVEL_NAMES } from "./level.ts";
import { OrderStatus, ORDER_STATUS_NAMES } from "./order-status.ts";

/** The outcome of one command; exactly one each, in order. */
export interface ResultEvent {
  type: "result";
  /** u64; of the frame */
  counter: bigint;
  /** u8; of the command in it */
  index: number;
  /** u16; 0, or a reject code */
  code: number;
  /** u64; what the reject's text says, else 0 */
  detail: bigint;
  /** u64; 0 when the command has none */
  orderId: bigint;
  /** order-status */
  status: OrderStatus;
  /** u32; by this command */
  filledLots: number;
  /** u32 */
  remainingLots: number;
  /** u64 */
  epoch: bigint;
  /** u64; 0 if never sequenced */
  sequence: bigint;
  /** bin32 */
  chainHash: Uint8Array;
  /** u64; engine time */
  timeUs: bigint;
  /** level */
  level: Level;
  /** bin32; of outcome and events, as the record has it */
  resultDigest: Uint8Array;
  /** bin16; of the record: with command, header and digest it is the record's plaintext */
  blind: Uint8Array;
}

export const RESULT_CODE = 129;
export const RESULT_ARITY = 16;

/** Reads the fields; header and code are behind the reader. */
export function parseResultEvent(reader: Reader): ResultEvent {
  return {
    type: "result",
    counter: reader.u64(),
    index: reader.u8(),
    code: reader.u16(),
    detail: reader.u64(),
    orderId: reader.u64(),
    status: reader.enumeration(ORDER_STATUS_NAMES),
    filledLots: reader.u32(),
    remainingLots: reader.u32(),
    epoch: reader.u64(),
    sequence: reader.u64(),
    chainHash: reader.bin(32),
    timeUs: reader.u64(),
    level: reader.enumeration(LEVEL_NAMES),
    resultDigest: reader.bin(32),
    blind: reader.bin(16),
  };
}

/** Appends header, code and fields. */
export function emitResultEvent(writer: Writer, message: ResultEvent): void {
  writer.array(16);
  writer.u8(129, "code");
  writer.u64(message.counter, "counter");
  writer.u8(message.index, "index");
  writer.u16(message.code, "code");
  writer.u64(message.detail, "detail");
  writer.u64(message.orderId, "order_id");
  writer.enumeration(OrderStatus, message.status, "status");
  writer.u32(message.filledLots, "filled_lots");
  writer.u32(message.remainingLots, "remaining_lots");
  writer.u64(message.epoch, "epoch");
  writer.u64(message.sequence, "sequence");
  writer.bin(message.chainHash, 32, "chain_hash");
  writer.u64(message.timeUs, "time_us");
  writer.enumeration(Level, message.level, "level");
  writer.bin(message.resultDigest, 32, "result_digest");
  writer.bin(message.blind, 16, "blind");
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeResultEvent(bytes: Uint8Array): ResultEvent {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 129, 16);
    return parseResultEvent(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeResultEvent(message: ResultEvent): Uint8Array {
  return emitAll((writer) => emitResultEvent(writer, message));
}
