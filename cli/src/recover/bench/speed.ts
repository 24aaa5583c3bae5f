/**
 * How fast a venue is rebuilt: `node cli/src/recover/bench/speed.ts [leaves]` serves a synthetic one from a process of its own and recovers
 * it. Figures go to docs/benchmarks.md.
 */
import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FakeNode, settlement } from "../fixtures/fake-node.ts";
import { syntheticBatches } from "../fixtures/synthetic.ts";
import { recover } from "../recover.ts";

/** Small enough for the last batch, which changes a tenth of all earlier accounts, to fit six blobs at 200,000 leaves. */
const PER_BATCH = 4_000;
const leaves = Number(process.argv[2] ?? 200_000);

if (process.send) {
  const { batches } = syntheticBatches({
    batches: Math.ceil(leaves / PER_BATCH / 3),
    accounts: PER_BATCH,
    carrier: "blobs",
  });
  const node = await FakeNode.start(batches);
  process.send(node.url);
} else {
  const child = fork(import.meta.filename, [String(leaves)]);
  const url = await new Promise<string>((done, fail) => {
    child.once("message", (message) => done(String(message)));
    child.once("exit", () => fail(new Error("The synthetic node ended before it served.")));
  });
  const out = mkdtempSync(join(tmpdir(), "sealbook-speed-"));
  try {
    const { summary } = await recover({
      rpcUrls: [url],
      settlement,
      out,
      blobs: [],
      fromBlock: 0,
      toBlock: "latest",
    });
    const { leavesHashed, seconds, accounts, bytes } = summary;
    console.log(
      JSON.stringify({
        leavesHashed,
        accounts,
        seconds,
        leavesPerSecond: Math.round(leavesHashed / seconds),
        bytes,
      }),
    );
  } finally {
    child.kill();
    rmSync(out, { recursive: true });
  }
}
