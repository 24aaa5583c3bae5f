/** A receipt a third party can judge: a sequenced command, the path to a head, and the enclave's signature under that head. */
import { type ChainPoint, isPath, linkOf, recordDigest } from "./chain-path.ts";
import { type HeadDomain, type SignedHeadRecord, signerOfHead } from "./signed-head.ts";

/** What a client knows of one of its commands. */
export interface StoredReceipt extends ChainPoint {
  epoch: bigint;
  /** The record the chain commits to (docs/boundaries.md section 3, plaintext), when the client could rebuild it; 0x-hex. */
  record?: string;
}

/** A receipt with its path, as `sealbook receipt verify` reads it. */
export interface ProvenReceipt {
  venue: HeadDomain;
  receipt: StoredReceipt;
  /** The chain hash before the record: with it, the record's place on the chain is proven too. */
  before?: string;
  /** Digests of the records after the receipt's, up to the head's. */
  digests: string[];
  head: SignedHeadRecord;
}

export interface ReceiptCheck {
  check: "record" | "path" | "signature" | "signer";
  isOk: boolean;
  found: string;
}

/**
 * Does the enclave of `signer` vouch for this receipt? Each check, in order; the answer is yes when all are.
 * @param signer the epoch's attested key; whether it is attested is for the caller to know (`attest`, or `Settlement.epochOf`)
 */
export function verifyReceipt(proven: ProvenReceipt, signer: string): ReceiptCheck[] {
  const { venue, receipt, before, digests, head } = proven;
  const checks: ReceiptCheck[] = [];
  // 1. The record is what the chain hash commits to.
  if (receipt.record !== undefined && before !== undefined) {
    const found = linkOf(before, recordDigest(receipt.record));
    checks.push({
      check: "record",
      isOk: found === receipt.chainHash,
      found: `the record leads to chain hash ${found}`,
    });
  }
  // 2. Nothing but these records lies between the receipt and the head.
  const isLed = isPath(receipt, digests, head);
  const between = `${digests.length} digests from sequence ${receipt.sequence} to ${head.sequence}`;
  checks.push({
    check: "path",
    isOk: isLed,
    found: `${between} ${isLed ? "lead" : "do not lead"} to the head`,
  });
  // 3. The head is signed for this venue, by the key that is expected.
  const found = signerOfHead(venue, head);
  checks.push({
    check: "signature",
    isOk: found !== undefined,
    found: found ? `signed by ${found}` : "no signature of this head",
  });
  checks.push({
    check: "signer",
    isOk: found !== undefined && found.toLowerCase() === signer.toLowerCase(),
    found: `${found ?? "nobody"}, wanted ${signer}`,
  });
  return checks;
}

export const isProven = (checks: readonly ReceiptCheck[]): boolean => checks.every(({ isOk }) => isOk);
