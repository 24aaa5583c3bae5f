import { cpSync } from "node:fs";
import { join } from "node:path";
import { connectTrader, Venue } from "@sealbook/cli/devnet";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chainHead, closeBatch, until } from "../e2e/on-chain.ts";
import { cloneConfig, HostRun } from "./host-run.ts";

/**
 * F23: the operator copies the data folder and starts two hosts on it, to serve two histories. Opening an epoch is a compare-and-swap: one of
 * them becomes the venue, the other ends, says so, and never anchors anything.
 */
let venue: Venue;
beforeAll(async () => {
  venue = await Venue.start({ chain: { data: "calldata" } });
  await venue.deposit(0, 1_000_000_000n);
});
afterAll(() => venue?.stop());

test("of two hosts on copies of one folder one becomes the venue, the other exits 76 with E_EPOCH_TAKEN", async () => {
  const trader = await connectTrader(venue, 0);
  const { sequence } = await trader.client.ping();
  await closeBatch(venue);
  await until("a batch", async () => ((await chainHead(venue)).lastSequence >= sequence ? true : undefined));
  trader.close();
  await venue.host.stop();
  const before = await chainHead(venue);

  const original = join(venue.dataDir, "host.json");
  const clone = join(venue.dataDir, "clone");
  cpSync(join(venue.dataDir, "host"), clone, { recursive: true });
  const hosts = [
    new HostRun(original),
    new HostRun(cloneConfig(original, join(venue.dataDir, "clone.json"), clone)),
  ];
  try {
    const loser = await until("one of the two to end", () =>
      hosts.find(({ exitCode }) => exitCode !== undefined),
    );
    const winner = hosts.find((host) => host !== loser)!;
    expect(loser.exitCode).toBe(76);
    expect(loser.stderr).toContain("E_EPOCH_TAKEN");
    expect(loser.stderr).toMatch(/another enclave (went|goes) on from this/);
    await until("the other to serve", () => (winner.isReady ? true : undefined));

    // Whatever the loser did, the chain holds the winner's history only, and goes on from the old one.
    const after = await chainHead(venue);
    expect(after.epoch).toBeGreaterThan(before.epoch);
    expect(after.batchNumber).toBeGreaterThanOrEqual(before.batchNumber);
    expect(winner.exitCode).toBeUndefined();
  } finally {
    await Promise.all(hosts.map((host) => host.stop()));
  }
}, 240_000);
