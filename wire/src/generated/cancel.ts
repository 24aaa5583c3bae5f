// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";

/** Cancels one order. `NO_ORDER` if unknown, filled or another account's: the three are not told apart. */
export interface Cancel {
  type: "cancel";
  /** order id (u64) or client id */
  order: bigint | string;
}

export const CANCEL_CODE = 3;
export const CANCEL_ARITY = 2;

/** Reads the fields; header and code are behind the reader. */
export function parseCancel(reader: Reader): Cancel {
  return {
    type: "cancel",
    order: reader.orderRef(),
  };
}

/** Appends header, code and fields. */
export function emitCancel(writer: Writer, message: Cancel): void {
  writer.array(2);
  writer.u8(3, "code");
  writer.orderRef(message.order, "order");
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeCancel(bytes: Uint8Array): Cancel {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 3, 2);
    return parseCancel(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeCancel(message: Cancel): Uint8Array {
  return emitAll((writer) => emitCancel(writer, message));
}
