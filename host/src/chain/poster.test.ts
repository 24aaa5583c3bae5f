import type { Batch } from "@sealbook/wire";
import pino from "pino";
import { describe, expect, it } from "vitest";
import type { HostErrorCode } from "../errors.ts";
import { SETTLEMENT_ABI } from "./abi.ts";
import type { ProvenBlob } from "./blob-prover.ts";
import { Poster, type PosterChain } from "./poster.ts";
import type { Fees } from "./posting.ts";

const ZERO = `0x${"00".repeat(32)}`;
const EPOCH = 3n;

function batch(number: number, blobsHash = `0x${"01".repeat(32)}`): Batch {
  const n = BigInt(number);
  return {
    header: {
      epoch: EPOCH,
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
      blobsHash,
      oracleRound: 0n,
      closedAt: 0n,
    },
    signature: new Uint8Array(65),
    withdrawals: [],
    data: Uint8Array.of(number),
  };
}

interface Transaction {
  hash: string;
  number: number;
  nonce: number;
  fees: Fees;
  data: string;
  blobs: readonly ProvenBlob[];
}

/** A chain that does what the test says: mines when told, forgets, reorganises, refuses. */
class TestChain implements PosterChain {
  block = 100;
  epoch = EPOCH;
  isEpochEnded = false;
  isFrozen = false;
  /** Batches accepted, by block. */
  history: { block: number; number: number }[] = [];
  refuses: string | undefined;
  isLosingAnswers = false;
  isUnderpricing = false;
  readonly pool: Transaction[] = [];
  readonly dropped = new Set<string>();
  readonly mined = new Map<string, { isSuccess: boolean; gasUsed: bigint; blobGasUsed: bigint }>();
  minedNonce = 0;

  get accepted(): number {
    return this.history.at(-1)?.number ?? 0;
  }

  look: PosterChain["look"] = async (depth) => ({
    block: { number: this.block, hash: `0x${this.block}`, timestamp: 0, baseFeePerGas: 10n },
    epoch: this.epoch,
    isEpochEnded: this.isEpochEnded,
    isFrozen: this.isFrozen,
    accepted: BigInt(this.accepted),
    deep: BigInt(this.history.filter(({ block }) => block <= this.block - depth).at(-1)?.number ?? 0),
    nonce: this.minedNonce,
  });
  fees: PosterChain["fees"] = async (_, hasBlobs) => ({
    maxFeePerGas: 1000n,
    maxPriorityFeePerGas: 10n,
    maxFeePerBlobGas: hasBlobs ? 5n : 0n,
  });
  wouldRevert = async () => this.refuses;
  receipt = async (hash: string) => this.mined.get(hash);
  isKnown = async (hash: string) => !this.dropped.has(hash);
  send: PosterChain["send"] = async ({ data, nonce, fees, blobs }) => {
    if (this.isUnderpricing) {
      this.isUnderpricing = false;
      throw new Error("replacement transaction underpriced");
    }
    const [header] = SETTLEMENT_ABI.decodeFunctionData("acceptBatch", data);
    const same = this.pool.find((old) => old.nonce === nonce && old.fees.maxFeePerGas === fees.maxFeePerGas);
    const hash = same?.hash ?? `0x${this.pool.length + 1}`;
    this.dropped.delete(hash);
    this.pool.push({ hash, number: Number(header.number), nonce, fees, data, blobs });
    if (this.isLosingAnswers) throw new Error("connection reset");
    return hash;
  };

  mine(transaction = this.pool.at(-1)!): void {
    this.block += 1;
    this.minedNonce = transaction.nonce + 1;
    const isNext = transaction.number === this.accepted + 1;
    if (isNext) this.history.push({ block: this.block, number: transaction.number });
    this.mined.set(transaction.hash, { isSuccess: isNext, gasUsed: 70_000n, blobGasUsed: 131_072n });
  }

  reorganise(depth: number): void {
    this.history = this.history.filter(({ block }) => block <= this.block - depth);
    this.minedNonce = this.history.length;
    this.mined.clear();
    for (const { hash } of this.pool) this.dropped.add(hash);
  }
}

function newPoster(options: { confirmations?: number; data?: "blobs" | "calldata" } = {}) {
  const chain = new TestChain();
  const anchored: number[] = [];
  const mined: number[] = [];
  const alerts: string[] = [];
  const stored = new Map<number, Batch>();
  const ends: HostErrorCode[] = [];
  let reopened = 0;
  let proofs = 0;
  const most = 1_000_000n;
  const poster = new Poster(
    chain,
    {
      prove: async (data) => {
        proofs += 1;
        return [{ data: `0x${data[0]}`, commitment: "0x", proof: "0x" }];
      },
      close: () => {},
    },
    0n,
    {
      settlement: "0x",
      epoch: EPOCH,
      confirmations: options.confirmations ?? 0,
      stuckMs: 1000,
      bumpPercent: 25,
      feesMax: { maxFeePerGas: most, maxPriorityFeePerGas: most, maxFeePerBlobGas: most },
      data: options.data ?? "calldata",
    },
    {
      onMined: ({ header }) => mined.push(Number(header.number)),
      onAnchored: ({ header }) => anchored.push(Number(header.number)),
      stored: (number) => stored.get(number),
      reopen: async () => {
        reopened += 1;
        chain.epoch = EPOCH;
      },
      onAlert: (code) => alerts.push(code),
      onEnd: (code) => ends.push(code),
    },
    pino({ level: "silent" }),
  );
  return {
    chain,
    poster,
    stored,
    anchored,
    mined,
    alerts,
    ends,
    reopened: () => reopened,
    proofs: () => proofs,
  };
}

describe("batch poster", () => {
  it("posts in order, one in flight, and anchors k blocks deep, each once", async () => {
    const { chain, poster, anchored, mined } = newPoster({ confirmations: 2 });
    for (const number of [2, 1, 3]) poster.add(batch(number), 0);
    for (let turn = 0; turn < 12; turn += 1) {
      await poster.step(turn);
      if (chain.pool.length > chain.mined.size) chain.mine();
      else chain.block += 1;
    }
    expect(chain.pool.map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(mined).toEqual([1, 2, 3]);
    expect(anchored).toEqual([1, 2, 3]);
    expect(poster.backlog).toBe(0);
    expect(poster.totals).toEqual({ batches: 3, dataBytes: 3, gas: 210_000n, blobGas: 393_216n });
  });

  it("does not anchor before the batch is deep enough", async () => {
    const { chain, poster, anchored } = newPoster({ confirmations: 3 });
    poster.add(batch(1), 0);
    await poster.step(0);
    chain.mine();
    for (let depth = 0; depth < 3; depth += 1, chain.block += 1) {
      await poster.step(0);
      expect(anchored).toEqual([]);
    }
    await poster.step(0);
    expect(anchored).toEqual([1]);
  });

  it("puts the data into calldata or into blobs, proven once", async () => {
    const { chain, poster } = newPoster();
    poster.add(batch(1), 0);
    await poster.step(0);
    expect(SETTLEMENT_ABI.decodeFunctionData("acceptBatch", chain.pool[0]!.data)[2]).toBe("0x01");
    expect([chain.pool[0]!.blobs, chain.pool[0]!.fees.maxFeePerBlobGas]).toEqual([[], 0n]);

    const other = newPoster({ data: "blobs" });
    other.poster.add(batch(1), 0);
    other.poster.add(batch(2, ZERO), 0);
    await other.poster.step(0);
    await other.poster.step(1000);
    await other.poster.step(2000);
    expect(other.proofs()).toBe(1);
    expect(other.chain.pool.length).toBe(3);
    for (const { data, blobs, fees } of other.chain.pool) {
      expect(SETTLEMENT_ABI.decodeFunctionData("acceptBatch", data)[2]).toBe("0x");
      expect(blobs.length).toBe(1);
      expect(fees.maxFeePerBlobGas).toBeGreaterThan(0n);
    }
    // Nodes replace a blob transaction for twice the fees only, whatever is configured.
    expect(other.chain.pool.map(({ fees }) => fees.maxFeePerGas)).toEqual([1000n, 2000n, 4000n]);
    // A batch that says it does not fit blobs goes as calldata.
    other.chain.mine();
    await other.poster.step(3000);
    expect(other.chain.pool.at(-1)!.blobs).toEqual([]);
    expect(SETTLEMENT_ABI.decodeFunctionData("acceptBatch", other.chain.pool.at(-1)!.data)[2]).toBe("0x02");
  });

  it.each([
    ["another enclave's epoch", { epoch: EPOCH + 1n }],
    ["a validity proof", { isEpochEnded: true }],
  ])("takes no batch of %s for its own (F23)", async (_, other) => {
    const { chain, poster, anchored, mined, ends } = newPoster();
    poster.add(batch(1), 0);
    chain.refuses = "whatever"; // ours is not posted
    await poster.step(0);
    Object.assign(chain, other);
    chain.block += 1;
    chain.history.push({ block: chain.block, number: 1 });
    await poster.step(1);
    await poster.step(2);
    expect([anchored, mined, poster.backlog]).toEqual([[], [], 1]);
    expect(ends).toEqual(["E_EPOCH_TAKEN"]);
  });

  it("sends a stuck transaction again with the same nonce and calldata and a higher fee (F53)", async () => {
    const { chain, poster } = newPoster();
    poster.add(batch(1), 0);
    await poster.step(0);
    await poster.step(999);
    expect(chain.pool.length).toBe(1);
    await poster.step(1000);
    await poster.step(2000);
    expect(chain.pool.map(({ nonce }) => nonce)).toEqual([0, 0, 0]);
    expect(new Set(chain.pool.map(({ data }) => data)).size).toBe(1);
    expect(chain.pool.map(({ fees }) => fees.maxFeePerGas)).toEqual([1000n, 1250n, 1563n]);
    expect(poster.bumps).toBe(2);
    chain.mine(chain.pool[0]); // an earlier one may still win
    await poster.step(2001);
    expect(poster.backlog).toBe(0);
  });

  it("offers more when the node calls a replacement underpriced", async () => {
    const { chain, poster } = newPoster();
    poster.add(batch(1), 0);
    await poster.step(0);
    chain.isUnderpricing = true;
    await poster.step(1000);
    expect(chain.pool.map(({ fees }) => fees.maxFeePerGas)).toEqual([1000n, 1563n]);
  });

  it("sends a dropped transaction again as it was (F54)", async () => {
    const { chain, poster } = newPoster();
    poster.add(batch(1), 0);
    await poster.step(0);
    chain.dropped.add(chain.pool[0]!.hash);
    await poster.step(249);
    expect(chain.pool.length).toBe(1);
    await poster.step(250);
    expect(chain.pool.length).toBe(2);
    expect(chain.pool[1]).toEqual(chain.pool[0]);
    expect(poster.bumps).toBe(0);
    chain.mine();
    await poster.step(300);
    expect(poster.backlog).toBe(0);
  });

  it("does not post again what the chain holds although the answer was lost", async () => {
    const { chain, poster, anchored } = newPoster();
    chain.isLosingAnswers = true;
    poster.add(batch(1), 0);
    await poster.step(0);
    chain.mine();
    await poster.step(1);
    expect(chain.pool.length).toBe(1);
    expect(anchored).toEqual([1]);
  });

  it("posts a batch again, the same, when a reorganisation drops it (F50)", async () => {
    const { chain, poster, anchored } = newPoster({ confirmations: 5 });
    poster.add(batch(1), 0);
    poster.add(batch(2), 0);
    for (const now of [0, 1]) {
      await poster.step(now);
      chain.mine();
    }
    await poster.step(2);
    expect(poster.mined).toBe(2);
    chain.reorganise(3);
    await poster.step(3);
    chain.mine();
    await poster.step(4);
    chain.mine();
    expect(chain.pool.map(({ number }) => number)).toEqual([1, 2, 1, 2]);
    expect(chain.pool[2]!.data).toBe(chain.pool[0]!.data);
    expect(anchored).toEqual([]);
    chain.block += 5;
    await poster.step(5);
    expect(anchored).toEqual([1, 2]);
  });

  it("posts from the disk what a reorganisation deeper than the confirmations took, and says so", async () => {
    const { chain, poster, stored, anchored, alerts } = newPoster();
    for (const number of [1, 2]) {
      stored.set(number, batch(number));
      poster.add(batch(number), 0);
    }
    for (const now of [0, 1]) {
      await poster.step(now);
      chain.mine();
    }
    await poster.step(2);
    expect([anchored, poster.backlog]).toEqual([[1, 2], 0]);
    chain.reorganise(2);
    for (const now of [3, 4]) {
      await poster.step(now);
      chain.mine();
    }
    await poster.step(5);
    expect(alerts).toEqual(["E_REORG"]);
    expect(chain.pool.map(({ number }) => number)).toEqual([1, 2, 1, 2]);
    expect(chain.pool[2]!.data).toBe(chain.pool[0]!.data);
    expect(poster.backlog).toBe(0);
  });

  it("opens its epoch again when a reorganisation took it, and only then posts", async () => {
    const { chain, poster, reopened } = newPoster();
    poster.add(batch(1), 0);
    chain.epoch = EPOCH - 1n;
    await poster.step(0);
    expect(reopened()).toBe(1);
    expect(chain.pool).toEqual([]);
    await poster.step(1);
    expect(chain.pool.length).toBe(1);
    expect(reopened()).toBe(1);
  });

  it("sends nothing while the chain would refuse, names the reason, and goes on when it would not (F55)", async () => {
    const { chain, poster } = newPoster();
    chain.refuses = "InactiveSigner(0x01)";
    poster.add(batch(1), 0);
    await poster.step(0);
    await poster.step(1);
    expect(chain.pool).toEqual([]);
    expect(poster.blocked).toBe("InactiveSigner(0x01)");
    expect(poster.lagMs(700)).toBe(700);
    chain.refuses = undefined;
    await poster.step(2001);
    expect(chain.pool.length).toBe(1);
    expect(poster.blocked).toBeUndefined();
  });

  it("ends when another epoch is open, or the settlement is frozen (F23, F56)", async () => {
    for (const [change, code] of [
      [{ epoch: EPOCH + 1n }, "E_EPOCH_TAKEN"],
      [{ isFrozen: true }, "E_FROZEN"],
    ] as const) {
      const { chain, poster, ends } = newPoster();
      poster.add(batch(1), 0);
      Object.assign(chain, change);
      await poster.step(0);
      await poster.step(1);
      expect(ends).toEqual([code]);
      expect(chain.pool).toEqual([]);
    }
  });
});
