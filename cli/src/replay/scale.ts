/** From a file's prices to a market's ticks: the tick and the offset are read off the data, so that any symbol fits. */

import { type BookRow, FlowError, type FlowRow } from "./lobster.ts";

/** Highest tick a target is asked for unless it says otherwise: what fits the engine's price ladder. */
export const PRICE_TICKS_MAX = 65_535;

export interface Scale {
  tick: number; // in the file's 1e-4 dollars
  offsetTicks: number; // subtracted, so that a high-priced symbol fits too
  priceTicksMax: number; // highest tick the flow uses
  lotsMax: number; // largest size any row or level has
}

/**
 * The coarsest tick that divides every price, and the smallest offset that brings the highest price to at most `priceTicksMax`.
 * Throws {@link FlowError} `FLOW_RANGE` when the file's prices span more ticks than that.
 */
export function chooseScale(
  file: string,
  flow: readonly FlowRow[],
  books: readonly (readonly BookRow[])[],
  priceTicksMax = PRICE_TICKS_MAX,
): Scale {
  let [tick, low, high, lotsMax] = [0, Number.POSITIVE_INFINITY, 0, 0];
  const see = (price: number, size: number): void => {
    tick = greatestCommonDivisor(tick, price);
    low = Math.min(low, price);
    high = Math.max(high, price);
    lotsMax = Math.max(lotsMax, size);
  };
  for (const { type, price, size } of flow) if (type <= 4) see(price, size);
  for (const rows of books) {
    for (const { asks, bids } of rows) {
      for (const { price, size } of asks) see(price, size);
      for (const { price, size } of bids) see(price, size);
    }
  }
  if (high === 0) throw new FlowError("FLOW_EMPTY", file, 0, "no orders");

  // The engine's lowest price is 1 tick: an offset keeps at least that below the lowest price.
  const offsetTicks = Math.max(0, high / tick - priceTicksMax);
  if (low / tick - offsetTicks < 1) {
    const span = (high - low) / tick + 1;
    throw new FlowError(
      "FLOW_RANGE",
      file,
      0,
      `prices span ${span} ticks, a market has at most ${priceTicksMax}`,
    );
  }
  return { tick, offsetTicks, priceTicksMax: high / tick - offsetTicks, lotsMax };
}

export function toTicks(scale: Scale, price: number): number {
  return price / scale.tick - scale.offsetTicks;
}

export function toPrice(scale: Scale, ticks: number): number {
  return (ticks + scale.offsetTicks) * scale.tick;
}

function greatestCommonDivisor(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}
