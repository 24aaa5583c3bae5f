import type { Evidence, SignedHeadRecord } from "@sealbook/sdk";
import { ZeroHash } from "ethers";
import { describe, expect, it } from "vitest";
import { courtAbi, tokenAbi } from "../chain/abi.ts";
import type { AcceptedBatch, VenueChain } from "../chain/venue-chain.ts";
import { accuse } from "./accuse.ts";

const settlement = `0x${"5e".repeat(20)}`;
const court = `0x${"c0".repeat(20)}`;
const token = `0x${"70".repeat(20)}`;
const stake = 123n;

/** Two batches of epoch 3: sequences 1 to 10 and 11 to 20. */
const batches = [
  [1n, 1n, 10n],
  [2n, 11n, 20n],
].map(([number, firstSequence, lastSequence]) => {
  const words = {
    chainHash: `0x${"aa".repeat(32)}`,
    stateRootBefore: ZeroHash,
    stateRootAfter: ZeroHash,
    inboxHash: ZeroHash,
  };
  const hashes = { withdrawalsRoot: ZeroHash, dataHash: ZeroHash, blobsHash: ZeroHash };
  const numbers = { inboxCursor: 0n, withdrawalsTotal: 0n, oracleRound: 0n, closedAt: 0n };
  const fields = { epoch: 3n, number, firstSequence, lastSequence, ...words, ...hashes, ...numbers };
  return { kind: "signed", header: { number: Number(number), fields } } as unknown as AcceptedBatch;
});

/** A court that answers what it is asked. */
const chain = (judged = settlement) =>
  ({
    chainId: 31337,
    settlement,
    block: { number: 0 },
    batches: async () => batches,
    rpc: {
      url: "test",
      call: async (method: string, [{ data }]: [{ data: string }]) => {
        if (method === "eth_getLogs") return [];
        const name = courtAbi.getFunction(data.slice(0, 10))?.name ?? "";
        const answers: Record<string, unknown> = { SETTLEMENT: judged, TOKEN: token, CHALLENGE_STAKE: stake };
        return courtAbi.encodeFunctionResult(name, [answers[name]]);
      },
    },
  }) as unknown as VenueChain;

const accuseSteps = async (...args: Parameters<typeof accuse>) => (await accuse(...args)).steps;

const head = (sequence: bigint, own: Partial<SignedHeadRecord> = {}): SignedHeadRecord => ({
  epoch: 3n,
  sequence,
  chainHash: `0x${"bb".repeat(32)}`,
  signature: `0x${"11".repeat(65)}`,
  ...own,
});
const common = { venue: { chainId: 31337n, settlement }, signer: `0x${"51".repeat(20)}` };
const challenge = (at: SignedHeadRecord): Evidence => ({ ...common, kind: "challenge", heads: [at] });

describe("before the court", () => {
  it("two heads of one place go as they are", async () => {
    const second = head(5n, { chainHash: `0x${"cc".repeat(32)}` });
    const [step, ...others] = await accuseSteps(
      chain(),
      court,
      { ...common, kind: "equivocation", heads: [head(5n), second] },
      0,
    );
    expect(others).toEqual([]);
    const args = courtAbi.decodeFunctionData("proveEquivocation", step?.data ?? "0x");
    expect([args[0].sequence, args[0].chainHash, args[2].chainHash]).toEqual([
      5n,
      head(5n).chainHash,
      second.chainHash,
    ]);
  });

  it("a head at the end of a batch goes with the batch's header", async () => {
    const evidence: Evidence = { ...common, kind: "contradiction", heads: [head(20n)], batchNumber: 2n };
    const [step] = await accuseSteps(chain(), court, evidence, 0);
    expect(courtAbi.decodeFunctionData("proveContradiction", step?.data ?? "0x")[2].number).toBe(2n);
    await expect(accuseSteps(chain(), court, { ...evidence, heads: [head(19n)] }, 0)).rejects.toThrow(
      /a challenge, not a contradiction/,
    );
  });

  it("a head inside a batch is challenged, with the stake approved first", async () => {
    const [approve, step] = await accuseSteps(chain(), court, challenge(head(13n)), 0);
    expect(approve?.to).toBe(token);
    expect(tokenAbi.decodeFunctionData("approve", approve?.data ?? "0x")[1]).toBe(stake);
    expect(courtAbi.decodeFunctionData("challenge", step?.data ?? "0x")[2].number).toBe(2n);
  });

  it("what is no evidence yet, or elsewhere, is said before anything is sent", async () => {
    await expect(accuseSteps(chain(), court, challenge(head(21n)), 0)).rejects.toThrow(/Keep the file/);
    await expect(accuseSteps(chain(), court, challenge(head(5n, { epoch: 4n })), 0)).rejects.toThrow(
      /No batch of epoch 4/,
    );
    await expect(accuseSteps(chain(`0x${"66".repeat(20)}`), court, challenge(head(5n)), 0)).rejects.toThrow(
      /judges settlement/,
    );
    const foreign = { ...challenge(head(5n)), venue: { chainId: 1n, settlement } };
    await expect(accuseSteps(chain(), court, foreign, 0)).rejects.toThrow(/chain 1/);
  });
});
