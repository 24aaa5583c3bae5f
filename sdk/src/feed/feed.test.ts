/** Books from a feed that skips, repeats and starts over. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { crc32c, encodePublicMessage, type Market, type Ticker } from "@sealbook/wire";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { FeedBook, parseSnapshot } from "./book.ts";
import { Feed, type FeedEvents } from "./feed.ts";

const market = (previousSequence: bigint, sequence: bigint, levels: Market["levels"] = []): Market => ({
  type: "market",
  epoch: 1n,
  sequence,
  previousSequence,
  instrument: 1,
  timeUs: 0n,
  levels,
  trades: [],
});
const ticker = (bookSequence: bigint, bookChecksum: number): Ticker => ({
  type: "ticker",
  epoch: 1n,
  sequence: 50n,
  instrument: 1,
  timeUs: 0n,
  mark: 1n,
  index: 1n,
  fundingRatePpb: 0n,
  openInterestLots: 0n,
  mode: "open",
  sigmaNano: 0n,
  deltaNano: 0n,
  gammaNano: 0n,
  vegaPoint: 0n,
  thetaDay: 0n,
  bookSequence,
  bookChecksum,
});
const bid = (priceTicks: number, lots: bigint) => ({ side: "buy" as const, priceTicks, lots });
const ask = (priceTicks: number, lots: bigint) => ({ side: "sell" as const, priceTicks, lots });

/** 10 lots bid at 100, 5 offered at 102, as of sequence 7. */
const snapshot = {
  type: "snapshot",
  instrument: 1,
  epoch: 1,
  sequence: 7,
  bids: [[100, 10]],
  asks: [[102, 5]],
};
const fresh = () => new FeedBook(parseSnapshot(JSON.stringify(snapshot)));

describe("a book", () => {
  test("follows", () => {
    const book = fresh();
    expect(book.apply(market(7n, 9n, [bid(101, 3n), bid(100, 0n), ask(103, 4n)]))).toBe("applied");
    expect(book.bids()).toEqual([{ ticks: 101, lots: 3n }]);
    expect(book.asks(1)).toEqual([{ ticks: 102, lots: 5n }]);
    expect(book.asks()).toEqual([
      { ticks: 102, lots: 5n },
      { ticks: 103, lots: 4n },
    ]);
    expect(book.sequence).toBe(9n);
  });

  test("ignores what the snapshot holds already", () => {
    const book = fresh();
    expect(book.apply(market(5n, 7n, [bid(100, 99n)]))).toBe("old");
    expect(book.bids()).toEqual([{ ticks: 100, lots: 10n }]);
  });

  test("names a gap and does not move", () => {
    const book = fresh();
    expect(book.apply(market(8n, 9n, [bid(100, 99n)]))).toEqual({ instrument: 1, at: 7n, follows: 8n });
    expect(book.bids()).toEqual([{ ticks: 100, lots: 10n }]);
    expect(book.sequence).toBe(7n);
  });

  test("begins anew when a message follows nothing", () => {
    const book = fresh();
    expect(book.apply({ ...market(0n, 20n, [ask(50, 1n)]), epoch: 2n })).toBe("applied");
    expect([book.bids(), book.asks()]).toEqual([[], [{ ticks: 50, lots: 1n }]]);
  });

  test("goes on in a second message of the same sequence, and may read it twice", () => {
    const book = fresh();
    book.apply(market(0n, 20n, [bid(90, 1n)]));
    for (let twice = 0; twice < 2; twice++)
      expect(book.apply(market(20n, 20n, [bid(80, 2n)]))).toBe("applied");
    expect(book.bids()).toEqual([
      { ticks: 90, lots: 1n },
      { ticks: 80, lots: 2n },
    ]);
    expect(book.apply(market(20n, 21n))).toBe("applied");
  });

  test("has the checksum of its ten best levels a side", () => {
    const book = fresh();
    // Price u32, lots u64, little-endian; a slash between the sides.
    const level = (ticks: number, lots: number) => [ticks, 0, 0, 0, lots, 0, 0, 0, 0, 0, 0, 0];
    const bytes = [...level(100, 10), 0x2f, ...level(102, 5)];
    expect(book.checksum()).toBe(crc32c(Uint8Array.from(bytes)));
    for (let n = 0; n < 9; n++) book.apply(market(7n + BigInt(n), 8n + BigInt(n), [bid(99 - n, 1n)]));
    const whole = book.checksum();
    book.apply(market(16n, 17n, [bid(50, 1n)]));
    expect(book.checksum()).toBe(whole);
    book.apply(market(17n, 18n, [bid(99, 2n)]));
    expect(book.checksum()).not.toBe(whole);
  });

  test.each([
    ["no JSON", "{"],
    ["null", "null"],
    ["another type", JSON.stringify({ ...snapshot, type: "hello" })],
    ["a fraction of a lot", JSON.stringify({ ...snapshot, bids: [[100, 0.5]] })],
    ["a negative sequence", JSON.stringify({ ...snapshot, sequence: -1 })],
    ["a level of three", JSON.stringify({ ...snapshot, asks: [[1, 2, 3]] })],
  ])("is not made of %s", (_, text) => {
    expect(() => parseSnapshot(text)).toThrow("E_CONNECTION");
  });
});

describe("the feed", () => {
  let server: Server;
  let subscribed: { path: string; socket: WebSocket }[];
  let feed: Feed;
  let arrive: (() => void) | undefined;

  beforeEach(async () => {
    subscribed = [];
    server = createServer();
    new WebSocketServer({ server, path: "/v1/feed" }).on("connection", (socket, request) => {
      subscribed.push({ path: request.url!, socket });
      socket.send(JSON.stringify(snapshot));
      arrive?.();
    });
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    feed = new Feed({ url, instruments: [1, 2], backoff: () => 0 });
    await next("book");
  });

  afterEach(async () => {
    feed.close();
    for (const { socket } of subscribed) socket.terminate();
    await new Promise((done) => server.close(done));
  });

  const next = <Name extends keyof FeedEvents>(name: Name) =>
    new Promise<FeedEvents[Name]>((resolve) => {
      const stop = feed.on(name, (value) => {
        stop();
        resolve(value);
      });
    });
  const send = (message: Market | Ticker) => subscribed.at(-1)!.socket.send(encodePublicMessage(message));

  test("asks for its instruments and keeps a book", async () => {
    expect(subscribed[0]!.path).toBe("/v1/feed?instrument=1&instrument=2");
    const told = next("market");
    send(market(7n, 8n, [bid(101, 1n)]));
    expect(await told).toEqual(market(7n, 8n, [bid(101, 1n)]));
    expect(feed.book(1)!.bids(1)).toEqual([{ ticks: 101, lots: 1n }]);
    expect(feed.book(2)).toBeUndefined();
  });

  test("starts over at a gap, and is without a book until then", async () => {
    const gap = next("gap");
    const again = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    send(market(7n, 8n));
    send(market(9n, 10n));
    expect(await gap).toEqual({ instrument: 1, at: 8n, follows: 9n });
    expect(feed.book(1)).toBeUndefined();
    const renewed = next("book");
    await again;
    expect((await renewed).sequence).toBe(7n);
    expect(subscribed.length).toBe(2);
  });

  test("starts over when its book is not the venue's", async () => {
    const right = next("ticker");
    send(market(7n, 8n, [bid(101, 1n)]));
    const book = fresh();
    book.apply(market(7n, 8n, [bid(101, 1n)]));
    send(ticker(8n, book.checksum()));
    expect((await right).bookSequence).toBe(8n);

    // A level changed on the way: one lot more than the venue has.
    const mismatch = next("mismatch");
    send(market(8n, 9n, [bid(101, 3n)]));
    book.apply(market(8n, 9n, [bid(101, 2n)]));
    const actual = fresh();
    actual.apply(market(7n, 9n, [bid(101, 3n)]));
    // A ticker of another sequence says nothing about this book.
    send(ticker(30n, 1));
    send(ticker(9n, book.checksum()));
    expect(await mismatch).toEqual({
      instrument: 1,
      sequence: 9n,
      expected: book.checksum(),
      actual: actual.checksum(),
    });
    expect(feed.book(1)).toBeUndefined();
    expect((await next("book")).sequence).toBe(7n);
  });

  test("starts over after garbage and after an end", async () => {
    for (const harm of [
      (socket: WebSocket) => socket.send(Buffer.from([0xc1])),
      (socket: WebSocket) => socket.terminate(),
    ]) {
      const lost = next("disconnected");
      const renewed = new Promise<void>((resolve) => {
        const stop = feed.on("book", () => {
          stop();
          resolve();
        });
      });
      harm(subscribed.at(-1)!.socket);
      expect(await lost).toBeInstanceOf(Error);
      await renewed;
    }
    expect(subscribed.length).toBe(3);
  });

  test("an instrument listed later needs no snapshot", async () => {
    const told = next("market");
    send({ ...market(0n, 30n, [ask(9, 9n)]), instrument: 2 });
    await told;
    expect(feed.book(2)!.asks()).toEqual([{ ticks: 9, lots: 9n }]);
  });

  test("closed is closed", async () => {
    const over = next("closed");
    feed.close();
    await over;
    expect(subscribed.length).toBe(1);
  });
});
