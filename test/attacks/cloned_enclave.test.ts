import { cpSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { connectTrader, Venue } from "@sealbook/cli/devnet";
import type { HostStatus } from "@sealbook/host";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chainHead, closeBatch, getJson, until } from "../e2e/on-chain.ts";
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
    expect(loser.exitCode, loser.stderr).toBe(76);
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
  // The venue is where the winner's folder is.
  if (hosts[0]!.exitCode !== 0) {
    rmSync(join(venue.dataDir, "host"), { recursive: true });
    cpSync(clone, join(venue.dataDir, "host"), { recursive: true });
  }
}, 240_000);

test("a host that is superseded while it trades stops acknowledging at its next look, and anchors nothing", async () => {
  // Its poster looks once a minute: what notices is the watch alone.
  await venue.restartHost({ chain: { pollMs: 60_000, successionMs: 250 } });
  const trader = await connectTrader(venue, 0, { attemptsMax: 0 });
  await trader.client.ping();
  const before = await chainHead(venue);
  const original = join(venue.dataDir, "host.json");
  const copy = join(venue.dataDir, "copy");
  cpSync(join(venue.dataDir, "host"), copy, { recursive: true });
  // A batch of its own, with the number that the clone's will have.
  await closeBatch(venue);
  const exited = venue.host.exited();
  let isOver = false;
  void exited.then(() => {
    isOver = true;
  });

  const clone = new HostRun(cloneConfig(original, join(venue.dataDir, "copy.json"), copy));
  try {
    let anchored = 0;
    await until("the end of the first", async () => {
      const status = await getJson<HostStatus>(venue, "/v1/status").catch(() => undefined);
      anchored = Math.max(anchored, status?.chain.anchoredBatch ?? 0);
      return isOver ? true : undefined;
    });
    expect(await exited).toBe(76);
    expect(anchored).toBe(Number(before.batchNumber));
    await expect(trader.client.ping()).rejects.toThrow();
    const log = readFileSync(join(venue.dataDir, "host.log"), "utf8");
    expect(log).toContain("E_EPOCH_TAKEN");
    const { epoch } = await chainHead(venue);
    expect(epoch).toBe(before.epoch + 1n);
    expect(log).toContain(`Epoch ${epoch} is open on chain, ours is ${before.epoch}`);
    await until("the clone to serve", () => (clone.isReady ? true : undefined));
  } finally {
    trader.close();
    await clone.stop();
  }
}, 240_000);
