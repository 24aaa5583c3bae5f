import { setPriority } from "node:os";
import kzg from "@crate-crypto/node-eth-kzg";
import { causeText } from "../errors.ts";
import type { ProvenBlob } from "./blob-prover.ts";

/** The process behind `BlobProver`: one request after the other, until the host is gone. */

export interface ProofRequest {
  id: number;
  blobs: Uint8Array[];
}

export type ProofReply = { id: number; blobs: ProvenBlob[] } | { id: number; error: string };

/**
 * A quarter of a busy core, against a tenth at 10: with two cores full of orders a batch's proofs took longer there than the batch, and
 * nothing reached the chain until the orders stopped. The ceremony is read before, at full speed.
 */
const NICE = 5;

const context = kzg.DasContextJs.create({ usePrecomp: false });
setPriority(NICE);
const hex = (bytes: Uint8Array) => `0x${Buffer.from(bytes).toString("hex")}`;

function prove(blob: Uint8Array): ProvenBlob {
  const commitment = context.blobToKzgCommitment(blob);
  const { proofs } = context.computeCellsAndKzgProofs(blob);
  return { data: hex(blob), commitment: hex(commitment), proof: hex(Buffer.concat(proofs)) };
}

process.on("message", ({ id, blobs }: ProofRequest) => {
  try {
    process.send?.({ id, blobs: blobs.map(prove) } satisfies ProofReply);
  } catch (error) {
    process.send?.({ id, error: causeText(error) } satisfies ProofReply);
  }
});
process.on("disconnect", () => process.exit(0));
