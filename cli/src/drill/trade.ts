import { setTimeout as sleep } from "node:timers/promises";
import { Feed, type ReceiptBook } from "@sealbook/sdk";
import type { Fill, InstrumentConfig, ResultEvent } from "@sealbook/wire";
import { ticksOf } from "../devnet/markets.ts";
import type { Random } from "../devnet/random.ts";
import { type ConnectedTrader, connectTrader } from "../devnet/trader.ts";
import type { Venue } from "../devnet/venue.ts";
import { DependencyError } from "../errors.ts";
import { Ledger } from "./ledger.ts";

/** A trader of the drill, with its own books. */
export interface DrillTrader {
  index: number;
  connected: ConnectedTrader;
  ledger: Ledger;
}

/** Something that can be traded, and where its price is now. */
export interface Market {
  instrument: number;
  tickValue: bigint;
  /** Collateral per lot. */
  price: bigint;
  /** Lots an order has. */
  lots: number;
}

export const perpetualsOf = (venue: Venue): Market[] =>
  venue.markets.map((market: InstrumentConfig, at) => ({
    instrument: market.instrument,
    tickValue: market.tickValue,
    price: venue.oracle.prices[at] ?? market.index,
    lots: 40,
  }));

/** Options at the marks the public feed brings, once the oracles' smiles have priced every one of them. */
export async function optionsOf(venue: Venue): Promise<Market[]> {
  const feed = new Feed({ url: venue.ready.endpoints.http });
  const marks = new Map<number, bigint>();
  feed.on("ticker", ({ instrument, mark, sigmaNano }) => {
    if (sigmaNano > 0n) marks.set(instrument, mark);
  });
  try {
    // What a feed missed before it subscribed comes with the next round.
    for (let attempt = 0; marks.size < venue.options.length; attempt++) {
      if (attempt === 200) throw new DependencyError("venue", "did not price its options");
      await venue.oracle.publish([...venue.oracle.prices]);
      await venue.oracle.publishSmiles();
      await sleep(100);
    }
  } finally {
    feed.close();
  }
  return venue.options.map(({ instrument, tickValue }) => ({
    instrument,
    tickValue,
    price: marks.get(instrument) ?? tickValue,
    lots: 25,
  }));
}

export async function enter(venue: Venue, deposits: bigint[], receipts: ReceiptBook): Promise<DrillTrader[]> {
  await Promise.all(deposits.map((amount, index) => venue.deposit(index, amount)));
  const traders: DrillTrader[] = [];
  for (const [index, amount] of deposits.entries()) {
    // The first keeps receipts, as everybody should.
    const connected = await connectTrader(venue, index, index === 0 ? { receipts } : {});
    const ledger = new Ledger(amount, [...venue.markets, ...venue.options]);
    connected.client.on("fill", (fill: Fill) => ledger.filled(fill));
    traders.push({ index, connected, ledger });
  }
  return traders;
}

/**
 * Rounds of one maker and one taker at a time, prices around the market's own: every trader ends with positions, some of them opened, added
 * to, reversed and closed. Returns fills.
 */
export async function tradeRounds(
  traders: DrillTrader[],
  markets: Market[],
  random: Random,
  rounds: number,
): Promise<number> {
  let fills = 0;
  for (let round = 0; round < rounds; round++) {
    for (const market of markets) {
      const maker = traders[(round + market.instrument) % traders.length] as DrillTrader;
      const taker = traders[
        (round + market.instrument + 1 + random.below(traders.length - 1)) % traders.length
      ] as DrillTrader;
      const priceTicks = priceAround(market, random);
      const side = random.below(2) === 0 ? ("buy" as const) : ("sell" as const);
      const lots = 1 + random.below(market.lots);
      const quote = { instrument: market.instrument, priceTicks, lots };
      const placed = await maker.connected.client.place({ ...quote, side });
      const taken = await taker.connected.client.place({
        ...quote,
        lots: 1 + random.below(lots),
        side: side === "buy" ? "sell" : "buy",
        timeInForce: "immediate-or-cancel",
      });
      fills += taken.filledLots > 0 ? 1 : 0;
      // An order in the way of its own account's next one would be refused; a few rest until the crash, and are lost with the book.
      if (placed.status === "resting" && round < rounds - 1)
        await maker.connected.client.cancel(placed.orderId).catch(ignoreFilled);
    }
  }
  return fills;
}

/** In ticks, within a 2,000th of the market's price. An option may be worth less than a tick, and no order has a price of none. */
export function priceAround(market: Market, random: Random): number {
  const away = Math.max(1, Math.round(ticks(market) / 2_000));
  return Math.max(1, ticks(market) + random.below(2 * away + 1) - away);
}

const ticks = ({ tickValue, price }: Market): number => ticksOf({ tickValue } as InstrumentConfig, price);

/** The rest of an order may be gone by the time its cancel arrives. */
function ignoreFilled(error: { wire?: string; result?: ResultEvent }): void {
  if (error.wire !== "NO_ORDER") throw error;
}
