// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";

/** Whether the account's orders are cancelled when this connection ends. Off until asked for. */
export interface CancelOnDisconnect {
  type: "cancel-on-disconnect";
  /** bool */
  isOn: boolean;
}

export const CANCEL_ON_DISCONNECT_CODE = 16;
export const CANCEL_ON_DISCONNECT_ARITY = 2;

/** Reads the fields; header and code are behind the reader. */
export function parseCancelOnDisconnect(reader: Reader): CancelOnDisconnect {
  return {
    type: "cancel-on-disconnect",
    isOn: reader.bool(),
  };
}

/** Appends header, code and fields. */
export function emitCancelOnDisconnect(writer: Writer, message: CancelOnDisconnect): void {
  writer.array(2);
  writer.u8(16, "code");
  writer.bool(message.isOn, "is_on");
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeCancelOnDisconnect(bytes: Uint8Array): CancelOnDisconnect {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 16, 2);
    return parseCancelOnDisconnect(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeCancelOnDisconnect(message: CancelOnDisconnect): Uint8Array {
  return emitAll((writer) => emitCancelOnDisconnect(writer, message));
}
