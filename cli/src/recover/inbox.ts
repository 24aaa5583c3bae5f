import { INBOX_HASH_TYPES } from "@sealbook/wire";
import { AbiCoder, keccak256, ZeroHash } from "ethers";
import { ChainError } from "../chain/errors.ts";
import type { AcceptedBatch, InboxEntry } from "../chain/venue-chain.ts";

/** The rolling hash over the first n entries, for every n. @throws {ChainError} if an event is missing or not what was chained */
export function inboxHashes(entries: InboxEntry[]): string[] {
  const hashes = [ZeroHash];
  for (const [at, entry] of entries.entries()) {
    if (entry.index !== at)
      throw new ChainError("E_LOGS_MISSING", `inbox entry ${at} is missing, ${entry.index} is there`);
    const { index, kind, owner, subaccount, amount, data, enteredAt } = entry;
    const words = [hashes[at], index, kind, owner, subaccount, amount, data, enteredAt];
    const hash = keccak256(AbiCoder.defaultAbiCoder().encode(INBOX_HASH_TYPES, words));
    if (hash !== entry.inboxHash)
      throw new ChainError(
        "E_DATA_MISMATCH",
        `inbox entry ${at} hashes to ${hash}, its event says ${entry.inboxHash}`,
      );
    hashes.push(hash);
  }
  return hashes;
}

/** Every batch consumed entries in order and named their hash. */
export function checkInbox(batches: AcceptedBatch[], entries: InboxEntry[]): void {
  const hashes = inboxHashes(entries);
  for (const { header } of batches) {
    if (hashes[header.inboxCursor] !== header.inboxHash) {
      throw new ChainError(
        "E_DATA_MISMATCH",
        `batch ${header.number} names inbox hash ${header.inboxHash} after ${header.inboxCursor} entries, the events lead to ${hashes[header.inboxCursor]}`,
      );
    }
  }
}
