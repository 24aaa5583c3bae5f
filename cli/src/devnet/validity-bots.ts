/** Bots of a venue without an enclave: slow ones, since every fill is proven. */
import { type ValidityClient, ValidityRefusedError } from "@sealbook/sdk";
import type { InstrumentConfig } from "@sealbook/wire";
import { Bot } from "./bots.ts";
import { ticksOf } from "./markets.ts";
import type { Random } from "./random.ts";

export interface ValidityBotParts {
  readonly client: ValidityClient;
  readonly market: InstrumentConfig;
  readonly random: Random;
  /** Index price now, 1e-6 a lot. */
  readonly index: () => bigint;
  readonly pauseMs: number;
}

const LEVELS = 2;
const US_PER_SECOND = 1_000_000n;
/** Quotes outlive a few renewals, not the day. */
const QUOTE_SECONDS = 600n;

/** Quotes two levels a side around the index and renews them each round. */
export function validityMaker({ client, market, random, index, pauseMs }: ValidityBotParts): Bot {
  return new Bot(async () => {
    await tolerant(async () => {
      await client.cancelAll();
      const mid = ticksOf(market, index());
      const step = Math.max(1, Math.round(mid / 10_000));
      for (let level = 1; level <= LEVELS; level++)
        for (const isBuy of [true, false]) {
          const price = BigInt(isBuy ? mid - step * level : mid + step * level);
          const lots = BigInt(20 + random.below(20));
          await client.submit({ instrument: market.instrument, isBuy, price, lots, expiry: expiry() });
        }
    });
  }, pauseMs);
}

/** Takes a few lots within half a percent of the index; what does not fill is cancelled. */
export function validityTaker({ client, market, random, index, pauseMs }: ValidityBotParts): Bot {
  return new Bot(async () => {
    await tolerant(async () => {
      const isBuy = random.below(2) === 0;
      const bound = (ticksOf(market, index()) * (isBuy ? 1_005 : 995)) / 1_000;
      const lots = BigInt(1 + random.below(10));
      const order = {
        instrument: market.instrument,
        isBuy,
        price: BigInt(Math.round(bound)),
        lots,
        expiry: expiry(),
      };
      const { id, filled } = await client.submit(order);
      if (filled < lots) await client.cancel(id);
    });
  }, pauseMs);
}

const expiry = (): bigint => BigInt(Date.now()) * 1_000n + QUOTE_SECONDS * US_PER_SECOND;

/** A refusal is an outcome: the venue may have more batches than proofs. */
async function tolerant(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ValidityRefusedError)) throw error;
    if (error.wire === "OVERLOADED")
      await new Promise((next) => setTimeout(next, Number(error.detail / 1_000n)));
  }
}
