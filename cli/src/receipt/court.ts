import type { SignedHeadRecord } from "@sealbook/sdk";
import { courtAbi, topicOf } from "../chain/abi.ts";
import { read } from "../chain/contract.ts";
import { ChainError } from "../chain/errors.ts";
import { type Log, readLogs } from "../chain/logs.ts";
import { readBlock, type VenueChain } from "../chain/venue-chain.ts";
import type { Step } from "../escape/plan.ts";
import { money } from "../recover/report.ts";

/** A challenge as the court has it. Times in Unix seconds. */
export interface Challenge {
  id: bigint;
  answerUntil: number;
  epoch: bigint;
  sequence: bigint;
  lastSequence: bigint;
  /** Chain hash that was challenged. */
  head: string;
  /** How far the digests have led, and the chain hash there. */
  answeredTo: bigint;
  answered: string;
  /** Chain hash of the batch. */
  target: string;
}

export interface FoundChallenge {
  id: bigint;
  answerUntil: number;
  state: "open" | "unanswered" | "dismissed" | "upheld";
}

export const courtStep = (court: string, what: string, call: string, args: unknown[]): Step => ({
  what,
  to: court,
  call,
  data: courtAbi.encodeFunctionData(call, args),
  abi: courtAbi,
});

/** @throws {ChainError} E_NOT_A_VENUE when this court judges another venue */
export async function checkCourt(chain: VenueChain, court: string): Promise<void> {
  const [settlement] = await read(chain.rpc, courtAbi, court, "SETTLEMENT");
  if (String(settlement).toLowerCase() === chain.settlement.toLowerCase()) return;
  throw new ChainError(
    "E_NOT_A_VENUE",
    `the court ${court} judges settlement ${settlement}, not ${chain.settlement}`,
  );
}

/** The newest challenge of a head, whoever brought it. */
export async function findChallenge(
  chain: VenueChain,
  court: string,
  { epoch, sequence, chainHash }: SignedHeadRecord,
  fromBlock: number,
): Promise<FoundChallenge | undefined> {
  const made = (await courtLogs(chain, court, "Challenged", fromBlock))
    .map((log) => parsed(log))
    .filter((args) => args.epoch === epoch && args.sequence === sequence && args.chainHash === chainHash)
    .at(-1);
  if (made === undefined) return undefined;
  const [id, answerUntil] = [made.id as bigint, Number(made.answerUntil)];
  if ((await readChallenge(chain, court, id)) !== undefined) {
    const isOver = (await readBlock(chain.rpc, "latest")).timestamp > answerUntil;
    return { id, answerUntil, state: isOver ? "unanswered" : "open" };
  }
  const upheld = await courtLogs(chain, court, "ChallengeUpheld", fromBlock);
  const isUpheld = upheld.some((log) => parsed(log).id === id);
  return { id, answerUntil, state: isUpheld ? "upheld" : "dismissed" };
}

/** Every challenge nobody has closed yet, oldest first. */
export async function openChallenges(
  chain: VenueChain,
  court: string,
  fromBlock: number,
): Promise<Challenge[]> {
  const open: Challenge[] = [];
  for (const log of await courtLogs(chain, court, "Challenged", fromBlock)) {
    const found = await readChallenge(chain, court, parsed(log).id);
    if (found !== undefined) open.push(found);
  }
  return open;
}

async function readChallenge(chain: VenueChain, court: string, id: bigint): Promise<Challenge | undefined> {
  const [found] = await read(chain.rpc, courtAbi, court, "challengeOf", [id]);
  if (BigInt(found.challenger) === 0n) return undefined;
  const { epoch, sequence, lastSequence, head, answeredTo, answered, target } = found;
  return {
    id,
    answerUntil: Number(found.answerUntil),
    epoch,
    sequence,
    lastSequence,
    head,
    answeredTo,
    answered,
    target,
  };
}

/** Fetches what the court keeps for an address: a reporter's share, stakes. */
export async function rewardSteps(chain: VenueChain, court: string, owner: string): Promise<Step[]> {
  const [amount] = await read(chain.rpc, courtAbi, court, "rewardOf", [owner]);
  if (amount === 0n) return [];
  return [
    courtStep(court, `fetch ${money(amount)} that the court keeps for ${owner}`, "withdrawReward", [owner]),
  ];
}

function courtLogs(chain: VenueChain, court: string, event: string, fromBlock: number): Promise<Log[]> {
  const topics = [topicOf(courtAbi, event)];
  return readLogs(chain.rpc, { address: court, topics, fromBlock, toBlock: chain.block.number });
}

function parsed(log: Log): Record<string, unknown> & { id: bigint } {
  const found = courtAbi.parseLog(log);
  if (found === null) throw new ChainError("E_NOT_A_VENUE", `${log.address} is no receipt court`);
  return found.args.toObject() as Record<string, unknown> & { id: bigint };
}
