import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { statementHash } from "@sealbook/circuits";
import { markets as developmentMarkets, ValidityDevnet } from "@sealbook/cli/devnet";
import { prove } from "@sealbook/cli/prove";
import { genesisOf, initialRoot } from "@sealbook/cli/validity";
import { contractAt, developmentVerifier } from "@sealbook/contracts";
import { type ValidityClient, ValidityRefusedError } from "@sealbook/sdk";
import type { InstrumentConfig } from "@sealbook/wire";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { httpRpc } from "../../cli/src/chain/rpc.ts";
import { VenueChain } from "../../cli/src/chain/venue-chain.ts";
import { claimSteps } from "../../cli/src/escape/claim-steps.ts";
import { recover } from "../../cli/src/recover/recover.ts";

const market: InstrumentConfig = {
  ...developmentMarkets[0]!,
  tickValue: 1_000n,
  initialPpm: 100_000,
  maintenancePpm: 50_000,
  makerFeePpm: -100,
  takerFeePpm: 500,
  liquidationFeePpm: 0,
  index: 50_000_000n,
};
const secrets = [77_777n, 77_778n];

/** Asks until the venue has taken the deposit from the chain. */
async function connected(venue: ValidityDevnet, account: number): Promise<ValidityClient> {
  for (let tries = 0; ; tries++) {
    try {
      return await venue.connect(account, secrets[account - 1]!);
    } catch (error) {
      if (tries > 200 || !(error instanceof ValidityRefusedError)) throw error;
      await sleep(50);
    }
  }
}

async function until(
  venue: ValidityDevnet,
  isSo: (status: Record<string, unknown>) => boolean,
): Promise<void> {
  for (let tries = 0; !isSo(await venue.status()); tries++) {
    if (tries > 600) throw new Error(`It did not come: ${JSON.stringify(await venue.status())}`);
    await sleep(50);
  }
}

/** Anyone with the journal, the chain and the first leaves: the next batch, from a server that is dead. */
async function proveOneFromTheJournal(venue: ValidityDevnet): Promise<void> {
  const before = await venue.path.present();
  const { calldata, batchNumber } = await prove({
    rpcUrl: venue.chain.url,
    path: venue.contracts.validityPath,
    leaves: join(venue.dataDir, "genesis.bin"),
    journal: join(venue.dataDir, "server/commands.log"),
    out: join(venue.dataDir, "proven"),
  });
  expect(BigInt(batchNumber)).toBe(before.batchNumber + 1n);
  const data = readFileSync(calldata, "utf8");
  await (await venue.trader(5).sendTransaction({ to: venue.contracts.validityPath, data })).wait();
  expect((await venue.path.present()).batchNumber).toBe(before.batchNumber + 1n);
}

/** No enclave ever: keys sign, the engine matches, proofs of two operations carry what it did, and the server may die at any time. */
describe("a venue in validity mode", () => {
  let venue: ValidityDevnet;
  beforeAll(async () => {
    venue = await ValidityDevnet.start({ markets: [market], statement: "batch2", batchMs: 200 });
  });
  afterAll(() => venue?.stop());

  test("begins with the leaves of its configuration", async () => {
    const { stateRoot } = genesisOf([market]);
    expect(await initialRoot(venue.chain.provider, venue.contracts.settlement)).toBe(stateRoot);
  });

  test("has verifiers of the circuits as they are: else run `npm run verifiers`", () => {
    for (const name of ["batch2", "batch8", "batch30"] as const)
      expect(developmentVerifier(name).circuit, name).toBe(statementHash(name));
  });

  test("takes signed orders over its socket, and loses none when it is killed", async () => {
    await venue.join(0, 100_000_000n, secrets[0]!);
    await venue.join(1, 100_000_000n, secrets[1]!);
    await until(venue, ({ inboxCursor }) => inboxCursor === 6);
    const [seller, buyer] = [await connected(venue, 1), await connected(venue, 2)];
    await venue.prices.publish([50_000_000n]);

    const fills: bigint[] = [];
    seller.on("fill", ({ lots }) => fills.push(lots));
    const sold = await seller.submit({ instrument: 1, isBuy: false, price: 50_000n, lots: 5n });
    const signed = buyer.sign({ instrument: 1, isBuy: true, price: 50_100n, lots: 3n });
    await expect(buyer.send({ ...signed, lots: 4n })).rejects.toMatchObject({ wire: "BAD_SIGNATURE" });
    const bought = await buyer.send(signed);
    expect([sold.filled, bought.filled]).toEqual([0n, 3n]);
    const resting = await buyer.submit({ instrument: 1, isBuy: true, price: 40_000n, lots: 1n });

    // Acknowledged, and nothing of it on the chain yet.
    await venue.kill();
    expect(fills).toEqual([3n]);
    await proveOneFromTheJournal(venue);
    await venue.serve();
    expect(venue.ready.resumed).toMatchObject({ voided: [], changed: [] });

    const again = await venue.connect(2, secrets[1]!);
    const account = await again.account();
    expect(account.positions).toEqual([{ instrument: 1, size: 3n, cost: 150_000_000n }]);
    expect(account.orders).toEqual([
      { id: resting.id, instrument: 1, isBuy: true, price: 40_000n, lots: 1n },
    ]);
    const sellers = await (await venue.connect(1, secrets[0]!)).account();
    expect(sellers.orders.map(({ lots }) => lots)).toEqual([2n]);
    const repeated = await again.send(signed);
    expect(repeated.sequence).toBe(bought.sequence);
    again.close();
  });

  test("pays a signed withdrawal once its batch is proven", async () => {
    const client = await venue.connect(2, secrets[1]!);
    await client.cancelAll();
    await expect(client.withdraw(90_000_000n)).rejects.toMatchObject({ wire: "WITHDRAW_AMOUNT" });
    const { sequence } = await client.withdraw(1_000_000n);
    await client.untilProven(sequence);
    client.close();
    const { settlement, token } = venue.contracts;
    const owner = venue.trader(1).address;
    const state = mkdtempSync(join(tmpdir(), "sealbook-claims-"));
    const open = await VenueChain.open(httpRpc(venue.chain.url), settlement);
    for (const { to, data } of await claimSteps(open, { owner, fromBlock: 0, state, blobs: [] }))
      await (await venue.trader(6).sendTransaction({ to, data })).wait();
    expect(await contractAt("DevToken", token, venue.chain.provider).getFunction("balanceOf")(owner)).toBe(
      1_000_000n,
    );
  });

  test("is known by the root it began with, whatever was proven since", async () => {
    const { stateRoot } = genesisOf([market]);
    expect(await initialRoot(venue.chain.provider, venue.contracts.settlement)).toBe(stateRoot);
  });

  test("is recovered from words alone and the leaves it was deployed with: deposits, keys, positions", async () => {
    const out = mkdtempSync(join(tmpdir(), "sealbook-validity-recover-"));
    const { summary, balances } = await recover({
      rpcUrls: [venue.chain.url],
      settlement: venue.contracts.settlement,
      out,
      blobs: [],
      genesis: join(venue.dataDir, "genesis.bin"),
      fromBlock: 0,
      toBlock: "latest",
    });
    const present = await venue.path.present();
    expect(BigInt(summary.stateRoot)).toBe(present.stateRoot);
    expect(summary.provenApplied).toBe(Number(present.batchNumber));
    // 100 in each; three lots at 50 are 150: a rebate of 100 ppm for the maker, a fee of 500 ppm and a withdrawal of 1 for the taker.
    const found = balances.map(({ collateral, positions }) => [
      collateral,
      positions.map(({ size }) => size),
    ]);
    expect(found).toEqual([
      ["60000", []],
      ["100015000", ["-3"]],
      ["98925000", ["3"]],
    ]);
  });
});
