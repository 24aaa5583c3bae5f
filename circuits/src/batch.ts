/**
 * Applies operations to the state and writes down what the circuit needs to repeat them. Nothing is checked here: a test that cheats
 * goes through this file, and the circuit refuses.
 */
import { keccak_256 } from "@noble/hashes/sha3.js";
import type { InputMap } from "@noir-lang/noir_js";
import { fingerprint, hash, leaf, MODULUS, toField } from "./field.ts";
import {
  type Account,
  accountWords,
  emptyAccount,
  INSTRUMENT_WORDS,
  instrumentWords,
  POSITIONS,
  positionWord,
} from "./leaf.ts";
import type { Operation, SignedOrder } from "./orders.ts";
import { floorDivide, greater, health, lesser, zeroPrice } from "./requirement.ts";
import type { Signature } from "./schnorr.ts";
import { accountAt, applyEffect, applyQuotes, FILL_WORDS, type State, stateRoot } from "./state.ts";
import { type BatchWords, type Effect, emitWords, type Quote } from "./words.ts";

/** Sizes of a statement. */
export interface Shape {
  readonly name: string;
  /** Accounts a batch can touch, the insurance fund included. */
  readonly accounts: number;
  readonly instruments: number;
  readonly operations: number;
  /** Levels of a tree that an update walks; above them 2^(24 - levels) subtrees are spelled out. */
  readonly levels: number;
}

/** When and at which prices a batch happens. Every instrument in which a touched account has a position must be quoted. */
export interface Prices {
  readonly time: bigint;
  readonly round: bigint;
  readonly quotes: readonly Quote[];
}

export interface Batch {
  readonly inputs: InputMap;
  readonly words: readonly bigint[];
  readonly published: BatchWords;
  /** `[D, P(c), root before, root after, c]`. */
  readonly publicInputs: readonly bigint[];
}

/** The operations do not fit one batch. */
export class BatchSizeError extends Error {
  readonly code = "BATCH_SIZE";
  constructor(what: string, count: number, most: number) {
    super(
      `BATCH_SIZE: ${count} ${what}; this statement holds ${most}. Split the operations over two batches.`,
    );
    this.name = "BatchSizeError";
  }
}

/** The point at which the words are compared: a hash of D and of them all, as a contract can compute it. */
export function challenge(d: bigint, words: readonly bigint[]): bigint {
  const bytes = [d, ...words].map((word) => word.toString(16).padStart(64, "0")).join("");
  const digest = Buffer.from(keccak_256(Buffer.from(bytes, "hex"))).toString("hex");
  return BigInt(`0x${digest}`) % MODULUS;
}

interface Opened {
  readonly id: number;
  readonly before: Account;
  readonly fills: readonly bigint[];
  readonly tags: readonly number[];
}

/**
 * Applies the operations and returns the batch that proves it; fewer than the shape holds are followed by noops.
 * @throws {BatchSizeError}
 */
export function applyBatch(
  state: State,
  shape: Shape,
  domain: bigint,
  prices: Prices,
  operations: readonly Operation[],
): Batch {
  const quotes = [...prices.quotes].sort((a, b) => a.instrument - b.instrument);
  fits("operations", operations.length, shape.operations);
  fits("instruments", quotes.length, shape.instruments);
  const blanks = new Array<undefined>(shape.instruments - quotes.length).fill(undefined);
  const rows: (Quote | undefined)[] = [...blanks, ...quotes];
  const rootBefore = stateRoot(state);
  const wordsBefore = rows.map((row) =>
    row
      ? instrumentWords(state.instruments.get(row.instrument)!)
      : new Array<bigint>(INSTRUMENT_WORDS).fill(0n),
  );
  const opening = {
    domain,
    time: prices.time,
    round_before: state.round,
    round: prices.round,
    next_before: BigInt(state.nextAccount),
    held: state.held,
    tops: tops(state, shape),
    instruments_root: state.instrumentTree.root,
    words: wordsBefore,
  };
  const fillsBefore = state.fillTree.root;
  const slots = openSlots(state, shape, operations);
  applyQuotes(state, quotes);
  state.round = prices.round;

  const all: Operation[] = [
    ...operations,
    ...new Array<Operation>(shape.operations - operations.length).fill({ kind: "noop" }),
  ];
  const places = { slots, rows };
  const steps = all.map((operation) => applyOperation(state, operation, places));
  const closed = slots.map((slot) => closeSlot(state, shape, slot));
  const paths = rows.map((row) => {
    const path = state.instrumentTree.path(row?.instrument ?? 0);
    if (row)
      state.instrumentTree.set(row.instrument, leaf(instrumentWords(state.instruments.get(row.instrument)!)));
    return path;
  });

  const published: BatchWords = {
    domain,
    time: prices.time,
    round: prices.round,
    fillsBefore,
    fillsAfter: state.fillTree.root,
    held: opening.held,
    quotes: rows,
    effects: steps.map((step) => step.effect),
  };
  const words = emitWords(published);
  const d = hash(words);
  const c = challenge(d, words);
  const publicInputs = [d, fingerprint(words, c), rootBefore, stateRoot(state), c];
  const header = {
    ...opening,
    prices: rows.map((row) => ({
      mark: row?.mark ?? 0n,
      index: row?.index ?? 0n,
      funding_index: row?.fundingIndex ?? 0n,
    })),
    paths,
  };
  const inputs = encode({
    d: publicInputs[0],
    p: publicInputs[1],
    before: publicInputs[2],
    after: publicInputs[3],
    c: publicInputs[4],
    header,
    slots: closed,
    operations: steps.map((step) => step.inputs),
  });
  return { inputs: inputs as InputMap, words, published, publicInputs };
}

function fits(what: string, count: number, most: number): void {
  if (count > most) throw new BatchSizeError(what, count, most);
}

function tops(state: State, shape: Shape) {
  return {
    accounts: state.accountTree.level(shape.levels),
    fills: state.fillTree.level(shape.levels),
  };
}

/** Accounts and instruments an operation reads. */
function reach(operation: Operation): { accounts: number[]; instrument?: number } {
  switch (operation.kind) {
    case "trade":
      return {
        accounts: [operation.maker.account, operation.taker.account],
        instrument: operation.maker.instrument,
      };
    case "liquidate":
      return { accounts: [operation.account, 0], instrument: operation.instrument };
    default:
      return { accounts: "account" in operation ? [operation.account] : [] };
  }
}

/** The accounts the operations touch, the fund first, filled up with accounts nobody has: they stay as they are. */
function openSlots(state: State, shape: Shape, operations: readonly Operation[]): Opened[] {
  const touched = new Set([0]);
  const traded = new Map<number, Set<number>>();
  for (const operation of operations) {
    const { accounts, instrument } = reach(operation);
    for (const id of accounts) {
      touched.add(id);
      if (instrument === undefined) continue;
      traded.set(id, (traded.get(id) ?? new Set()).add(instrument));
    }
  }
  fits("accounts", touched.size, shape.accounts);
  for (let unused = (1 << 24) - 1; touched.size < shape.accounts; unused--) touched.add(unused);
  return [...touched]
    .sort((a, b) => a - b)
    .map((id) => {
      const account = state.accounts.get(id) ?? emptyAccount();
      const ids = new Set(account.positions.map((one) => one.instrument));
      for (const instrument of traded.get(id) ?? []) ids.add(instrument);
      fits(`instruments of account ${id}`, ids.size, POSITIONS);
      for (let unused = 65_535; ids.size < POSITIONS; unused--) ids.add(unused);
      return {
        id,
        before: structuredClone(account),
        fills: [...(state.fills.get(id) ?? new Array<bigint>(FILL_WORDS).fill(0n))],
        tags: [...ids].sort((a, b) => a - b),
      };
    });
}

/** Witness of an account; its leaves move in the trees, one account after the other as in the circuit. */
function closeSlot(state: State, shape: Shape, slot: Opened): unknown {
  const { id, before, fills, tags } = slot;
  const path = state.accountTree.path(id).slice(0, shape.levels);
  const fillsPath = state.fillTree.path(id).slice(0, shape.levels);
  state.accountTree.set(id, leaf(accountWords(state.accounts.get(id) ?? emptyAccount())));
  state.fillTree.set(id, leaf(state.fills.get(id) ?? []));
  const held = new Map(before.positions.map((one) => [one.instrument, positionWord(one)]));
  return {
    account: BigInt(id),
    identity: before.identity,
    flags: BigInt(before.flags),
    key: before.key,
    collateral: before.collateral,
    nonce: before.nonce,
    tags: tags.map(BigInt),
    places: tags.map((tag) => held.get(tag) ?? 0n),
    fills,
    path,
    fills_path: fillsPath,
  };
}

interface Places {
  readonly slots: readonly Opened[];
  readonly rows: readonly (Quote | undefined)[];
}

function applyOperation(
  state: State,
  operation: Operation,
  places: Places,
): { effect: Effect; inputs: unknown } {
  const effect = effectOf(state, operation);
  const { accounts, instrument } = reach(operation);
  const before = accounts.map((id) => health(accountAt(state, id), state.instruments));
  applyEffect(state, effect);
  const parties = [0, 1].map((side) => {
    const id = accounts[side] ?? 0;
    const slot = places.slots.findIndex((one) => one.id === id);
    const order = operation.kind === "trade" && (side === 0 ? operation.maker : operation.taker);
    const after = health(accountAt(state, id), state.instruments);
    const isHealthy = after.equity * 1_000_000n >= after.initial;
    const wasHealthy = (before[side]?.equity ?? 0n) * 1_000_000n >= (before[side]?.initial ?? 0n);
    const signature =
      operation.kind === "withdraw" && side === 0
        ? operation.signature
        : order
          ? order.signature
          : { s: 1n, e: 0n };
    return {
      slot,
      place: instrument === undefined ? 0 : Math.max(0, places.slots[slot]!.tags.indexOf(instrument)),
      order: orderInputs(order || undefined),
      signature: signatureInputs(signature),
      is_reducing: operation.kind === "trade" && !isHealthy && !wasHealthy,
    };
  });
  const inputs = {
    kind: Object.fromEntries(
      (["deposit", "insurance", "forced", "skip", "key", "withdraw", "trade", "liquidate"] as const).map(
        (kind) => [kind, operation.kind === kind],
      ),
    ),
    identity: "identity" in effect ? effect.identity : 0n,
    amount: "amount" in effect ? effect.amount : "asked" in effect ? effect.asked : 0n,
    data: effect.kind === "key" ? effect.data : 0n,
    is_new: effect.kind === "deposit" && effect.isNew,
    is_y: effect.kind === "key" && effect.isY,
    row: Math.max(
      0,
      places.rows.findIndex((row) => row?.instrument === instrument),
    ),
    price: effect.kind === "trade" ? effect.price : 0n,
    lots: "lots" in effect ? effect.lots : 0n,
    is_taker_buy: effect.kind === "trade" && effect.isTakerBuy,
    parties,
  };
  return { effect, inputs };
}

/** What an operation does in this state. */
export function effectOf(state: State, operation: Operation): Effect {
  switch (operation.kind) {
    case "noop":
    case "skip":
    case "insurance":
      return operation;
    case "deposit":
      return { ...operation, isNew: operation.isNew ?? operation.account === state.nextAccount };
    case "key":
      return { ...operation, identity: accountAt(state, operation.account).identity };
    case "forced":
    case "withdraw": {
      const { account } = operation;
      const asked = operation.kind === "forced" ? operation.asked : operation.amount;
      const most = withdrawable(state, account);
      const debit = operation.kind === "forced" ? lesser(asked, most) : asked;
      const paid = payable(state, debit);
      const identity = accountAt(state, account).identity;
      return { kind: operation.kind, account, identity, asked, debit: paid > 0n ? debit : 0n, paid };
    }
    case "trade":
      return {
        kind: "trade",
        maker: operation.maker.account,
        taker: operation.taker.account,
        instrument: operation.maker.instrument,
        price: operation.price,
        lots: operation.lots,
        isTakerBuy: operation.taker.isBuy,
        makerOrder: operation.maker.id,
        takerOrder: operation.taker.id,
      };
    case "liquidate": {
      const account = accountAt(state, operation.account);
      const held = account.positions.find((one) => one.instrument === operation.instrument);
      const shared = state.instruments.get(operation.instrument)!;
      const of = health(account, state.instruments);
      const price = held && of.maintenance > 0n ? zeroPrice(of, held.size, shared) : shared.mark;
      return { ...operation, price };
    }
  }
}

/** What the insurance fund owes beyond what it has. */
function deficit(state: State): bigint {
  return greater(0n, -health(accountAt(state, 0), state.instruments).equity);
}

/** What may leave an account now (commands/withdraw.rs). */
export function withdrawable(state: State, id: number): bigint {
  const account = accountAt(state, id);
  const { equity, initial } = health(account, state.instruments);
  const free = greater(0n, floorDivide(equity * 1_000_000n - initial, 1_000_000n));
  const known = account.flags === 0 || initial === 0n ? free : 0n;
  return lesser(known, state.held + deficit(state));
}

/** What a withdrawal of `amount` pays (risk/insurance.rs). */
export function payable(state: State, amount: bigint): bigint {
  const claims = state.held + deficit(state);
  return claims === 0n ? 0n : (amount * state.held) / claims;
}

function orderInputs(order: SignedOrder | undefined) {
  const id = order?.id ?? 0n;
  return {
    id: { low: [(id & 1n) === 1n, (id & 2n) === 2n], word: (id >> 2n) & 7n, high: id >> 5n },
    price: order?.price ?? 0n,
    lots: order?.lots ?? 0n,
    expiry: order?.expiry ?? 0n,
  };
}

function signatureInputs({ s, e }: Signature) {
  return { s_low: s & ((1n << 128n) - 1n), s_high: s >> 128n, e };
}

/** Values as the witness generator reads them. */
function encode(value: unknown): unknown {
  if (typeof value === "bigint") return `0x${toField(value).toString(16)}`;
  if (Array.isArray(value)) return value.map(encode);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, encode(part)]));
}
