import type { Withdrawal } from "@sealbook/wire";
import { concat, keccak256, ZeroHash } from "ethers";
import { describe, expect, it } from "vitest";
import { withdrawalLeaf, withdrawalProof, withdrawalsRoot } from "./withdrawals.ts";

function withdrawals(count: number): Withdrawal[] {
  return Array.from({ length: count }, (_, index) => ({
    account: index,
    owner: `0x${(index % 3).toString(16).padStart(40, "0")}`,
    amount: BigInt(index) * 1_000_000n,
    nonce: 1n,
  }));
}

/** OpenZeppelin's MerkleProof.processProof: pairs sorted at every step. */
function processProof(proof: string[], leaf: string): string {
  return proof.reduce(
    (hash, sibling) => keccak256(hash < sibling ? concat([hash, sibling]) : concat([sibling, hash])),
    leaf,
  );
}

describe("withdrawals tree", () => {
  it("proves every leaf of every size, and no other amount", () => {
    for (let count = 1; count <= 17; count += 1) {
      const list = withdrawals(count);
      const root = withdrawalsRoot(list);
      for (const [index, { owner, amount }] of list.entries()) {
        const proof = withdrawalProof(list, index);
        expect(processProof(proof, withdrawalLeaf(index, owner, amount))).toBe(root);
        expect(processProof(proof, withdrawalLeaf(index, owner, amount + 1n))).not.toBe(root);
      }
    }
  });

  it("is 0 when there is none", () => {
    expect(withdrawalsRoot([])).toBe(ZeroHash);
  });
});
