/**
 * Which operations go into the next batch: at a new round what must be liquidated, then the inbox, withdrawals, trades, as many as the
 * statement holds.
 */
import type { Operation, Quote, Shape, State } from "@sealbook/circuits";
import { inboxOperations } from "./inbox-operations.ts";
import { takeoversOf } from "./liquidations.ts";
import { matchOrders } from "./matching.ts";
import type { OrdersFile } from "./orders-file.ts";
import type { Entry } from "./path-chain.ts";

export interface Plan {
  readonly operations: readonly Operation[];
  /** Entries the batch consumes. */
  readonly entries: readonly Entry[];
  readonly quotes: readonly Quote[];
  /** Operations that wait for the next batch. */
  readonly left: number;
  /** Of those, liquidations: they wait for the next round of prices. */
  readonly liquidationsLeft: number;
}

/** An operation that is wanted, and the inbox entry it consumes if it does. */
export interface Wanted {
  readonly operation: Operation;
  readonly entry?: Entry;
}

export interface NewRound {
  readonly round: bigint;
  readonly quotes: readonly Quote[];
}

/** What a file of orders asks for: the inbox first, then withdrawals, then trades. */
export function wantedOf(
  state: State,
  entries: readonly Entry[],
  ids: Map<bigint, number>,
  orders: OrdersFile,
): Wanted[] {
  const inbox = inboxOperations(state, entries, ids);
  return [
    ...inbox.map((operation, at) => ({ operation, entry: entries[at]! })),
    ...orders.withdrawals.map((one) => ({ operation: { kind: "withdraw" as const, ...one } })),
    ...(orders.matches ?? matchOrders(orders.orders)).map(({ maker, taker, price, lots }) => ({
      operation: {
        kind: "trade" as const,
        maker: orders.orders[maker]!,
        taker: orders.orders[taker]!,
        price,
        lots,
      },
    })),
  ];
}

/** Chooses what fits, in order, behind what a new round of prices makes be liquidated. */
export function planBatch(state: State, shape: Shape, wanted: readonly Wanted[], signed?: NewRound): Plan {
  const takeovers = signed ? takeoversOf(state, signed.round, signed.quotes) : [];
  const all: readonly Wanted[] = [...takeovers.map((operation) => ({ operation })), ...wanted];
  const touched = new Set([0]);
  const marked = new Set<number>(held(state, 0));
  const taken: Wanted[] = [];
  for (const one of all) {
    const next = reach(one.operation);
    const accounts = new Set([...touched, ...next.accounts]);
    const instruments = new Set([...marked, ...next.instruments]);
    for (const account of next.accounts) for (const id of held(state, account)) instruments.add(id);
    const isFull =
      taken.length === shape.operations ||
      accounts.size > shape.accounts ||
      instruments.size > shape.instruments;
    // The first that does not fit ends the batch: inbox entries are consumed in their order.
    if (isFull) break;
    for (const account of accounts) touched.add(account);
    for (const id of instruments) marked.add(id);
    taken.push(one);
  }
  return {
    operations: taken.map(({ operation }) => operation),
    entries: taken.flatMap(({ entry }) => (entry ? [entry] : [])),
    quotes: (signed?.quotes ?? quotesOf(state)).filter((quote) => marked.has(quote.instrument)),
    left: all.length - taken.length,
    liquidationsLeft: Math.max(0, takeovers.length - taken.length),
  };
}

function held(state: State, account: number): number[] {
  return (state.accounts.get(account)?.positions ?? []).map((position) => position.instrument);
}

function reach(operation: Operation): { accounts: number[]; instruments: number[] } {
  if (operation.kind === "trade")
    return {
      accounts: [operation.maker.account, operation.taker.account],
      instruments: [operation.maker.instrument],
    };
  if (operation.kind === "liquidate")
    return { accounts: [operation.account], instruments: [operation.instrument] };
  return { accounts: "account" in operation ? [operation.account] : [], instruments: [] };
}

/** The prices the state has: what a batch without a new round must keep. */
export function quotesOf(state: State): Quote[] {
  return [...state.instruments.values()].map(({ id, mark, index, fundingIndex }) => ({
    instrument: id,
    mark,
    index,
    fundingIndex,
  }));
}
