/**
 * Signed orders the venue has taken: the open ones in the order they came, and of each account the last order in each of its 32 places
 * (docs/decisions/0030). A place is all that must be remembered: a smaller id in it is over for good.
 */
import type { SignedOrder } from "@sealbook/circuits";
import { OPEN_ORDERS_MAX } from "@sealbook/wire/validity";
import { ValidityRefusal } from "./refusal.ts";

export interface OpenOrder {
  readonly order: SignedOrder;
  /** Of the command that brought it. */
  readonly sequence: bigint;
  /** The engine's name for it. */
  readonly clientId: string;
  left: bigint;
}

interface Placed {
  readonly order: SignedOrder;
  readonly sequence: bigint;
}

export class OrderPlaces {
  readonly #open = new Map<string, OpenOrder>();
  readonly #places = new Map<number, Map<number, Placed>>();
  #named = 0;

  /** Open orders as they came. */
  get open(): readonly OpenOrder[] {
    return [...this.#open.values()];
  }

  byClientId(clientId: string): OpenOrder | undefined {
    return this.#open.get(clientId);
  }

  ofAccount(account: number): OpenOrder[] {
    return this.open.filter(({ order }) => order.account === account);
  }

  /** The account's highest order id so far; 0 if none. */
  lastId(account: number): bigint {
    const placed = [...(this.#places.get(account)?.values() ?? [])];
    return placed.reduce((last, { order }) => (order.id > last ? order.id : last), 0n);
  }

  /**
   * The earlier command if this very order was taken before; undefined if its place is free for it.
   * @throws {ValidityRefusal}
   */
  find(order: SignedOrder): Placed | undefined {
    const placed = this.#places.get(order.account)?.get(placeOf(order));
    if (!placed) return undefined;
    const last = placed.order.id;
    if (last > order.id) {
      const highest = this.lastId(order.account);
      throw new ValidityRefusal(
        "ORDER_ID_PASSED",
        `id ${last} was used in the place of ${order.id}`,
        highest,
      );
    }
    if (last === order.id) {
      if (isSame(placed.order, order)) return placed;
      throw new ValidityRefusal("ORDER_CONFLICT", `id ${order.id} was used with other terms`);
    }
    if (this.ofAccount(order.account).some((one) => one.order.id === last))
      throw new ValidityRefusal("ORDER_ID_TAKEN", `id ${last} in the place of ${order.id} is open`, last);
    return undefined;
  }

  /** Under a new name: the engine remembers closed ones. */
  add(order: SignedOrder, sequence: bigint, left: bigint): OpenOrder {
    this.remember(order, sequence);
    const opened = { order, sequence, left, clientId: `v${++this.#named}` };
    this.#open.set(opened.clientId, opened);
    return opened;
  }

  /** Takes its place without being open. */
  remember(order: SignedOrder, sequence: bigint): void {
    const places = this.#places.get(order.account) ?? new Map<number, Placed>();
    const before = places.get(placeOf(order));
    if (!before || before.order.id <= order.id) places.set(placeOf(order), { order, sequence });
    this.#places.set(order.account, places);
  }

  /** It is open no more. */
  close(one: OpenOrder): void {
    this.#open.delete(one.clientId);
  }

  /** It was never taken: its place is what it was. */
  withdraw(one: OpenOrder, before: { order: SignedOrder; sequence: bigint } | undefined): void {
    this.close(one);
    const places = this.#places.get(one.order.account);
    if (before) places?.set(placeOf(one.order), before);
    else places?.delete(placeOf(one.order));
  }

  /** What is in an order's place now. */
  inPlaceOf(order: SignedOrder): Placed | undefined {
    return this.#places.get(order.account)?.get(placeOf(order));
  }
}

const placeOf = (order: SignedOrder): number => Number(order.id % BigInt(OPEN_ORDERS_MAX));

/** Two signatures of the same terms are the same order. */
function isSame(a: SignedOrder, b: SignedOrder): boolean {
  return (
    a.instrument === b.instrument &&
    a.isBuy === b.isBuy &&
    a.price === b.price &&
    a.lots === b.lots &&
    a.expiry === b.expiry
  );
}
