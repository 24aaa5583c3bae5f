import type { Batch, Withdrawal } from "@sealbook/wire";
import { AbiCoder, concat, keccak256, ZeroHash } from "ethers";

/**
 * The withdrawals tree of a batch (docs/boundaries.md section 4), as OpenZeppelin's `MerkleProof` reads it: pairs sorted, a lonely node moves up.
 * The root is signed in the header; what is computed here only helps a user to claim.
 */

export function withdrawalLeaf(index: number, owner: string, amount: bigint): string {
  const encoded = AbiCoder.defaultAbiCoder().encode(
    ["uint256", "address", "uint256"],
    [index, owner, amount],
  );
  return keccak256(keccak256(encoded));
}

export function withdrawalsRoot(withdrawals: readonly Withdrawal[]): string {
  let row = leavesOf(withdrawals);
  if (row.length === 0) return ZeroHash;
  while (row.length > 1) row = parents(row);
  return row[0]!;
}

/** Siblings of leaf `index`, from the bottom up. */
export function withdrawalProof(withdrawals: readonly Withdrawal[], index: number): string[] {
  const proof: string[] = [];
  let at = index;
  for (let row = leavesOf(withdrawals); row.length > 1; row = parents(row)) {
    const sibling = row[at ^ 1];
    if (sibling !== undefined) proof.push(sibling);
    at >>= 1;
  }
  return proof;
}

/** What an owner may claim from a batch: everything `Settlement.claim` asks for. Amounts in 1e-6 of the token. */
export interface Claim {
  batchNumber: number;
  /** The batch's, as `BatchAccepted` published it; integers as decimal strings. */
  header: Record<string, string>;
  index: number;
  owner: string;
  amount: string;
  nonce: string;
  proof: string[];
}

export function claimsOf(batch: Batch, owner: string): Claim[] {
  return batch.withdrawals.flatMap((withdrawal, index) =>
    withdrawal.owner.toLowerCase() !== owner.toLowerCase()
      ? []
      : [
          {
            batchNumber: Number(batch.header.number),
            header: Object.fromEntries(
              Object.entries(batch.header).map(([name, value]) => [name, value.toString()]),
            ),
            index,
            owner: withdrawal.owner,
            amount: withdrawal.amount.toString(),
            nonce: withdrawal.nonce.toString(),
            proof: withdrawalProof(batch.withdrawals, index),
          },
        ],
  );
}

function leavesOf(withdrawals: readonly Withdrawal[]): string[] {
  return withdrawals.map(({ owner, amount }, index) => withdrawalLeaf(index, owner, amount));
}

function parents(row: readonly string[]): string[] {
  const above: string[] = [];
  for (let at = 0; at < row.length; at += 2) {
    const left = row[at]!;
    const right = row[at + 1];
    above.push(right === undefined ? left : hashPair(left, right));
  }
  return above;
}

function hashPair(a: string, b: string): string {
  return keccak256(BigInt(a) < BigInt(b) ? concat([a, b]) : concat([b, a]));
}
