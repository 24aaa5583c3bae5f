/**
 * A made-up symbol: a random flow in LOBSTER's form with the true book after each of its events, at any depth. Its own data and its own
 * book, sharing no code with the replay it tests: levels are recomputed from a plain list of orders.
 */

export interface SyntheticOptions {
  seed: bigint;
  rows: number;
  levels: number;
  /** 1e-4 dollars. */
  mid: number;
  tick: number;
  /** Only events that touch the best `levels` levels are written, as LOBSTER does. */
  isWindowed: boolean;
}

interface Order {
  id: number;
  side: 1 | -1;
  price: number;
  size: number;
}

/** The two files, as text. */
export function syntheticFlow(options: SyntheticOptions): { messages: string; book: string } {
  const { rows, levels, isWindowed } = options;
  const draw = splitmix(options.seed);
  let orders: Order[] = [];
  let nextId = 1000;
  const messages: string[] = [];
  const book: string[] = [];
  for (let time = 0; messages.length < rows; time++) {
    const before = bookRow(orders, levels);
    const event = nextEvent(orders, options, draw, () => nextId++);
    orders = event.orders;
    const after = bookRow(orders, levels);
    // Outside the window nothing is reported; before both sides exist there is no market yet.
    const isSeen = !isWindowed || before !== after || event.type === 5;
    if (!isSeen || !hasBothSides(orders)) continue;
    messages.push(
      `${(34200 + time / 1000).toFixed(9)},${event.type},${event.id},${event.size},${event.price},${event.side}`,
    );
    book.push(after);
  }
  return { messages: `${messages.join("\n")}\n`, book: book.join("\n") };
}

interface Event extends Order {
  type: number;
  orders: Order[];
}

function nextEvent(
  orders: Order[],
  { mid, tick, levels }: SyntheticOptions,
  draw: (below: number) => number,
  nextId: () => number,
): Event {
  const kind = draw(100);
  const order = orders[draw(Math.max(orders.length, 1))];
  if (order && orders.length > 20 && kind >= 50) {
    if (kind < 58 && order.size > 1) return reduced(orders, order, 1 + draw(order.size - 1), 2);
    if (kind < 88 || orders.length > 150) return reduced(orders, order, order.size, 3);
    if (kind < 97) {
      const head = headOf(orders, order.side);
      return reduced(orders, head, 1 + draw(head.size), 4);
    }
    return { id: 0, side: order.side, price: order.price, size: 1 + draw(9), type: 5, orders };
  }
  const side = draw(2) === 0 ? 1 : -1;
  const opposite = orders.filter((other) => other.side === -side).map((other) => other.price * side);
  const best = opposite.length > 0 ? Math.min(...opposite) * side : mid + side * 20 * tick;
  // Near enough to the window that most events touch it, far enough that some leave and enter it.
  const price = best - side * tick * (1 + draw(4 + 4 * levels));
  const added = { id: nextId(), side, price, size: 1 + draw(500) } as Order;
  return { ...added, type: 1, orders: [...orders, added] };
}

function reduced(orders: Order[], order: Order, size: number, type: number): Event {
  const left = { ...order, size: order.size - size };
  const rest = orders
    .map((other) => (other.id === order.id ? left : other))
    .filter((other) => other.size > 0);
  return { id: order.id, side: order.side, price: order.price, size, type, orders: rest };
}

/** The oldest order at the best price: `orders` is in order of arrival. */
function headOf(orders: Order[], side: 1 | -1): Order {
  const own = orders.filter((order) => order.side === side);
  return own.reduce((head, order) => (order.price * side > head.price * side ? order : head));
}

function hasBothSides(orders: Order[]): boolean {
  return orders.some(({ side }) => side === 1) && orders.some(({ side }) => side === -1);
}

function bookRow(orders: Order[], levels: number): string {
  const side = (direction: 1 | -1): [number, number][] => {
    const sizes = new Map<number, number>();
    for (const order of orders) {
      if (order.side === direction) sizes.set(order.price, (sizes.get(order.price) ?? 0) + order.size);
    }
    return [...sizes].sort(([a], [b]) => (b - a) * direction).slice(0, levels);
  };
  const [asks, bids] = [side(-1), side(1)];
  return Array.from({ length: levels }, (_, level) => {
    const [ask, bid] = [asks[level] ?? [9_999_999_999, 0], bids[level] ?? [-9_999_999_999, 0]];
    return [...ask, ...bid].join(",");
  }).join(",");
}

/** splitmix64, reduced. */
function splitmix(seed: bigint): (below: number) => number {
  const mask = (1n << 64n) - 1n;
  let state = seed & mask;
  return (below) => {
    state = (state + 0x9e3779b97f4a7c15n) & mask;
    let z = state;
    z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & mask;
    z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & mask;
    return Number((z ^ (z >> 31n)) % BigInt(below));
  };
}
