import { withdrawalLeaf, withdrawalProof, withdrawalsRoot } from "@sealbook/contracts";
import type { DataWithdrawal } from "@sealbook/wire/state";
import { ChainError } from "../chain/errors.ts";
import type { AcceptedBatch } from "../chain/venue-chain.ts";

/** A promised withdrawal with what `claim` or `claimProven` needs. */
export interface ClaimableWithdrawal extends DataWithdrawal {
  batch: AcceptedBatch;
  index: number;
  /** Siblings from the leaf up. */
  proof: string[];
}

/** A batch's list, checked against its header: the root binds every line, and the total is what the contract set apart. */
export function proveWithdrawals(batch: AcceptedBatch, list: DataWithdrawal[]): ClaimableWithdrawal[] {
  const { number, fields } = batch.header;
  const leaves = list.map(({ owner, amount }, index) => withdrawalLeaf(BigInt(index), owner, amount));
  const root = withdrawalsRoot(leaves);
  if (root !== fields.withdrawalsRoot) {
    throw new ChainError(
      "E_DATA_INVALID",
      `batch ${number}: its withdrawals hash to ${root}, the header says ${fields.withdrawalsRoot}`,
    );
  }
  const total = list.reduce((sum, { amount }) => sum + amount, 0n);
  if (total !== fields.withdrawalsTotal) {
    throw new ChainError(
      "E_DATA_INVALID",
      `batch ${number}: its withdrawals add up to ${total}, the header says ${fields.withdrawalsTotal}`,
    );
  }
  return list.map((one, index) => ({ ...one, batch, index, proof: withdrawalProof(leaves, index) }));
}
