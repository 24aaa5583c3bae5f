/** A proven batch as the transaction that carries it. */
import type { Batch, Proven } from "@sealbook/circuits";
import { toBeHex } from "ethers";
import { pathAbi } from "./abi.ts";
import type { Entry } from "./path-chain.ts";

export interface Step {
  readonly words: readonly bigint[];
  readonly digest: string;
  readonly stateRootAfter: string;
  readonly entries: readonly Omit<Entry, "index">[];
  readonly oracleSignatures: readonly string[];
  readonly proof: string;
}

/** `entries`: exactly those the batch consumes. `oracleSignatures`: by ascending signer; none without a new round. */
export function stepOf(
  batch: Batch,
  proven: Proven,
  entries: readonly Entry[],
  oracleSignatures: readonly string[],
): Step {
  return {
    words: batch.words,
    digest: toBeHex(batch.publicInputs[0]!, 32),
    stateRootAfter: toBeHex(batch.publicInputs[3]!, 32),
    entries: entries.map(({ index: _, ...entry }) => entry),
    oracleSignatures,
    proof: `0x${proven.proof.toString("hex")}`,
  };
}

/** Calldata of `ValidityPath.advance`. */
export function calldataOf(step: Step): string {
  return pathAbi.encodeFunctionData("advance", [step]);
}
