// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";

/** The message `liquidated`. */
export interface Liquidated {
  type: "liquidated";
  /** u64 */
  sequence: bigint;
  /** u16 */
  instrument: number;
  /** i64; signed size taken over by the insurance fund or by deleveraging */
  lots: bigint;
  /** i64; zero price, collateral per lot */
  price: bigint;
  /** i64 */
  fee: bigint;
}

export const LIQUIDATED_CODE = 134;
export const LIQUIDATED_ARITY = 6;

/** Reads the fields; header and code are behind the reader. */
export function parseLiquidated(reader: Reader): Liquidated {
  return {
    type: "liquidated",
    sequence: reader.u64(),
    instrument: reader.u16(),
    lots: reader.i64(),
    price: reader.i64(),
    fee: reader.i64(),
  };
}

/** Appends header, code and fields. */
export function emitLiquidated(writer: Writer, message: Liquidated): void {
  writer.array(6);
  writer.u8(134, "code");
  writer.u64(message.sequence, "sequence");
  writer.u16(message.instrument, "instrument");
  writer.i64(message.lots, "lots");
  writer.i64(message.price, "price");
  writer.i64(message.fee, "fee");
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeLiquidated(bytes: Uint8Array): Liquidated {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 134, 6);
    return parseLiquidated(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeLiquidated(message: Liquidated): Uint8Array {
  return emitAll((writer) => emitLiquidated(writer, message));
}
