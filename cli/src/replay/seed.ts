/** What rested before the first row of a message file. */

import type { FlowAdapter } from "./adapter.ts";
import { levelsOf } from "./adapter.ts";
import type { BookRow, FlowRow, Level, Side } from "./lobster.ts";
import type { ReplayCommand } from "./target.ts";

/** An order that rows reduce but none adds. Its size is at least what they take. */
export interface PreOpenOrder {
  orderId: number;
  side: Side;
  price: number;
  size: number;
}

/** The book before the first row: the book after it, less what it added. */
export function bookBefore(first: FlowRow, after: BookRow): BookRow {
  if (first.type !== 1) return after;
  const without = (levels: readonly Level[], side: Side): Level[] =>
    levels
      .map((level) =>
        side === first.side && level.price === first.price
          ? { ...level, size: level.size - first.size }
          : level,
      )
      .filter((level) => level.size > 0);
  return { asks: without(after.asks, "sell"), bids: without(after.bids, "buy") };
}

/** Orders of the flow that existed before it, in id order: the order of their arrival. */
export function preOpenOrders(flow: readonly FlowRow[]): PreOpenOrder[] {
  const added = new Set(flow.filter((row) => row.type === 1).map((row) => row.orderId));
  const orders = new Map<number, PreOpenOrder>();
  for (const { type, orderId, side, price, size } of flow) {
    if (type < 2 || type > 4 || added.has(orderId)) continue;
    const order = orders.get(orderId);
    if (order) order.size += size;
    else orders.set(orderId, { orderId, side, price, size });
  }
  return [...orders.values()].sort((a, b) => a.orderId - b.orderId);
}

/** Every level as one anonymous order: how a window of the best levels starts. */
export function seedAnonymous(adapter: FlowAdapter, book: BookRow): ReplayCommand[] {
  return (["sell", "buy"] as const).flatMap((side) =>
    levelsOf(book, side).flatMap(({ price, size }) => adapter.seed(undefined, side, price, size) ?? []),
  );
}

/**
 * A whole book of which only the best levels are known: pre-open orders where they fit the size of a known level, or beyond the
 * last of `levels` known levels; the rest of each known level is anonymous. A pre-open order inside the known range at a price
 * that had no level came later, unannounced: nothing can be placed for it.
 */
export function seedPreOpen(
  adapter: FlowAdapter,
  book: BookRow | undefined,
  levels: number,
  orders: readonly PreOpenOrder[],
): ReplayCommand[] {
  const commands: ReplayCommand[] = [];
  const place = (orderId: number | undefined, side: Side, price: number, size: number): void => {
    const command = adapter.seed(orderId, side, price, size);
    if (command) commands.push(command);
  };
  for (const side of ["sell", "buy"] as const) {
    const known = book ? levelsOf(book, side) : [];
    const room = new Map(known.map(({ price, size }) => [price, size]));
    const edge = known.length === levels ? known.at(-1)?.price : undefined;
    for (const { orderId, price, size } of orders.filter((order) => order.side === side)) {
      const left = room.get(price);
      if (left !== undefined) {
        if (size > left) continue;
        room.set(price, left - size);
      } else if (book && (edge === undefined || (side === "sell" ? price < edge : price > edge))) {
        continue;
      }
      place(orderId, side, price, size);
    }
    for (const [price, size] of room) if (size > 0) place(undefined, side, price, size);
  }
  return commands;
}
