/** Price-time matching of a handful of orders, where no engine runs. Nothing of it is proven: any pairing within both limits is legal. */
import { lesser, type SignedOrder } from "@sealbook/circuits";
import type { Match } from "./orders-file.ts";

/** The fills of these orders in the order they came, each at its maker's price. `filled`: lots each has already. */
export function matchOrders(orders: readonly SignedOrder[], filled: readonly bigint[] = []): Match[] {
  const left = orders.map((order, at) => order.lots - (filled[at] ?? 0n));
  const matches: Match[] = [];
  for (const [taker, order] of orders.entries()) {
    const resting = orders
      .slice(0, taker)
      .map((_, maker) => maker)
      .filter((maker) => meets(orders[maker]!, order))
      .sort((a, b) => better(orders[a]!, orders[b]!) || a - b);
    for (const maker of resting) {
      const lots = lesser(left[maker]!, left[taker]!);
      if (lots <= 0n) continue;
      left[maker]! -= lots;
      left[taker]! -= lots;
      matches.push({ maker, taker, price: orders[maker]!.price, lots });
    }
  }
  return matches;
}

function meets(maker: SignedOrder, taker: SignedOrder): boolean {
  if (maker.instrument !== taker.instrument || maker.isBuy === taker.isBuy) return false;
  if (maker.account === taker.account) return false;
  return taker.isBuy ? maker.price <= taker.price : maker.price >= taker.price;
}

function better(a: SignedOrder, b: SignedOrder): number {
  const first = a.isBuy ? b.price - a.price : a.price - b.price;
  return first < 0n ? -1 : first > 0n ? 1 : 0;
}
