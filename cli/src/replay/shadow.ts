/**
 * The book as the file means it: every order the flow has named, in LOBSTER's own queue order, plus anonymous size. The adapter
 * consults it instead of the engine, so that nothing waits for an answer; it is never what is compared with the ground truth.
 */

import { Ladder } from "./ladder.ts";
import type { Side } from "./lobster.ts";

export interface ShadowOrder {
  orderId: number | undefined; // undefined: anonymous
  clientId: string; // under which the target knows it now
  side: Side;
  price: number; // ticks
  lots: number;
}

export class ShadowBook {
  readonly #sides = { buy: new Ladder<ShadowOrder[]>("buy"), sell: new Ladder<ShadowOrder[]>("sell") };
  readonly #byOrderId = new Map<number, ShadowOrder>();
  #resting = 0;

  /** Orders in the book. */
  get resting(): number {
    return this.#resting;
  }

  ladder(side: Side): Ladder<ShadowOrder[]> {
    return this.#sides[side];
  }

  order(orderId: number): ShadowOrder | undefined {
    return this.#byOrderId.get(orderId);
  }

  /** The orders at a price, oldest first. */
  queue(side: Side, price: number): readonly ShadowOrder[] {
    return this.#sides[side].get(price) ?? [];
  }

  lots(side: Side, price: number): number {
    return this.queue(side, price).reduce((sum, order) => sum + order.lots, 0);
  }

  /** Whether a new order would trade. */
  crosses(side: Side, price: number): boolean {
    const makers = this.#sides[opposite(side)];
    return makers.best !== undefined && !makers.isWorse(makers.best, price);
  }

  append(order: ShadowOrder): void {
    this.#resting++;
    const queue = this.#sides[order.side].get(order.price);
    if (queue) queue.push(order);
    else this.#sides[order.side].set(order.price, [order]);
    if (order.orderId !== undefined) this.#byOrderId.set(order.orderId, order);
  }

  /** Takes lots off an order; it leaves the book with its last one. */
  reduce(order: ShadowOrder, lots: number): void {
    order.lots -= lots;
    if (order.lots > 0) return;
    this.#resting--;
    const ladder = this.#sides[order.side];
    const queue = ladder.get(order.price)!;
    queue.splice(queue.indexOf(order), 1);
    if (queue.length === 0) ladder.delete(order.price);
    if (order.orderId !== undefined) this.#byOrderId.delete(order.orderId);
  }

  /** The best `count` levels a side, as one line; see `stateOf`. */
  state(count: number): string {
    const side = (name: Side): [number, number][] =>
      this.#sides[name]
        .top(count)
        .map(([price, queue]) => [price, queue.reduce((sum, order) => sum + order.lots, 0)]);
    return stateOf(side("sell"), side("buy"));
  }
}

/** One line for the best levels of a book: equal lines, equal books. */
export function stateOf(asks: readonly [number, number][], bids: readonly [number, number][]): string {
  return `${asks.map((level) => level.join("x")).join(" ")} | ${bids.map((level) => level.join("x")).join(" ")}`;
}

export function opposite(side: Side): Side {
  return side === "buy" ? "sell" : "buy";
}
