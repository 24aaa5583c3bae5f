import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { connectTrader, Venue } from "@sealbook/cli/devnet";
import { fetchHead, ReceiptBook } from "@sealbook/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sealbook } from "../e2e/cli-run.ts";
import { until } from "../e2e/on-chain.ts";

/**
 * F24: the operator puts back a data folder that is older than what its enclave has signed, but not older than the chain, so that the chain
 * has nothing to object to. A client that kept a signed head has: the enclave stops, the host says why and keeps both heads.
 */
let venue: Venue;
beforeAll(async () => {
  venue = await Venue.start({ chain: { data: "calldata" }, batchUsMax: 3_600_000_000n });
  await venue.deposit(0, 1_000_000_000n);
});
afterAll(() => venue?.stop());

test("a client with a signed head of a lost history stops the venue with the evidence kept", async () => {
  const folder = join(venue.dataDir, "host");
  const older = join(venue.dataDir, "older");
  const identity = { chainId: venue.chainId, settlement: venue.contracts.settlement };
  const receipts = await ReceiptBook.open({ venue: identity });
  const trader = await connectTrader(venue, 0, { receipts });
  await trader.client.ping();
  cpSync(folder, older, { recursive: true });
  const { sequence } = await trader.client.ping();
  const { signer } = venue.ready;
  const lost = await until("a head beyond the copy", async () => {
    const head = await fetchHead(venue.ready.endpoints.http, receipts, signer);
    return head.sequence >= sequence ? head : undefined;
  });
  trader.close();
  await venue.host.kill();

  rmSync(folder, { recursive: true });
  cpSync(older, folder, { recursive: true });
  await venue.restartHost();
  const exited = venue.host.exited();
  // Whoever holds nothing that was lost is served.
  const stranger = connectTrader(venue, 0, { attemptsMax: 0 });
  (await stranger).close();
  await expect(connectTrader(venue, 0, { receipts, attemptsMax: 0 })).rejects.toThrow();
  expect(await exited).toBe(76);
  const log = readFileSync(join(venue.dataDir, "host.log"), "utf8");
  expect(log).toContain("E_CONTRADICTION");

  const name = readdirSync(folder).find((file) => file.startsWith("contradiction-"))!;
  const file = join(folder, name);
  expect(log).toContain(file);
  const { heads } = JSON.parse(readFileSync(file, "utf8"));
  expect(heads[0]).toEqual({ ...lost, epoch: String(lost.epoch), sequence: String(lost.sequence) });
  const verify = (evidence: string) =>
    sealbook("receipt", "verify", evidence, "--rpc", venue.chain.url, "--data", folder);
  const genuine = await verify(file);
  expect(genuine, `${genuine.stdout}${genuine.stderr}`).toMatchObject({ code: 0 });
  expect(genuine.stdout).toContain("rollback");

  heads[0].chainHash = `0x${"66".repeat(32)}`;
  writeFileSync(`${file}.forged`, JSON.stringify({ ...JSON.parse(readFileSync(file, "utf8")), heads }));
  expect((await verify(`${file}.forged`)).code).toBe(1);
}, 240_000);
