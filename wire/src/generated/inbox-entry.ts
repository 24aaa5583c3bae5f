// Generated from wire/schema.ts by `npm run wire`. Do not edit.

import { expectHead, parseAll, type Reader } from "../reader.ts";
import { emitAll, type Writer } from "../writer.ts";
import { InboxKind, INBOX_KIND_NAMES } from "./inbox-kind.ts";

/** One entry of the on-chain inbox, in order. */
export interface InboxEntry {
  type: "inbox-entry";
  /** u64 */
  index: bigint;
  /** inbox-kind */
  kind: InboxKind;
  /** bin20 */
  owner: Uint8Array;
  /** u8 */
  subaccount: number;
  /** u64; 1e-6 of the token */
  amount: bigint;
  /** bin32 */
  data: Uint8Array;
  /** u64; block timestamp, s */
  at: bigint;
}

export const INBOX_ENTRY_CODE = 67;
export const INBOX_ENTRY_ARITY = 8;

/** Reads the fields; header and code are behind the reader. */
export function parseInboxEntry(reader: Reader): InboxEntry {
  return {
    type: "inbox-entry",
    index: reader.u64(),
    kind: reader.enumeration(INBOX_KIND_NAMES),
    owner: reader.bin(20),
    subaccount: reader.u8(),
    amount: reader.u64(),
    data: reader.bin(32),
    at: reader.u64(),
  };
}

/** Appends header, code and fields. */
export function emitInboxEntry(writer: Writer, message: InboxEntry): void {
  writer.array(8);
  writer.u8(67, "code");
  writer.u64(message.index, "index");
  writer.enumeration(InboxKind, message.kind, "kind");
  writer.bin(message.owner, 20, "owner");
  writer.u8(message.subaccount, "subaccount");
  writer.u64(message.amount, "amount");
  writer.bin(message.data, 32, "data");
  writer.u64(message.at, "at");
}

/** Bytes that are this message and nothing else, or a `ParseError`. */
export function decodeInboxEntry(bytes: Uint8Array): InboxEntry {
  return parseAll(bytes, (reader) => {
    expectHead(reader, 67, 8);
    return parseInboxEntry(reader);
  });
}

/** The message's canonical bytes, or an `EmitError`. */
export function encodeInboxEntry(message: InboxEntry): Uint8Array {
  return emitAll((writer) => emitInboxEntry(writer, message));
}
