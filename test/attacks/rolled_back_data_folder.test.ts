import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { connectTrader, Venue } from "@sealbook/cli/devnet";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chainHead, closeBatch, until } from "../e2e/on-chain.ts";
import { HostRun } from "./host-run.ts";

/** F22: the whole data folder is yesterday's. The enclave sees that the chain has accepted what its journal does not lead to. */
let venue: Venue;
beforeAll(async () => {
  venue = await Venue.start({ chain: { data: "calldata" } });
  await venue.deposit(0, 1_000_000_000n);
});
afterAll(() => venue?.stop());

async function settleSomething(): Promise<bigint> {
  const trader = await connectTrader(venue, 0);
  const { sequence } = await trader.client.ping();
  await closeBatch(venue);
  await until("its batch", async () =>
    (await chainHead(venue)).lastSequence >= sequence ? true : undefined,
  );
  trader.close();
  await venue.host.stop();
  return sequence;
}

test("a rolled-back folder is E_ROLLBACK with both heads, and the newest one still starts", async () => {
  const [folder, old, newest] = ["host", "yesterday", "today"].map((name) => join(venue.dataDir, name)) as [
    string,
    string,
    string,
  ];
  await settleSomething();
  cpSync(folder, old, { recursive: true });
  await venue.restartHost();
  await settleSomething();
  cpSync(folder, newest, { recursive: true });

  rmSync(folder, { recursive: true });
  cpSync(old, folder, { recursive: true });
  const refused = new HostRun(join(venue.dataDir, "host.json"));
  expect(await refused.ended).toBe(76);
  expect(refused.isReady).toBe(false);
  expect(refused.stderr).toContain("E_ROLLBACK");
  const head = await chainHead(venue);
  expect(refused.stderr).toContain(`sequence ${head.lastSequence}, state root ${head.stateRoot}`);
  expect(refused.stderr).toMatch(/this folder ends at epoch 1, sequence \d+, chain hash 0x[0-9a-f]{64}/);
  // Nothing happened on chain.
  expect(await chainHead(venue)).toEqual(head);

  rmSync(folder, { recursive: true });
  cpSync(newest, folder, { recursive: true });
  await venue.restartHost();
  expect((await chainHead(venue)).epoch).toBe(head.epoch + 1n);
}, 240_000);
