import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { levelsOf } from "../replay/adapter.ts";
import { type BookRow, FlowError, type FlowRow, readBook, readFlow, type Side } from "../replay/lobster.ts";
import { chooseScale, type Scale, toTicks } from "../replay/scale.ts";
import { bookBefore, preOpenOrders } from "../replay/seed.ts";
import type { EngineCase } from "./engine.ts";

/**
 * W4: real order flow as an engine script. Type 1 is a good-till-cancelled order, 3 a cancel, 4 an immediate-or-cancel order of the
 * opposite side; the rest is skipped. A tick is a cent, 40,000 of them taken off, where the file's prices allow it.
 */

/** Digests others agree on, by the sha256 of the message file as text. They hold with the book's first row beside it. */
const published: Record<string, string> = {
  "1f923d3c4b668c03886b746922bc9a58a1bf262f0c98865ae1c6f103bb371f37": "23c001870ffbc1fb",
};

const CENT = 100; // in the file's 1e-4 dollars
const OFFSET_TICKS = 40_000;
const PRICE_TICKS_MAX = 65_535;

/** A script on disk until `remove`. */
export interface FlowScript extends EngineCase {
  seeded: number;
  remove(): void;
}

/**
 * Writes the script of a message file. The deepest orderbook file of the same symbol and day beside it, if there is one, says which
 * of the orders from before the first row may have rested then.
 *
 * @throws FlowError when the file cannot be read or its prices do not fit
 */
export function flowScript(flowFile: string): FlowScript {
  const flow = readFlow(flowFile);
  const book = deepestBook(flowFile);
  const seeds = seedOrders(flow, book);
  const scale = scaleOf(flowFile, flow);
  const folder = mkdtempSync(join(tmpdir(), "sealbook-flow-"));
  const path = join(folder, "script.txt");
  writeFileSync(path, scriptOf(flow, seeds, scale));
  return {
    name: "W4",
    args: ["--script", path],
    digest: book === undefined ? undefined : published[sha256(flowFile)],
    seeded: seeds.length,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

interface SeedOrder {
  orderId: number;
  side: Side;
  price: number;
  size: number;
}

/**
 * Orders the flow reduces and never adds, in id order. With a book only those that may have rested at the open: within what a known
 * level holds, or beyond the last known level of their side. What is left of a known level is one order without a name.
 */
export function seedOrders(flow: readonly FlowRow[], firstRow: BookRow | undefined): SeedOrder[] {
  const orders = preOpenOrders(flow);
  const first = flow[0];
  if (firstRow === undefined || first === undefined) return orders;
  const book = bookBefore(first, firstRow);
  const room = { buy: new Map<number, number>(), sell: new Map<number, number>() };
  for (const side of ["sell", "buy"] as const) {
    for (const { price, size } of levelsOf(book, side)) room[side].set(price, size);
  }
  const seeds = orders.filter(({ side, price, size }) => {
    const left = room[side].get(price);
    if (left === undefined) {
      const edge = levelsOf(book, side).at(-1)?.price;
      return edge === undefined || (side === "sell" ? price > edge : price < edge);
    }
    if (size > left) return false;
    room[side].set(price, left - size);
    return true;
  });
  const unnamed = (["sell", "buy"] as const).flatMap((side) =>
    [...room[side]].flatMap(([price, size]) =>
      size > 0 ? [{ orderId: Number.NaN, side, price, size }] : [],
    ),
  );
  return [...seeds, ...unnamed];
}

/** The script's text; ids count its orders from 1 (`enclave/sim/src/flow.rs`). */
export function scriptOf(flow: readonly FlowRow[], seeds: readonly SeedOrder[], scale: Scale): string {
  const lines = ["name W4"];
  const ids = new Map<number, number>();
  let count = 0;
  const submit = (verb: string, side: Side, price: number, size: number) => {
    count += 1;
    lines.push(`${verb} ${side} ${toTicks(scale, price)} ${size}`);
    return count;
  };
  for (const { orderId, side, price, size } of seeds) ids.set(orderId, submit("add", side, price, size));
  lines.push("timed");
  for (const { type, orderId, side, price, size } of flow) {
    if (type === 1) ids.set(orderId, submit("add", side, price, size));
    else if (type === 4) submit("ioc", side === "buy" ? "sell" : "buy", price, size);
    else if (type === 3) {
      const id = ids.get(orderId);
      if (id !== undefined) lines.push(`cancel ${id}`);
    }
  }
  return `${lines.join("\n")}\n`;
}

/** The published scale where it fits; else the one that fits any symbol. */
function scaleOf(file: string, flow: readonly FlowRow[]): Scale {
  const orders = flow.filter(({ type }) => type <= 4);
  const isFit = ({ price }: FlowRow) => {
    const ticks = price / CENT - OFFSET_TICKS;
    return Number.isInteger(ticks) && ticks >= 1 && ticks <= PRICE_TICKS_MAX;
  };
  if (!orders.every(isFit)) return chooseScale(file, flow, [], PRICE_TICKS_MAX);
  return { tick: CENT, offsetTicks: OFFSET_TICKS, priceTicksMax: PRICE_TICKS_MAX, lotsMax: 0 };
}

function deepestBook(flowFile: string): BookRow | undefined {
  const [symbol, day] = basename(flowFile).split("_");
  const isBook = (name: string) => name.startsWith(`${symbol}_${day}_`) && name.includes("orderbook");
  const books = readdirSync(dirname(flowFile))
    .filter(isBook)
    .sort()
    .map((name) => readBook(join(dirname(flowFile), name), 1));
  books.sort((a, b) => b.levels - a.levels);
  return books[0]?.rows[0];
}

function sha256(file: string): string {
  const bytes = readFileSync(file);
  const text = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
  return createHash("sha256").update(text).digest("hex");
}

export { FlowError };
