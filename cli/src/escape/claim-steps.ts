import { ZeroHash } from "ethers";
import { settlementAbi, vaultAbi } from "../chain/abi.ts";
import { readData } from "../chain/batch-data.ts";
import { blobSources } from "../chain/blobs.ts";
import { read } from "../chain/contract.ts";
import type { VenueChain } from "../chain/venue-chain.ts";
import { RecoveryFolder } from "../recover/folder.ts";
import { provenPayments } from "../recover/proven-words.ts";
import { dataOf } from "../recover/rebuild.ts";
import { money } from "../recover/report.ts";
import { proveWithdrawals } from "../recover/withdrawals.ts";
import type { Step } from "./plan.ts";

export interface ClaimOptions {
  /** Only this owner's. */
  owner?: string;
  fromBlock: number;
  /** Folder of `recover`, or a new one: batches in it are not fetched again. */
  state: string;
  blobs: string[];
}

/** Payments of the vault that the token refused. Only their owner can fetch them. */
export async function unpaidSteps(chain: VenueChain, owner: string): Promise<Step[]> {
  const [amount] = await read(chain.rpc, vaultAbi, chain.vault, "unpaidOf", [owner]);
  if (amount === 0n) return [];
  const data = vaultAbi.encodeFunctionData("withdrawUnpaid", [owner]);
  const what = `fetch ${money(amount)} that the vault keeps for ${owner}, who must send this`;
  return [{ what, to: chain.vault, call: "withdrawUnpaid", data, abi: vaultAbi }];
}

/** Every withdrawal that accepted batches promised and nobody has claimed, proven from the chain alone. The host is not asked. */
export async function claimSteps(chain: VenueChain, options: ClaimOptions): Promise<Step[]> {
  const folder = new RecoveryFolder(options.state);
  const sources = blobSources(chain.rpc, options.blobs);
  const steps: Step[] = [];
  for (const batch of await chain.batches(options.fromBlock)) {
    if (batch.header.fields.withdrawalsRoot === ZeroHash) continue;
    const withdrawals =
      batch.kind === "proven"
        ? await provenPayments(chain, batch)
        : readData(batch.header.number, await dataOf({ chain, sources, folder }, batch)).withdrawals;
    for (const { owner, amount, index, proof } of proveWithdrawals(batch, withdrawals)) {
      if (options.owner !== undefined && owner !== options.owner.toLowerCase()) continue;
      const [isClaimed] = await read(chain.rpc, settlementAbi, chain.settlement, "isClaimed", [
        batch.header.number,
        index,
      ]);
      if (isClaimed) continue;
      const call = batch.kind === "proven" ? "claimProven" : "claim";
      const data = settlementAbi.encodeFunctionData(call, [batch.header.fields, index, owner, amount, proof]);
      const what = `claim the withdrawal of ${money(amount)} by ${owner} in batch ${batch.header.number}`;
      steps.push({ what, to: chain.settlement, call, data, abi: settlementAbi });
    }
  }
  return steps;
}
