import { linkOf } from "@sealbook/sdk";
import { ZeroHash } from "ethers";
import { describe, expect, it } from "vitest";
import { courtAbi, topicOf } from "../chain/abi.ts";
import type { VenueChain } from "../chain/venue-chain.ts";
import { answerSteps, DIGESTS_PER_ANSWER, type DigestSource } from "./answer.ts";

const settlement = `0x${"5e".repeat(20)}`;
const court = `0x${"c0".repeat(20)}`;
const now = 1_800_000_000;

const word = (n: number) => `0x${n.toString(16).padStart(64, "0")}`;
/** As many records as need two transactions, behind a head at sequence 10. */
const COUNT = DIGESTS_PER_ANSWER + 3;
const digests = Array.from({ length: COUNT }, (_, i) => word(i + 1));
const head = word(77);
const target = digests.reduce(linkOf, head);

interface Standing {
  answeredTo: bigint;
  answered: string;
  answerUntil: number;
}

/** A court with challenge 1, as far as it was answered. */
function chainWith({ answeredTo, answered, answerUntil }: Standing): VenueChain {
  const lastSequence = 10n + BigInt(COUNT);
  const challenge = [settlement, answerUntil, 1n, 10n, lastSequence, answeredTo, head, target, answered];
  const log = courtAbi.encodeEventLog("Challenged", [1n, 1n, 10n, head, 1n, answerUntil]);
  const place = { address: court, blockNumber: "0x1", blockHash: ZeroHash, transactionHash: ZeroHash };
  return {
    chainId: 31337,
    settlement,
    block: { number: 1 },
    rpc: {
      url: "test",
      call: async (method: string, [{ data, topics }]: [{ data: string; topics: string[] }]) => {
        if (method === "eth_getBlockByNumber")
          return { number: "0x1", hash: ZeroHash, timestamp: `0x${now.toString(16)}` };
        if (method === "eth_getLogs")
          return topics[0] === topicOf(courtAbi, "Challenged") ? [{ ...place, ...log, logIndex: "0x0" }] : [];
        const name = courtAbi.getFunction(data.slice(0, 10))?.name ?? "";
        return courtAbi.encodeFunctionResult(name, [name === "SETTLEMENT" ? settlement : challenge]);
      },
    },
  } as unknown as VenueChain;
}

const fresh: Standing = { answeredTo: 10n, answered: head, answerUntil: now + 60 };
/** Gives a thousand at a time, as a host does. */
const journal = (kept = digests): DigestSource => ({
  name: "the journal",
  read: async (from, to) => ({
    digests: kept.slice(Number(from) - 11, Math.min(Number(to) - 10, Number(from) + 989)),
  }),
});
const argsOf = async (standing: Standing, source = journal()) => {
  const { steps, faults } = await answerSteps(chainWith(standing), court, source, 0);
  const args = steps.map(({ data }) => courtAbi.decodeFunctionData("answer", data));
  return { parts: args.map(([id, from, part]) => [id, from, part.length]), faults };
};

describe("the operator's answer", () => {
  it("is every digest from the head to the end of the batch, in as many transactions as it takes", async () => {
    const { parts, faults } = await argsOf(fresh);
    expect(parts).toEqual([
      [1n, 10n, DIGESTS_PER_ANSWER],
      [1n, 10n + BigInt(DIGESTS_PER_ANSWER), 3],
    ]);
    expect(faults).toEqual([]);
  });

  it("goes on where an earlier answer ended, and begins anew where that led astray", async () => {
    const half = { ...fresh, answeredTo: 1_010n, answered: digests.slice(0, 1000).reduce(linkOf, head) };
    expect((await argsOf(half)).parts).toEqual([[1n, 1_010n, COUNT - 1000]]);
    expect((await argsOf({ ...half, answered: word(5) })).parts[0]).toEqual([1n, 10n, DIGESTS_PER_ANSWER]);
  });

  it("is not given when it would be wrong, incomplete or late", async () => {
    const other = await argsOf(fresh, journal(digests.with(500, word(0))));
    expect(other).toMatchObject({
      parts: [],
      faults: [{ id: 1n, why: expect.stringContaining("not on this history") }],
    });
    const short = await argsOf(fresh, journal(digests.slice(0, 100)));
    expect(short).toMatchObject({
      parts: [],
      faults: [{ why: expect.stringContaining("does not have record 111") }],
    });
    const late = await argsOf({ ...fresh, answerUntil: now - 1 });
    expect(late).toMatchObject({ parts: [], faults: [{ why: expect.stringContaining("is over") }] });
  });
});
