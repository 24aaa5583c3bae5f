// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";

/** Withdraws collateral to the owner, claimable on chain once its batch is anchored. */
export interface Withdraw {
  type: "withdraw";
  /** u64; the account's last withdrawal nonce + 1; the last one again returns `DUPLICATE` */
  nonce: bigint;
  /** u64; 1e-6 of the token */
  amount: bigint;
}

export const WITHDRAW_CODE = 6;
export const WITHDRAW_ARITY = 3;

/** Reads the fields; header and code are behind the reader. */
export function parseWithdraw(reader: Reader): Withdraw {
  return {
    type: "withdraw",
    nonce: reader.u64(),
    amount: reader.u64(),
  };
}

/** Appends header, code and fields. */
export function emitWithdraw(writer: Writer, message: Withdraw): void {
  writer.array(3);
  writer.u8(6, "code");
  writer.u64(message.nonce, "nonce");
  writer.u64(message.amount, "amount");
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeWithdraw(bytes: Uint8Array): Withdraw {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 6, 3);
    return parseWithdraw(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeWithdraw(message: Withdraw): Uint8Array {
  return emitAll((writer) => emitWithdraw(writer, message));
}
