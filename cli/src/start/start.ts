import { contractAt } from "@sealbook/contracts";
import { Feed } from "@sealbook/sdk";
import { type Bot, maker, optionMaker, optionTaker, taker } from "../devnet/bots.ts";
import { markets } from "../devnet/markets.ts";
import { developmentOptions } from "../devnet/options.ts";
import { Random } from "../devnet/random.ts";
import { type ConnectedTrader, connectTrader } from "../devnet/trader.ts";
import { Venue } from "../devnet/venue.ts";
import { step } from "../progress.ts";
import { banner, liveLine, summary } from "./display.ts";
import { type Reading, readStatus } from "./status.ts";
import { stopSignal } from "./stop-signal.ts";

export interface StartOptions {
  seconds?: number;
  dataDir?: string;
  seed: bigint;
  hasBots: boolean;
  isJson: boolean;
}

const collateral = 1_000_000_000_000n; // a million, in 1e-6
const insurance = 100_000_000_000n;

/**
 * Runs a venue until the time is up or a signal comes. True when at least one batch was accepted on chain and nothing failed on
 * the way (with no time limit: when it ended by signal).
 */
export async function start(options: StartOptions): Promise<boolean> {
  const stopping = stopSignal();
  const venue = await Venue.start({
    blockSeconds: 1,
    insurance,
    optionsListed: markets
      .slice(0, 1)
      .flatMap((market) => developmentOptions(market, BigInt(Date.now()) * 1000n, markets.length + 1)),
    ...(options.dataDir === undefined ? {} : { dataDir: options.dataDir }),
  });
  const traders: ConnectedTrader[] = [];
  let failure: unknown;
  const fail = (error: unknown) => {
    failure ??= error;
    stopping.now();
  };
  void venue.host.exited().then((code) => {
    if (!stopping.isStopping())
      fail(new Error(`The host ended (${code}); its log: ${venue.dataDir}/host.log`));
  });
  let began: Reading | undefined;
  let last: Reading | undefined;
  const bots: Bot[] = [];
  let feed: Feed | undefined;
  try {
    if (options.hasBots) {
      const wallets = [0, 1, 2, 3, 4, 5];
      await step("deposits of six bots", async () => {
        await Promise.all(wallets.map((i) => venue.deposit(i, collateral)));
      });
      await step("bots verify the enclave and open sessions", async () => {
        for (const i of wallets) traders.push(await connectTrader(venue, i));
      });
      feed = new Feed({ url: venue.ready.endpoints.http });
      bots.push(...placeBots(venue, traders, options.seed));
      bots.push(...placeOptionBots(venue, traders, feed, options.seed));
    }
    console.error(banner(venue));
    venue.oracle.walk(options.seed, 500);
    for (const bot of bots) bot.start(fail);

    began = await readStatus(venue.ready.endpoints.http);
    const line = setInterval(() => {
      void readStatus(venue.ready.endpoints.http)
        .then((reading) => {
          if (last) liveLine(last, reading);
          last = reading;
        })
        .catch(() => {});
    }, 1000);
    await stopping.after(options.seconds);
    clearInterval(line);
    if (failure) throw failure;

    for (const bot of bots) await bot.stop();
    const ended = await readStatus(venue.ready.endpoints.http);
    if (options.seconds !== undefined) await lastBatch(venue, ended);
    const report = await summary(venue, began, ended);
    if (options.isJson) console.log(JSON.stringify(report.data, null, 2));
    else console.log(report.text);
    return options.seconds === undefined || report.data.batchesAccepted > 0;
  } finally {
    stopping.now();
    for (const bot of bots) await bot.stop().catch(() => {});
    feed?.close();
    for (const trader of traders) trader.close();
    await venue.stop();
  }
}

/** The last trades settled too, if the chain takes their batch in time: a summary of half a run would be about the wrong half. */
async function lastBatch(venue: Venue, ended: Reading): Promise<void> {
  const { http } = venue.ready.endpoints;
  const sequence = Number(ended.status.enclave.sequence);
  await fetch(`${http}/v1/close-batch`, { method: "POST" });
  const settlement = contractAt("Settlement", venue.contracts.settlement, venue.chain.provider);
  await step("last batch on chain", async () => {
    for (let tries = 0; tries < 300; tries += 1) {
      const isSettled = Number((await settlement.getFunction("head")())[2]) >= sequence;
      if (isSettled && (await readStatus(http)).status.chain.backlog === 0) return;
      await new Promise((next) => setTimeout(next, 100));
    }
  });
}

/** One maker and one taker per market. */
function placeBots(venue: Venue, traders: ConnectedTrader[], seed: bigint): Bot[] {
  return venue.markets.flatMap((market, i) => {
    const index = () => venue.oracle.prices[i] ?? market.index;
    const parts = (trader: number, salt: bigint) => {
      const connected = traders[trader];
      if (!connected) throw new Error("A bot has no session.");
      return { trader: connected, market, index, random: new Random(seed + salt + BigInt(i)) };
    };
    return [maker({ ...parts(i, 100n), pauseMs: 10 }), taker({ ...parts(2 + i, 200n), pauseMs: 5 })];
  });
}

/** One maker and one taker for all options; what an option is worth they read from the public feed, like anybody. */
function placeOptionBots(venue: Venue, traders: ConnectedTrader[], feed: Feed, seed: bigint): Bot[] {
  const marks = new Map<number, number>();
  const tick = new Map(venue.options.map(({ instrument, tickValue }) => [instrument, tickValue]));
  feed.on("ticker", ({ instrument, mark, sigmaNano }) => {
    const value = tick.get(instrument);
    if (value !== undefined && sigmaNano > 0n) marks.set(instrument, Number(mark / value));
  });
  const parts = (trader: number, salt: bigint, pauseMs: number) => {
    const connected = traders[trader];
    if (!connected) throw new Error("A bot has no session.");
    const random = new Random(seed + salt);
    const markTicks = (instrument: number) => marks.get(instrument);
    return { trader: connected, options: venue.options, random, markTicks, pauseMs };
  };
  return [optionMaker(parts(4, 300n, 100)), optionTaker(parts(5, 400n, 50))];
}
