import { type ConnectedTrader, connectTrader, markets, Venue } from "@sealbook/cli/devnet";
import type { InstrumentConfig, Place } from "@sealbook/wire";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EngineState, engineState, restingOrder } from "./engine-state.ts";
import { RawSession, wireName } from "./raw-session.ts";

/** B38–B40: orders at, under and over every bound of the grid. */
const U32_MAX = 0xffff_ffff;
const [first] = markets as [InstrumentConfig];
/** One tick of one lot is 2^20, so that price × size passes what a position may be worth long before either leaves its range. */
const huge: InstrumentConfig = {
  ...first,
  instrument: 9,
  symbol: "HUGE-PERP",
  tickValue: 1n << 20n,
  priceTicksMax: 1 << 20,
  lotsMax: U32_MAX,
  index: 1n << 20n,
};
const { priceTicksMax, lotsMax } = first;

let venue: Venue;
let trader: ConnectedTrader;
let session: RawSession;
let before: EngineState;

beforeAll(async () => {
  venue = await Venue.start({ markets: [...markets, huge] });
  await venue.deposit(0, 1n << 50n);
  trader = await connectTrader(venue, 0);
  session = await RawSession.open(venue, 0);
  await session.ask(restingOrder("rests"));
  before = await engineState(venue, [trader]);
});
afterAll(async () => {
  session?.close();
  trader?.close();
  await venue?.stop();
});

describe("refused, with the bound in the detail", () => {
  test.each<[string, Partial<Place>, string, number]>([
    ["B38 price 0", { priceTicks: 0 }, "BAD_PRICE", priceTicksMax],
    ["B38 one over the highest price", { priceTicks: priceTicksMax + 1 }, "BAD_PRICE", priceTicksMax],
    ["B38 the largest price there is", { priceTicks: U32_MAX }, "BAD_PRICE", priceTicksMax],
    ["B38 size 0", { lots: 0 }, "BAD_QTY", lotsMax],
    ["B38 one over the largest size", { lots: lotsMax + 1 }, "BAD_QTY", lotsMax],
    ["B38 the largest size there is", { lots: U32_MAX }, "BAD_QTY", lotsMax],
    ["B38 both: the price is judged first", { priceTicks: 0, lots: 0 }, "BAD_PRICE", priceTicksMax],
    [
      "B39 price × size one lot over 2^55",
      { instrument: 9, priceTicks: 1 << 20, lots: (1 << 15) + 1 },
      "NOTIONAL_LIMIT",
      0,
    ],
    [
      "B39 price × size beyond 64 bits",
      { instrument: 9, priceTicks: 1 << 20, lots: U32_MAX },
      "NOTIONAL_LIMIT",
      0,
    ],
    ["B40 instrument 0", { instrument: 0 }, "NO_MARKET", 0],
    ["B40 an id between two listed ones", { instrument: 3 }, "NO_MARKET", 0],
    ["B40 the largest id there is", { instrument: 65_535 }, "NO_MARKET", 0],
  ])("%s", async (_name, own, wire, detail) => {
    for (const kind of ["limit", "market"] as const) {
      const timeInForce = kind === "market" ? "immediate-or-cancel" : "good-till-cancel";
      const [answer] = await session.ask(restingOrder(null, { kind, timeInForce, ...own }));
      expect([wireName(answer?.code ?? 0), answer?.detail]).toEqual([wire, BigInt(detail)]);
      expect([answer?.orderId, answer?.status]).toEqual([0n, "none"]);
    }
  });

  test.each<[string, { priceTicks: number; lots: number }, string]>([
    ["price 0", { priceTicks: 0, lots: 1 }, "BAD_PRICE"],
    ["price over", { priceTicks: priceTicksMax + 1, lots: 1 }, "BAD_PRICE"],
    ["size 0", { priceTicks: 999, lots: 0 }, "BAD_QTY"],
    ["size over", { priceTicks: 999, lots: lotsMax + 1 }, "BAD_QTY"],
  ])("B38 an amend to %s", async (_name, to, wire) => {
    const [answer] = await session.ask({ type: "amend", order: "rests", ...to });
    expect(wireName(answer?.code ?? 0)).toBe(wire);
  });

  test("none of it left a trace", async () => {
    expect(await engineState(venue, [trader])).toEqual(before);
  });
});

describe("accepted, right at the bound", () => {
  test.each<[string, Partial<Place>]>([
    ["B38 the lowest price", { priceTicks: 1 }],
    ["B38 the largest size", { priceTicks: 1, lots: lotsMax }],
    ["B38 the highest price", { side: "sell", priceTicks: priceTicksMax, lots: 1 }],
  ])("%s", async (_name, own) => {
    const [answer] = await session.ask(restingOrder(null, own));
    expect([answer?.code, answer?.status]).toEqual([0, "resting"]);
    expect((await session.ask({ type: "cancel", order: answer?.orderId ?? 0n }))[0]?.code).toBe(0);
  });

  test("B39 price × size at 2^55 exactly passes the limit and fails for margin, not for overflow", async () => {
    const [answer] = await session.ask(
      restingOrder(null, { instrument: 9, priceTicks: 1 << 20, lots: 1 << 15 }),
    );
    expect(wireName(answer?.code ?? 0)).toBe("MARGIN");
  });

  test("and nothing of it is left", async () => {
    expect(await engineState(venue, [trader])).toEqual(before);
  });
});
