import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { encodeMarket, encodeSignedHead, type Market } from "@sealbook/wire";
import pino from "pino";
import { afterEach, describe, expect, it } from "vitest";
import WebSocket from "ws";
import { Book } from "./book.ts";
import { Feed } from "./feed.ts";

function market(
  sequence: number,
  previous: number,
  levels: [side: "buy" | "sell", ticks: number, lots: number][],
): Market {
  return {
    type: "market",
    epoch: 1n,
    sequence: BigInt(sequence),
    previousSequence: BigInt(previous),
    instrument: 1,
    timeUs: 0n,
    levels: levels.map(([side, priceTicks, lots]) => ({ side, priceTicks, lots: BigInt(lots) })),
    trades: [],
  };
}

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

async function openFeed(limits = { feedSubscribers: 4, feedBytes: 65_536 }) {
  const feed = new Feed([1, 2], limits, pino({ level: "silent" }));
  const server = createServer().on("upgrade", (request, socket, head) => feed.upgrade(request, socket, head));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/v1/feed`;
  cleanups.push(() => {
    feed.close();
    server.close();
  });
  const publish = (message: Market) => feed.publish(Buffer.from(encodeMarket(message)));
  return { feed, url, publish };
}

function read(ws: WebSocket): { texts: unknown[]; binaries: Buffer[] } {
  const texts: unknown[] = [];
  const binaries: Buffer[] = [];
  ws.on("message", (data: Buffer, isBinary) => {
    if (isBinary) binaries.push(data);
    else texts.push(JSON.parse(data.toString()));
  });
  return { texts, binaries };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((next) => setTimeout(next, 1));
}

describe("book", () => {
  it("keeps levels, removes empty ones, and is replaced by a message without predecessor", () => {
    const book = new Book(1);
    book.apply(
      market(1, 0, [
        ["buy", 10, 5],
        ["buy", 11, 1],
        ["sell", 20, 7],
      ]),
    );
    book.apply(
      market(4, 1, [
        ["buy", 11, 0],
        ["sell", 19, 2],
      ]),
    );
    expect(book.snapshot()).toEqual({
      instrument: 1,
      epoch: 1,
      sequence: 4,
      bids: [[10, 5]],
      asks: [
        [19, 2],
        [20, 7],
      ],
    });
    expect(book.snapshot(1).asks).toEqual([[19, 2]]);
    expect(book.gaps).toBe(0);
    book.apply(market(9, 0, [["sell", 30, 1]]));
    expect(book.snapshot()).toMatchObject({ sequence: 9, bids: [], asks: [[30, 1]] });
    book.apply(market(12, 11, []));
    expect(book.gaps).toBe(1);
  });
});

describe("feed", () => {
  it("gives a snapshot per instrument, then exactly what was emitted after it", async () => {
    const { feed, url, publish } = await openFeed();
    publish(market(1, 0, [["buy", 10, 5]]));
    const ws = new WebSocket(url);
    const { texts, binaries } = read(ws);
    await until(() => texts.length === 2);
    expect(texts[0]).toEqual({
      type: "snapshot",
      instrument: 1,
      epoch: 1,
      sequence: 1,
      bids: [[10, 5]],
      asks: [],
    });
    publish(market(2, 1, [["buy", 10, 0]]));
    publish(market(3, 2, [["buy", 9, 1]]));
    feed.endPass();
    await until(() => binaries.length === 2);
    expect(binaries).toEqual(
      [market(2, 1, [["buy", 10, 0]]), market(3, 2, [["buy", 9, 1]])].map((m) =>
        Buffer.from(encodeMarket(m)),
      ),
    );
    ws.terminate();
    await until(() => feed.subscribers === 0);
  });

  it("narrows to the instruments asked for", async () => {
    const { url } = await openFeed();
    const ws = new WebSocket(`${url}?instrument=2`);
    const { texts } = read(ws);
    await until(() => texts.length > 0);
    expect(texts).toEqual([expect.objectContaining({ instrument: 2 })]);
    ws.terminate();
  });

  it("gives heads to everybody, whatever instruments they asked for", async () => {
    const { feed, url } = await openFeed();
    const ws = new WebSocket(`${url}?instrument=2`);
    const { texts, binaries } = read(ws);
    await until(() => texts.length === 1);
    const head = { epoch: 1n, sequence: 7n, chainHash: new Uint8Array(32), signature: new Uint8Array(65) };
    const message = Buffer.from(encodeSignedHead({ type: "signed-head", ...head }));
    feed.publish(message);
    feed.endPass();
    await until(() => binaries.length === 1);
    expect(binaries).toEqual([message]);
    ws.terminate();
  });

  it("closes a reader that falls too far behind with SLOW_CONSUMER, and only it (F64)", async () => {
    const { feed, url, publish } = await openFeed();
    const [slow, good] = [new WebSocket(url), new WebSocket(url)];
    const { binaries } = read(good);
    await Promise.all([once(slow, "open"), once(good, "open")]);
    await until(() => feed.subscribers === 2);
    slow.pause();
    const levels = Array.from(
      { length: 500 },
      (_, ticks) => ["buy", ticks + 1, 100_000] as ["buy", number, number],
    );
    let sequence = 0;
    while (feed.slow === 0) {
      sequence += 1;
      publish(market(sequence, sequence - 1, levels));
      feed.endPass();
      // The good one keeps up, so only the paused one may be found slow.
      await until(() => binaries.length === sequence);
    }
    expect(feed.subscribers).toBe(1);
    const closed = once(slow, "close");
    slow.resume();
    expect((await closed).map(String)).toEqual(["1013", "SLOW_CONSUMER"]);
    good.terminate();
  });
});
