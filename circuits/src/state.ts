/** The venue's committed state and what effects do to it. It checks nothing: what is legal is the circuit's to say. */
import { hash, leaf } from "./field.ts";
import {
  type Account,
  accountOf,
  accountWords,
  emptyAccount,
  type Instrument,
  instrumentOf,
  instrumentWords,
} from "./leaf.ts";
import { ceilDivide, fundingOwed, shortRequirements } from "./requirement.ts";
import { SparseTree } from "./tree.ts";
import type { BatchWords, Effect, Quote } from "./words.ts";

/** Orders a fills leaf remembers: order `id` in place `id mod 32`. */
export const FILL_PLACES = 32;
/** Words of a fills leaf, four orders each. */
export const FILL_WORDS = 8;

export interface State {
  readonly accounts: Map<number, Account>;
  readonly instruments: Map<number, Instrument>;
  readonly fills: Map<number, bigint[]>;
  readonly accountTree: SparseTree;
  readonly instrumentTree: SparseTree;
  readonly fillTree: SparseTree;
  round: bigint;
  nextAccount: number;
  /** What the venue holds: deposits less withdrawals. Not in the tree; the chain knows it. */
  held: bigint;
}

/** A venue with nothing in it. */
export function openState(): State {
  return {
    accounts: new Map(),
    instruments: new Map(),
    fills: new Map(),
    accountTree: new SparseTree(24),
    instrumentTree: new SparseTree(10),
    fillTree: new SparseTree(24),
    round: 0n,
    nextAccount: 1,
    held: 0n,
  };
}

/** The state of leaves as docs/state.md words. */
export function stateOf(leaves: {
  round: bigint;
  nextAccount: number;
  held: bigint;
  accounts: Iterable<readonly [number, readonly bigint[]]>;
  instruments: Iterable<readonly [number, readonly bigint[]]>;
}): State {
  const state = openState();
  for (const [id, words] of leaves.accounts) putAccount(state, id, accountOf(words));
  for (const [, words] of leaves.instruments) putInstrument(state, instrumentOf(words));
  state.round = leaves.round;
  state.nextAccount = leaves.nextAccount;
  state.held = leaves.held;
  return state;
}

/** Puts an account as it is, tree included. */
export function putAccount(state: State, id: number, account: Account): void {
  state.accounts.set(id, account);
  state.accountTree.set(id, leaf(accountWords(account)));
  state.nextAccount = Math.max(state.nextAccount, id + 1);
}

/** Lists or replaces an instrument, tree included. */
export function putInstrument(state: State, instrument: Instrument): void {
  state.instruments.set(instrument.id, instrument);
  state.instrumentTree.set(instrument.id, leaf(instrumentWords(instrument)));
}

export function stateRoot(state: State): bigint {
  const venue = state.round + (BigInt(state.nextAccount) << 64n);
  return hash([state.accountTree.root, state.instrumentTree.root, venue]);
}

export function accountAt(state: State, id: number): Account {
  const account = state.accounts.get(id) ?? emptyAccount();
  state.accounts.set(id, account);
  return account;
}

export function fillsAt(state: State, id: number): bigint[] {
  const words = state.fills.get(id) ?? new Array<bigint>(FILL_WORDS).fill(0n);
  state.fills.set(id, words);
  return words;
}

/** What is filled of an order, and of which id the place speaks. */
export function filledOf(words: readonly bigint[], order: bigint): { id: bigint; lots: bigint } {
  const place = Number(order % BigInt(FILL_PLACES));
  const entry = words[place >> 2]! >> BigInt(62 * (place & 3));
  return { id: BigInt.asUintN(30, entry), lots: BigInt.asUintN(32, entry >> 30n) };
}

function countFill(state: State, account: number, order: bigint, lots: bigint): void {
  const words = fillsAt(state, account);
  const filled = filledOf(words, order);
  const total = lots + (filled.id === order ? filled.lots : 0n);
  const place = Number(order % BigInt(FILL_PLACES));
  const change = order - filled.id + ((total - filled.lots) << 30n);
  words[place >> 2] = words[place >> 2]! + (change << BigInt(62 * (place & 3)));
}

/** Counts the fills of a batch and nothing else, for leaves that already stand after it. */
export function replayFills(state: State, batch: BatchWords): void {
  for (const effect of batch.effects) {
    if (effect.kind !== "trade") continue;
    countFill(state, effect.maker, effect.makerOrder, effect.lots);
    countFill(state, effect.taker, effect.takerOrder, effect.lots);
    for (const id of [effect.maker, effect.taker]) state.fillTree.set(id, leaf(fillsAt(state, id)));
  }
}

/** Forgets all fills: another epoch begins, and no order of the last is good in it. */
export function clearFills(state: State): void {
  for (const id of state.fills.keys()) state.fillTree.set(id, 0n);
  state.fills.clear();
}

/** Moves marks, indices and funding indices of the quoted instruments. */
export function applyQuotes(state: State, quotes: readonly (Quote | undefined)[]): void {
  for (const quote of quotes) {
    const shared = quote && state.instruments.get(quote.instrument);
    if (!quote || !shared) continue;
    Object.assign(shared, { mark: quote.mark, index: quote.index, fundingIndex: quote.fundingIndex });
    Object.assign(shared, shortRequirements(shared));
  }
}

/** Carries out what an operation did. Leaves change; trees follow in {@link closeTrees}. */
export function applyEffect(state: State, effect: Effect): void {
  switch (effect.kind) {
    case "noop":
    case "skip":
      return;
    case "deposit": {
      const account = accountAt(state, effect.account);
      if (effect.isNew) {
        account.identity = effect.identity;
        state.nextAccount += 1;
      }
      account.collateral += effect.amount;
      state.held += effect.amount;
      return;
    }
    case "insurance":
      accountAt(state, 0).collateral += effect.amount;
      state.held += effect.amount;
      return;
    case "forced":
    case "withdraw": {
      const account = accountAt(state, effect.account);
      account.collateral -= effect.debit;
      if (effect.paid > 0n) account.nonce += 1n;
      accountAt(state, 0).collateral += effect.debit - effect.paid;
      state.held -= effect.paid;
      return;
    }
    case "key":
      accountAt(state, effect.account).key[effect.isY ? 1 : 0] = effect.data;
      return;
    case "trade": {
      const shared = state.instruments.get(effect.instrument)!;
      const value = effect.price * shared.tickValue * effect.lots;
      const sign = effect.isTakerBuy ? 1n : -1n;
      const [makerFee, takerFee] = [shared.makerFee, shared.takerFee].map((rate) =>
        ceilDivide(value * rate, 1_000_000n),
      ) as [bigint, bigint];
      movePosition(state, effect.maker, shared, -sign * effect.lots, -sign * value, makerFee);
      movePosition(state, effect.taker, shared, sign * effect.lots, sign * value, takerFee);
      accountAt(state, 0).collateral += makerFee + takerFee;
      countFill(state, effect.maker, effect.makerOrder, effect.lots);
      countFill(state, effect.taker, effect.takerOrder, effect.lots);
      return;
    }
    case "liquidate": {
      const shared = state.instruments.get(effect.instrument)!;
      const held = accountAt(state, effect.account).positions.find((one) => one.instrument === shared.id);
      const lots = held && held.size < 0n ? -effect.lots : effect.lots;
      movePosition(state, effect.account, shared, -lots, -lots * effect.price, 0n);
      movePosition(state, 0, shared, lots, lots * effect.price, 0n);
    }
  }
}

const long = (size: bigint): bigint => (size > 0n ? size : 0n);

/** Cost-basis accounting of docs/state.md: funding settled, nothing realized before size 0. */
function movePosition(
  state: State,
  id: number,
  shared: Instrument,
  lots: bigint,
  paid: bigint,
  fee: bigint,
): void {
  const account = accountAt(state, id);
  const held = account.positions.find((one) => one.instrument === shared.id);
  const owed = held ? fundingOwed(held, shared) : 0n;
  const size = (held?.size ?? 0n) + lots;
  const cost = (held?.cost ?? 0n) + paid;
  const others = account.positions.filter((one) => one !== held);
  const moved = { instrument: shared.id, size, cost, fundingIndex: shared.fundingIndex };
  account.positions = size === 0n ? others : [...others, moved].sort((a, b) => a.instrument - b.instrument);
  account.collateral -= fee + owed + (size === 0n ? cost : 0n);
  shared.fundingPool += owed;
  shared.openInterest += long(size) - long(held?.size ?? 0n);
}

/** Accounts an effect touches besides the insurance fund. */
export function touchedBy(effect: Effect): number[] {
  if (effect.kind === "trade") return [effect.maker, effect.taker];
  return "account" in effect ? [effect.account] : [];
}

/** Brings the trees up to the leaves of these accounts and instruments. */
export function closeTrees(state: State, accounts: Iterable<number>, instruments: Iterable<number>): void {
  for (const id of accounts) {
    state.accountTree.set(id, leaf(accountWords(accountAt(state, id))));
    const fills = state.fills.get(id);
    if (fills) state.fillTree.set(id, leaf(fills));
  }
  for (const id of instruments)
    state.instrumentTree.set(id, leaf(instrumentWords(state.instruments.get(id)!)));
}

/** Leaves a proven batch changed: ids of accounts and instruments. */
export interface Touched {
  readonly accounts: readonly number[];
  readonly instruments: readonly number[];
}

/**
 * Replays an accepted batch from its words alone: what `recover` and `escape` do with proven batches. The state moves to the batch's
 * root; compare {@link stateRoot} with the chain's.
 */
export function replayBatch(state: State, batch: BatchWords): Touched {
  applyQuotes(state, batch.quotes);
  state.round = batch.round;
  for (const effect of batch.effects) applyEffect(state, effect);
  const accounts = [...new Set([0, ...batch.effects.flatMap(touchedBy)])].sort((a, b) => a - b);
  const instruments = batch.quotes.flatMap((quote) => (quote ? [quote.instrument] : []));
  closeTrees(state, accounts, instruments);
  return { accounts, instruments };
}

/** Leaves after a proven batch that differ from before, as docs/state.md words. */
export interface LeafDiffs {
  readonly round: bigint;
  readonly nextAccount: number;
  readonly accounts: readonly (readonly [id: number, words: readonly bigint[]])[];
  readonly instruments: readonly (readonly [id: number, words: readonly bigint[]])[];
}

/**
 * What an accepted batch did to the leaves, from its words alone and without any tree: the same a signed batch publishes as data.
 * `account`, `instrument`: words of a leaf before; undefined if it is unused.
 */
export function leafDiffs(
  batch: BatchWords,
  nextAccount: number,
  account: (id: number) => readonly bigint[] | undefined,
  instrument: (id: number) => readonly bigint[] | undefined,
): LeafDiffs {
  const state = openState();
  state.nextAccount = nextAccount;
  const ids = [...new Set([0, ...batch.effects.flatMap(touchedBy)])].sort((a, b) => a - b);
  for (const id of ids) {
    const words = account(id);
    if (words) state.accounts.set(id, accountOf(words));
  }
  const listed = batch.quotes.flatMap((quote) => (quote ? [quote.instrument] : []));
  for (const id of listed) state.instruments.set(id, instrumentOf(instrument(id) ?? []));
  applyQuotes(state, batch.quotes);
  for (const effect of batch.effects) applyEffect(state, effect);
  return {
    round: batch.round,
    nextAccount: state.nextAccount,
    accounts: ids.map((id) => [id, accountWords(accountAt(state, id))] as const),
    instruments: listed.map((id) => [id, instrumentWords(state.instruments.get(id)!)] as const),
  };
}
