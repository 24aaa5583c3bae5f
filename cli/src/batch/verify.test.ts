import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { FakeNode, settlement } from "../recover/fixtures/fake-node.ts";
import { provenBatch, signedBatch } from "../recover/fixtures/proven.ts";
import { syntheticBatches } from "../recover/fixtures/synthetic.ts";
import { type BatchCheck, verifyBatch } from "./verify.ts";

let state: string;
let node: FakeNode;

beforeEach(async () => {
  state = mkdtempSync(join(tmpdir(), "sealbook-verify-"));
  const { batches, state: leaves } = syntheticBatches({ batches: 2, accounts: 3 });
  node = await FakeNode.start([...batches, provenBatch(leaves), signedBatch(leaves)]);
});
afterEach(async () => {
  rmSync(state, { recursive: true });
  await node.stop();
});

const verify = (number: number): Promise<BatchCheck[]> =>
  verifyBatch({ rpcUrl: node.url, settlement, number, state, blobs: [], fromBlock: 0 });
const answers = (checks: BatchCheck[]) =>
  Object.fromEntries(checks.map(({ check, isOk }) => [check, isOk] as const));

it("a proven batch has a proof, a root before and a root after, and no signature", async () => {
  expect(answers(await verify(3))).toEqual({
    accepted: true,
    proof: true,
    continuity: true,
    "state root": true,
  });
});

it("a signed batch goes on from the sequence of the last signed one, over a proven one between", async () => {
  // The node's batches carry no signature, and that is said; all else holds.
  expect(answers(await verify(4))).toEqual({
    accepted: true,
    signature: false,
    continuity: true,
    data: true,
    "state root": true,
  });
});

it("a proven batch of another settlement's path, or whose words lead elsewhere, is a no", async () => {
  node.pathOf = `0x${"66".repeat(20)}`;
  expect(answers(await verify(3))).toMatchObject({ accepted: true, proof: false, "state root": true });
  node.pathOf = settlement;
  const proven = node.batches[2]!;
  proven.words = proven.words!.map((word, at, all) => (at === all.length - 4 ? word + (1n << 196n) : word));
  const [root] = (await verify(3)).slice(-1);
  expect(root).toMatchObject({ check: "state root", isOk: false });
  expect(root!.found).toMatch(/batch 3 .*its words lead to/);
});
