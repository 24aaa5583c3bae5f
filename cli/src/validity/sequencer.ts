/**
 * Validity mode: the same engine matches, but every order carries its session key's signature, and what the engine did is proven. Nobody
 * is trusted for more than order and speed: there is no enclave.
 *
 * Books are emptied while a round of prices arrives and filled again after it. A liquidation then goes to the insurance fund, which is
 * what a proof can show: against a resting order it would need the bankrupt account's signature.
 */
import {
  accountWords,
  instrumentWords,
  type Operation,
  type Quote,
  type Shape,
  type SignedOrder,
  type State,
} from "@sealbook/circuits";
import type { InstrumentConfig, SystemCommand } from "@sealbook/wire";
import {
  cancelMessage,
  isSigned,
  orderMessage,
  type Signature,
  VALIDITY_CLOSED,
  withdrawMessage,
} from "@sealbook/wire/validity";
import { getBytes } from "ethers";
import { accountsByIdentity, inboxOperations } from "../prove/inbox-operations.ts";
import type { Entry } from "../prove/path-chain.ts";
import { Batches, type Cut, type Waiting } from "./batches.ts";
import { type EngineEvent, ValidityEngine } from "./engine.ts";
import { type OpenOrder, OrderPlaces } from "./order-places.ts";
import { ValidityRefusal } from "./refusal.ts";
import { quoteOf, roundCommand, takeovers } from "./rounds.ts";
import { accountsOf, genesisState, Twin } from "./twin.ts";

/** Two signed orders that met. */
export interface Fill {
  readonly maker: SignedOrder;
  readonly taker: SignedOrder;
  readonly price: bigint;
  readonly lots: bigint;
}

/** An order that left the book other than by being filled. */
export interface Closed {
  readonly account: number;
  readonly id: bigint;
  readonly left: bigint;
  readonly reason: number;
}

export interface Outcome {
  readonly fills: readonly Fill[];
  readonly closed: readonly Closed[];
}

const NOBODY = new Uint8Array(20);

export class ValiditySequencer {
  /** Leaves and fills after the last batch that was cut. */
  readonly state: State;
  readonly orders = new OrderPlaces();
  readonly #twin: Twin;
  readonly #instruments: readonly InstrumentConfig[];
  readonly #library: string | undefined;
  readonly #domain: bigint;
  readonly #epoch: bigint;
  readonly #ids: Map<bigint, number>;
  #engine: ValidityEngine;
  readonly #batches: Batches;
  #sequence = 0n;
  #time: bigint;
  /** Time of the last round: the engine counts hours of funding from it. */
  #roundTime: bigint;
  #cursor: number;

  /** `state`: where the chain stands, with the fills of this epoch; books are empty. */
  constructor(parts: {
    instruments: readonly InstrumentConfig[];
    shape: Shape;
    domain: bigint;
    epoch: bigint;
    state: State;
    inboxCursor: number;
    /** µs: no batch is before it. */
    time: bigint;
    library?: string;
  }) {
    this.#instruments = parts.instruments;
    this.#library = parts.library;
    this.#domain = parts.domain;
    this.#epoch = parts.epoch;
    this.#cursor = parts.inboxCursor;
    this.#time = parts.time;
    this.#roundTime = parts.time;
    this.state = parts.state;
    this.#twin = new Twin(parts.state);
    this.#batches = new Batches(parts.state, parts.shape, parts.domain);
    this.#ids = accountsByIdentity(parts.state);
    this.#engine = this.#engineOfLeaves();
  }

  /** Leaves of an engine to which nothing has happened yet. */
  static genesis(instruments: readonly InstrumentConfig[], library?: string): State {
    const engine = new ValidityEngine(instruments, library);
    try {
      return genesisState(
        engine,
        instruments.map(({ instrument }) => instrument),
      );
    } finally {
      engine.close();
    }
  }

  /** Operations that no batch holds yet. */
  get waiting(): number {
    return this.#batches.waiting;
  }

  /** Whether a batch would carry anything: operations, or prices that the chain does not know. */
  get hasBatch(): boolean {
    return this.waiting > 0 || this.ahead.round > this.state.round;
  }

  /** µs: time of the batch that is being filled. */
  get time(): bigint {
    return this.#time;
  }

  /** Next inbox entry. */
  get inboxCursor(): number {
    return this.#cursor;
  }

  /** Leaves after everything taken so far; without trees. */
  get ahead(): State {
    return this.#twin.state;
  }

  close(): void {
    this.#engine.close();
  }

  /** Time moves on while no batch is under way; orders whose time has come leave. */
  open(time: bigint): Outcome {
    if (this.hasBatch) throw new Error("A batch is under way: its time stands.");
    if (time > this.#time) this.#time = time;
    const expired = this.orders.open.filter(({ order }) => order.expiry < this.#time);
    return { fills: [], closed: this.#dismiss(expired, VALIDITY_CLOSED.expired) };
  }

  /**
   * Takes an order: it meets what rests, and rests itself with what is left. Its place must be free (`orders.find`).
   * @throws {ValidityRefusal}
   */
  order(order: SignedOrder, sequence: bigint, left = order.lots): Outcome {
    const account = this.ahead.accounts.get(order.account);
    if (order.account === 0 || !account || account.identity === 0n)
      throw new ValidityRefusal("UNKNOWN_ACCOUNT", `account ${order.account} does not exist`);
    if (account.flags !== 0)
      throw new ValidityRefusal("FLAGGED_ACCOUNT", `account ${order.account} has flags`);
    if (order.expiry < this.#time)
      throw new ValidityRefusal("EXPIRED", `its expiry is before the batch's time`, this.#time);
    if (!isSigned(account.key, orderMessage(this.#domain, order), order.signature))
      throw new ValidityRefusal(
        "BAD_SIGNATURE",
        "the account's session key did not sign this order for this epoch",
      );
    return this.#all(sequence, () => this.#place(order, sequence, left));
  }

  /** Cancels an open order, or all of the account up to an id. @throws {ValidityRefusal} */
  cancel(one: { account: number; id: bigint; isAll: boolean; signature: Signature }): Outcome {
    const key = this.ahead.accounts.get(one.account)?.key;
    const message = cancelMessage(this.#domain, one.account, one.id, one.isAll);
    if (!key || !isSigned(key, message, one.signature))
      throw new ValidityRefusal("BAD_SIGNATURE", "the account's session key did not sign this cancellation");
    return this.cancelKnown(one);
  }

  /** As `cancel`, of what was found signed before. */
  cancelKnown(one: { account: number; id: bigint; isAll: boolean }): Outcome {
    const meant = this.orders
      .ofAccount(one.account)
      .filter(({ order }) => (one.isAll ? order.id <= one.id : order.id === one.id));
    if (meant.length === 0 && !one.isAll)
      throw new ValidityRefusal("UNKNOWN_ORDER", `account ${one.account} has no open order ${one.id}`);
    return { fills: [], closed: this.#dismiss(meant, VALIDITY_CLOSED.cancelled) };
  }

  /** Takes a signed withdrawal. @throws {ValidityRefusal} */
  withdraw(
    one: { account: number; amount: bigint; nonce: bigint; signature: Signature },
    sequence: bigint,
  ): Outcome {
    const account = this.ahead.accounts.get(one.account);
    if (one.account === 0 || !account || account.identity === 0n)
      throw new ValidityRefusal("UNKNOWN_ACCOUNT", `account ${one.account} does not exist`);
    const next = account.nonce + 1n;
    if (one.nonce !== next)
      throw new ValidityRefusal("WITHDRAW_NONCE", `the next nonce is ${next}, not ${one.nonce}`, next);
    const message = withdrawMessage(this.#domain, one.account, next, one.amount);
    if (!isSigned(account.key, message, one.signature))
      throw new ValidityRefusal("BAD_SIGNATURE", `the session key did not sign nonce ${next} for this epoch`);
    const { account: id, amount, signature } = one;
    return this.#all(sequence, () => {
      refused(this.#engine.command(id, this.#time, { type: "withdraw", amount, nonce: next }));
      const operation: Operation = { kind: "withdraw", account: id, amount, signature };
      this.#twin.follow(this.#engine, [operation]);
      return { operations: [{ operation, sequence }], fills: [], closed: [] };
    });
  }

  /** The next inbox entry: consumed by engine and batch alike. */
  inbox(entry: Entry, sequence: bigint): Outcome {
    if (entry.index !== this.#cursor)
      throw new Error(`Inbox entry ${entry.index} came where ${this.#cursor} was next.`);
    const [operation] = inboxOperations(this.ahead, [entry], this.#ids);
    const id = accountsOf(operation!)[0];
    return this.#all(sequence, () => {
      // A new key ends what the old one signed; a forced withdrawal and a forced cancellation free the account's orders.
      const owner = id ?? this.#forcedOwner(entry);
      const isFreeing =
        operation!.kind === "key" || operation!.kind === "forced" || operation!.kind === "skip";
      const freed = owner !== undefined && isFreeing ? this.orders.ofAccount(owner) : [];
      const closed = this.#dismiss(freed, VALIDITY_CLOSED.cancelled);
      this.#engine.system(this.#time, this.#systemEntry(entry, operation!));
      this.#twin.follow(this.#engine, [operation!]);
      this.#cursor += 1;
      return { operations: [{ operation: operation!, sequence, entry }], fills: [], closed };
    });
  }

  /**
   * A round of prices as oracles signed it: marks and funding must be what the engine makes of the index.
   * @throws {ValidityRefusal} `UNPROVABLE` if they are not, or if its liquidations do not fit one batch
   */
  round(round: bigint, time: bigint, quotes: readonly Quote[], sequence: bigint): Outcome {
    if (this.waiting > 0) throw new Error("A round begins a batch, and this one has operations.");
    const before = this.#time;
    if (time < before)
      throw new ValidityRefusal("OUT_OF_RANGE", "the round is older than the last batch", before);
    const begin = () => {
      const resting = this.orders.open;
      this.#clearBooks(resting);
      this.#time = time;
      refused(this.#engine.system(time, roundCommand(round, time, quotes)));
      const taken = takeovers(this.ahead, this.#engine);
      if (!this.#batches.fits(taken))
        throw new ValidityRefusal("UNPROVABLE", `its ${taken.length} liquidations do not fit one batch`);
      this.#twin.follow(this.#engine, taken, { round, quotes });
      const [expired, alive] = [
        resting.filter(({ order }) => order.expiry < time),
        resting.filter(({ order }) => order.expiry >= time),
      ];
      for (const one of expired) this.orders.close(one);
      const closed = expired.map((one) => closedOf(one, VALIDITY_CLOSED.expired));
      for (const one of alive) closed.push(...this.#replace(one));
      this.#roundTime = time;
      return { operations: taken.map((operation) => ({ operation, sequence })), fills: [], closed };
    };
    return this.#all(sequence, begin, () => {
      this.#time = before;
      return true;
    });
  }

  /** Marks and funding the engine would make of these index prices; nothing changes. */
  quotes(round: bigint, time: bigint, prices: readonly { instrument: number; index: bigint }[]): Quote[] {
    const engine = this.#engineOfLeaves();
    try {
      refused(engine.system(time, roundCommand(round, time, prices)));
      return this.#instruments.map(({ instrument }) => quoteOf(engine.instrument(instrument)!));
    } finally {
      engine.close();
    }
  }

  /** The next batch, of `most` operations at most. Undefined if there is nothing to prove. */
  cut(most?: number): Cut | undefined {
    if (!this.hasBatch) return undefined;
    return this.#batches.cut({ state: this.ahead, time: this.#time, sequence: this.#sequence }, most);
  }

  /** Carries a command out whole or not at all: the engine that did something else is replaced by one of the leaves before. */
  #all(
    sequence: bigint,
    work: () => { operations: Waiting[]; fills: readonly Fill[]; closed: readonly Closed[] },
    // What the engine refuses has not changed it.
    isTouched = (error: unknown) => !(error instanceof ValidityRefusal && error.code === "ENGINE"),
  ): Outcome {
    try {
      const { operations, fills, closed } = work();
      this.#batches.push(operations);
      this.#sequence = sequence;
      return { fills, closed };
    } catch (error) {
      if (isTouched(error)) this.#rebuild();
      throw error;
    }
  }

  /** A sequence that left no operation: it is through with the next batch. */
  pass(sequence: bigint): void {
    this.#sequence = sequence;
  }

  #place(order: SignedOrder, sequence: bigint, left: bigint) {
    const before = this.orders.inPlaceOf(order);
    const taker = this.orders.add(order, sequence, left);
    // What rests loses lots only if all goes well.
    const lots = new Map(this.orders.open.map((one) => [one, one.left]));
    try {
      const { fills, closed } = this.#match(taker);
      const operations = fills.map((fill): Operation => ({ kind: "trade", ...fill }));
      this.#twin.follow(this.#engine, operations);
      for (const one of lots.keys()) if (one.left === 0n) this.orders.close(one);
      for (const one of closed) this.#closeKnown(one);
      return { operations: operations.map((operation) => ({ operation, sequence })), fills, closed };
    } catch (error) {
      for (const [one, before] of lots) one.left = before;
      this.orders.withdraw(taker, before);
      throw error;
    }
  }

  /** Places it in the engine's book; what that did to it and to others. */
  #match(taker: OpenOrder): { fills: Fill[]; closed: Closed[] } {
    const { order } = taker;
    const events = this.#engine.command(order.account, this.#time, {
      type: "place",
      clientId: taker.clientId,
      instrument: order.instrument,
      side: order.isBuy ? "buy" : "sell",
      kind: "limit",
      timeInForce: "good-till-cancel",
      priceTicks: Number(order.price),
      lots: Number(taker.left),
      postOnly: false,
      reduceOnly: false,
    });
    const fills = this.#fillsOf(events, taker);
    if (fills.length === 0) refused(events);
    const closed = events.flatMap((event): Closed[] => {
      if (event.type !== "order-closed" || event.clientId === taker.clientId) return [];
      const one = this.orders.byClientId(event.clientId ?? "");
      const reason = event.reason === "self-trade" ? VALIDITY_CLOSED.selfTrade : VALIDITY_CLOSED.engine;
      return one ? [closedOf(one, reason)] : [];
    });
    const isResting = events.some((event) => event.type === "result" && event.status === "resting");
    if (!isResting && taker.left > 0n) closed.push(closedOf(taker, VALIDITY_CLOSED.engine));
    if (events.some((event) => event.type === "order-resized"))
      throw new ValidityRefusal("UNPROVABLE", "the order would shorten another of its own account");
    return { fills, closed };
  }

  #fillsOf(events: readonly EngineEvent[], taker: OpenOrder): Fill[] {
    return events.flatMap((event) => {
      if (event.type !== "fill" || event.role !== "maker") return [];
      const maker = this.orders.byClientId(event.clientId ?? "");
      if (!maker) throw new Error(`The engine filled an order that is not known: ${event.clientId}.`);
      const lots = BigInt(event.lots);
      maker.left -= lots;
      taker.left -= lots;
      return [{ maker: maker.order, taker: taker.order, price: BigInt(event.priceTicks), lots }];
    });
  }

  /** Puts an order that rested into an emptied book again; closed if it is not covered any more. */
  #replace(one: OpenOrder): Closed[] {
    this.orders.close(one);
    const again = this.orders.add(one.order, one.sequence, one.left);
    try {
      const { fills, closed } = this.#match(again);
      if (fills.length > 0) throw new Error("Orders that rested beside each other met.");
      for (const other of closed) this.#closeKnown(other);
      return closed;
    } catch (error) {
      if (!(error instanceof ValidityRefusal)) throw error;
      this.orders.close(again);
      return [closedOf(one, VALIDITY_CLOSED.uncovered)];
    }
  }

  #dismiss(orders: readonly OpenOrder[], reason: number): Closed[] {
    for (const one of orders) {
      this.#engine.command(one.order.account, this.#time, { type: "cancel", order: one.clientId });
      this.orders.close(one);
    }
    return orders.map((one) => closedOf(one, reason));
  }

  #closeKnown({ account, id }: Closed): void {
    for (const one of this.orders.ofAccount(account)) if (one.order.id === id) this.orders.close(one);
  }

  #clearBooks(resting: readonly OpenOrder[]): void {
    for (const account of new Set(resting.map(({ order }) => order.account)))
      this.#engine.command(account, this.#time, { type: "cancel-all", instrument: null });
  }

  #rebuild(): void {
    this.#engine.close();
    this.#engine = this.#engineOfLeaves();
    for (const one of this.orders.open) this.#replace(one);
  }

  #engineOfLeaves(): ValidityEngine {
    const { accounts, instruments, nextAccount, round } = this.ahead;
    const empty = new Array<bigint>(20).fill(0n);
    const words = (id: number) => {
      const account = accounts.get(id);
      return account ? accountWords(account) : empty;
    };
    return new ValidityEngine(this.#instruments, this.#library, {
      accounts: Array.from({ length: nextAccount }, (_, id) => words(id)),
      instruments: [...instruments].map(([id, one]) => [id, instrumentWords(one)] as const),
      epoch: this.#epoch,
      sequence: this.#sequence,
      time: this.#roundTime,
      round,
      inboxCursor: BigInt(this.#cursor),
    });
  }

  #forcedOwner(entry: Entry): number | undefined {
    return this.#ids.get(BigInt(entry.owner) + (BigInt(entry.subaccount) << 160n));
  }

  /** What the engine is told of an entry. One that a proof skips is nobody's: a close would need signatures, a cancellation is done here. */
  #systemEntry(entry: Entry, operation: Operation): SystemCommand {
    const isSkipped = operation.kind === "skip";
    return {
      type: "inbox-entry",
      index: BigInt(entry.index),
      kind: isSkipped ? "forced-cancel-all" : INBOX_KINDS[entry.kind]!,
      owner: isSkipped ? NOBODY : getBytes(entry.owner),
      subaccount: entry.subaccount,
      amount: entry.amount,
      data: getBytes(entry.data),
      at: entry.enteredAt,
    };
  }
}

const INBOX_KINDS = [
  undefined,
  "deposit",
  "forced-withdraw",
  "forced-close",
  "forced-cancel-all",
  "register-key",
  "insurance-deposit",
] as const;

function closedOf({ order, left }: OpenOrder, reason: number): Closed {
  return { account: order.account, id: order.id, left, reason };
}

/** @throws {ValidityRefusal} `ENGINE` with the engine's code */
function refused(events: readonly EngineEvent[]): void {
  for (const event of events)
    if (event.type === "result" && event.code !== 0)
      throw new ValidityRefusal(
        "ENGINE",
        `the engine refused it with code ${event.code}, detail ${event.detail}`,
        event.detail,
        event.code,
      );
}
