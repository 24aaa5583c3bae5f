/**
 * Turns rows of a message file into commands an engine understands.
 *
 * | row | command |
 * |---|---|
 * | 1 new limit order | place, good till cancel |
 * | 2 partial cancel | amend down, which keeps the place |
 * | 3 delete | cancel |
 * | 4 execution of a visible order | place, immediate or cancel, from the *opposite* side at its price: who is hit is the engine's decision |
 * | 5 hidden execution, 6 cross trade, 7 halt | none: the visible book does not change |
 */

import type { BookRow, FlowRow, Level, Side } from "./lobster.ts";
import { type Scale, toTicks } from "./scale.ts";
import { opposite, ShadowBook, type ShadowOrder } from "./shadow.ts";
import type { ReplayCommand } from "./target.ts";

/** The prefix of anonymous orders' client ids; orders of the flow start with `L`. */
export const ANONYMOUS = "A";

/** What a type-4 row says must happen when its command is answered. */
export interface Execution {
  command: number; // index in the step's commands; -1: not sent, the price is not the best
  side: Side; // of the maker
  priceTicks: number;
  lots: number;
  makerClientId: string | undefined; // undefined: an order the flow never named
}

export interface Step {
  commands: ReplayCommand[]; // compare after these
  execution: Execution | undefined;
  state: string; // the shadow's book at that moment
  repairs: ReplayCommand[]; // brings a book that the file left unexplained back to the file, after the comparison
}

/** The file's book before and after a row, where it is a window of the best levels. */
export interface Window {
  before: BookRow | undefined;
  after: BookRow;
}

/** What the adapter had to do that no row said. */
export interface AdapterCounts {
  reveals: number; // levels that entered the file's window from below
  forgets: number; // levels that left it
  anonymousConsumptions: number; // rows that reduce an order never named
  addsCrossing: number; // new orders that would trade: the file or the seed is wrong
  unexplained: number; // rows that take more than is there
  requeues: number; // levels put back into the file's order after an out-of-order execution
  resyncs: number; // rows after which the shadow itself was not the file's book
}

export class FlowAdapter {
  readonly counts: AdapterCounts = {
    reveals: 0,
    forgets: 0,
    anonymousConsumptions: 0,
    addsCrossing: 0,
    unexplained: 0,
    requeues: 0,
    resyncs: 0,
  };
  readonly #scale: Scale;
  readonly #levels: number;
  readonly #shadow = new ShadowBook();
  #commands: ReplayCommand[] = [];
  #anonymous = 0;
  #requeued = 0;

  /** `levels`: how deep the ground truth speaks. */
  constructor(scale: Scale, levels: number) {
    this.#scale = scale;
    this.#levels = levels;
  }

  /** Orders that rest now. */
  get resting(): number {
    return this.#shadow.resting;
  }

  /** Rests an order that was there before the first row; `orderId` undefined: anonymous. Null when it would trade. */
  seed(orderId: number | undefined, side: Side, price: number, lots: number): ReplayCommand | null {
    const ticks = toTicks(this.#scale, price);
    if (this.#shadow.crosses(side, ticks)) return null;
    this.#place(orderId, side, ticks, lots);
    return this.#takeCommands()[0]!;
  }

  /**
   * The commands of one row. With `window`, the file's book before and after the row, levels are revealed and forgotten as they
   * enter and leave it.
   */
  step(row: FlowRow, window?: Window): Step {
    const execution = this.#apply(row);
    if (window) this.#follow(window.before, window.after);
    const commands = this.#takeCommands();
    const state = this.#shadow.state(this.#levels);
    if (window) this.#resync(window.after);
    return { commands, execution, state, repairs: this.#takeCommands() };
  }

  #apply(row: FlowRow): Execution | undefined {
    const price = row.type <= 4 ? toTicks(this.#scale, row.price) : 0;
    if (row.type === 1) this.#add(row, price);
    if (row.type === 2 || row.type === 3) {
      for (const [order, lots] of this.#named(row, price)) this.#reduce(order, lots);
    }
    return row.type === 4 ? this.#execute(row, price) : undefined;
  }

  #add(row: FlowRow, price: number): void {
    if (this.#shadow.crosses(row.side, price)) {
      // LOBSTER's type 1 rests by construction, so whatever it would hit is a leftover no row removed.
      this.counts.addsCrossing++;
      const stale = this.#shadow.ladder(opposite(row.side));
      while (stale.best !== undefined && !stale.isWorse(stale.best, price))
        this.#clear(stale.side, stale.best);
    }
    this.#place(row.orderId, row.side, price, row.size);
  }

  /** The orders a row of type 2, 3 or 4 means and how much of each: the one it names, then anonymous ones at its price. */
  #named(row: FlowRow, price: number): Map<ShadowOrder, number> {
    const parts = new Map<ShadowOrder, number>();
    let rest = row.size;
    const take = (order: ShadowOrder): void => {
      const lots = Math.min(rest, order.lots);
      if (lots > 0) parts.set(order, lots);
      rest -= lots;
    };
    const named = this.#shadow.order(row.orderId);
    if (named && named.side === row.side && named.price === price) take(named);
    if (rest > 0) {
      const before = rest;
      for (const order of this.#shadow.queue(row.side, price)) if (order.orderId === undefined) take(order);
      if (rest < before) this.counts.anonymousConsumptions++;
    }
    if (rest > 0) this.counts.unexplained++;
    return parts;
  }

  #execute(row: FlowRow, price: number): Execution {
    const { side, size } = row;
    const queue = [...this.#shadow.queue(side, price)];
    const makerClientId = this.#shadow.order(row.orderId)?.clientId;
    const meant = this.#named(row, price);
    if (this.#shadow.ladder(side).best !== price) {
      // An order at this price would hit a better level instead; do what the row says without trading.
      for (const [order, lots] of meant) this.#reduce(order, lots);
      return { command: -1, side, priceTicks: price, lots: size, makerClientId };
    }

    const command = this.#commands.length;
    this.#commands.push({
      kind: "place",
      role: "taker",
      clientId: `T${row.row}`,
      side: opposite(side),
      timeInForce: "immediate-or-cancel",
      priceTicks: price,
      lots: size,
    });
    const hit = fillInOrder(queue, size);
    const isInOrder = hit.size === meant.size && [...hit].every(([order, lots]) => meant.get(order) === lots);
    const left = queue.filter((order) => (hit.get(order) ?? 0) < order.lots);
    for (const [order, lots] of meant) this.#shadow.reduce(order, lots);
    if (!isInOrder) this.#requeue(side, price, left);
    return { command, side, priceTicks: price, lots: size, makerClientId };
  }

  /**
   * After an execution that skipped the queue, the engine's level holds other orders than the file's. Put the file's back, all of
   * them in order, so that one odd row is counted once and not again with every later row of the orders it touched.
   */
  #requeue(side: Side, price: number, inEngine: readonly ShadowOrder[]): void {
    this.counts.requeues++;
    for (const { clientId } of inEngine) this.#commands.push({ kind: "cancel", role: "maker", clientId });
    for (const order of this.#shadow.queue(side, price)) {
      order.clientId = `${order.clientId.split("-")[0]}-${++this.#requeued}`;
      this.#commands.push(resting(order));
    }
  }

  /** Reveal and forget: what a window of the best levels gains and loses as prices move, without any row saying so. */
  #follow(before: BookRow | undefined, after: BookRow): void {
    for (const side of ["sell", "buy"] as const) {
      const ladder = this.#shadow.ladder(side);
      const now = levelsOf(after, side);
      if (now.length === this.#levels) {
        const last = this.#ticks(now.at(-1)!);
        for (const price of [...ladder.prices].filter((price) => ladder.isWorse(price, last))) {
          this.#clear(side, price);
          this.counts.forgets++;
        }
      }
      const was = before ? levelsOf(before, side) : [];
      if (was.length < this.#levels) continue;
      const edge = this.#ticks(was.at(-1)!);
      for (const level of now) {
        const price = this.#ticks(level);
        if (!ladder.isWorse(price, edge) || ladder.get(price)) continue;
        this.#place(undefined, side, price, level.size);
        this.counts.reveals++;
      }
    }
  }

  /** Makes the shadow the file's book where rows did not explain it, so that one gap does not spoil the rest. */
  #resync(after: BookRow): void {
    const wrong: { side: Side; price: number; wanted: number }[] = [];
    for (const side of ["sell", "buy"] as const) {
      const wanted = new Map(levelsOf(after, side).map((level) => [this.#ticks(level), level.size]));
      const prices = new Set([...wanted.keys(), ...this.#shadow.ladder(side).prices]);
      for (const price of prices) {
        if (this.#shadow.lots(side, price) !== (wanted.get(price) ?? 0)) {
          wrong.push({ side, price, wanted: wanted.get(price) ?? 0 });
        }
      }
    }
    if (wrong.length === 0) return;
    this.counts.resyncs++;
    // All removals first: a level that is to appear may cross one that is to go.
    for (const { side, price, wanted } of wrong) {
      let excess = this.#shadow.lots(side, price) - wanted;
      for (const order of [...this.#shadow.queue(side, price)].reverse()) {
        const lots = Math.min(excess, order.lots);
        if (lots > 0) this.#reduce(order, lots);
        excess -= Math.max(lots, 0);
      }
    }
    for (const { side, price, wanted } of wrong) {
      const missing = wanted - this.#shadow.lots(side, price);
      if (missing > 0) this.#place(undefined, side, price, missing);
    }
  }

  #place(orderId: number | undefined, side: Side, price: number, lots: number): void {
    const clientId = orderId === undefined ? `${ANONYMOUS}${++this.#anonymous}` : `L${orderId}`;
    const order = { orderId, clientId, side, price, lots };
    this.#shadow.append(order);
    this.#commands.push(resting(order));
  }

  #reduce(order: ShadowOrder, lots: number): void {
    const { clientId, price: priceTicks } = order;
    this.#shadow.reduce(order, lots);
    this.#commands.push(
      order.lots === 0
        ? { kind: "cancel", role: "maker", clientId }
        : { kind: "amend", role: "maker", clientId, priceTicks, lots: order.lots },
    );
  }

  #clear(side: Side, price: number): void {
    for (const order of [...this.#shadow.queue(side, price)]) this.#reduce(order, order.lots);
  }

  #ticks(level: Level): number {
    return toTicks(this.#scale, level.price);
  }

  #takeCommands(): ReplayCommand[] {
    const commands = this.#commands;
    this.#commands = [];
    return commands;
  }
}

/** How much of each order a taker of `lots` takes, first in, first out. */
function fillInOrder(queue: readonly ShadowOrder[], lots: number): Map<ShadowOrder, number> {
  const parts = new Map<ShadowOrder, number>();
  let rest = lots;
  for (const order of queue) {
    const part = Math.min(rest, order.lots);
    if (part > 0) parts.set(order, part);
    rest -= part;
  }
  return parts;
}

function resting({ clientId, side, price, lots }: ShadowOrder): ReplayCommand {
  return {
    kind: "place",
    role: "maker",
    clientId,
    side,
    timeInForce: "good-till-cancel",
    priceTicks: price,
    lots,
  };
}

export function levelsOf(book: BookRow, side: Side): readonly Level[] {
  return side === "sell" ? book.asks : book.bids;
}
