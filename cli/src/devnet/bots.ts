import type { Command, InstrumentConfig, OptionConfig, Place, QuotePair, ResultEvent } from "@sealbook/wire";
import { ticksOf } from "./markets.ts";
import type { Random } from "./random.ts";

/** All a bot needs of a client: one frame of commands, one result each, in order. */
export interface Trader {
  send(commands: Command[]): Promise<ResultEvent[]>;
}

export interface BotParts {
  trader: Trader;
  market: InstrumentConfig;
  random: Random;
  /** Index price now, collateral per lot. */
  index: () => bigint;
  /** Pause between rounds, ms. */
  pauseMs: number;
}

const quotesPerSide = 5;

/** A loop that runs until stopped; its failure is the venue's and is reported once. */
export class Bot {
  readonly #round: () => Promise<void>;
  readonly #pauseMs: number;
  #isRunning = false;
  #done: Promise<void> = Promise.resolve();

  constructor(round: () => Promise<void>, pauseMs: number) {
    this.#round = round;
    this.#pauseMs = pauseMs;
  }

  start(onFailure: (error: unknown) => void): void {
    this.#isRunning = true;
    this.#done = this.#run().catch((error) => {
      if (this.#isRunning) onFailure(error);
    });
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    await this.#done;
  }

  async #run(): Promise<void> {
    while (this.#isRunning) {
      await this.#round();
      await new Promise((next) => setTimeout(next, this.#pauseMs));
    }
  }
}

/** Quotes five levels a side around the index and renews them all in one frame each round. */
export function maker({ trader, market, random, index, pauseMs }: BotParts): Bot {
  let generation = 0;
  return new Bot(async () => {
    const mid = ticksOf(market, index()) + random.below(5) - 2;
    const step = Math.max(1, Math.round(mid / 20_000));
    generation += 1;
    const renewed: Command[] = [{ type: "cancel-all", instrument: market.instrument }];
    for (let level = 1; level <= quotesPerSide; level++) {
      const away = step * level + random.below(step);
      for (const side of ["buy", "sell"] as const) {
        renewed.push(
          limit(market, {
            clientId: `m${market.instrument}-${generation}-${side}-${level}`,
            side,
            priceTicks: side === "buy" ? mid - away : mid + away,
            lots: 5 + random.below(20),
            postOnly: true,
          }),
        );
      }
    }
    await trader.send(renewed);
  }, pauseMs);
}

/** Takes a few lots with a market order bounded half a percent from the index, leaning against the position it has. */
export function taker({ trader, market, random, index, pauseMs }: BotParts): Bot {
  let position = 0;
  return new Bot(async () => {
    const mid = ticksOf(market, index());
    const leans = position > 100 ? "sell" : position < -100 ? "buy" : undefined;
    const side = leans ?? (random.below(2) === 0 ? "buy" : "sell");
    const bound = Math.round(mid * (side === "buy" ? 1.005 : 0.995));
    const [result] = await trader.send([
      {
        ...limit(market, {
          clientId: undefined,
          side,
          priceTicks: bound,
          lots: 1 + random.below(20),
          postOnly: false,
        }),
        kind: "market",
        timeInForce: "immediate-or-cancel",
      },
    ]);
    position += (side === "buy" ? 1 : -1) * (result?.filledLots ?? 0);
  }, pauseMs);
}

export interface OptionBotParts {
  trader: Trader;
  options: OptionConfig[];
  random: Random;
  /** Mark of an option now, ticks; undefined before its first. */
  markTicks: (instrument: number) => number | undefined;
  pauseMs: number;
}

const optionLabel = 1;

/** Quotes both sides of every option around its mark, five per cent wide, in one mass quote. Portfolio margin: its book is hedged. */
export function optionMaker({ trader, options, random, markTicks, pauseMs }: OptionBotParts): Bot {
  let isPortfolio = false;
  return new Bot(async () => {
    if (!isPortfolio) {
      const [result] = await trader.send([{ type: "set-margin-mode", mode: "portfolio" }]);
      isPortfolio = result?.code === 0;
    }
    const quotes = options.flatMap(({ instrument }): QuotePair[] => {
      const mark = markTicks(instrument);
      if (mark === undefined || mark < 2) return [];
      const half = Math.max(1, Math.round(mark / 40));
      return [
        {
          instrument,
          bidTicks: mark - half,
          bidLots: 5 + random.below(20),
          askTicks: mark + half,
          askLots: 5 + random.below(20),
        },
      ];
    });
    if (quotes.length > 0)
      await trader.send([{ type: "mass-quote", label: optionLabel, protection: 0, slide: true, quotes }]);
  }, pauseMs);
}

/** Buys or sells a few lots of one option at a time, at most a tenth from its mark, leaning against what it holds. */
export function optionTaker({ trader, options, random, markTicks, pauseMs }: OptionBotParts): Bot {
  const held = new Map<number, number>();
  return new Bot(async () => {
    const option = options[random.below(options.length)];
    const mark = option && markTicks(option.instrument);
    if (option === undefined || mark === undefined) return;
    const own = held.get(option.instrument) ?? 0;
    const leans = own > 20 ? "sell" : own < -20 ? "buy" : undefined;
    const side = leans ?? (random.below(2) === 0 ? "buy" : "sell");
    const priceTicks = Math.max(1, Math.round(mark * (side === "buy" ? 1.1 : 0.9)));
    const lots = 1 + random.below(5);
    const order = limit(option, { clientId: undefined, side, priceTicks, lots, postOnly: false });
    const [result] = await trader.send([{ ...order, kind: "market", timeInForce: "immediate-or-cancel" }]);
    held.set(option.instrument, own + (side === "buy" ? 1 : -1) * (result?.filledLots ?? 0));
  }, pauseMs);
}

function limit(
  market: Pick<InstrumentConfig, "instrument">,
  own: Pick<Place, "side" | "priceTicks" | "lots" | "postOnly"> & { clientId: string | undefined },
): Place {
  return {
    type: "place",
    instrument: market.instrument,
    kind: "limit",
    timeInForce: "good-till-cancel",
    reduceOnly: false,
    ...own,
    clientId: own.clientId ?? null,
  };
}
