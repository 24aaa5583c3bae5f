import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import type { FlowRow } from "../replay/lobster.ts";
import { flowScript, scriptOf, seedOrders } from "./flow.ts";

const row = (type: FlowRow["type"], orderId: number, size: number, price: number, side: FlowRow["side"]) => ({
  row: 0,
  type,
  orderId,
  size,
  price,
  side,
});

describe("real order flow as an engine script", () => {
  const flow = [
    row(1, 10, 5, 5_000_100, "buy"),
    row(4, 10, 2, 5_000_100, "buy"),
    row(2, 10, 1, 5_000_100, "buy"),
    row(3, 7, 4, 5_000_300, "sell"),
    row(3, 8, 9, 5_000_400, "sell"),
    row(3, 11, 9, 5_000_000, "buy"),
    row(5, 10, 2, 5_000_100, "buy"),
    row(3, 10, 2, 5_000_100, "buy"),
  ];
  const scale = { tick: 100, offsetTicks: 40_000, priceTicksMax: 65_535, lotsMax: 0 };

  test("what may have rested at the open is placed in id order, within what the book held", () => {
    const asks = [
      { price: 5_000_200, size: 3 },
      { price: 5_000_300, size: 5 },
    ];
    const bids = [{ price: 5_000_100, size: 5 }];
    const seeds = seedOrders(flow, { asks, bids });
    const named = seeds.filter(({ orderId }) => !Number.isNaN(orderId)).map(({ orderId }) => orderId);
    // 7 fits its level, 8 lies beyond the last one, and no known bid stands before 11.
    expect(named).toEqual([7, 8, 11]);
    expect(seeds.slice(3).map(({ price, size }) => [price, size])).toEqual([
      [5_000_200, 3],
      [5_000_300, 1],
    ]);
    expect(seedOrders(flow, undefined).map(({ orderId }) => orderId)).toEqual([7, 8, 11]);
  });

  test("types 1, 3 and 4 become orders, cancels and takers of the other side; 2 and 5 are skipped", () => {
    const seeds = [{ orderId: 7, side: "sell" as const, price: 5_000_300, size: 4 }];
    expect(scriptOf(flow, seeds, scale).split("\n")).toEqual([
      "name W4",
      "add sell 10003 4",
      "timed",
      "add buy 10001 5",
      "ioc sell 10001 2",
      "cancel 1",
      "cancel 2",
      "",
    ]);
  });

  const data = resolve(import.meta.dirname, "../../../../shared/data/orderflow/lobster-aapl-2012-06-21");
  const file = join(data, "AAPL_2012-06-21_34200000_37800000_message_50.csv.gz");
  test.skipIf(!existsSync(file))(
    "AAPL: 66 orders before the open, and the published digest is expected",
    () => {
      const script = flowScript(file);
      try {
        expect([script.seeded, script.digest]).toEqual([66, "23c001870ffbc1fb"]);
        const lines = readFileSync(script.args[1]!, "utf8").split("\n");
        expect(lines.indexOf("timed")).toBe(67);
        expect(lines.filter((line) => line.startsWith("ioc")).length).toBe(4_067);
      } finally {
        script.remove();
      }
    },
  );
});
