/**
 * Applies operations to a ledger the plain way and writes down what the circuit needs to repeat it. The ledger checks nothing: whether
 * the operations are legal is the circuit's to say, and a test that cheats goes through here.
 */
import { keccak_256 } from "@noble/hashes/sha3.js";
import type { InputMap } from "@noir-lang/noir_js";
import { type Operation, operationWord, type SignedOrder } from "./batch-shape.ts";
import { fingerprint, hash, leaf, MODULUS, toField } from "./field.ts";
import {
  type Account,
  accountWords,
  emptyAccount,
  type Instrument,
  inPlaces,
  instrumentWords,
} from "./leaf.ts";
import { SparseTree } from "./tree.ts";

export interface Ledger {
  readonly domain: bigint;
  readonly accounts: Map<number, Account>;
  readonly instruments: Map<number, Instrument>;
  readonly accountTree: SparseTree;
  readonly instrumentTree: SparseTree;
  readonly fillTree: SparseTree;
  readonly fills: Map<number, { id: bigint; lots: bigint }>;
  round: bigint;
  nextAccount: number;
}

/** Prices at which a batch happens: mark and funding index by instrument; all instruments it touches must be named. */
export interface Prices {
  readonly time: bigint;
  readonly round: bigint;
  readonly instruments: ReadonlyMap<number, { readonly mark: bigint; readonly fundingIndex: bigint }>;
}

export interface Batch {
  readonly inputs: InputMap;
  /** What the batch publishes. */
  readonly words: readonly bigint[];
  /** `[D, P(c), root before, root after, c]`. */
  readonly publicInputs: readonly bigint[];
}

/** A ledger with nothing in it. */
export function openLedger(domain: bigint): Ledger {
  return {
    domain,
    accounts: new Map(),
    instruments: new Map(),
    accountTree: new SparseTree(24),
    instrumentTree: new SparseTree(10),
    fillTree: new SparseTree(32),
    fills: new Map(),
    round: 0n,
    nextAccount: 1,
  };
}

/** Puts an account as it is, for building a state to start from. */
export function putAccount(ledger: Ledger, id: number, account: Account): void {
  ledger.accounts.set(id, account);
  ledger.accountTree.set(id, leaf(accountWords(account)));
  ledger.nextAccount = Math.max(ledger.nextAccount, id + 1);
}

/** Lists or replaces an instrument. */
export function putInstrument(ledger: Ledger, instrument: Instrument): void {
  ledger.instruments.set(instrument.id, instrument);
  ledger.instrumentTree.set(instrument.id, leaf(instrumentWords(instrument)));
}

export function stateRoot(ledger: Ledger): bigint {
  const venue = ledger.round + (BigInt(ledger.nextAccount) << 64n);
  return hash([ledger.accountTree.root, ledger.instrumentTree.root, venue]);
}

/** Applies the operations and returns the batch that proves it. Fees and funding as `enclave/engine` rounds them. */
export function applyBatch(ledger: Ledger, prices: Prices, operations: readonly Operation[]): Batch {
  const before = stateRoot(ledger);
  const places = inPlaces([...prices.instruments.keys()].map((id) => ledger.instruments.get(id)!));
  const instrumentsBefore = places.map((one) => (one ? instrumentWords(one) : new Array<bigint>(6).fill(0n)));
  const opening = {
    domain: ledger.domain,
    time: prices.time,
    round_before: ledger.round,
    round: prices.round,
    next_before: BigInt(ledger.nextAccount),
    fills_before: ledger.fillTree.root,
    instruments_root: ledger.instrumentTree.root,
    accounts_root: ledger.accountTree.root,
  };
  ledger.round = prices.round;
  for (const [id, { mark, fundingIndex }] of prices.instruments)
    Object.assign(ledger.instruments.get(id)!, { mark, index: mark, fundingIndex });
  const marks = places.map((one) => one?.mark ?? 0n);
  const funding = places.map((one) => one?.fundingIndex ?? 0n);

  let fees = 0n;
  const operationWords: bigint[] = [];
  const steps = operations.map((operation) => {
    const step = applyOperation(ledger, operation);
    fees += step.fees;
    operationWords.push(step.word);
    return step.inputs;
  });

  const fund = ledger.accounts.get(0) ?? emptyAccount();
  const insurance = accountWords(fund);
  const insurancePath = ledger.accountTree.path(0);
  putAccount(ledger, 0, { ...fund, collateral: fund.collateral + fees });
  const paths = places.map((one) => {
    const path = ledger.instrumentTree.path(one?.id ?? 0);
    if (one) putInstrument(ledger, one);
    return path;
  });

  const words = [
    ledger.domain,
    prices.time + (prices.round << 64n),
    opening.fills_before,
    ledger.fillTree.root,
    ...places.map((one, at) =>
      one ? BigInt(one.id) + (marks[at]! << 16n) + (BigInt.asUintN(96, funding[at]!) << 80n) : 0n,
    ),
    ...operationWords,
  ];
  const d = hash(words);
  const c = challenge(d, words);
  const publicInputs = [d, fingerprint(words, c), before, stateRoot(ledger), c];
  const header = {
    ...opening,
    fills_after: ledger.fillTree.root,
    words: instrumentsBefore,
    paths,
    marks,
    funding,
    insurance,
    insurance_path: insurancePath,
  };
  const [dIn, p, rootBefore, rootAfter, cIn] = publicInputs;
  const inputs = encode({
    d: dIn,
    p,
    before: rootBefore,
    after: rootAfter,
    c: cIn,
    header,
    operations: steps,
  });
  return { inputs: inputs as InputMap, words, publicInputs };
}

/** The point at which the words are compared: a hash of D and of them all, as a contract can compute it. */
export function challenge(d: bigint, words: readonly bigint[]): bigint {
  const bytes = [d, ...words].map((word) => word.toString(16).padStart(64, "0")).join("");
  const digest = Buffer.from(keccak_256(Buffer.from(bytes, "hex"))).toString("hex");
  return BigInt(`0x${digest}`) % MODULUS;
}

interface Step {
  readonly inputs: unknown;
  readonly word: bigint;
  readonly fees: bigint;
}

function applyOperation(ledger: Ledger, operation: Operation): Step {
  const blank = {
    kind: 0n,
    amount: 0n,
    identity: 0n,
    instrument: 0n,
    price: 0n,
    lots: 0n,
    is_taker_buy: false,
  };
  if (operation.kind === "noop")
    return { inputs: { ...blank, parties: [idle(), idle()] }, word: 0n, fees: 0n };
  if (operation.kind === "trade") return applyTrade(ledger, operation);

  const account = ledger.accounts.get(operation.account) ?? emptyAccount();
  const isDeposit = operation.kind === "deposit";
  const identity = isDeposit ? operation.identity : account.identity;
  const party = {
    ...idle(),
    account: BigInt(operation.account),
    words: accountWords(account),
    path: ledger.accountTree.path(operation.account),
    ...(isDeposit ? {} : { signature: signatureInputs(operation.signature) }),
  };
  const collateral = account.collateral + (isDeposit ? operation.amount : -operation.amount);
  const nonce = account.nonce + (isDeposit ? 0n : 1n);
  const opened = account.identity === 0n ? { identity } : {};
  putAccount(ledger, operation.account, { ...account, ...opened, collateral, nonce });
  const inputs = {
    ...blank,
    kind: isDeposit ? 1n : 2n,
    amount: operation.amount,
    identity,
    parties: [party, idle()],
  };
  return { inputs, word: operationWord(operation, identity), fees: 0n };
}

function applyTrade(ledger: Ledger, trade: Extract<Operation, { kind: "trade" }>): Step {
  const shared = ledger.instruments.get(trade.maker.instrument)!;
  const value = trade.price * shared.tickValue * trade.lots;
  let fees = 0n;
  const parties = [trade.maker, trade.taker].map((order) => {
    const fee = ceilDivide(value * (order === trade.maker ? shared.makerFee : shared.takerFee), 1_000_000n);
    fees += fee;
    return fillOrder(ledger, shared, order, trade.lots, value, fee);
  });
  const inputs = {
    kind: 3n,
    amount: 0n,
    identity: 0n,
    instrument: BigInt(trade.maker.instrument),
    price: trade.price,
    lots: trade.lots,
    is_taker_buy: trade.taker.isBuy,
    parties,
  };
  return { inputs, word: operationWord(trade, 0n), fees };
}

function fillOrder(
  ledger: Ledger,
  shared: Instrument,
  order: SignedOrder,
  lots: bigint,
  value: bigint,
  fee: bigint,
): unknown {
  const account = ledger.accounts.get(order.account)!;
  const slot = order.account * 256 + Number(order.id & 255n);
  const filled = ledger.fills.get(slot) ?? { id: 0n, lots: 0n };
  const party = {
    account: BigInt(order.account),
    words: accountWords(account),
    path: ledger.accountTree.path(order.account),
    order_id: order.id,
    price: order.price,
    lots: order.lots,
    expiry: order.expiry,
    signature: signatureInputs(order.signature),
    filled_id: filled.id,
    filled_lots: filled.lots,
    fill_path: ledger.fillTree.path(slot),
  };

  const held = account.positions.find((one) => one.instrument === shared.id);
  const sign = order.isBuy ? 1n : -1n;
  const owed = held ? ceilDivide(held.size * (shared.fundingIndex - held.fundingIndex), 1n << 32n) : 0n;
  const size = (held?.size ?? 0n) + sign * lots;
  const cost = (held?.cost ?? 0n) + sign * value;
  const others = account.positions.filter((one) => one !== held);
  const moved = { instrument: shared.id, size, cost, fundingIndex: shared.fundingIndex };
  const positions = size === 0n ? others : [...others, moved].sort((a, b) => a.instrument - b.instrument);
  const collateral = account.collateral - fee - owed - (size === 0n ? cost : 0n);
  putAccount(ledger, order.account, { ...account, positions, collateral });

  shared.fundingPool += owed;
  shared.openInterest += positive(size) - positive(held?.size ?? 0n);
  const after = { id: order.id, lots: lots + (filled.id === order.id ? filled.lots : 0n) };
  ledger.fills.set(slot, after);
  ledger.fillTree.set(slot, after.id + (after.lots << 64n));
  return party;
}

/** A party that takes no part. */
function idle() {
  return {
    account: 0n,
    words: new Array<bigint>(20).fill(0n),
    path: new Array<bigint>(24).fill(0n),
    order_id: 0n,
    price: 0n,
    lots: 0n,
    expiry: 0n,
    signature: signatureInputs({ s: 0n, e: 0n }),
    filled_id: 0n,
    filled_lots: 0n,
    fill_path: new Array<bigint>(32).fill(0n),
  };
}

function signatureInputs({ s, e }: { s: bigint; e: bigint }) {
  return { s_low: s & ((1n << 128n) - 1n), s_high: s >> 128n, e };
}

function positive(value: bigint): bigint {
  return value > 0n ? value : 0n;
}

/** Towards positive infinity; the divisor is positive. */
export function ceilDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b > 0n ? quotient + 1n : quotient;
}

/** Field elements as the witness generator reads them. */
function encode(value: unknown): unknown {
  if (typeof value === "bigint") return `0x${toField(value).toString(16)}`;
  if (Array.isArray(value)) return value.map(encode);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, encode(part)]));
}
