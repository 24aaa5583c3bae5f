import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ConnectedTrader, connectTrader, enclaveLibrary, Venue } from "@sealbook/cli/devnet";
import { contractAt, simulatedMeasurement } from "@sealbook/contracts";
import type { Fill } from "@sealbook/wire";
import { packData, packWords, unpackData, VenueState } from "@sealbook/wire/state";
import { NonceManager } from "ethers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Ledger } from "../../cli/src/drill/ledger.ts";
import { warpPast } from "../../cli/src/drill/time.ts";
import { recover } from "../../cli/src/recover/recover.ts";
import { type CliRun, sealbook } from "./cli-run.ts";
import { chainHead, closeBatch, tokenBalance, until } from "./on-chain.ts";
import { acceptOneKeyBatch, openOneKeyEpoch } from "./one-key-enclave.ts";

/**
 * A user's whole way out, every step of it as `sealbook` is run from a shell: a host that loses its disk and starts from what `recover` wrote,
 * forced commands the live host must serve, then silence, freeze, debts proven, deposits reclaimed, payments to the unit. What is expected is
 * reckoned from each trader's own fills.
 */
const BTC = 1;
const ETH = 2;
const DEPOSITS = [50_000_000_000n, 20_000_000_007n, 1_000_000_000n];
const INSURANCE = 1_000_000n;
const LATE = 777_000_001n;
const FORCED = 12_500_000n;

interface Member {
  index: number;
  ledger: Ledger;
  connected: ConnectedTrader;
}

let venue: Venue;
let folder: string;
const members: Member[] = [];

beforeAll(async () => {
  venue = await Venue.start({
    chain: { data: "calldata" },
    batchUsMax: 3_600_000_000n,
    insurance: INSURANCE,
  });
  folder = mkdtempSync(join(tmpdir(), "sealbook-leaving-"));
  for (const [index, amount] of DEPOSITS.entries()) {
    await venue.deposit(index, amount);
    writeFileSync(keyOf(index), venue.trader(index).privateKey, { mode: 0o600 });
    members.push({ index, ledger: new Ledger(amount, venue.markets), connected: await connect(index) });
  }
  for (const member of members) listen(member);
  await venue.oracle.publish(venue.markets.map(({ index }) => index));
  // The third trader goes in with nearly all it has; the second keeps a long position in the other market.
  await trade(0, 2, BTC, 100);
  await trade(0, 1, ETH, 50);
});
afterAll(async () => {
  for (const { connected } of members) connected.close();
  await venue?.stop();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

const keyOf = (index: number) => join(folder, `key-${index}`);
const connect = (index: number) => connectTrader(venue, index);
const has = (index: number) => tokenBalance(venue, venue.trader(index).address);

function listen({ connected, ledger }: Member): void {
  connected.client.on("fill", (fill: Fill) => ledger.filled(fill));
}

const ticksOf = (instrument: number) => {
  const { index, tickValue } = venue.markets.find((market) => market.instrument === instrument)!;
  return Number(index / tickValue);
};

/** `from` sells to `to`, at the index. */
async function trade(from: number, to: number, instrument: number, lots: number): Promise<void> {
  const order = { instrument, priceTicks: ticksOf(instrument), lots };
  await members[from]!.connected.client.place({ ...order, side: "sell" });
  const taken = await members[to]!.connected.client.place({
    ...order,
    side: "buy",
    timeInForce: "immediate-or-cancel",
  });
  expect(taken.filledLots).toBe(lots);
}

/** Closes a batch and waits until the chain holds all that happened before. */
async function settle(): Promise<void> {
  const { sequence } = await members[0]!.connected.client.ping();
  await closeBatch(venue);
  await until("the batch", async () =>
    (await chainHead(venue)).lastSequence >= sequence ? true : undefined,
  );
}

/** Nothing a trader knows from its fills differs from what the enclave says. */
async function expectBooks(): Promise<void> {
  for (const { connected, ledger, index } of members)
    expect(ledger.differences(await connected.client.account()), `trader ${index}`).toEqual([]);
}

const at = () => ["--rpc", venue.chain.url, "--settlement", venue.contracts.settlement];
const state = () => join(folder, "state");
const leave = (...flags: string[]): Promise<CliRun> =>
  sealbook("escape", ...at(), "--state", state(), "--key-file", keyOf(0), ...flags);
const reclaim = (): Promise<CliRun> => sealbook("reclaim", ...at(), "--key-file", keyOf(0));

function expectRun(run: CliRun, code: number, said: RegExp | string): void {
  expect(run, `${run.stdout}\n${run.stderr}`).toMatchObject({ code });
  expect(run.stdout + run.stderr).toMatch(said);
}

test("a host without its disk starts from what `sealbook recover` wrote, and everybody goes on", async () => {
  await settle();
  await expectBooks();
  const before = await chainHead(venue);
  for (const { connected } of members) connected.close();
  await venue.host.kill();
  rmSync(join(venue.dataDir, "host"), { recursive: true });

  const recovered = await sealbook("recover", ...at(), "--out", state(), "--json");
  expectRun(recovered, 0, before.stateRoot);

  await venue.restartHost({ host: { leavesFile: join(state(), "leaves.bin") } });
  const opened = await chainHead(venue);
  expect(opened).toEqual({ ...before, epoch: before.epoch + 1n });
  for (const member of members) {
    member.connected = await connect(member.index);
    listen(member);
  }
  await expectBooks();
  await venue.oracle.publish(venue.markets.map(({ index }) => index));
  await trade(0, 2, BTC, 50);
  await settle();
  await expectBooks();
  expect((await chainHead(venue)).batchNumber).toBeGreaterThan(before.batchNumber);
});

test("the live host serves forced commands, and `claim` pays without it", async () => {
  // The second trader's position is closed against the first one's bid; the third one's order goes.
  const bid = { instrument: ETH, side: "buy" as const, priceTicks: ticksOf(ETH), lots: 50 };
  await members[0]!.connected.client.place(bid);
  const far = { instrument: ETH, side: "buy" as const, priceTicks: 1_000, lots: 1, clientId: "far" };
  await members[2]!.connected.client.place(far);
  const force = (index: number, ...command: string[]) =>
    sealbook("force", ...command, ...at(), "--key-file", keyOf(index));
  const runs = await Promise.all([force(1, "close", "--instrument", String(ETH)), force(2, "cancel-all")]);
  for (const run of runs) expectRun(run, 0, "done: force");
  expectRun(await force(0, "withdraw", "--amount", "12.5"), 0, "done: force a withdrawal of 12.500000");
  members[0]!.ledger.withdrawn(FORCED);
  await until("the withdrawal", async () => {
    const { collateral } = await members[0]!.connected.client.account();
    return collateral === members[0]!.ledger.collateral ? true : undefined;
  });
  await settle();
  await expectBooks();
  expect(members[1]!.ledger.holdings.size).toBe(0);
  await expect(members[2]!.connected.client.cancel("far")).rejects.toThrow();

  const before = await has(0);
  const owner = venue.trader(0).address;
  const claim = () =>
    sealbook("claim", ...at(), "--owner", owner, "--state", state(), "--key-file", keyOf(0));
  expectRun(await claim(), 0, "done: claim the withdrawal of 12.500000");
  expect((await has(0)) - before).toBe(FORCED);
  const [again, early, nothing] = await Promise.all([
    claim(),
    leave("--account", owner, "--freeze"),
    reclaim(),
  ]);
  expectRun(again, 1, "No withdrawal waits");
  expectRun(early, 1, "nobody may freeze it yet");
  expectRun(nothing, 1, "No deposit is waiting");
});

/**
 * The engine liquidates whoever is about to owe, so a debt in the leaves is what only a core that lies brings about: a key that is attested
 * like the enclave marks the first market a third lower, and leaves everybody's position as it was.
 */
async function crash(): Promise<void> {
  const settlement = contractAt("Settlement", venue.contracts.settlement, venue.chain.provider);
  const { registry } = venue.contracts;
  const where = {
    chainId: venue.chainId,
    registry,
    settlement: venue.contracts.settlement,
    seed: venue.seed,
    measurement: simulatedMeasurement(readFileSync(enclaveLibrary)),
    configHash: (await settlement.getFunction("configHash")()) as string,
  };
  const { settlement: address } = venue.contracts;
  await recover({
    rpcUrls: [venue.chain.url],
    settlement: address,
    out: state(),
    blobs: [],
    fromBlock: 0,
    toBlock: "latest",
  });
  const leaves = new VenueState();
  leaves.apply(unpackData(readFileSync(join(state(), "leaves.bin"))));
  const stateRootBefore = leaves.stateRoot;
  const words = [...leaves.proveInstrument(BTC).words];
  const mark = (BigInt.asUintN(64, words[2]!) * 2n) / 3n;
  words[2] = ((words[2]! >> 64n) << 64n) | mark;
  const data = {
    oracleRound: leaves.oracleRound,
    nextAccount: leaves.nextAccount,
    accounts: [],
    instruments: [{ index: BTC, packed: packWords(words) }],
    withdrawals: [],
  };
  leaves.apply(data);
  const sender = new NonceManager(venue.chain.wallet(1));
  const enclave = await openOneKeyEpoch(where, sender);
  const block = await venue.chain.provider.getBlock("latest");
  await acceptOneKeyBatch(where, enclave, sender, {
    data: packData(data),
    stateRootBefore,
    stateRootAfter: leaves.stateRoot,
    oracleRound: leaves.oracleRound,
    closedAt: BigInt(block!.timestamp),
  });
}

test("host dead, venue silent: frozen, debts proven, deposits returned, everybody paid to the unit", async () => {
  for (const { connected } of members) connected.close();
  await venue.host.kill();
  rmSync(venue.dataDir, { recursive: true });
  await crash();
  await venue.deposit(3, LATE);
  expectRun(await reclaim(), 1, "NotFrozen");
  const hatch = contractAt("EscapeHatch", venue.contracts.escapeHatch, venue.chain.provider);
  const { provider } = venue.chain;
  await warpPast(provider, (await provider.getBlock("latest"))!.timestamp + 86_400);

  const frozen = await leave("--all", "--freeze", "--prove-deficits");
  expectRun(frozen, 1, "done: freeze the venue: silence");
  expect(frozen.stderr).toContain("done: prove account 3, which owes");
  const marks = new Map<number, bigint>([[BTC, (await hatch.getFunction("instrumentOf")(BTC))[0]]]);
  const equities = members.map(({ ledger }) => ledger.value((instrument) => marks.get(instrument)!));
  // Account 0 is the insurance fund, traders follow in the order they came.
  for (const [at, equity] of equities.entries()) {
    const [owner, proven] = await hatch.getFunction("accountOf")(at + 1);
    expect([owner, proven]).toEqual([venue.trader(at).address, equity]);
  }
  expect(equities[2]).toBeLessThan(0n);

  const poor = await has(3);
  expectRun(await reclaim(), 0, "done: return deposit");
  expect((await has(3)) - poor).toBe(LATE);
  const [twice, within] = await Promise.all([reclaim(), leave("--all")]);
  expectRun(twice, 1, "No deposit is waiting");
  expectRun(within, 1, "run this again then");

  const before = await Promise.all(members.map(({ index }) => has(index)));
  await warpPast(provider, Number(await hatch.getFunction("frozenAt")()) + 86_400);
  expectRun(await leave("--all"), 0, "done: pay account 1");
  // What is there, and what is owed once the debt is added and the fund has borne what it can.
  const net = DEPOSITS.reduce((sum, amount) => sum + amount, INSURANCE) - FORCED;
  const fund = net - equities.reduce((sum, equity) => sum + equity, 0n);
  const owed = net - equities[2]! - fund;
  expect(owed).toBeGreaterThan(net);
  for (const [at, { index }] of members.entries()) {
    const equity = equities[at]!;
    const due = equity > 0n ? (equity * net) / owed : 0n;
    expect((await has(index)) - before[at]!, `trader ${index}`).toBe(due);
  }
});
