/** What a client knows of the journal record of its own command: everything, once the result has brought the digest and the blind. */
import { type Command, encodeFrame, encodeSequenced, type ResultEvent } from "@sealbook/wire";
import type { Terms } from "../delegation.ts";

/** The record's plaintext (docs/boundaries.md section 3): its SHA-256 is what the chain hash folds in. */
export function recordOf(result: ResultEvent, command: Command, account: number, terms: Terms): Uint8Array {
  const { epoch, sequence, timeUs, code, resultDigest, blind } = result;
  const header = {
    origin: "session" as const,
    epoch,
    sequence,
    timeUs,
    account,
    delegationNonce: terms.nonce,
    delegationExpiry: terms.expiry,
    scopes: terms.scopes,
    result: code,
    resultDigest,
    blind,
  };
  // A frame is an array of commands; behind the byte that says "array of one" stands the command as it was sent.
  return encodeSequenced(header, encodeFrame([command]).subarray(1));
}
