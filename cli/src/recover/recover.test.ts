import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packData, unpackData, VenueState } from "@sealbook/wire/state";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ChainError, type ChainErrorCode } from "../chain/errors.ts";
import { FakeNode, settlement } from "./fixtures/fake-node.ts";
import { provenBatch, signedBatch } from "./fixtures/proven.ts";
import { syntheticBatches } from "./fixtures/synthetic.ts";
import { hex32 } from "./rebuild.ts";
import { type RecoverOptions, recover } from "./recover.ts";

let out: string;
const nodes: FakeNode[] = [];

beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), "sealbook-recover-"));
});
afterEach(async () => {
  rmSync(out, { recursive: true });
  for (const node of nodes.splice(0)) await node.stop();
});

async function serve(...parts: Parameters<typeof FakeNode.start>): Promise<FakeNode> {
  const node = await FakeNode.start(...parts);
  nodes.push(node);
  return node;
}

const from = (node: FakeNode, own: Partial<RecoverOptions> = {}): RecoverOptions => ({
  rpcUrls: [node.url],
  settlement,
  out,
  blobs: [],
  fromBlock: 0,
  toBlock: "latest",
  ...own,
});

async function refused(options: RecoverOptions): Promise<ChainError> {
  const error = await recover(options).then(
    () => undefined,
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(ChainError);
  return error as ChainError;
}

const expectCode = (error: ChainError, code: ChainErrorCode, names: RegExp) => {
  expect(error.code).toBe(code);
  expect(error.message).toMatch(names);
};

describe("rebuilding", () => {
  for (const carrier of ["calldata", "blobs", "wrapped"] as const) {
    it(`every leaf from ${carrier}, and the files say the same`, async () => {
      const { batches, state } = syntheticBatches({ batches: 4, accounts: 30, carrier });
      const { summary, balances } = await recover(from(await serve(batches)));
      expect(summary).toMatchObject({
        batch: 4,
        stateRoot: hex32(state.stateRoot),
        batchesApplied: 4,
        accounts: 121,
      });
      expect(summary.bytes[carrier === "wrapped" ? "calldata" : carrier]).toBeGreaterThan(0);

      const rebuilt = new VenueState();
      rebuilt.apply(unpackData(new Uint8Array(readFileSync(join(out, "leaves.bin")))));
      expect(hex32(rebuilt.stateRoot)).toBe(summary.stateRoot);
      const written = JSON.parse(readFileSync(join(out, "balances.json"), "utf8"));
      expect(written.accounts).toEqual(JSON.parse(JSON.stringify(balances)));
      for (const { index, equity } of written.accounts) {
        const account = state.account(index);
        expect(equity).toBe(String(account && state.equity(account)));
      }
      const tree = JSON.parse(readFileSync(join(out, "tree.json"), "utf8"));
      expect(tree).toMatchObject({
        stateRoot: summary.stateRoot,
        batch: 4,
        accountsRoot: hex32(state.accountsRoot),
      });
    });
  }

  it("large batches, hashed by threads, give the same root", async () => {
    const { batches, state } = syntheticBatches({ batches: 1, accounts: 1_200 });
    const { summary } = await recover(from(await serve(batches)));
    expect(summary.stateRoot).toBe(hex32(state.stateRoot));
  });

  it("a node that bounds its log queries is asked in smaller ranges", async () => {
    const { batches } = syntheticBatches({ batches: 9, accounts: 2 });
    const node = await serve(batches);
    node.logSpan = 2;
    expect((await recover(from(node))).summary.batch).toBe(9);
  });

  it("blobs from a folder, when the node has none", async () => {
    const { batches } = syntheticBatches({ batches: 2, accounts: 3, carrier: "blobs" });
    const node = await serve(batches);
    const folder = mkdtempSync(join(out, "blobs-"));
    for (const [hash, blob] of node.blobs) writeFileSync(join(folder, `${hash}.bin`), blob);
    node.blobs.clear();
    expect((await recover(from(node, { blobs: [folder] }))).summary.batch).toBe(2);
  });
});

describe("proven batches", () => {
  it("between signed ones: the words are carried out, and a stopped run goes on after them", async () => {
    const { batches, state } = syntheticBatches({ batches: 3, accounts: 12 });
    batches.push(provenBatch(state), provenBatch(state));
    const node = await serve([...batches]);
    const { summary, balances } = await recover(from(node));
    const expected = { batch: 5, batchesApplied: 5, provenApplied: 2, stateRoot: hex32(state.stateRoot) };
    expect(summary).toMatchObject(expected);
    expect(balances.at(-1)).toMatchObject({
      index: 38,
      owner: `0x${"dd".repeat(20)}`,
      collateral: "5000000",
    });
    // What only a signed batch has is not asked for.
    expect(readdirSync(join(out, "batches"))).toHaveLength(3);

    node.batches.push(signedBatch(state), provenBatch(state));
    const second = (await recover(from(node))).summary;
    expect(second).toMatchObject({ resumedFrom: 5, batchesApplied: 2, provenApplied: 1 });
    expect(second.stateRoot).toBe(hex32(state.stateRoot));
  });
});

describe("going on", () => {
  it("a second run starts where the first ended and fetches only what is new", async () => {
    const { batches, state } = syntheticBatches({ batches: 6, accounts: 5 });
    const node = await serve(batches.slice(0, 4));
    await recover(from(node));
    node.batches.push(...batches.slice(4));
    node.calls.length = 0;
    const { summary } = await recover(from(node));
    expect(summary).toMatchObject({ resumedFrom: 4, batchesApplied: 2, stateRoot: hex32(state.stateRoot) });
    expect(node.calls.filter((method) => method === "eth_getTransactionByHash")).toHaveLength(2);
  });

  it("a run that failed in the middle keeps the batches it had", async () => {
    const { batches } = syntheticBatches({ batches: 5, accounts: 5, carrier: "blobs" });
    const node = await serve(batches);
    const [fourth] = [...node.blobs.keys()].slice(3, 4) as [string];
    const blob = node.blobs.get(fourth) as Uint8Array;
    node.blobs.delete(fourth);
    expectCode(await refused(from(node)), "E_BLOB_MISSING", new RegExp(`batch 4: blob ${fourth}.*--blobs`));
    expect(readdirSync(join(out, "batches"))).toHaveLength(3);
    node.blobs.set(fourth, blob);
    node.calls.length = 0;
    expect((await recover(from(node))).summary.batchesApplied).toBe(5);
    expect(node.calls.filter((method) => method === "eth_getTransactionByHash")).toHaveLength(2);
  });

  it("a leaf changed on disk, a torn file or another history is noticed and rebuilt", async () => {
    const { batches, state } = syntheticBatches({ batches: 3, accounts: 5 });
    const node = await serve(batches);
    await recover(from(node));
    const file = join(out, "leaves.bin");
    const whole = readFileSync(file);
    for (const broken of [
      whole.subarray(0, 100),
      Buffer.from(whole.map((byte, i) => (i === 90 ? byte ^ 1 : byte))),
    ]) {
      writeFileSync(file, broken);
      expect((await recover(from(node))).summary).toMatchObject({
        resumedFrom: 0,
        stateRoot: hex32(state.stateRoot),
      });
    }
    node.salt = "01"; // the same batches in other blocks: a reorganisation
    expect((await recover(from(node))).summary).toMatchObject({ resumedFrom: 0, batchesApplied: 3 });
    expect(existsSync(`${file}.part`)).toBe(false);
  });

  it("a folder of another venue is left alone", async () => {
    const { batches } = syntheticBatches({ batches: 1, accounts: 1 });
    const node = await serve(batches);
    await recover(from(node));
    expectCode(
      await refused(from(node, { settlement: `0x${"66".repeat(20)}` })),
      "E_FOLDER",
      /holds settlement 0x5E5e/i,
    );
  });
});

describe("what is refused", () => {
  it("data that does not lead to the root, naming the batch", async () => {
    const { batches } = syntheticBatches({ batches: 3, accounts: 3 });
    const other = unpackData(batches[1]?.data as Uint8Array);
    (batches[1] as { data: Uint8Array }).data = packData({ ...other, nextAccount: other.nextAccount + 1 });
    const error = await refused(from(await serve(batches)));
    expectCode(error, "E_ROOT_MISMATCH", /batch 2 leads to/);
    expect(error.exitCode).toBe(1);
  });

  it("data the enclave should never have signed", async () => {
    const { batches } = syntheticBatches({ batches: 2, accounts: 3 });
    (batches[1] as { data: Uint8Array }).data = Uint8Array.of(2, 2, 3);
    expectCode(await refused(from(await serve(batches))), "E_DATA_INVALID", /batch 2: BAD_FRAME/);
  });

  it("withdrawals that are not those the header promises", async () => {
    for (const [change, says] of [
      [{ withdrawalsTotal: 5n }, /batch 2: its withdrawals add up to/],
      [{ withdrawalsRoot: `0x${"44".repeat(32)}` }, /batch 2: its withdrawals hash to/],
    ] as const) {
      const { batches } = syntheticBatches({ batches: 3, accounts: 3 });
      Object.assign(batches[1] as object, change);
      expectCode(await refused(from(await serve(batches))), "E_DATA_INVALID", says);
    }
  });

  it("words of a proven batch that are not those that were proven, naming the batch", async () => {
    const { batches, state } = syntheticBatches({ batches: 2, accounts: 3 });
    const proven = provenBatch(state);
    const words = proven.words as bigint[];
    const node = await serve([...batches, proven]);
    const given = (change: (word: bigint, at: number) => bigint) => {
      proven.words = words.map(change);
    };
    const deposit = words.length - 4;
    given((word, at) => (at === deposit ? word + (1n << 196n) : word));
    const error = await refused(from(node));
    expectCode(error, "E_PROVEN_WORDS", /batch 3 was moved by a validity proof: its words lead to/);
    expect(error.exitCode).toBe(1);
    // An operation there is none of, an instrument nobody listed, too few words.
    given((word, at) => (at === deposit ? word | 15n : word));
    expectCode(await refused(from(node)), "E_PROVEN_WORDS", /batch 3 .*cannot be carried out/);
    given((word, at) => (at === 6 ? 999n : word));
    expectCode(await refused(from(node)), "E_PROVEN_WORDS", /batch 3 .*cannot be carried out/);
    proven.words = [1n];
    expectCode(await refused(from(node)), "E_PROVEN_WORDS", /batch 3 .*cannot be carried out/);
    // Of the true words nothing is missing, and nothing of the failed runs is in the way.
    proven.words = words;
    expect((await recover(from(node))).summary.stateRoot).toBe(hex32(state.stateRoot));
  });

  it("a node that has not the event of a proven batch's words, or has it in another block", async () => {
    const { batches, state } = syntheticBatches({ batches: 1, accounts: 3 });
    const node = await serve([...batches, provenBatch(state)]);
    const whole = FakeNode.prototype.txReceipt;
    node.txReceipt = (number) => {
      const found = whole.call(node, number);
      return found && { ...found, logs: found.logs.slice(2) };
    };
    expectCode(await refused(from(node)), "E_LOGS_MISSING", /batch 2 was moved by a validity proof/);
    node.txReceipt = (number) => {
      const found = whole.call(node, number);
      return found && { ...found, blockHash: `0x${"12".repeat(32)}` };
    };
    expectCode(await refused(from(node)), "E_REORG", /has moved to another block/);
    node.txReceipt = () => null;
    expectCode(await refused(from(node)), "E_TRANSACTION_MISSING", /has no transaction/);
  });

  it("a venue that was born with leaves, unless they are given", async () => {
    const { state } = syntheticBatches({ batches: 1, accounts: 3 });
    const genesis = join(out, "genesis.bin");
    writeFileSync(genesis, packData(state.data()));
    const node = await serve([provenBatch(state), signedBatch(state)]);
    expectCode(await refused(from(node)), "E_GENESIS", /batch 1 starts from .* the empty leaves are/);
    expect((await recover(from(node, { genesis }))).summary.stateRoot).toBe(hex32(state.stateRoot));
    // Once rebuilt, the folder knows them; others than the venue's own are not taken.
    expect((await recover(from(node))).summary.resumedFrom).toBe(2);
    writeFileSync(genesis, packData(state.data()));
    rmSync(join(out, "progress.json"));
    expectCode(await refused(from(node, { genesis })), "E_GENESIS", /the given leaves are/);
    writeFileSync(genesis, "no leaves");
    await expect(recover(from(node, { genesis }))).rejects.toThrow(/--genesis .* holds no leaves/);
  });

  it("a blob that is not the one", async () => {
    const { batches } = syntheticBatches({ batches: 1, accounts: 3, carrier: "blobs" });
    const node = await serve(batches);
    const [hash, blob] = [...node.blobs][0] as [string, Uint8Array];
    node.blobs.set(
      hash,
      blob.map((byte, i) => (i === 200 ? byte ^ 1 : byte)),
    );
    expectCode(await refused(from(node)), "E_DATA_MISMATCH", /batch 1/);
  });

  it("a node that leaves events out, or a last one off", async () => {
    const { batches } = syntheticBatches({ batches: 4, accounts: 2 });
    expectCode(
      await refused(from(await serve(batches), { fromBlock: 2 })),
      "E_LOGS_MISSING",
      /from batch 0 to batch 2/,
    );
  });

  it("an inbox whose events do not lead to the hash a batch names", async () => {
    const { batches } = syntheticBatches({ batches: 2, accounts: 2, inboxCursor: 2 });
    const entries = [1n, 2n, 3n].map((amount) => ({ kind: 1, owner: `0x${"aa".repeat(20)}`, amount }));
    const node = await serve(batches, entries);
    const { summary } = await recover(from(node));
    expect(summary.depositsPending).toBe("3");
    node.inboxHash = (count) =>
      count === 2 ? `0x${"99".repeat(32)}` : FakeNode.prototype.inboxHash.call(node, count);
    expectCode(await refused(from(node)), "E_DATA_MISMATCH", /inbox/);
  });

  it("two nodes that disagree", async () => {
    const { batches } = syntheticBatches({ batches: 2, accounts: 2 });
    const [honest, forked, lying] = [
      await serve(batches),
      await serve(batches),
      await serve(batches.map((b) => ({ ...b }))),
    ];
    forked.salt = "02";
    (lying.batches[1] as { stateRootAfter: string }).stateRootAfter = `0x${"77".repeat(32)}`;
    expectCode(
      await refused(from(honest, { rpcUrls: [honest.url, forked.url] })),
      "E_RPC_DISAGREE",
      /block 2/,
    );
    expectCode(
      await refused(from(honest, { rpcUrls: [honest.url, lying.url] })),
      "E_RPC_DISAGREE",
      /batch 2/,
    );
  });

  it("a node that is not there", async () => {
    const node = await serve([]);
    const { url } = node;
    await node.stop();
    nodes.pop();
    const gone: RecoverOptions = {
      rpcUrls: [url],
      settlement,
      out,
      blobs: [],
      fromBlock: 0,
      toBlock: "latest",
    };
    expectCode(await refused(gone), "E_RPC", /does not answer eth_chainId/);
  });
});
