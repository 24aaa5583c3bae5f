import { domain, HEAD_TYPES, type ring, toHex } from "@sealbook/wire";
import { verifyTypedData } from "ethers";

type Heads = ReturnType<typeof ring.parseEvidence>;

/**
 * What a client brought and what the enclave stands by, as the evidence file that `sealbook receipt` reads. Of one place and by one signer the
 * two are equivocation, and `ReceiptCourt` judges them as they are.
 */
export function evidenceText(chainId: bigint, settlement: string, { claimed, own }: Heads): string {
  const [first, second] = [record(claimed), record(own)];
  const isOnePlace = claimed.epoch === own.epoch && claimed.sequence === own.sequence;
  const { signature, ...head } = first;
  const document = {
    version: 1,
    kind: isOnePlace ? "equivocation" : "rollback",
    venue: { chainId: String(chainId), settlement },
    signer: verifyTypedData(domain(chainId, settlement), HEAD_TYPES, head, signature),
    heads: [first, second],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

const record = ({ epoch, sequence, chainHash, signature }: Heads["own"]) => ({
  epoch: String(epoch),
  sequence: String(sequence),
  chainHash: toHex(chainHash),
  signature: toHex(signature),
});
