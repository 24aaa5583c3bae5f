// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";

/** Dead-man timer: unless renewed, every order of the account is cancelled at the first tick after this time. */
export interface CancelAfter {
  type: "cancel-after";
  /** u64; from now, in engine time; 0 disarms */
  timeoutUs: bigint;
}

export const CANCEL_AFTER_CODE = 12;
export const CANCEL_AFTER_ARITY = 2;

/** Reads the fields; header and code are behind the reader. */
export function parseCancelAfter(reader: Reader): CancelAfter {
  return {
    type: "cancel-after",
    timeoutUs: reader.u64(),
  };
}

/** Appends header, code and fields. */
export function emitCancelAfter(writer: Writer, message: CancelAfter): void {
  writer.array(2);
  writer.u8(12, "code");
  writer.u64(message.timeoutUs, "timeout_us");
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeCancelAfter(bytes: Uint8Array): CancelAfter {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 12, 2);
    return parseCancelAfter(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeCancelAfter(message: CancelAfter): Uint8Array {
  return emitAll((writer) => emitCancelAfter(writer, message));
}
