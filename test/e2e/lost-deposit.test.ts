import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ConnectedTrader, connectTrader, Venue } from "@sealbook/cli/devnet";
import { contractAt } from "@sealbook/contracts";
import type { HostStatus } from "@sealbook/host";
import { NonceManager } from "ethers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { recover } from "../../cli/src/recover/recover.ts";
import { chainHead, closeBatch, getJson, until } from "./on-chain.ts";

/**
 * F49 on a real node: a deposit is credited k blocks deep, and then the chain forgets it. Nothing that rests on it can be anchored, so markets
 * halt and somebody is told which deposit it is. If the chain finds its way back, so does the venue; if the deposit comes back in
 * another block, its history is over, and the venue goes on from the chain's.
 */
const CONFIRMATIONS = 2;
const AMOUNT = 500_000_000n;
let venue: Venue;
const open: ConnectedTrader[] = [];

beforeAll(async () => {
  venue = await Venue.start({
    chain: { data: "calldata", confirmations: CONFIRMATIONS },
    batchUsMax: 3_600_000_000n,
  });
  await venue.deposit(0, AMOUNT);
  await mine(CONFIRMATIONS);
});
afterAll(async () => {
  for (const trader of open) trader.close();
  await venue?.stop();
});

const send = (method: string, params: unknown[] = []) => venue.chain.provider.send(method, params);
const mine = (blocks: number) => send("anvil_mine", [`0x${blocks.toString(16)}`]);
const chain = async () => (await getJson<HostStatus>(venue, "/v1/status")).chain;
const log = () => readFileSync(join(venue.dataDir, "host.log"), "utf8");

async function connected(index: number): Promise<ConnectedTrader> {
  const trader = await connectTrader(venue, index);
  open.push(trader);
  return trader;
}

/** Everything but the deposit itself, so that a reorganisation takes that and nothing else of the trader's. */
async function prepare(index: number): Promise<void> {
  const signer = new NonceManager(venue.trader(index));
  const token = contractAt("DevToken", venue.contracts.token, signer);
  await (await token.getFunction("mint")(venue.trader(index).address, AMOUNT)).wait();
  await (await token.getFunction("approve")(venue.contracts.vault, AMOUNT)).wait();
}

/** Deposits in a block of this time; a deposit is the same inbox entry only with the same time. */
async function depositAt(index: number, time?: number): Promise<number> {
  if (time !== undefined) await send("evm_setNextBlockTimestamp", [time]);
  const inbox = contractAt("Inbox", venue.contracts.inbox, venue.trader(index));
  const receipt = await (await inbox.getFunction("deposit")(0, AMOUNT)).wait();
  await mine(CONFIRMATIONS);
  return (await venue.chain.provider.getBlock(receipt.blockNumber))!.timestamp;
}

/** Another branch from the snapshot on, higher than this one, with `first` as what it does first. Its own snapshot is where it began. */
async function fork(snapshot: string, first: () => Promise<unknown> = async () => {}): Promise<string> {
  const { provider } = venue.chain;
  const height = await provider.getBlockNumber();
  expect(await send("evm_revert", [snapshot])).toBe(true);
  const start = await send("evm_snapshot");
  await first();
  await mine(Math.max(1, height - (await provider.getBlockNumber()) + 1));
  return start;
}

const halted = () =>
  until("the halt", async () => ((await chain()).restriction === "halt" ? true : undefined));

async function settled(trader: ConnectedTrader): Promise<void> {
  const { sequence } = await trader.client.ping();
  await closeBatch(venue);
  await until("the batch", async () => {
    await mine(1);
    return (await chainHead(venue)).lastSequence >= sequence ? true : undefined;
  });
}

const bid = { instrument: 1, side: "buy" as const, priceTicks: 1_000, lots: 1 };

test("a deposit lost beyond k halts the markets, by name; on the chain that has it all goes on", async () => {
  await settled(await connected(0));
  await prepare(1);
  const snapshot = await send("evm_snapshot");
  const time = await depositAt(1);
  const trader = await connected(1);
  expect((await trader.client.account()).collateral).toBe(AMOUNT);

  const start = await fork(snapshot);
  await halted();
  expect((await chain()).alerts).toBe(1);
  expect(log()).toContain(`entry 1 (deposit of ${venue.trader(1).address}, ${AMOUNT} millionths), gone`);
  expect(log()).toContain("sealbook recover");
  await expect(trader.client.place(bid)).rejects.toMatchObject({ wire: "MARKET_CLOSED" });
  const before = await chainHead(venue);
  await closeBatch(venue);
  await until("the refusal", async () => (await chain()).blocked);
  expect(await chainHead(venue)).toEqual(before);

  // The first branch wins after all.
  await fork(start, () => depositAt(1, time));
  await until("no halt", async () => ((await chain()).restriction === "none" ? true : undefined));
  expect((await trader.client.place(bid)).status).toBe("resting");
  await settled(trader);
  expect((await chainHead(venue)).batchNumber).toBeGreaterThan(before.batchNumber);
  expect((await trader.client.account()).collateral).toBe(AMOUNT);
});

test("a deposit that comes back in another block ends this history; the venue goes on from the chain's", async () => {
  await prepare(2);
  const snapshot = await send("evm_snapshot");
  const time = await depositAt(2);
  await connected(2);
  await fork(snapshot, () => depositAt(2, time + 12));
  await halted();
  const lost = `entry 2 (deposit of ${venue.trader(2).address}, ${AMOUNT} millionths), now another`;
  await until("the alert", () => (log().includes(lost) ? true : undefined));

  // What the alert says to do.
  for (const trader of open.splice(0)) trader.close();
  await venue.host.stop();
  const out = mkdtempSync(join(tmpdir(), "sealbook-lost-deposit-"));
  const { settlement } = venue.contracts;
  await recover({ rpcUrls: [venue.chain.url], settlement, out, blobs: [], fromBlock: 0, toBlock: "latest" });
  rmSync(join(venue.dataDir, "host"), { recursive: true });
  await venue.restartHost({ host: { leavesFile: join(out, "leaves.bin") } });
  rmSync(out, { recursive: true });
  await mine(CONFIRMATIONS);
  const before = await chainHead(venue);
  const trader = await connected(2);
  expect((await trader.client.account()).collateral).toBe(AMOUNT);
  await settled(trader);
  expect((await chainHead(venue)).batchNumber).toBeGreaterThan(before.batchNumber);
});
