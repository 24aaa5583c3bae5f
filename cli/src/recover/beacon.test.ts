import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BLOB_LENGTH, blobsOf } from "@sealbook/wire/state";
import { hexlify } from "ethers";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { versionedHashOf } from "../chain/blobs.ts";
import { commitmentOf } from "../chain/commitment.ts";
import { FakeBeacon } from "./fixtures/fake-beacon.ts";
import { FakeNode, settlement } from "./fixtures/fake-node.ts";
import { syntheticBatches } from "./fixtures/synthetic.ts";
import { recover } from "./recover.ts";
import { summaryText } from "./report.ts";

/** Block n of the fake node is at 1,000,000 + 12 n: slot n of these beacons. Blobs and commitments are real. */
const GENESIS = 1_000_000;
const commit = async (blob: Uint8Array) => (await commitmentOf(blob))!;
const small = syntheticBatches({ batches: 2, accounts: 4, carrier: "blobs" });
/** One batch of two blobs. */
const large = syntheticBatches({ batches: 1, accounts: 1_950, carrier: "blobs" });

let out: string;
let venue: typeof small;
let node: FakeNode;
const beacons: FakeBeacon[] = [];

async function serve(what: typeof small): Promise<void> {
  await node?.stop();
  venue = what;
  node = await FakeNode.start(what.batches, [], commit);
  node.blobs.clear(); // an execution node has none
}

// The ceremony takes seconds to read: once, and with patience.
beforeAll(() => commit(new Uint8Array(BLOB_LENGTH)), 120_000);
beforeEach(async () => {
  out = mkdtempSync(join(tmpdir(), "sealbook-beacon-"));
  await serve(small);
});
afterEach(async () => {
  rmSync(out, { recursive: true });
  await node.stop();
  for (const beacon of beacons.splice(0)) await beacon.stop();
});

/** A beacon with every blob, changed as told. */
async function beacon(change: (blob: Uint8Array, slot: number, at: number) => Uint8Array = (blob) => blob) {
  const started = await FakeBeacon.start(GENESIS);
  beacons.push(started);
  for (const [index, { data }] of venue.batches.entries()) {
    const sidecars = blobsOf(data).map(async (blob, at) => {
      const commitment = hexlify(await commit(blob));
      const versionedHash = await versionedHashOf(commitment);
      return { versionedHash, commitment, blob: change(blob, index + 1, at) };
    });
    started.slots.set(index + 1, await Promise.all(sidecars));
  }
  return started;
}

const from = (...sources: FakeBeacon[]) =>
  recover({
    rpcUrls: [node.url],
    settlement,
    out,
    blobs: sources.map(({ url }) => url),
    fromBlock: 0,
    toBlock: "latest",
  });
const bent = (blob: Uint8Array) => blob.map((byte, i) => (i === 300 ? byte ^ 1 : byte));
const rootOf = ({ state }: typeof small) => `0x${state.stateRoot.toString(16).padStart(64, "0")}`;

describe("blobs from beacon nodes", () => {
  it("by versioned hash, and by sidecar where that is not known yet", async () => {
    const { summary } = await from(await beacon());
    expect(summary).toMatchObject({ batchesApplied: 2, stateRoot: rootOf(small), blobFailures: [] });

    rmSync(out, { recursive: true });
    const old = await beacon();
    old.isOld = true;
    expect((await from(old)).summary).toMatchObject({ batchesApplied: 2, stateRoot: rootOf(small) });
    expect(old.asked).toContain("/eth/v1/beacon/blob_sidecars/2");
  });

  it("pruned at the first: the next is asked, and the user is told", async () => {
    const pruned = await beacon();
    pruned.slots.delete(1);
    const { summary, balances } = await from(pruned, await beacon());
    expect(summary.stateRoot).toBe(rootOf(small));
    expect(summary.blobFailures).toEqual([{ source: `beacon node ${pruned.url}`, missing: 1, wrong: 0 }]);
    expect(summaryText(summary, balances)).toContain(
      `beacon node ${pruned.url} did not have 1 blobs (any more); the next source had them`,
    );
  });

  it("pruned everywhere: names the batch, the blob's time and everybody who was asked", async () => {
    const [first, second] = [await beacon(), await beacon()];
    for (const { slots } of [first, second]) slots.delete(2);
    await expect(from(first, second)).rejects.toMatchObject({
      code: "E_BLOB_MISSING",
      message: expect.stringMatching(
        new RegExp(
          `batch 2: blob 0x01.*1970-01-12T13:47:04.*${first.url}, beacon node ${second.url}, .*prune`,
        ),
      ),
    });
  });

  it("another blob under a right name is held against its commitment, and refused", async () => {
    await serve(large);
    expect(large.batches.map(({ data }) => blobsOf(data).length)).toEqual([2]);
    const liar = await beacon((blob, _, at) => (at === 1 ? bent(blob) : blob));
    const { summary, balances } = await from(liar, await beacon());
    expect(summary.stateRoot).toBe(rootOf(large));
    expect(summary.blobFailures).toEqual([{ source: `beacon node ${liar.url}`, missing: 0, wrong: 1 }]);
    expect(summaryText(summary, balances)).toContain("not the ones committed to: do not ask it again");

    rmSync(out, { recursive: true });
    await expect(from(liar)).rejects.toMatchObject({
      code: "E_DATA_MISMATCH",
      message: expect.stringContaining(`beacon node ${liar.url} (gave another one)`),
    });
  });

  it("a blob that is no blob is refused like another", async () => {
    const liar = await beacon((blob) => new Uint8Array(blob.length).fill(0xff));
    expect((await from(liar, await beacon())).summary.blobFailures[0]).toMatchObject({ wrong: 2 });
  });
});
