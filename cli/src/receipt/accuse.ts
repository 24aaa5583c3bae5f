import type { Evidence, SignedHeadRecord } from "@sealbook/sdk";
import { courtAbi, tokenAbi } from "../chain/abi.ts";
import { read } from "../chain/contract.ts";
import type { AcceptedBatch, VenueChain } from "../chain/venue-chain.ts";
import { UsageError } from "../errors.ts";
import type { Step } from "../escape/plan.ts";
import { checkCourt, courtStep, findChallenge } from "./court.ts";

/** What is to be sent, and where the case stands: a challenge takes two visits, one that opens it and one after the time to answer. */
export interface Accusation {
  steps: Step[];
  /** Convicted once the steps are carried out; the reporter's share waits. */
  isWon: boolean;
  /** For a person, where there is something to say beyond the steps. */
  standing?: string;
}

/** The transactions that bring evidence before the receipt court. @throws {UsageError} if the chain shows that it is none */
export async function accuse(
  chain: VenueChain,
  court: string,
  evidence: Evidence,
  fromBlock: number,
): Promise<Accusation> {
  await checkVenue(chain, court, evidence);
  const [first] = evidence.heads;
  if (evidence.kind === "equivocation") {
    const second = evidence.heads[1];
    const args = [headOf(first), first.signature, headOf(second), second.signature];
    const what = `accuse ${evidence.signer} of signing two histories at sequence ${first.sequence}`;
    return { steps: [courtStep(court, what, "proveEquivocation", args)], isWon: true };
  }
  const batch = batchOf(await chain.batches(fromBlock), evidence, first);
  const args = [headOf(first), first.signature, batch.header.fields];
  if (batch.header.fields.lastSequence === first.sequence) {
    if (batch.header.fields.chainHash === first.chainHash)
      throw new UsageError(`The head is the end of batch ${batch.header.number} itself: no evidence.`);
    const what = `accuse ${evidence.signer} of signing another end than batch ${batch.header.number}'s`;
    return { steps: [courtStep(court, what, "proveContradiction", args)], isWon: true };
  }
  const earlier = await pursue(chain, court, first, fromBlock);
  if (earlier !== undefined) return earlier;
  const what = `challenge the head at sequence ${first.sequence}, inside batch ${batch.header.number}`;
  return {
    steps: [await stake(chain, court), courtStep(court, what, "challenge", args)],
    isWon: false,
    standing:
      "The operator must answer in time, or loses the bond. Run this again: it says until when, and upholds the challenge after.",
  };
}

/** What a challenge of the same head, by whomever, has come to. */
async function pursue(
  chain: VenueChain,
  court: string,
  head: SignedHeadRecord,
  fromBlock: number,
): Promise<Accusation | undefined> {
  const found = await findChallenge(chain, court, head, fromBlock);
  if (found === undefined) return undefined;
  const { id, answerUntil, state } = found;
  const until = new Date(answerUntil * 1000).toISOString().replace(".000Z", "Z");
  switch (state) {
    case "dismissed": {
      const standing = `Challenge ${id} was answered: the head at sequence ${head.sequence} is on the history of its batch, and is no evidence.`;
      return { steps: [], isWon: false, standing };
    }
    case "upheld":
      return { steps: [], isWon: true, standing: `Challenge ${id} was upheld: nobody answered.` };
    case "open": {
      const standing = `Challenge ${id} is open: the operator may answer until ${until}. Run this again after it.`;
      return { steps: [], isWon: false, standing };
    }
    case "unanswered":
      return {
        steps: [courtStep(court, `uphold challenge ${id}, unanswered since before ${until}`, "uphold", [id])],
        isWon: true,
      };
  }
}

const headOf = ({ epoch, sequence, chainHash }: SignedHeadRecord) => ({ epoch, sequence, chainHash });

async function checkVenue(chain: VenueChain, court: string, { venue }: Evidence): Promise<void> {
  await checkCourt(chain, court);
  if (
    venue.chainId !== BigInt(chain.chainId) ||
    venue.settlement.toLowerCase() !== chain.settlement.toLowerCase()
  ) {
    throw new UsageError(
      `The evidence is of settlement ${venue.settlement} on chain ${venue.chainId}, not of this one.`,
    );
  }
}

/** The batch a head lies in, of its own epoch. */
function batchOf(
  batches: AcceptedBatch[],
  evidence: Evidence,
  { epoch, sequence }: SignedHeadRecord,
): AcceptedBatch {
  const found = batches.find(({ header }) => {
    const { firstSequence, lastSequence } = header.fields as { firstSequence: bigint; lastSequence: bigint };
    return header.fields.epoch === epoch && firstSequence <= sequence && sequence <= lastSequence;
  });
  if (found === undefined) {
    throw new UsageError(
      `No batch of epoch ${epoch} contains sequence ${sequence} yet: a head counts once a batch has passed it. Keep the file and try again later.`,
    );
  }
  const isAtEnd = found.header.fields.lastSequence === sequence;
  if (evidence.kind === "contradiction" && !isAtEnd) {
    throw new UsageError(
      `Batch ${found.header.number} ends at ${found.header.fields.lastSequence}, the head is at ${sequence}: that is a challenge, not a contradiction.`,
    );
  }
  return found;
}

async function stake(chain: VenueChain, court: string): Promise<Step> {
  const [token] = await read(chain.rpc, courtAbi, court, "TOKEN");
  const [amount] = await read(chain.rpc, courtAbi, court, "CHALLENGE_STAKE");
  const data = tokenAbi.encodeFunctionData("approve", [court, amount]);
  return {
    what: `approve the stake of ${amount} token units; it comes back if nobody answers in time`,
    to: token,
    call: "approve",
    data,
    abi: tokenAbi,
  };
}
