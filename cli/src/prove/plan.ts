/** Which operations go into the next batch: the inbox first, then withdrawals, then trades, as many as the statement holds. */
import type { Operation, Quote, Shape, State } from "@sealbook/circuits";
import { inboxOperations } from "./inbox-operations.ts";
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
}

/** Chooses what fits; order within each kind is kept. `known`: prices of a new round, or the state's own. */
export function planBatch(
  state: State,
  shape: Shape,
  entries: readonly Entry[],
  ids: Map<bigint, number>,
  orders: OrdersFile,
  known: readonly Quote[] = quotesOf(state),
): Plan {
  const inbox = inboxOperations(state, entries, ids);
  const withdrawals = orders.withdrawals.map((one): Operation => ({ kind: "withdraw", ...one }));
  const trades = (orders.matches ?? matchOrders(orders.orders)).map(
    ({ maker, taker, price, lots }): Operation => ({
      kind: "trade",
      maker: orders.orders[maker]!,
      taker: orders.orders[taker]!,
      price,
      lots,
    }),
  );
  const wanted = [...inbox, ...withdrawals, ...trades];
  const touched = new Set([0]);
  const marked = new Set<number>(held(state, 0));
  const operations: Operation[] = [];
  for (const operation of wanted) {
    const next = reach(operation);
    const accounts = new Set([...touched, ...next.accounts]);
    const instruments = new Set([...marked, ...next.instruments]);
    for (const account of next.accounts) for (const id of held(state, account)) instruments.add(id);
    const isFull =
      operations.length === shape.operations ||
      accounts.size > shape.accounts ||
      instruments.size > shape.instruments;
    // The first that does not fit ends the batch: inbox entries are consumed in their order.
    if (isFull) break;
    for (const account of accounts) touched.add(account);
    for (const id of instruments) marked.add(id);
    operations.push(operation);
  }
  return {
    operations,
    entries: entries.slice(0, Math.min(inbox.length, operations.length)),
    quotes: known.filter((quote) => marked.has(quote.instrument)),
    left: wanted.length - operations.length,
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
