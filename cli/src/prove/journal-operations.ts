/**
 * What the journal of a venue in validity mode still asks for: what it acknowledged and the chain does not have, in its order. Each trade is
 * the one its owners were told of.
 */
import { readFileSync } from "node:fs";
import { filledOf, type Operation, type SignedOrder, type State } from "@sealbook/circuits";
import { CommandLog, HostError } from "@sealbook/host";
import { type CommandRecord, parseRecord } from "../validity/records.ts";
import { ProveError } from "./errors.ts";
import { inboxOperations } from "./inbox-operations.ts";
import type { Entry, Present } from "./path-chain.ts";
import type { Wanted } from "./plan.ts";
import type { SignedPrices } from "./prices-file.ts";

/** @throws {ProveError} `E_JOURNAL` */
export function readJournal(file: string): CommandRecord[] {
  try {
    return CommandLog.read(file).records.map(parseRecord);
  } catch (cause) {
    if (cause instanceof HostError && cause.code === "E_NOT_A_JOURNAL" && isSealed(file))
      throw new ProveError(
        "E_JOURNAL",
        `${file} is sealed by an enclave: nobody else can read the commands in it. Prove from the chain, and from orders their owners sign anew`,
        { cause },
      );
    throw new ProveError("E_JOURNAL", `${file}: ${(cause as Error).message}`, { cause });
  }
}

/** A segment of an enclave's journal (docs/boundaries.md section 3). */
const isSealed = (file: string): boolean =>
  readFileSync(file).subarray(0, 8).toString("latin1") === "SBJOURN1";

/**
 * Operations that are not on the chain, and the round of prices they begin with if one is due first. What stands behind a round that has
 * operations before it waits for the next batch.
 */
export function wantedOfJournal(
  records: readonly CommandRecord[],
  state: State,
  present: Pick<Present, "oracleRound">,
  entries: readonly Entry[],
  ids: Map<bigint, number>,
): { wanted: Wanted[]; round: SignedPrices | undefined } {
  const gone = new Set(records.flatMap((one) => (one.t === "void" ? [one.of] : [])));
  const orders = new Map<string, SignedOrder>();
  const pending = new PendingFills(state);
  const inbox = inboxOf(state, entries, ids);
  let wanted: Wanted[] = [];
  let round: SignedPrices | undefined;
  for (const record of records) {
    if (gone.has(record.n)) continue;
    if (record.t === "round" && record.prices.round > present.oracleRound) {
      if (wanted.length > 0) break;
      round = record.prices;
    }
    if (record.t === "entry") wanted.push(...inbox.upTo(record.index));
    if (record.t === "withdraw" && record.nonce > (state.accounts.get(record.account)?.nonce ?? 0n)) {
      const { account, amount, signature } = record;
      wanted.push({ operation: { kind: "withdraw", account, amount, signature } });
    }
    if (record.t !== "order") continue;
    orders.set(keyOf(record.order.account, record.order.id), record.order);
    for (const [account, id, price, lots] of record.fills) {
      const maker = orders.get(keyOf(account, id));
      if (!maker)
        throw new ProveError(
          "E_JOURNAL",
          `record ${record.n} met order ${id} of account ${account}, which it never took`,
        );
      const trade: Operation = { kind: "trade", maker, taker: record.order, price, lots };
      if (pending.isPending(trade)) wanted.push({ operation: trade });
    }
  }
  // The inbox has a deadline: what the journal has not reached comes behind.
  wanted = [...wanted, ...inbox.upTo(Number.MAX_SAFE_INTEGER)];
  return { wanted, round };
}

const keyOf = (account: number, id: bigint): string => `${account}:${id}`;

/** Trades reach the chain in the journal's order, so what an order has filled there is its first ones. */
class PendingFills {
  readonly #state: State;
  readonly #left = new Map<string, bigint>();

  constructor(state: State) {
    this.#state = state;
  }

  isPending({ maker, taker, lots }: { maker: SignedOrder; taker: SignedOrder; lots: bigint }): boolean {
    const isThere = [maker, taker].every((order) => this.#onChain(order) >= lots);
    if (isThere)
      for (const order of [maker, taker])
        this.#left.set(keyOf(order.account, order.id), this.#onChain(order) - lots);
    return !isThere;
  }

  /** Lots of its fills on the chain that no trade so far accounts for. */
  #onChain({ account, id, lots }: SignedOrder): bigint {
    const known = this.#left.get(keyOf(account, id));
    if (known !== undefined) return known;
    const words = this.#state.fills.get(account);
    const filled = words && filledOf(words, id);
    // A larger id took its place: whatever it had filled is on the chain.
    if (filled && filled.id > id) return lots;
    return filled && filled.id === id ? filled.lots : 0n;
  }
}

function inboxOf(state: State, entries: readonly Entry[], ids: Map<bigint, number>) {
  let next = 0;
  return {
    /** Entries up to an index that were not asked for yet. */
    upTo(index: number): Wanted[] {
      const from = next;
      while (next < entries.length && entries[next]!.index <= index) next++;
      const due = entries.slice(from, next);
      return inboxOperations(state, due, ids).map((operation, at) => ({ operation, entry: due[at]! }));
    },
  };
}
