import type { Batch } from "@sealbook/wire";
import pino from "pino";
import { describe, expect, it } from "vitest";
import { SETTLEMENT_ABI } from "./abi.ts";
import { Poster, type PosterChain } from "./poster.ts";

const ZERO = `0x${"00".repeat(32)}`;

function batch(number: number): Batch {
  const n = BigInt(number);
  return {
    header: {
      epoch: 1n,
      number: n,
      firstSequence: n,
      lastSequence: n,
      chainHash: ZERO,
      stateRootBefore: ZERO,
      stateRootAfter: ZERO,
      inboxCursor: 0n,
      inboxHash: ZERO,
      withdrawalsRoot: ZERO,
      withdrawalsTotal: 0n,
      dataHash: ZERO,
      blobsHash: ZERO,
      oracleRound: 0n,
      closedAt: 0n,
    },
    signature: new Uint8Array(65),
    withdrawals: [],
    data: new Uint8Array(),
  };
}

interface Transaction {
  hash: string;
  number: number;
  nonce: number;
  maxFeePerGas: bigint;
  data: string;
}

/** A chain that does what the test says: mines when told, forgets, reorganises, refuses. */
class TestChain implements PosterChain {
  block = 100;
  accepted = 0;
  refuses: string | undefined;
  isLosingAnswers = false;
  readonly pool: Transaction[] = [];
  readonly mined = new Map<string, { status: number; blockNumber: number; gasUsed: bigint }>();
  minedNonce = 0;

  head = async () => ({ batchNumber: BigInt(this.accepted) });
  blockNumber = async () => this.block;
  nonce = async () => this.minedNonce;
  fees = async () => ({ maxFeePerGas: 1000n, maxPriorityFeePerGas: 10n });
  wouldRevert = async () => this.refuses;
  receipt = async (hash: string) => this.mined.get(hash) ?? null;
  send: PosterChain["send"] = async ({ data, nonce, maxFeePerGas }) => {
    const [header] = SETTLEMENT_ABI.decodeFunctionData("acceptBatch", data);
    const hash = `0x${this.pool.length + 1}`;
    this.pool.push({ hash, number: Number(header.number), nonce, maxFeePerGas, data });
    if (this.isLosingAnswers) throw new Error("connection reset");
    return hash;
  };

  mine(transaction = this.pool.at(-1)!): void {
    this.block += 1;
    this.minedNonce = transaction.nonce + 1;
    const isNext = transaction.number === this.accepted + 1;
    if (isNext) this.accepted += 1;
    this.mined.set(transaction.hash, { status: isNext ? 1 : 0, blockNumber: this.block, gasUsed: 70_000n });
  }
}

function newPoster(confirmations = 0) {
  const chain = new TestChain();
  const anchored: number[] = [];
  const mined: number[] = [];
  const poster = new Poster(
    chain,
    0n,
    { settlement: "0x", confirmations, stuckMs: 1000, feeBumpPercent: 25 },
    {
      onMined: ({ header }) => mined.push(Number(header.number)),
      onAnchored: ({ header }) => anchored.push(Number(header.number)),
    },
    pino({ level: "silent" }),
  );
  return { chain, poster, anchored, mined };
}

describe("batch poster", () => {
  it("posts in order, one in flight, and anchors k blocks deep, each once", async () => {
    const { chain, poster, anchored, mined } = newPoster(2);
    for (const number of [2, 1, 3]) poster.add(batch(number));
    for (let turn = 0; turn < 12; turn += 1) {
      await poster.step(turn);
      await poster.step(turn);
      if (chain.pool.length > chain.mined.size) chain.mine();
      else chain.block += 1;
    }
    expect(chain.pool.map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(mined).toEqual([1, 2, 3]);
    expect(anchored).toEqual([1, 2, 3]);
    expect(poster.backlog).toBe(0);
  });

  it("does not anchor before the batch is deep enough", async () => {
    const { chain, poster, anchored } = newPoster(3);
    poster.add(batch(1));
    await poster.step(0);
    chain.mine();
    for (let depth = 0; depth < 3; depth += 1, chain.block += 1) {
      await poster.step(0);
      expect(anchored).toEqual([]);
    }
    await poster.step(0);
    expect(anchored).toEqual([1]);
  });

  it("sends a stuck transaction again with the same nonce and calldata and a higher fee (F53)", async () => {
    const { chain, poster } = newPoster();
    poster.add(batch(1));
    await poster.step(0);
    await poster.step(999);
    expect(chain.pool.length).toBe(1);
    await poster.step(1000);
    await poster.step(2000);
    expect(chain.pool.map(({ nonce }) => nonce)).toEqual([0, 0, 0]);
    expect(new Set(chain.pool.map(({ data }) => data)).size).toBe(1);
    expect(chain.pool[1]!.maxFeePerGas).toBeGreaterThanOrEqual((chain.pool[0]!.maxFeePerGas * 125n) / 100n);
    chain.mine(chain.pool[0]); // an earlier one may still win
    await poster.step(2001);
    expect(poster.mined).toBe(1);
    await poster.step(2002);
    expect(poster.backlog).toBe(0);
  });

  it("does not post again what the chain holds although the answer was lost (F54)", async () => {
    const { chain, poster, anchored } = newPoster();
    chain.isLosingAnswers = true;
    poster.add(batch(1));
    await poster.step(0);
    chain.mine();
    await poster.step(1);
    await poster.step(2);
    expect(chain.pool.length).toBe(1);
    expect(anchored).toEqual([1]);
  });

  it("posts a batch again when a reorganisation drops it (F52)", async () => {
    const { chain, poster, anchored } = newPoster(5);
    poster.add(batch(1));
    await poster.step(0);
    chain.mine();
    await poster.step(1);
    chain.accepted = 0;
    chain.minedNonce = 0;
    chain.mined.clear();
    await poster.step(2);
    await poster.step(3);
    expect(chain.pool.map(({ number }) => number)).toEqual([1, 1]);
    chain.mine();
    await poster.step(4);
    chain.block += 5;
    await poster.step(5);
    expect(anchored).toEqual([1]);
  });

  it("sends nothing while the chain would refuse, names the reason, and goes on when it would not (F55)", async () => {
    const { chain, poster } = newPoster();
    chain.refuses = "InactiveSigner(0x01)";
    poster.add(batch(1));
    await poster.step(0);
    await poster.step(1);
    expect(chain.pool).toEqual([]);
    expect(poster.blocked).toBe("InactiveSigner(0x01)");
    chain.refuses = undefined;
    await poster.step(2);
    expect(chain.pool.length).toBe(1);
    expect(poster.blocked).toBeUndefined();
  });
});
