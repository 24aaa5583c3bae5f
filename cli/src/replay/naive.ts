/**
 * The obvious price-time book as a replay target: arrays and maps, first in, first out. It knows nothing of margin or accounts. It
 * is what the adapter is tested against, and the answer to "is it the engine or the replay?" when a comparison fails.
 */

import { Ladder } from "./ladder.ts";
import type { Side } from "./lobster.ts";
import type { LevelChange, Outcome, ReplayCommand, ReplayMarket, ReplayTarget, Trade } from "./target.ts";

/** Codes of docs/wire.md. */
const BAD_PRICE = 200;
const BAD_LOTS = 201;
const CLIENT_ID_CONFLICT = 205;
const NO_ORDER = 206;

interface Order {
  clientId: string;
  side: Side;
  price: number;
  lots: number;
}

export class NaiveTarget implements ReplayTarget {
  readonly name: string = "naive book";
  readonly #sides = { buy: new Ladder<Order[]>("buy"), sell: new Ladder<Order[]>("sell") };
  readonly #orders = new Map<string, Order>();
  #market: ReplayMarket | undefined;
  #onOutcome: (outcome: Outcome) => void = () => {};

  async open(market: ReplayMarket, onOutcome: (outcome: Outcome) => void): Promise<void> {
    this.#market = market;
    this.#onOutcome = onOutcome;
  }

  submit(command: ReplayCommand): undefined {
    const changed = new Map<string, LevelChange>();
    const trades: Trade[] = [];
    const code = this.#execute(
      command,
      (side, price) => changed.set(`${side}${price}`, this.#level(side, price)),
      trades,
    );
    this.#onOutcome({ code, levels: [...changed.values()], trades });
  }

  async drain(): Promise<void> {}
  async close(): Promise<void> {}

  #level(side: Side, priceTicks: number): LevelChange {
    const queue = this.#sides[side].get(priceTicks) ?? [];
    return { side, priceTicks, lots: queue.reduce((sum, order) => sum + order.lots, 0) };
  }

  #execute(command: ReplayCommand, touch: (side: Side, price: number) => void, trades: Trade[]): number {
    if (command.kind === "place") return this.#place(command, touch, trades);
    const order = this.#orders.get(command.clientId);
    if (!order) return NO_ORDER;
    if (command.kind === "cancel") {
      this.#remove(order);
    } else {
      // The replay only ever amends down at the same price, which keeps the order's place.
      if (command.priceTicks !== order.price) return BAD_PRICE;
      if (command.lots < 1 || command.lots > order.lots) return BAD_LOTS;
      order.lots = command.lots;
    }
    touch(order.side, order.price);
    return 0;
  }

  #place(
    command: Extract<ReplayCommand, { kind: "place" }>,
    touch: (side: Side, price: number) => void,
    trades: Trade[],
  ): number {
    const { side, priceTicks, clientId } = command;
    if (priceTicks < 1 || priceTicks > this.#market!.priceTicksMax) return BAD_PRICE;
    if (command.lots < 1 || command.lots > this.#market!.lotsMax) return BAD_LOTS;
    if (this.#orders.has(clientId)) return CLIENT_ID_CONFLICT;

    let { lots } = command;
    const makers = this.#sides[side === "buy" ? "sell" : "buy"];
    while (lots > 0 && makers.best !== undefined && !makers.isWorse(makers.best, priceTicks)) {
      const price = makers.best;
      const maker = makers.get(price)![0]!;
      const filled = Math.min(lots, maker.lots);
      trades.push({ makerClientId: maker.clientId, priceTicks: price, lots: filled });
      lots -= filled;
      maker.lots -= filled;
      if (maker.lots === 0) this.#remove(maker);
      touch(maker.side, price);
    }
    if (lots > 0 && command.timeInForce === "good-till-cancel") {
      const order = { clientId, side, price: priceTicks, lots };
      const queue = this.#sides[side].get(priceTicks);
      if (queue) queue.push(order);
      else this.#sides[side].set(priceTicks, [order]);
      this.#orders.set(clientId, order);
      touch(side, priceTicks);
    }
    return 0;
  }

  #remove(order: Order): void {
    this.#orders.delete(order.clientId);
    const ladder = this.#sides[order.side];
    const queue = ladder.get(order.price)!;
    queue.splice(queue.indexOf(order), 1);
    if (queue.length === 0) ladder.delete(order.price);
  }
}
