import { climb } from "@sealbook/sdk";
import type { VenueChain } from "../chain/venue-chain.ts";
import { readBlock } from "../chain/venue-chain.ts";
import { UsageError } from "../errors.ts";
import type { Step } from "../escape/plan.ts";
import { type Challenge, checkCourt, courtStep, openChallenges } from "./court.ts";

/** Where record digests come from; see `digests.ts`. */
export interface DigestSource {
  name: string;
  /**
   * Digests of the records `from` to `to`, in order, and the chain hash before them; fewer if it gives only so many at a time, none if it does
   * not have the first.
   */
  read(from: bigint, to: bigint): Promise<{ before?: string; digests: string[] }>;
}

/** Digests of one transaction: 64 KB, half of what nodes pass on, and some three million gas. */
export const DIGESTS_PER_ANSWER = 2_000;

export interface Answers {
  steps: Step[];
  /** Challenges these steps close. */
  answered: bigint[];
  /** Challenges that cannot be answered, and why: each costs the bond unless something is done. */
  faults: { id: bigint; why: string }[];
}

/**
 * What the operator owes to every open challenge: the digests from the challenged head to the batch's hash. Folded here first, so that what
 * would be refused, or is no answer, is said before gas is spent.
 */
export async function answerSteps(
  chain: VenueChain,
  court: string,
  source: DigestSource,
  fromBlock: number,
): Promise<Answers> {
  await checkCourt(chain, court);
  const { timestamp } = await readBlock(chain.rpc, "latest");
  const answers: Answers = { steps: [], answered: [], faults: [] };
  for (const challenge of await openChallenges(chain, court, fromBlock)) {
    try {
      if (timestamp > challenge.answerUntil) throw new UsageError("the time to answer is over");
      answers.steps.push(...portions(court, challenge.id, await digestsFor(challenge, source)));
      answers.answered.push(challenge.id);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      answers.faults.push({ id: challenge.id, why: error.message });
    }
  }
  return answers;
}

/** A place of the chain of records. */
interface Place {
  sequence: bigint;
  chainHash: string;
}

/** The answer that is left to give: from where an earlier one ended, or, if that led astray, anew from the head. */
async function digestsFor(
  challenge: Challenge,
  source: DigestSource,
): Promise<Place & { digests: string[] }> {
  const { answeredTo, answered, lastSequence, target, sequence, head } = challenge;
  const starts = [{ sequence: answeredTo, chainHash: answered }];
  if (answeredTo !== sequence) starts.push({ sequence, chainHash: head });
  for (const start of starts) {
    const digests = await digestsAfter(start.sequence, lastSequence, source);
    if (climb(start.chainHash, digests) === target) return { ...start, digests };
  }
  throw new UsageError(
    `the records of ${source.name} do not lead from the head at sequence ${sequence} to the end of its batch at ${lastSequence}: the head is not on this history, and there is no answer`,
  );
}

/** @throws {UsageError} when the source has not all of them */
async function digestsAfter(after: bigint, last: bigint, source: DigestSource): Promise<string[]> {
  const digests: string[] = [];
  for (let from = after + 1n; from <= last; from = after + 1n + BigInt(digests.length)) {
    const { digests: found } = await source.read(from, last);
    if (found.length === 0) throw new UsageError(`${source.name} does not have record ${from}`);
    for (const digest of found) digests.push(digest);
  }
  return digests;
}

function portions(court: string, id: bigint, { sequence, digests }: Place & { digests: string[] }): Step[] {
  const steps: Step[] = [];
  for (let at = 0; at < digests.length; at += DIGESTS_PER_ANSWER) {
    const part = digests.slice(at, at + DIGESTS_PER_ANSWER);
    const from = sequence + BigInt(at);
    const what = `answer challenge ${id}: the digests of records ${from + 1n} to ${from + BigInt(part.length)}`;
    steps.push(courtStep(court, what, "answer", [id, from, part]));
  }
  return steps;
}
