/** Entries of the on-chain inbox (docs/boundaries.md section 5). */
import { EmitError, ParseError } from "./error.ts";
import type { InboxEntry } from "./generated/inbox-entry.ts";
import { INBOX_KIND_NAMES, InboxKind } from "./generated/inbox-kind.ts";

/** Bytes of an entry on ring 0, behind its `u64 index`. */
export const INBOX_ENTRY_LENGTH = 96;
const USED_LENGTH = 70;

/** ABI types of the rolling hash: the hash before, then index, kind, owner, subaccount, amount, data, at. */
export const INBOX_HASH_TYPES = [
  "bytes32",
  "uint64",
  "uint8",
  "address",
  "uint8",
  "uint64",
  "bytes32",
  "uint64",
] as const;

/** `u8 kind | owner 20 | u8 subaccount | u64 amount | data 32 | u64 at | 26 zero`. */
export function emitInboxSlot(entry: InboxEntry): Uint8Array {
  if (entry.owner.length !== 20) throw new EmitError("BAD_TYPE", "owner", "must be 20 bytes");
  if (entry.data.length !== 32) throw new EmitError("BAD_TYPE", "data", "must be 32 bytes");
  const bytes = new Uint8Array(INBOX_ENTRY_LENGTH);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, InboxKind[entry.kind]);
  bytes.set(entry.owner, 1);
  view.setUint8(21, entry.subaccount);
  view.setBigUint64(22, entry.amount, true);
  bytes.set(entry.data, 30);
  view.setBigUint64(62, entry.at, true);
  return bytes;
}

/** `OUT_OF_RANGE` if the kind is unknown, `BAD_FRAME` if the length is wrong or the padding is not zero. */
export function parseInboxSlot(index: bigint, bytes: Uint8Array): InboxEntry {
  if (bytes.length !== INBOX_ENTRY_LENGTH) throw new ParseError("BAD_FRAME", bytes.length);
  const kind = INBOX_KIND_NAMES[bytes[0]!];
  if (kind === undefined) throw new ParseError("OUT_OF_RANGE", 0);
  if (bytes.subarray(USED_LENGTH).some((byte) => byte !== 0)) throw new ParseError("BAD_FRAME", USED_LENGTH);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    type: "inbox-entry",
    index,
    kind,
    owner: Uint8Array.prototype.slice.call(bytes, 1, 21),
    subaccount: bytes[21]!,
    amount: view.getBigUint64(22, true),
    data: Uint8Array.prototype.slice.call(bytes, 30, 62),
    at: view.getBigUint64(62, true),
  };
}
