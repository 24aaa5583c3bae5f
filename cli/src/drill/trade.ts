import type { Fill, InstrumentConfig, ResultEvent } from "@sealbook/wire";
import { ticksOf } from "../devnet/markets.ts";
import type { Random } from "../devnet/random.ts";
import { type ConnectedTrader, connectTrader } from "../devnet/trader.ts";
import type { Venue } from "../devnet/venue.ts";
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

export async function enter(venue: Venue, deposits: bigint[]): Promise<DrillTrader[]> {
  await Promise.all(deposits.map((amount, index) => venue.deposit(index, amount)));
  const traders: DrillTrader[] = [];
  for (const [index, amount] of deposits.entries()) {
    const connected = await connectTrader(venue, index);
    const ledger = new Ledger(amount, venue.markets);
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
      const away = Math.max(1, Math.round(ticks(market) / 2_000));
      const priceTicks = ticks(market) + random.below(2 * away + 1) - away;
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

const ticks = ({ tickValue, price }: Market): number => ticksOf({ tickValue } as InstrumentConfig, price);

/** The rest of an order may be gone by the time its cancel arrives. */
function ignoreFilled(error: { wire?: string; result?: ResultEvent }): void {
  if (error.wire !== "NO_ORDER") throw error;
}
