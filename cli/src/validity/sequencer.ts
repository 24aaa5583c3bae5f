/**
 * Validity mode: the same engine matches, but every order carries its session key's signature, and what the engine did is proven. Nobody
 * is trusted for more than order and speed: there is no enclave.
 *
 * Books are emptied while a round of prices arrives and filled again after it. A liquidation then goes to the insurance fund, which is
 * what a proof can show: against a resting order it would need the bankrupt account's signature.
 */
import {
  applyBatch,
  type Batch,
  instrumentOf,
  type Operation,
  type Prices,
  type Quote,
  type Shape,
  type SignedOrder,
  type State,
  stateOf,
  stateRoot,
} from "@sealbook/circuits";
import type { InstrumentConfig } from "@sealbook/wire";
import { isSigned, orderMessage, type Signature, withdrawMessage } from "@sealbook/wire/validity";
import { getBytes } from "ethers";
import { accountsByIdentity, inboxOperations } from "../prove/inbox-operations.ts";
import type { Entry } from "../prove/path-chain.ts";
import type { EngineEvent, ValidityEngine } from "./engine.ts";

export type RefusalCode = "BAD_SIGNATURE" | "UNKNOWN_ACCOUNT" | "BATCH_FULL" | "ENGINE" | "ORDER_ID_USED";

/** The sequencer does not take it; nothing has changed. */
export class ValidityRefusal extends Error {
  readonly code: RefusalCode;
  constructor(code: RefusalCode, sentence: string) {
    super(`${code}: ${sentence}`);
    this.name = "ValidityRefusal";
    this.code = code;
  }
}

const INBOX_KINDS = [
  "none",
  "deposit",
  "forced-withdraw",
  "forced-close",
  "forced-cancel-all",
  "register-key",
  "insurance-deposit",
] as const;

interface Resting {
  readonly order: SignedOrder;
  readonly clientId: string;
  left: bigint;
}

export class ValiditySequencer {
  readonly state: State;
  readonly #engine: ValidityEngine;
  readonly #instruments: readonly InstrumentConfig[];
  readonly #shape: Shape;
  readonly #domain: bigint;
  /** Open orders by client id, in the order they came. The engine remembers closed ids, so each placing has one of its own. */
  readonly #open = new Map<string, Resting>();
  #placed = 0;
  #operations: Operation[] = [];
  #entries: Entry[] = [];
  #prices: Prices;
  #time: bigint;

  /** `state`: the leaves of the engine as it stands, with the fills of this epoch. */
  constructor(parts: {
    engine: ValidityEngine;
    instruments: readonly InstrumentConfig[];
    shape: Shape;
    domain: bigint;
    state: State;
    time: bigint;
  }) {
    this.#engine = parts.engine;
    this.#instruments = parts.instruments;
    this.#shape = parts.shape;
    this.#domain = parts.domain;
    this.state = parts.state;
    this.#time = parts.time;
    this.#prices = { time: parts.time, round: parts.state.round, quotes: this.#quotes() };
  }

  /** Leaves of an engine to which nothing has happened yet. */
  static genesis(engine: ValidityEngine, instruments: readonly InstrumentConfig[]): State {
    return stateOf({
      round: 0n,
      nextAccount: 1,
      held: 0n,
      accounts: [],
      instruments: instruments.map(({ instrument }) => [instrument, engine.instrument(instrument)!] as const),
    });
  }

  /** Operations the next batch holds so far. */
  get pending(): number {
    return this.#operations.length;
  }

  /** Inbox entries in their order: consumed by engine and batch alike. */
  inbox(entries: readonly Entry[]): void {
    for (const entry of entries) {
      this.#room();
      const ids = accountsByIdentity(this.#now());
      const [operation] = inboxOperations(this.#now(), [entry], ids);
      this.#engine.system(this.#time, {
        type: "inbox-entry",
        index: BigInt(entry.index),
        kind: INBOX_KINDS[entry.kind] as never,
        owner: getBytes(entry.owner),
        subaccount: entry.subaccount,
        amount: entry.amount,
        data: getBytes(entry.data),
        at: entry.enteredAt,
      });
      this.#operations.push(operation!);
      this.#entries.push(entry);
    }
  }

  /** A new round of index prices begins a batch. @throws {ValidityRefusal} `BATCH_FULL` if one has begun: close it first */
  round(round: bigint, time: bigint, prices: readonly { instrument: number; index: bigint }[]): Quote[] {
    if (this.#operations.length > 0)
      throw new ValidityRefusal(
        "BATCH_FULL",
        "a round begins a batch, and this one has operations: close it",
      );
    const resting = [...this.#open.values()];
    for (const account of new Set(resting.map(({ order }) => order.account)))
      this.#engine.command(account, this.#time, { type: "cancel-all", instrument: null });
    this.#open.clear();
    this.#time = time;
    const before = this.#now();
    this.#engine.system(time, {
      type: "oracle-round",
      round,
      timeUs: time,
      prices: prices.map(({ instrument, index }) => ({ type: "oracle-price", instrument, index })) as never,
      signatures: [],
    });
    this.#prices = { time, round, quotes: this.#quotes() };
    this.#operations.push(...takeovers(before, this.#now()));
    for (const { order, left } of resting) if (order.expiry >= time) this.#place(order, left);
    return this.#prices.quotes as Quote[];
  }

  /** Takes an order: it meets what rests, and rests itself with what is left. @throws {ValidityRefusal} */
  order(order: SignedOrder): { filled: bigint } {
    this.#room();
    const key = this.#now().accounts.get(order.account)?.key;
    if (!key) throw new ValidityRefusal("UNKNOWN_ACCOUNT", `account ${order.account} does not exist`);
    if (!isSigned(key, orderMessage(this.#domain, order), order.signature))
      throw new ValidityRefusal(
        "BAD_SIGNATURE",
        "the account's session key did not sign this order for this epoch",
      );
    const isOpen = (one: Resting) => one.order.account === order.account && one.order.id === order.id;
    if ([...this.#open.values()].some(isOpen))
      throw new ValidityRefusal("ORDER_ID_USED", `order ${order.id} of account ${order.account} is open`);
    const before = this.#operations.length;
    this.#place(order, order.lots);
    const filled = this.#operations
      .slice(before)
      .reduce((sum, operation) => sum + (operation.kind === "trade" ? operation.lots : 0n), 0n);
    return { filled };
  }

  /** Takes a signed withdrawal. @throws {ValidityRefusal} */
  withdraw(one: { account: number; amount: bigint; signature: Signature }): void {
    this.#room();
    const account = this.#now().accounts.get(one.account);
    const nonce = (account?.nonce ?? 0n) + 1n;
    const message = withdrawMessage(this.#domain, one.account, nonce, one.amount);
    if (!account || !isSigned(account.key, message, one.signature))
      throw new ValidityRefusal(
        "BAD_SIGNATURE",
        `the session key did not sign nonce ${nonce} for this epoch`,
      );
    const events = this.#engine.command(one.account, this.#time, {
      type: "withdraw",
      amount: one.amount,
      nonce,
    });
    refused(events);
    this.#operations.push({ kind: "withdraw", ...one });
  }

  /** The batch of all since the last, with its entries. The engine's leaves are its root's, or it fails. */
  close(time = this.#time): { batch: Batch; entries: readonly Entry[] } {
    const prices = { ...this.#prices, time };
    const touched = new Set(this.#prices.quotes.map((quote) => quote.instrument));
    const quotes = this.#quotes().filter((quote) => touched.has(quote.instrument));
    const batch = applyBatch(this.state, this.#shape, this.#domain, { ...prices, quotes }, this.#operations);
    const engine = stateRoot(this.#now());
    if (engine !== batch.publicInputs[3])
      throw new Error(
        `The engine stands at ${engine.toString(16)}, the batch at ${batch.publicInputs[3]!.toString(16)}.`,
      );
    const entries = this.#entries;
    this.#operations = [];
    this.#entries = [];
    return { batch, entries };
  }

  /** The engine's leaves. */
  #now(): State {
    const accounts: [number, bigint[]][] = [];
    for (let id = 0; ; id++) {
      const words = this.#engine.account(id);
      if (!words) break;
      accounts.push([id, words]);
    }
    return stateOf({
      round: this.#prices?.round ?? 0n,
      nextAccount: accounts.length,
      held: 0n,
      accounts,
      instruments: this.#instruments.map(
        ({ instrument }) => [instrument, this.#engine.instrument(instrument)!] as const,
      ),
    });
  }

  #quotes(): Quote[] {
    return this.#instruments.map(({ instrument }) => {
      const { mark, index, fundingIndex } = instrumentOf(this.#engine.instrument(instrument)!);
      return { instrument, mark, index, fundingIndex };
    });
  }

  #room(): void {
    if (this.#operations.length >= this.#shape.operations)
      throw new ValidityRefusal("BATCH_FULL", "the batch is full: close it and try again");
  }

  #place(order: SignedOrder, lots: bigint): void {
    const taker: Resting = { order, left: lots, clientId: `v${++this.#placed}` };
    this.#open.set(taker.clientId, taker);
    const events = this.#engine.command(order.account, this.#time, {
      type: "place",
      clientId: taker.clientId,
      instrument: order.instrument,
      side: order.isBuy ? "buy" : "sell",
      kind: "limit",
      timeInForce: "good-till-cancel",
      priceTicks: Number(order.price),
      lots: Number(lots),
      postOnly: false,
      reduceOnly: false,
    });
    try {
      refused(events);
    } catch (refusal) {
      this.#open.delete(taker.clientId);
      throw refusal;
    }
    for (const event of events) {
      if (event.type !== "fill" || event.role !== "maker") continue;
      const maker = this.#open.get(event.clientId ?? "");
      if (!maker) throw new Error(`The engine filled an order that is not known: ${event.clientId}.`);
      const filled = BigInt(event.lots);
      maker.left -= filled;
      taker.left -= filled;
      if (maker.left === 0n) this.#open.delete(maker.clientId);
      this.#operations.push({
        kind: "trade",
        maker: maker.order,
        taker: order,
        price: BigInt(event.priceTicks),
        lots: filled,
      });
    }
    if (taker.left === 0n) this.#open.delete(taker.clientId);
  }
}

/** What a round's liquidations took over: with empty books nothing else moves a position in a round. The engine's order. */
function takeovers(before: State, after: State): Operation[] {
  const size = (state: State, account: number, instrument: number) =>
    state.accounts.get(account)?.positions.find((one) => one.instrument === instrument)?.size ?? 0n;
  return [...before.accounts]
    .filter(([account]) => account !== 0)
    .flatMap(([account, { positions }]) =>
      positions.map(({ instrument, size: held }) => {
        const gone = held - size(after, account, instrument);
        return { kind: "liquidate" as const, account, instrument, lots: gone < 0n ? -gone : gone };
      }),
    )
    .filter(({ lots }) => lots > 0n);
}

function refused(events: readonly EngineEvent[]): void {
  for (const event of events)
    if (event.type === "result" && event.code !== 0)
      throw new ValidityRefusal(
        "ENGINE",
        `the engine refused it with code ${event.code}, detail ${event.detail}`,
      );
}
