/**
 * Which account sends a command. Takers use one of their own, so that none meets its own order; resting orders are spread over as many
 * makers as the engine's cap on an account's open orders asks for.
 */

import type { Outcome, ReplayCommand } from "./target.ts";

/** The taker's place among the accounts; makers follow from 1. */
export const TAKER = 0;

/** Below the engine's cap of 256 open orders an account. */
const ORDERS_PER_MAKER = 240;

/** Makers needed for this many resting orders: one more than fit, because a pipeline learns late of orders that were filled. */
export function makersFor(ordersMax: number): number {
  return Math.ceil(ordersMax / ORDERS_PER_MAKER) + 1;
}

interface Held {
  maker: number;
  lots: number;
}

export class Accounts {
  readonly #held = new Map<string, Held>();
  readonly #open: number[] = [0]; // by account; the taker's stays 0

  /** The account of a command, at its submission. A new order goes to the first maker with room. */
  assign(command: ReplayCommand): number {
    if (command.role === "taker") return TAKER;
    if (command.kind !== "place") {
      // An order the engine never had: any maker gets the honest refusal.
      const maker = this.#held.get(command.clientId)?.maker ?? 1;
      // Commands execute in order, so whoever comes after this one finds the place free.
      if (command.kind === "cancel") this.#release(command.clientId);
      return maker;
    }
    let maker = 1;
    while ((this.#open[maker] ?? 0) >= ORDERS_PER_MAKER) maker++;
    this.#open[maker] = (this.#open[maker] ?? 0) + 1;
    this.#held.set(command.clientId, { maker, lots: command.lots });
    return maker;
  }

  /** What became of a command, in order of submission. */
  settle(command: ReplayCommand, outcome: Outcome): void {
    for (const { makerClientId, lots } of outcome.trades) {
      const order = this.#held.get(makerClientId);
      if (!order) continue;
      order.lots -= lots;
      if (order.lots === 0) this.#release(makerClientId);
    }
    if (command.role === "taker") return;
    const isGone =
      command.kind === "cancel" ? outcome.code === 0 : command.kind === "place" && outcome.code !== 0;
    if (isGone) this.#release(command.clientId);
    const order = this.#held.get(command.clientId);
    if (command.kind === "amend" && outcome.code === 0 && order) order.lots = command.lots;
  }

  #release(clientId: string): void {
    const order = this.#held.get(clientId);
    if (!order) return;
    this.#open[order.maker]!--;
    this.#held.delete(clientId);
  }
}
