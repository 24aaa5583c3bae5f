// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";
import { MarginMode, MARGIN_MODE_NAMES } from "./margin-mode.ts";
import { type Position, emitPosition, parsePosition } from "./position.ts";

/** Answer to `account-query`. */
export interface AccountEvent {
  type: "account";
  /** u64 */
  sequence: bigint;
  /** u32 */
  account: number;
  /** i64 */
  collateral: bigint;
  /** i64 */
  equity: bigint;
  /** i64; open orders on the worse side included */
  marginInitial: bigint;
  /** i64 */
  marginMaintenance: bigint;
  /** i64 */
  withdrawable: bigint;
  /** u64; last withdrawal nonce */
  nonce: bigint;
  /** list of position, at most 16 */
  positions: Position[];
  /** margin-mode */
  marginMode: MarginMode;
}

export const ACCOUNT_CODE = 135;
export const ACCOUNT_ARITY = 11;

/** Reads the fields; header and code are behind the reader. */
export function parseAccountEvent(reader: Reader): AccountEvent {
  return {
    type: "account",
    sequence: reader.u64(),
    account: reader.u32(),
    collateral: reader.i64(),
    equity: reader.i64(),
    marginInitial: reader.i64(),
    marginMaintenance: reader.i64(),
    withdrawable: reader.i64(),
    nonce: reader.u64(),
    positions: reader.list(0, 16, parsePosition),
    marginMode: reader.enumeration(MARGIN_MODE_NAMES),
  };
}

/** Appends header, code and fields. */
export function emitAccountEvent(writer: Writer, message: AccountEvent): void {
  writer.array(11);
  writer.u8(135, "code");
  writer.u64(message.sequence, "sequence");
  writer.u32(message.account, "account");
  writer.i64(message.collateral, "collateral");
  writer.i64(message.equity, "equity");
  writer.i64(message.marginInitial, "margin_initial");
  writer.i64(message.marginMaintenance, "margin_maintenance");
  writer.i64(message.withdrawable, "withdrawable");
  writer.u64(message.nonce, "nonce");
  writer.list(message.positions, 0, 16, "positions", emitPosition);
  writer.enumeration(MarginMode, message.marginMode, "margin_mode");
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeAccountEvent(bytes: Uint8Array): AccountEvent {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 135, 11);
    return parseAccountEvent(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeAccountEvent(message: AccountEvent): Uint8Array {
  return emitAll((writer) => emitAccountEvent(writer, message));
}
