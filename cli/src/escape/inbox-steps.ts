import { inboxAbi } from "../chain/abi.ts";
import { read } from "../chain/contract.ts";
import type { VenueChain } from "../chain/venue-chain.ts";
import { UsageError } from "../errors.ts";
import { money, pendingDeposits } from "../recover/report.ts";
import type { Step } from "./plan.ts";

export interface ForceOptions {
  subaccount: number;
  /** 1e-6 of the token. */
  amount?: bigint;
  /** 0 = all. */
  instrument?: number;
}

/** A forced command: what the venue must do within the deadline, or stand still. */
export function forceStep(
  chain: VenueChain,
  deed: "withdraw" | "close" | "cancel-all",
  options: ForceOptions,
): Step {
  const { subaccount, amount = 0n, instrument = 0 } = options;
  const [what, call, args]: [string, string, unknown[]] =
    deed === "withdraw"
      ? [`force a withdrawal of ${money(amount)}`, "forceWithdraw", [subaccount, amount]]
      : deed === "close"
        ? [
            `force the close of ${instrument === 0 ? "every position" : `the position in instrument ${instrument}`}`,
            "forceClose",
            [subaccount, instrument],
          ]
        : ["force the cancel of all orders", "forceCancelAll", [subaccount]];
  return { what, to: chain.inbox, call, data: inboxAbi.encodeFunctionData(call, args), abi: inboxAbi };
}

/** Every unconsumed deposit of an owner, or of everybody, that was not reclaimed yet. */
export async function reclaimSteps(
  chain: VenueChain,
  owner: string | undefined,
  fromBlock: number,
): Promise<Step[]> {
  const { inboxCursor } = await chain.head();
  const entries = pendingDeposits(await chain.inboxEntries(fromBlock), inboxCursor).filter(
    (entry) => owner === undefined || entry.owner.toLowerCase() === owner.toLowerCase(),
  );
  const steps: Step[] = [];
  for (const { index, inboxHash: _, ...entry } of entries) {
    const [isReclaimed] = await read(chain.rpc, inboxAbi, chain.inbox, "isReclaimed", [index]);
    if (isReclaimed) continue;
    const data = inboxAbi.encodeFunctionData("reclaim", [index, entry]);
    const what = `return deposit ${index} of ${money(entry.amount)} to ${entry.owner}`;
    steps.push({ what, to: chain.inbox, call: "reclaim", data, abi: inboxAbi });
  }
  return steps;
}

/** `12.5` as 12,500,000 millionths. */
export function amountOf(text: string): bigint {
  const match = /^(\d{1,13})(?:\.(\d{1,6}))?$/.exec(text);
  if (!match)
    throw new UsageError(`${text} is not an amount: give tokens with at most six decimals, as 12.5.`);
  return BigInt(match[1] as string) * 1_000_000n + BigInt((match[2] ?? "").padEnd(6, "0"));
}
