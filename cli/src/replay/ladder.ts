/** The occupied prices of one side of a book, best first, each with a value. */

import type { Side } from "./lobster.ts";

export class Ladder<Value> {
  readonly side: Side;
  readonly #values = new Map<number, Value>();
  readonly #prices: number[] = []; // ascending by rank

  constructor(side: Side) {
    this.side = side;
  }

  get(price: number): Value | undefined {
    return this.#values.get(price);
  }

  set(price: number, value: Value): void {
    if (!this.#values.has(price)) this.#prices.splice(this.#position(price), 0, price);
    this.#values.set(price, value);
  }

  delete(price: number): void {
    if (this.#values.delete(price)) this.#prices.splice(this.#position(price), 1);
  }

  get best(): number | undefined {
    return this.#prices[0];
  }

  /** Prices, best first. Do not change the ladder while walking it. */
  get prices(): readonly number[] {
    return this.#prices;
  }

  /** The best `count` prices with their values. */
  top(count: number): [price: number, value: Value][] {
    return this.#prices.slice(0, count).map((price) => [price, this.#values.get(price)!]);
  }

  /** Whether `price` is further from the other side than `than`. */
  isWorse(price: number, than: number): boolean {
    return this.#rank(price) > this.#rank(than);
  }

  #rank(price: number): number {
    return this.side === "buy" ? -price : price;
  }

  #position(price: number): number {
    let [low, high] = [0, this.#prices.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#rank(this.#prices[middle]!) < this.#rank(price)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
