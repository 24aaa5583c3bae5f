/**
 * The desk of a venue without an enclave: commands and chain events become sequenced records, what they did becomes notices, and batches are
 * cut from it. It decides at once and tells nobody: the host tells, when the records are on disk.
 */
import type { Shape, SignedOrder } from "@sealbook/circuits";
import type { Desk, Handled, Notice } from "@sealbook/host";
import type { InstrumentConfig } from "@sealbook/wire";
import {
  ORDER_ID_MAX,
  VALIDITY_CLOSED,
  type ValidityCommand,
  type ValidityCommandOf,
  type ValidityEvent,
  type ValidityEventOf,
} from "@sealbook/wire/validity";
import { getBytes } from "ethers";
import type { Entry } from "../prove/path-chain.ts";
import { parseIndexPrices, parsePricesFile, type SignedPrices } from "../prove/prices-file.ts";
import type { Cut } from "./batches.ts";
import { type CommandRecord, emitRecord } from "./records.ts";
import { ValidityRefusal } from "./refusal.ts";
import type { Fill, Outcome, ValiditySequencer } from "./sequencer.ts";

/** What a venue says of itself. */
export interface VenueFacts {
  readonly chainId: bigint;
  readonly settlement: string;
  readonly path: string;
  readonly epoch: bigint;
  readonly domain: bigint;
  readonly shape: Shape;
  readonly markets: readonly InstrumentConfig[];
}

/** Batches that wait for their proof; beyond, nothing is taken: what is acknowledged must be provable while its time is fresh. */
export const BACKLOG_MAX = 6;
/** What a refused command waits when batches wait for proofs, µs. */
const BACKLOG_WAIT_US = 2_000_000n;

export interface NumberedCut extends Cut {
  readonly number: bigint;
}

export class ValidityDesk implements Desk {
  readonly sequencer: ValiditySequencer;
  readonly #facts: VenueFacts;
  readonly #now: () => bigint;
  /** Puts records on disk and tells notices, when nobody waits for an answer. */
  publish: (records: readonly Uint8Array[], notices: readonly Notice[]) => Promise<void> = async () => {};
  /** A batch to be proven, once its record is on disk. */
  cutReady: (cut: NumberedCut) => void = () => {};
  /** Checks a round's oracle signatures. Rejects with what is wrong. */
  checkPrices: (prices: SignedPrices) => Promise<void> = async () => {};
  /** While the chain is read anew nothing is taken. */
  isResting = false;
  #sequence: bigint;
  #cutNumber: bigint;
  #provenNumber: bigint;
  #provenThrough: bigint;
  #fills = 0;
  readonly #undone: ReadonlyMap<number, readonly ValidityEventOf<"undone">[]>;
  readonly #signatures = new Map<bigint, readonly string[]>();
  /** Roots of batches that are cut and not on the chain. */
  readonly #cutRoots = new Map<bigint, bigint>();

  constructor(parts: {
    sequencer: ValiditySequencer;
    facts: VenueFacts;
    /** Last record's sequence. */
    sequence: bigint;
    /** Last batch on the chain. */
    batch: bigint;
    /** µs. */
    now: () => bigint;
    /** What was said and is not so any more, by account. */
    undone: ReadonlyMap<number, readonly ValidityEventOf<"undone">[]>;
    /** Signatures of rounds that are not on the chain yet. */
    rounds: readonly SignedPrices[];
    /** Batches cut again. */
    cuts: readonly NumberedCut[];
    /** Everything up to this sequence is on the chain. */
    provenThrough: bigint;
  }) {
    this.sequencer = parts.sequencer;
    this.#facts = parts.facts;
    this.#sequence = parts.sequence;
    this.#cutNumber = parts.batch + BigInt(parts.cuts.length);
    for (const { number, batch } of parts.cuts) this.#cutRoots.set(number, batch.publicInputs[3]!);
    this.#provenNumber = parts.batch;
    this.#provenThrough = parts.provenThrough;
    this.#now = parts.now;
    this.#undone = parts.undone;
    for (const { round, signatures } of parts.rounds) this.#signatures.set(round, signatures);
  }

  /** Batches cut and not on the chain. */
  get backlog(): number {
    return Number(this.#cutNumber - this.#provenNumber);
  }

  /** Last batch on the chain, as far as we know. */
  get provenNumber(): bigint {
    return this.#provenNumber;
  }

  /** Whether this batch of the chain is one of ours. */
  isCut(number: bigint, root: bigint): boolean {
    return this.#cutRoots.get(number) === root;
  }

  /** After the chain went another way: how far it is, and what was said and is not so any more. */
  newsOf(stateRoot: bigint): Notice[] {
    const [batch, sequence] = [this.#provenNumber, this.#provenThrough];
    // Whose transaction it was is not ours to say.
    const proven = { type: "proven" as const, batch, sequence, stateRoot, transaction: new Uint8Array(32) };
    return [{ event: proven }, ...this.#undoneNotices()];
  }

  #undoneNotices(): Notice[] {
    return [...this.#undone].flatMap(([account, events]) => events.map((event) => ({ account, event })));
  }

  handle(command: ValidityCommand): Handled {
    try {
      switch (command.type) {
        case "hello":
          return answer(this.#venue(command.tag));
        case "watch":
          return {
            ...answer(this.#account(command)),
            watch: command.account,
            more: this.#undone.get(command.account) ?? [],
          };
        case "order":
          return this.#take(
            command.tag,
            command.account,
            command.id,
            () => this.#order(command),
            () => this.sequencer.orders.find(orderOf(command))?.sequence,
          );
        case "cancel":
          return this.#take(command.tag, command.account, command.id, () => this.#cancel(command));
        case "withdraw":
          return this.#take(command.tag, command.account, command.nonce, () => this.#withdraw(command));
      }
    } catch (error) {
      if (!(error instanceof ValidityRefusal)) throw error;
      const { wireCode, detail } = error;
      return answer({ type: "refused", tag: command.tag, code: wireCode, detail: detail < 0n ? 0n : detail });
    }
  }

  /** Inbox entries the chain has final; as many as there is room for. */
  entries(entries: readonly Entry[]): Promise<void> {
    const records: CommandRecord[] = [];
    const notices: Notice[] = [];
    for (const entry of entries) {
      if (entry.index < this.sequencer.inboxCursor) continue;
      if (this.#isFull()) break;
      records.push(...this.#opened(notices));
      const n = this.#next();
      const outcome = this.sequencer.inbox(entry, n);
      // All of them: whose orders an entry ends does not stand in the entry.
      records.push({ t: "entry", n, index: entry.index }, ...this.#closedRecords(outcome, 0));
      notices.push(...this.#notices(n, outcome));
    }
    return this.#publish(records, notices);
  }

  /** `{ round, time, prices: [{ instrument, index }] }`, numbers as decimal strings. */
  quotes(text: string): object {
    const { round, time, prices } = parseIndexPrices(text);
    return { quotes: this.sequencer.quotes(round, time, prices) };
  }

  /** A round as its oracles signed it. Rejects with what is wrong with it. */
  async prices(text: string): Promise<void> {
    const prices = parsePricesFile(text);
    await this.checkPrices(prices);
    await this.round(prices);
  }

  /** @throws {ValidityRefusal} */
  round(prices: SignedPrices): Promise<void> {
    if (this.isResting) throw new ValidityRefusal("RESTING", "the chain is being read", BACKLOG_WAIT_US);
    if (this.#isFull()) throw backlog();
    const records: CommandRecord[] = [];
    while (this.sequencer.waiting > 0) records.push(this.#cut());
    const n = this.#next();
    let outcome: Outcome;
    try {
      outcome = this.sequencer.round(prices.round, prices.time, prices.quotes, n);
    } catch (error) {
      this.#sequence -= 1n;
      void this.#publish(records, []);
      throw error;
    }
    this.#signatures.set(prices.round, prices.signatures);
    records.push({ t: "round", n, prices }, ...this.#closedRecords(outcome));
    return this.#publish(records, this.#notices(n, outcome));
  }

  /** The oracles' signatures of a round; none for prices the chain knows. */
  signatures(round: bigint): readonly string[] {
    return this.#signatures.get(round) ?? [];
  }

  /** Cuts what waits, if it may: called by the clock, so that nobody waits for company. Prices alone are worth a proof less often. */
  flush(isForPrices: boolean): Promise<void> {
    const isWanted = isForPrices ? this.sequencer.hasBatch : this.sequencer.waiting > 0;
    if (this.#isFull() || !isWanted) return Promise.resolve();
    return this.#publish([this.#cut()], []);
  }

  /** The chain has taken a batch. */
  proven(number: bigint, root: bigint, transaction: string, through: bigint): Promise<void> {
    this.#provenNumber = number;
    this.#provenThrough = through;
    this.#cutRoots.delete(number);
    const event: ValidityEvent = {
      type: "proven",
      batch: number,
      sequence: through,
      stateRoot: root,
      transaction: getBytes(transaction),
    };
    return this.#publish([{ t: "proven", n: this.#next(), number, root, transaction }], [{ event }]);
  }

  status(): object {
    const { ahead } = this.sequencer;
    return {
      mode: "validity: no enclave; proven batches",
      level: "synced",
      statement: this.#facts.shape.name,
      epoch: this.#facts.epoch,
      sequence: this.#sequence,
      batchCut: this.#cutNumber,
      batchProven: this.#provenNumber,
      operationsWaiting: this.sequencer.waiting,
      inboxCursor: this.sequencer.inboxCursor,
      accounts: ahead.nextAccount - 1,
      openOrders: this.sequencer.orders.open.length,
      fills: this.#fills,
      undone: [...this.#undone.values()].flat().length,
      round: ahead.round,
    };
  }

  book(instrument: number) {
    if (!this.sequencer.ahead.instruments.has(instrument)) return undefined;
    const levels = (isBuy: boolean) => {
      const sums = new Map<bigint, bigint>();
      for (const { order, left } of this.sequencer.orders.open)
        if (order.instrument === instrument && order.isBuy === isBuy)
          sums.set(order.price, (sums.get(order.price) ?? 0n) + left);
      return [...sums]
        .sort(([a], [b]) => Number(isBuy ? b - a : a - b))
        .map(([price, lots]): [string, string] => [`${price}`, `${lots}`]);
    };
    return { bids: levels(true), asks: levels(false) };
  }

  #order(command: ValidityCommandOf<"order">): Outcome & { record: (n: bigint) => CommandRecord } {
    const order = orderOf(command);
    const outcome = this.sequencer.order(order, this.#sequence + 1n);
    return { ...outcome, record: (n) => ({ t: "order", n, order, fills: recordedFills(outcome.fills) }) };
  }

  #cancel(command: ValidityCommandOf<"cancel">): Outcome & { record: (n: bigint) => CommandRecord } {
    const { account, id, isAll, s, e } = command;
    const one = { account, id, isAll, signature: { s, e } };
    const outcome = this.sequencer.cancel(one);
    return { ...outcome, record: (n) => ({ t: "cancel", n, ...one }) };
  }

  #withdraw(command: ValidityCommandOf<"withdraw">): Outcome & { record: (n: bigint) => CommandRecord } {
    const { account, amount, nonce, s, e } = command;
    if (amount >> 56n !== 0n) throw new ValidityRefusal("OUT_OF_RANGE", "the amount has more than 56 bits");
    const one = { account, amount, nonce, signature: { s, e } };
    const outcome = this.sequencer.withdraw(one, this.#sequence + 1n);
    return { ...outcome, record: (n) => ({ t: "withdraw", n, ...one }) };
  }

  #take(
    tag: number,
    account: number,
    id: bigint,
    work: () => Outcome & { record: (n: bigint) => CommandRecord },
    earlierOf?: () => bigint | undefined,
  ): Handled {
    if (this.isResting) throw new ValidityRefusal("RESTING", "the chain is being read", BACKLOG_WAIT_US);
    // What was taken before is answered even when nothing is taken now.
    const earlier = earlierOf?.();
    if (earlier !== undefined)
      return answer({ type: "accepted", tag, sequence: earlier, account, id, filled: 0n });
    if (this.#isFull()) throw backlog();
    const notices: Notice[] = [];
    const records = this.#opened(notices);
    let done: Outcome & { record: (n: bigint) => CommandRecord };
    try {
      done = work();
    } catch (error) {
      // Time has moved even so: it is written down with whatever comes next.
      if (records.length > 0) void this.#publish(records, notices);
      throw error;
    }
    const filled = done.fills.reduce((sum, { lots }) => sum + lots, 0n);
    const n = this.#next();
    if (done.fills.length === 0) this.sequencer.pass(n);
    records.push(done.record(n), ...this.#closedRecords(done));
    notices.push(...this.#notices(n, done));
    while (this.sequencer.waiting >= this.#facts.shape.operations) records.push(this.#cut());
    const handled = records.map(emitRecord);
    this.#afterwards(handled);
    return {
      reply: { type: "accepted", tag, sequence: n, account, id, filled },
      records: handled,
      notices,
    };
  }

  /** A new batch has the time it begins at; orders that are over by then leave. */
  #opened(notices: Notice[]): CommandRecord[] {
    const time = this.#now();
    if (this.sequencer.hasBatch || time <= this.sequencer.time) return [];
    const n = this.#next();
    const outcome = this.sequencer.open(time);
    this.sequencer.pass(n);
    notices.push(...this.#notices(n, outcome));
    return [{ t: "open", n, time }];
  }

  #cuts: NumberedCut[] = [];

  #cut(): CommandRecord {
    const cut = this.sequencer.cut()!;
    this.#cutNumber += 1n;
    this.#cuts.push({ ...cut, number: this.#cutNumber });
    this.#cutRoots.set(this.#cutNumber, cut.batch.publicInputs[3]!);
    const { time, operations, through } = cut;
    const root = cut.batch.publicInputs[3]!;
    return { t: "cut", n: this.#next(), number: this.#cutNumber, time, operations, through, root };
  }

  /** Proofs begin when the records of their batches are on disk: a restart then cuts the same. */
  #afterwards(records: readonly Uint8Array[]): void {
    const cuts = this.#cuts;
    this.#cuts = [];
    // The log writes what one turn appends together, so an empty append of this turn waits for the records.
    if (cuts.length > 0 && records.length > 0)
      void this.publish([], []).then(() => {
        for (const cut of cuts) this.cutReady(cut);
      });
  }

  #publish(records: readonly CommandRecord[], notices: readonly Notice[]): Promise<void> {
    if (records.length === 0 && notices.length === 0) return Promise.resolve();
    const bytes = records.map(emitRecord);
    const done = this.publish(bytes, notices);
    this.#afterwards(bytes);
    return done;
  }

  /** Cancelled and expired are plain from the other records. */
  #closedRecords({ closed }: Outcome, above: number = VALIDITY_CLOSED.expired): CommandRecord[] {
    return closed
      .filter(({ reason }) => reason > above)
      .map(({ account, id, reason }) => ({ t: "closed" as const, n: this.#next(), account, id, reason }));
  }

  #notices(sequence: bigint, { fills, closed }: Outcome): Notice[] {
    this.#fills += fills.length;
    return [
      ...fills.flatMap((fill) => [noticeOf(sequence, fill, true), noticeOf(sequence, fill, false)]),
      ...closed.map(({ account, id, left, reason }): Notice => {
        return { account, event: { type: "closed", sequence, account, id, left, reason } };
      }),
    ];
  }

  #isFull(): boolean {
    return this.backlog >= BACKLOG_MAX;
  }

  #next(): bigint {
    this.#sequence += 1n;
    return this.#sequence;
  }

  #venue(tag: number): ValidityEvent {
    const { chainId, settlement, path, epoch, domain, shape, markets } = this.#facts;
    return {
      type: "venue",
      tag,
      chainId,
      settlement: getBytes(settlement),
      path: getBytes(path),
      epoch,
      domain,
      statement: shape.name,
      level: "synced",
      batch: this.#provenNumber,
      sequence: this.#sequence,
      proven: this.#provenThrough,
      markets: markets.map(({ instrument, symbol, tickValue }) => {
        const { mark, index } = this.sequencer.ahead.instruments.get(instrument)!;
        return { instrument, symbol, tickValue, mark, index };
      }),
    };
  }

  #account({ tag, account }: ValidityCommandOf<"watch">): ValidityEvent {
    const found = this.sequencer.ahead.accounts.get(account);
    if (account === 0 || !found || found.identity === 0n)
      throw new ValidityRefusal("UNKNOWN_ACCOUNT", `account ${account} does not exist`);
    return {
      type: "account",
      tag,
      account,
      collateral: found.collateral,
      nonce: found.nonce,
      lastId: this.sequencer.orders.lastId(account),
      positions: found.positions.map(({ instrument, size, cost }) => ({ instrument, size, cost })),
      orders: this.sequencer.orders.ofAccount(account).map(({ order, left }) => {
        const { id, instrument, isBuy, price } = order;
        return { id, instrument, isBuy, price, lots: left };
      }),
    };
  }
}

/** @throws {ValidityRefusal} `OUT_OF_RANGE` for what no proof could carry */
function orderOf(command: ValidityCommandOf<"order">): SignedOrder {
  const { account, id, instrument, isBuy, price, lots, expiry, s, e } = command;
  const isSmall = (value: bigint) => value > 0n && value >> 32n === 0n;
  if (id === 0n || id > ORDER_ID_MAX || !isSmall(price) || !isSmall(lots))
    throw new ValidityRefusal("OUT_OF_RANGE", "id, price or lots is beyond what an order can have");
  return { account, id, instrument, isBuy, price, lots, expiry, signature: { s, e } };
}

export function recordedFills(fills: readonly Fill[]) {
  return fills.map(({ maker, price, lots }) => [maker.account, maker.id, price, lots] as const);
}

function noticeOf(sequence: bigint, { maker, taker, price, lots }: Fill, isMaker: boolean): Notice {
  const { account, id, instrument, isBuy } = isMaker ? maker : taker;
  return { account, event: { type: "fill", sequence, account, id, instrument, isBuy, price, lots, isMaker } };
}

const answer = (reply: ValidityEvent): Handled => ({ reply, records: [], notices: [] });

function backlog(): ValidityRefusal {
  return new ValidityRefusal("OVERLOADED", "as many batches wait for their proof as may", BACKLOG_WAIT_US);
}
