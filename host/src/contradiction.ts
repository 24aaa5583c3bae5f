import { type ring, toHex } from "@sealbook/wire";

/**
 * The evidence of a contradiction as a file: what a client brought, and what the enclave stands by. Of one epoch and sequence and by one
 * signer, the two are equivocation, and `ReceiptCourt` judges them as they are.
 */
export function evidenceText(settlement: string, evidence: ReturnType<typeof ring.parseEvidence>): string {
  const head = ({ epoch, sequence, chainHash, signature }: (typeof evidence)["own"]) => ({
    epoch: String(epoch),
    sequence: String(sequence),
    chainHash: toHex(chainHash),
    signature: toHex(signature),
  });
  const document = {
    kind: "sealbook contradiction",
    settlement,
    claimed: head(evidence.claimed),
    own: head(evidence.own),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
