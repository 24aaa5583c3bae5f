// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";

/** Funding of a position since it was last settled left the collateral; sent before whatever touched the position. */
export interface FundingSettled {
  type: "funding-settled";
  /** u64 */
  sequence: bigint;
  /** u16 */
  instrument: number;
  /** i64; positive is paid, negative received, 1e-6 of the token */
  amount: bigint;
}

export const FUNDING_SETTLED_CODE = 149;
export const FUNDING_SETTLED_ARITY = 4;

/** Reads the fields; header and code are behind the reader. */
export function parseFundingSettled(reader: Reader): FundingSettled {
  return {
    type: "funding-settled",
    sequence: reader.u64(),
    instrument: reader.u16(),
    amount: reader.i64(),
  };
}

/** Appends header, code and fields. */
export function emitFundingSettled(writer: Writer, message: FundingSettled): void {
  writer.array(4);
  writer.u8(149, "code");
  writer.u64(message.sequence, "sequence");
  writer.u16(message.instrument, "instrument");
  writer.i64(message.amount, "amount");
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeFundingSettled(bytes: Uint8Array): FundingSettled {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 149, 4);
    return parseFundingSettled(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeFundingSettled(message: FundingSettled): Uint8Array {
  return emitAll((writer) => emitFundingSettled(writer, message));
}
