import {
  type ConnectedTrader,
  connectTrader,
  developmentOptions,
  expiryAfter,
  markets,
  smileOf,
  Venue,
} from "@sealbook/cli/devnet";
import { Feed, type Mismatch } from "@sealbook/sdk";
import type { ListOption, Terms, Ticker } from "@sealbook/wire";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "./on-chain.ts";

/**
 * Options through every room: listed by the attested configuration and, while the venue runs, by a signed order; priced by a signed
 * smile; quoted, traded under portfolio margin; read from a feed that checks its books against the venue's checksums.
 */
const dollar = 1_000_000n;
const nowUs = () => BigInt(Date.now()) * 1000n;

describe("options", () => {
  let venue: Venue;
  let feed: Feed;
  const traders: ConnectedTrader[] = [];
  const tickers = new Map<number, Ticker>();
  const terms = new Map<number, Terms>();
  const mismatches: Mismatch[] = [];
  let checked = 0;

  beforeAll(async () => {
    const [btc] = markets;
    if (!btc) throw new Error("no market");
    venue = await Venue.start({
      insurance: 1_000n * dollar,
      optionsListed: developmentOptions(btc, nowUs(), 3),
    });
    await Promise.all([0, 1].map((i) => venue.deposit(i, 10_000n * dollar)));
    for (const i of [0, 1]) traders.push(await connectTrader(venue, i));
    feed = new Feed({ url: venue.ready.endpoints.http });
    feed.on("terms", (message) => terms.set(message.instrument, message));
    feed.on("mismatch", (mismatch) => mismatches.push(mismatch));
    feed.on("ticker", (ticker) => {
      tickers.set(ticker.instrument, ticker);
      const book = feed.book(ticker.instrument);
      if (book?.sequence === ticker.bookSequence && book.bids(1).length + book.asks(1).length > 0) checked++;
    });
  });
  afterAll(async () => {
    feed?.close();
    for (const trader of traders) trader.close();
    await venue?.stop();
  });

  test("are listed, priced, quoted, traded and margined as a portfolio", async () => {
    const [maker, taker] = traders;
    const option = venue.options[2]; // the call at the money
    if (!maker || !taker || !option) throw new Error("no traders");
    const { instrument, tickValue } = option;

    await venue.oracle.publish(venue.markets.map(({ index }) => index));
    await venue.oracle.publishSmiles();
    await until("a price", () => (tickers.get(instrument)?.sigmaNano ?? 0n) > 0n || undefined);
    const priced = tickers.get(instrument);
    if (!priced) throw new Error("no ticker");
    expect(Number(priced.sigmaNano) / 1e9).toBeCloseTo(0.6, 2);
    expect(Number(priced.deltaNano) / 1e9).toBeGreaterThan(0.5);
    expect(Number(priced.deltaNano) / 1e9).toBeLessThan(0.55);
    expect(priced.gammaNano).toBeGreaterThan(0n);
    expect(priced.thetaDay).toBeLessThan(0n);
    expect(terms.get(instrument)).toMatchObject({ kind: "option", isCall: true, strike: option.strike });

    // A hundred calls written by one, and hedged with the perpetual the other sells: both sides stay within their money.
    expect((await maker.client.setMarginMode("portfolio")).code).toBe(0);
    const ticks = Number(priced.mark / tickValue);
    const quotes = {
      label: 1,
      quotes: [
        { instrument, bidTicks: ticks - 20, bidLots: 100, askTicks: ticks + 20, askLots: 100 },
        {
          instrument: instrument + 1,
          bidTicks: ticks - 20,
          bidLots: 100,
          askTicks: ticks + 20,
          askLots: 100,
        },
      ],
    };
    await maker.client.massQuote(quotes);
    const bought = await taker.client.place({ instrument, side: "buy", priceTicks: ticks + 20, lots: 100 });
    expect(bought.filledLots).toBe(100);
    // What still rests counts on its worse side; here only what is held should.
    await maker.client.cancelAll();
    const hedged = { instrument: 1, priceTicks: 120_000, lots: 50 };
    await taker.client.place({ ...hedged, side: "sell" });
    const before = (await maker.client.account()).marginInitial;
    expect((await maker.client.place({ ...hedged, side: "buy" })).filledLots).toBe(50);
    const account = await maker.client.account();
    expect(account).toMatchObject({ marginMode: "portfolio" });
    expect(account.positions.map(({ lots }) => lots)).toEqual([50n, -100n]);
    // Half of the short calls' risk is hedged away: less is required than before.
    expect(account.marginInitial).toBeLessThan(before);

    // The feed's books are the venue's, by checksum.
    await maker.client.massQuote(quotes);
    await venue.oracle.publish(venue.markets.map(({ index }) => index + 1000n));
    await until("a checked book", () => checked > 0 || undefined);
    expect(mismatches).toEqual([]);
  });

  test("are listed while the venue runs, by k of n, and close by order", async () => {
    const [btc] = venue.markets;
    const [trader] = traders;
    if (!btc || !trader) throw new Error("no market");
    const expiryUs = expiryAfter(nowUs(), 14n);
    const listing: ListOption = {
      type: "list-option",
      config: [{ ...btc, instrument: 40, symbol: "BTC-LATER", kind: "option", index: 500n }],
      underlying: 1,
      isCall: false,
      strike: btc.index,
      expiryUs,
      number: 0n,
      signatures: [],
    };
    await venue.oracle.order(listing);
    await until("the listing", () => terms.has(40) || undefined);
    await venue.oracle.publishSmiles([smileOf(1, expiryUs, nowUs(), btc.index)]);
    await until("a price", () => (tickers.get(40)?.sigmaNano ?? 0n) > 0n || undefined);
    const bid = await trader.client.place({ instrument: 40, side: "buy", priceTicks: 10, lots: 1 });
    expect(bid.status).toBe("resting");
    const markets = (await (await fetch(`${venue.ready.endpoints.http}/v1/markets`)).json()) as {
      terms: { instrument: number }[];
    };
    expect(markets.terms.map(({ instrument }) => instrument)).toContain(40);

    await venue.oracle.order({
      type: "set-market-mode",
      instrument: 40,
      mode: "halted",
      number: 0n,
      signatures: [],
    });
    await until("the halt", () => tickers.get(40)?.mode === "halted" || undefined);
    await expect(
      trader.client.place({ instrument: 40, side: "buy", priceTicks: 10, lots: 1 }),
    ).rejects.toMatchObject({ wire: "MARKET_CLOSED" });
  });
});
