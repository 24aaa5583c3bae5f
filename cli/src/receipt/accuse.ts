import type { Evidence, SignedHeadRecord } from "@sealbook/sdk";
import { courtAbi, tokenAbi } from "../chain/abi.ts";
import { read } from "../chain/contract.ts";
import { ChainError } from "../chain/errors.ts";
import type { AcceptedBatch, VenueChain } from "../chain/venue-chain.ts";
import { UsageError } from "../errors.ts";
import type { Step } from "../escape/plan.ts";

/** The transactions that bring evidence before the receipt court. @throws {UsageError} if the chain shows that it is none */
export async function accuseSteps(
  chain: VenueChain,
  court: string,
  evidence: Evidence,
  fromBlock: number,
): Promise<Step[]> {
  await checkVenue(chain, court, evidence);
  const step = (what: string, call: string, args: unknown[]): Step => ({
    what,
    to: court,
    call,
    data: courtAbi.encodeFunctionData(call, args),
    abi: courtAbi,
  });
  const [first] = evidence.heads;
  if (evidence.kind === "equivocation") {
    const second = evidence.heads[1];
    const args = [headOf(first), first.signature, headOf(second), second.signature];
    return [
      step(
        `accuse ${evidence.signer} of signing two histories at sequence ${first.sequence}`,
        "proveEquivocation",
        args,
      ),
    ];
  }
  const batch = batchOf(await chain.batches(fromBlock), evidence, first);
  const args = [headOf(first), first.signature, batch.header.fields];
  if (evidence.kind === "contradiction") {
    return [
      step(
        `accuse ${evidence.signer} of signing another end than batch ${batch.header.number}'s`,
        "proveContradiction",
        args,
      ),
    ];
  }
  return [
    await stake(chain, court),
    step(
      `challenge the head at sequence ${first.sequence}, inside batch ${batch.header.number}`,
      "challenge",
      args,
    ),
  ];
}

const headOf = ({ epoch, sequence, chainHash }: SignedHeadRecord) => ({ epoch, sequence, chainHash });

async function checkVenue(chain: VenueChain, court: string, { venue }: Evidence): Promise<void> {
  const [settlement] = await read(chain.rpc, courtAbi, court, "SETTLEMENT");
  if (String(settlement).toLowerCase() !== chain.settlement.toLowerCase()) {
    throw new ChainError(
      "E_NOT_A_VENUE",
      `the court ${court} judges settlement ${settlement}, not ${chain.settlement}`,
    );
  }
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
