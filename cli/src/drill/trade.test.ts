import { expect, test } from "vitest";
import { Random } from "../devnet/random.ts";
import { type Market, priceAround } from "./trade.ts";

const prices = (market: Pick<Market, "tickValue" | "price">) => {
  const random = new Random(7n);
  return Array.from({ length: 200 }, () => priceAround({ instrument: 1, lots: 1, ...market }, random));
};

test("an option that is worth nothing is quoted at a tick, never at none", () => {
  for (const price of [0n, 1n, 999n, 1_000n]) {
    const found = prices({ tickValue: 1_000n, price });
    expect(Math.min(...found)).toBe(1);
    expect(Math.max(...found)).toBeLessThanOrEqual(2);
  }
});

test("others are quoted on both sides of their price", () => {
  const found = prices({ tickValue: 10n, price: 1_000_000n });
  expect([Math.min(...found), Math.max(...found)]).toEqual([99_950, 100_050]);
});
