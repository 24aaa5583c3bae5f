// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";

/** Moves collateral to another sub-account of the same owner, which it opens if need be. Needs the withdraw scope. */
export interface Transfer {
  type: "transfer";
  /** u8; to */
  subaccount: number;
  /** u64; 1e-6 of the token, at most what is withdrawable */
  amount: bigint;
}

export const TRANSFER_CODE = 18;
export const TRANSFER_ARITY = 3;

/** Reads the fields; header and code are behind the reader. */
export function parseTransfer(reader: Reader): Transfer {
  return {
    type: "transfer",
    subaccount: reader.u8(),
    amount: reader.u64(),
  };
}

/** Appends header, code and fields. */
export function emitTransfer(writer: Writer, message: Transfer): void {
  writer.array(3);
  writer.u8(18, "code");
  writer.u8(message.subaccount, "subaccount");
  writer.u64(message.amount, "amount");
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeTransfer(bytes: Uint8Array): Transfer {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 18, 3);
    return parseTransfer(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeTransfer(message: Transfer): Uint8Array {
  return emitAll((writer) => emitTransfer(writer, message));
}
