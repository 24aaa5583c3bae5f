import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { contractAt } from "@sealbook/contracts";
import { type ProvenReceipt, proveReceipt, ReceiptBook, verifyReceipt } from "@sealbook/sdk";
import { verifyBatch } from "../batch/verify.ts";
import { settlementAbi } from "../chain/abi.ts";
import { read } from "../chain/contract.ts";
import { httpRpc } from "../chain/rpc.ts";
import { markets as developmentMarkets } from "../devnet/markets.ts";
import { developmentOptions } from "../devnet/options.ts";
import { Random } from "../devnet/random.ts";
import { Venue } from "../devnet/venue.ts";
import { DependencyError } from "../errors.ts";
import { claimSteps } from "../escape/claim-steps.ts";
import { type EscapeOptions, type EscapePlan, prepareEscape, sendSteps } from "../escape/escape.ts";
import { reclaimSteps } from "../escape/inbox-steps.ts";
import { openSender, type Sender } from "../escape/sender.ts";
import { step } from "../progress.ts";
import { money } from "../recover/report.ts";
import { warpPast } from "./time.ts";
import { type DrillTrader, enter, optionsOf, perpetualsOf, tradeRounds } from "./trade.ts";

export interface DrillReport {
  seed: bigint;
  fills: number;
  /** Positions that were left open, and how many of them were options. */
  positions: number;
  optionPositions: number;
  batches: number;
  /** One line per trader; amounts in 1e-6. */
  traders: { owner: string; expected: bigint; quoted: bigint; paid: bigint }[];
  vaultBefore: bigint;
  paidTotal: bigint;
  reclaimed: bigint;
  /** A withdrawal promised before the crash and claimed after it: it was set apart, and nobody else was paid from it. */
  claimed: bigint;
  recoverSeconds: number;
  leaves: number;
  gas: {
    freeze: bigint;
    splitRoot: bigint;
    settleInstruments: bigint;
    escapeMax: bigint;
    collectMax: bigint;
  };
  seconds: number;
  /** What does not hold; empty when the drill passed. */
  faults: string[];
}

const deposits = [50_000_000_000n, 40_000_000_000n, 30_000_000_000n, 20_000_000_000n, 10_000_000_007n];
const insurance = 5_000_000_000n;
const lateDeposit = 777_000_001n;
const withdrawal = 1_234_567n;
/** Anvil's last account: pays the gas of others' exits, owns nothing here. */
const strangerIndex = 19;

/**
 * Everything but the chain dies; everybody leaves. Trades, kills host and enclave and deletes their folder, rebuilds the state from the chain in
 * a clean one, freezes, proves, collects; compares what arrived in each wallet with the trader's own books.
 */
export async function runDrill(seed = 42n): Promise<DrillReport> {
  const began = performance.now();
  const optionsListed = developmentMarkets
    .slice(0, 1)
    .flatMap((market) =>
      developmentOptions(market, BigInt(Date.now()) * 1000n, developmentMarkets.length + 1),
    );
  const venue = await Venue.start({ insurance, optionsListed, batchUsMax: 1_000_000n });
  const clean = mkdtempSync(join(tmpdir(), "sealbook-drill-"));
  try {
    const before = await live(venue, seed);
    await step("kill host and enclave, delete their folder", () => kill(venue));
    await venue.deposit(deposits.length, lateDeposit);
    return await leave(venue, clean, before, began);
  } finally {
    rmSync(clean, { recursive: true, force: true });
    await venue.stop();
  }
}

interface Before {
  /** A receipt with its path to a signed head, as the first trader keeps it. */
  receipt: ProvenReceipt;
  seed: bigint;
  fills: number;
  traders: DrillTrader[];
  vault: bigint;
  faults: string[];
}

/** The venue as it was: trades, prices that move, one withdrawal nobody claims, a last batch. */
async function live(venue: Venue, seed: bigint): Promise<Before> {
  const identity = { chainId: venue.chainId, settlement: venue.contracts.settlement };
  const receipts = await ReceiptBook.open({ venue: identity });
  const traders = await step(`${deposits.length} traders deposit and verify the enclave`, () =>
    enter(venue, deposits, receipts),
  );
  try {
    return await trade(venue, traders, receipts, seed);
  } finally {
    // An open session would keep the process alive.
    for (const { connected } of traders) connected.close();
  }
}

async function trade(
  venue: Venue,
  traders: DrillTrader[],
  receipts: ReceiptBook,
  seed: bigint,
): Promise<Before> {
  const random = new Random(seed);
  let fills = 0;
  await step("trade, move the prices, trade again", async () => {
    await venue.oracle.publish(venue.markets.map(({ index }) => index));
    const markets = async () => [...(await optionsOf(venue)), ...perpetualsOf(venue)];
    fills += await tradeRounds(traders, await markets(), random, 8);
    await venue.oracle.publish(venue.markets.map(({ index }) => (index * 1_013n) / 1_000n));
    fills += await tradeRounds(traders, await markets(), random, 8);
    await venue.oracle.publish(venue.markets.map(({ index }) => (index * 994n) / 1_000n));
    await venue.oracle.publishSmiles();
  });
  const last = traders.at(-1) as DrillTrader;
  await last.connected.client.withdraw(withdrawal);
  last.ledger.withdrawn(withdrawal);
  const faults: string[] = [];
  let sequence = 0n;
  for (const { connected, ledger, index } of traders) {
    const statement = await connected.client.account();
    faults.push(...ledger.differences(statement).map((what) => `trader ${index}, before the crash: ${what}`));
    sequence = statement.sequence;
  }
  await step("the last batch", () => settled(venue, sequence));
  const receipt = await step("a receipt, proven by a signed head", () => prove(venue, traders, receipts));
  return { receipt, seed, fills, traders, vault: await balance(venue, venue.contracts.vault), faults };
}

/** The first trader's oldest receipt, as a third party can judge it. */
function prove(venue: Venue, traders: DrillTrader[], receipts: ReceiptBook): Promise<ProvenReceipt> {
  const signer = traders[0]?.connected.client.enclave?.signer;
  const [oldest] = receipts.receipts;
  if (signer === undefined || oldest === undefined) throw new DependencyError("sdk", "kept no receipt");
  return proveReceipt(venue.ready.endpoints.http, receipts, oldest, signer);
}

/** Closes batches until the chain holds this sequence. */
async function settled(venue: Venue, sequence: bigint): Promise<void> {
  const settlement = contractAt("Settlement", venue.contracts.settlement, venue.chain.provider);
  await fetch(`${venue.ready.endpoints.http}/v1/close-batch`, { method: "POST" });
  for (let attempt = 0; attempt < 2_400; attempt++) {
    const [, , lastSequence] = await settlement.getFunction("head")();
    if (lastSequence >= sequence) return;
    await sleep(50);
  }
  throw new DependencyError("venue", "did not bring its last batch on chain within two minutes");
}

/** SIGKILL: nothing is flushed, nobody says goodbye. Only the chain is left. */
async function kill(venue: Venue): Promise<void> {
  venue.oracle.stop();
  await venue.host.kill();
  rmSync(venue.dataDir, { recursive: true, force: true });
}

async function leave(venue: Venue, clean: string, before: Before, began: number): Promise<DrillReport> {
  const keyFile = join(clean, "stranger.key");
  writeFileSync(keyFile, venue.chain.wallet(strangerIndex).privateKey, { mode: 0o600 });
  const sender = await openSender(httpRpc(venue.chain.url), { keyFile });
  try {
    const options: EscapeOptions = {
      rpcUrls: [venue.chain.url],
      settlement: venue.contracts.settlement,
      out: join(clean, "state"),
      blobs: [],
      fromBlock: 0,
      canFreeze: true,
      provesDeficits: true,
    };
    const first = await step("recover every leaf from the chain", () => prepareEscape(options));
    const gas: [string, bigint][] = [];
    const send = async (plan: EscapePlan) => {
      await sendSteps(sender, plan.steps, ({ call }, { gasUsed }) => gas.push([call, gasUsed]));
    };

    await warpPast(venue.chain.provider, first.status.silentFrom);
    const frozen = await prepareEscape(options);
    await step(`freeze after silence, prove ${frozen.quotes.length} accounts`, () => send(frozen));
    const proven = await prepareEscape(options);
    await warpPast(venue.chain.provider, proven.status.windowUntil);
    const balances = await Promise.all(
      before.traders.map(({ index }) => balance(venue, venue.trader(index).address)),
    );
    const paying = await prepareEscape(options);
    await step("collect", () => send(paying));
    const reclaimed = await step("reclaim the deposit nobody took", () => reclaim(venue, sender, paying));
    const afterExits = await balance(venue, venue.contracts.vault);
    const claimed = await step("claim the withdrawal from before the crash", () =>
      claim(venue, sender, paying, options),
    );
    return await compare({
      venue,
      before,
      first,
      paying,
      balances,
      gas,
      reclaimed,
      claimed,
      afterExits,
      began,
    });
  } finally {
    sender.close();
  }
}

async function reclaim(venue: Venue, sender: Sender, plan: EscapePlan): Promise<bigint> {
  const owner = venue.trader(deposits.length).address;
  const had = await balance(venue, owner);
  await sendSteps(sender, await reclaimSteps(plan.chain, undefined, 0), () => {});
  return (await balance(venue, owner)) - had;
}

async function claim(
  venue: Venue,
  sender: Sender,
  plan: EscapePlan,
  options: EscapeOptions,
): Promise<bigint> {
  const owner = venue.trader(deposits.length - 1).address;
  const had = await balance(venue, owner);
  const steps = await claimSteps(plan.chain, { owner, fromBlock: 0, state: options.out, blobs: [] });
  await sendSteps(sender, steps, () => {});
  return (await balance(venue, owner)) - had;
}

async function compare(parts: {
  venue: Venue;
  before: Before;
  first: EscapePlan;
  paying: EscapePlan;
  balances: bigint[];
  gas: [string, bigint][];
  reclaimed: bigint;
  claimed: bigint;
  /** The vault once all exits were paid and the late deposit went back. */
  afterExits: bigint;
  began: number;
}): Promise<DrillReport> {
  const { venue, before, first, paying, balances, gas } = parts;
  const faults = [...before.faults];
  const expect = (isTrue: boolean, fault: string) => {
    if (!isTrue) faults.push(fault);
  };
  const hatch = contractAt("EscapeHatch", paying.status.hatch, venue.chain.provider);
  const marks = new Map<number, bigint>();
  for (const { instrument } of [...venue.markets, ...venue.options]) {
    const { mark, isSettled } = await hatch.getFunction("instrumentOf")(instrument);
    if (isSettled) marks.set(instrument, mark);
  }
  const traders: DrillReport["traders"] = [];
  for (const [at, { index, ledger }] of before.traders.entries()) {
    const owner = venue.trader(index).address;
    const quote = paying.quotes.find((one) => one.owner === owner.toLowerCase());
    const expected = ledger.value((instrument) => marks.get(instrument) ?? 0n);
    // The last trader's wallet has its claim too by now.
    const isClaimant = at === before.traders.length - 1;
    const paid = (await balance(venue, owner)) - (balances[at] ?? 0n) - (isClaimant ? parts.claimed : 0n);
    const quoted = quote?.pays ?? 0n;
    expect(paid === expected, `${owner} was paid ${paid}, its own books say ${expected}`);
    expect(paid === quoted, `${owner} was paid ${paid}, recover said ${quoted}`);
    traders.push({ owner, expected, quoted, paid });
  }
  const paidTotal = traders.reduce((sum, { paid }) => sum + paid, 0n);
  expect(paidTotal <= before.vault, `exits took ${paidTotal}, the vault held ${before.vault}`);
  expect(parts.reclaimed === lateDeposit, `${parts.reclaimed} was reclaimed of ${lateDeposit}`);
  expect(parts.claimed === withdrawal, `${parts.claimed} was claimed of the promised ${withdrawal}`);
  const left = parts.afterExits;
  expect(
    left + paidTotal === before.vault,
    `${before.vault} was there, ${paidTotal} was paid, ${left} is left`,
  );
  expect(
    left >= withdrawal,
    `the vault was left with ${left}, less than the ${withdrawal} it owed to withdrawals`,
  );
  await checkPapers(venue, before.receipt, Number((await first.chain.head()).batchNumber), expect);
  const held = before.traders.flatMap(({ ledger }) => [...ledger.holdings.keys()]);
  const most = (call: string) =>
    gas.reduce((max, [name, used]) => (name === call && used > max ? used : max), 0n);
  return {
    seed: before.seed,
    fills: before.fills,
    positions: held.length,
    optionPositions: held.filter((id) => venue.options.some(({ instrument }) => instrument === id)).length,
    batches: first.state.size.accounts === 0 ? 0 : Number((await first.chain.head()).batchNumber),
    traders,
    vaultBefore: before.vault,
    paidTotal,
    reclaimed: parts.reclaimed,
    claimed: parts.claimed,
    recoverSeconds: first.recovered.seconds,
    leaves: first.recovered.leavesHashed,
    gas: {
      freeze: most("freeze"),
      splitRoot: most("splitRoot"),
      settleInstruments: most("settleInstruments"),
      escapeMax: most("escape"),
      collectMax: most("collect"),
    },
    seconds: (performance.now() - parts.began) / 1000,
    faults,
  };
}

/** What was signed still convinces when the signer is gone: the last batch, and a receipt whose key the contract knows. */
async function checkPapers(
  venue: Venue,
  receipt: ProvenReceipt,
  batch: number,
  expect: (isTrue: boolean, fault: string) => void,
): Promise<void> {
  const rpcUrl = venue.chain.url;
  const { settlement } = venue.contracts;
  const state = mkdtempSync(join(tmpdir(), "sealbook-papers-"));
  try {
    const checks = await verifyBatch({ rpcUrl, settlement, number: batch, state, blobs: [], fromBlock: 0 });
    for (const { check, isOk, found } of checks) expect(isOk, `batch ${batch}, ${check}: ${found}`);
    expect(checks.length >= 7, `only ${checks.length} checks were made of batch ${batch}`);
  } finally {
    rmSync(state, { recursive: true, force: true });
  }
  const signer = venue.ready.signer;
  const [epoch] = await read(httpRpc(rpcUrl), settlementAbi, settlement, "epochOf", [signer]);
  expect(
    epoch === receipt.head.epoch,
    `${signer} opened epoch ${epoch}, the head is of ${receipt.head.epoch}`,
  );
  for (const { check, isOk, found } of verifyReceipt(receipt, signer))
    expect(isOk, `receipt, ${check}: ${found}`);
}

function balance(venue: Venue, owner: string): Promise<bigint> {
  return contractAt("DevToken", venue.contracts.token, venue.chain.provider).getFunction("balanceOf")(owner);
}

export function drillText(report: DrillReport): string {
  const { gas } = report;
  const whole = (value: bigint) => value.toLocaleString("en");
  const lines = report.traders.map(
    ({ owner, expected, paid }) =>
      `  ${owner}  ${money(expected).padStart(20)} ${money(paid).padStart(20)}  ${paid === expected ? "exact" : "WRONG"}`,
  );
  return [
    "",
    `  owner                                       ${"own books".padStart(20)} ${"paid".padStart(20)}`,
    ...lines,
    "",
    `  ${report.fills} fills, ${report.positions} positions left open (${report.optionPositions} in options), ${report.batches} batches; ${report.leaves} leaves rebuilt from the chain in ${report.recoverSeconds.toFixed(1)} s`,
    `  the vault held ${money(report.vaultBefore)}; ${money(report.paidTotal)} was paid, ${money(report.claimed)} was claimed from before the crash, ${money(report.reclaimed)} of late deposits went back`,
    `  gas: freeze ${whole(gas.freeze)}, split ${whole(gas.splitRoot)}, instruments ${whole(gas.settleInstruments)}, escape ≤ ${whole(gas.escapeMax)}, collect ≤ ${whole(gas.collectMax)}`,
    `  ${report.seconds.toFixed(1)} s, seed ${report.seed}`,
    ...(report.faults.length === 0
      ? ["  Everybody left, to the unit."]
      : report.faults.map((fault) => `  FAULT  ${fault}`)),
    "",
  ].join("\n");
}
