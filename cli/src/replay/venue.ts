/**
 * A whole venue as a replay target: Anvil, contracts, enclave and host are started, accounts deposit on chain, orders go sealed through
 * TCP, and the book that is compared is the one of the public feed. The last batch must be on chain before the replay is over.
 *
 * Commands keep their order across sessions by a fence: up to a window of commands of *one* account is in flight, and the next account
 * waits until all are answered. Every frame holds up to 64 commands.
 */

import { type Client, Feed, RejectError } from "@sealbook/sdk";
import type { Fill, Market } from "@sealbook/wire";
import { Contract } from "ethers";
import { connectTrader } from "../devnet/trader.ts";
import { Venue } from "../devnet/venue.ts";
import { Accounts, makersFor } from "./accounts.ts";
import { instrumentFor, levelChanges, tradeOf, wireCommand } from "./messages.ts";
import {
  type Outcome,
  type ReplayCommand,
  type ReplayMarket,
  type ReplayTarget,
  type Settled,
  TargetError,
} from "./target.ts";

const COMMANDS_PER_FRAME = 64;
/** Commands of one account in flight. */
const WINDOW = 1_024;
/** Commands accepted beyond those in flight before `submit` makes the caller wait. */
const QUEUE = 2_048;
/** Collateral of each account, in 1e-6 of the token: ten million. */
const DEPOSIT = 10_000_000_000_000n;
/** Funded wallets of the local chain that are free to trade. */
const WALLETS_MAX = 8;
/** No answer for this long ends the replay. */
const SILENCE_MS = 30_000;
const POLL_MS = 100;

const settlementAbi = [
  "function head() view returns (uint64 epoch, uint64 batchNumber, uint64 lastSequence, bytes32 stateRoot, uint64 inboxCursor, uint64 oracleRound, address signer)",
];

/** A submitted command, until its receipt, its market message and its makers' fills are all here. */
interface Entry {
  command: ReplayCommand;
  account: number;
  answer: { code: number; sequence: bigint; isVisible: boolean } | undefined;
}

export class VenueTarget implements ReplayTarget {
  readonly name = "venue";
  readonly #accounts = new Accounts();
  readonly #entries: Entry[] = []; // in order of submission; answered from the front
  readonly #queue: Entry[] = []; // not sent yet
  readonly #markets = new Map<bigint, Market>();
  readonly #fills = new Map<bigint, Fill[]>();
  readonly #clients: Client[] = [];
  #venue: Venue | undefined;
  #feed: Feed | undefined;
  #onOutcome: (outcome: Outcome) => void = () => {};
  #inFlight = 0;
  #inFlightAccount = 0;
  #isPumpDue = false;
  #lastSequence = 0n;
  #failure: Error | undefined;
  #waiters: { isDone: () => boolean; done: () => void; failed: (error: Error) => void }[] = [];
  #watchdog: NodeJS.Timeout | undefined;

  async open(market: ReplayMarket, onOutcome: (outcome: Outcome) => void): Promise<void> {
    this.#onOutcome = onOutcome;
    const instrument = instrumentFor(market);
    const wallets = 1 + makersFor(market.ordersMax);
    if (wallets > WALLETS_MAX) {
      const what = `${market.ordersMax} orders rest at once, which takes ${wallets} accounts; the local chain funds ${WALLETS_MAX}`;
      throw new TargetError("TARGET_FAILED", `${what}. Use --engine-only`);
    }
    this.#venue = await Venue.start({ markets: [instrument], ordersMax: market.ordersMax + 1_024 });
    const { endpoints } = this.#venue.ready;
    const places = Array.from({ length: wallets }, (_, place) => place);
    for (const place of places) await this.#venue.deposit(place, DEPOSIT);
    for (const place of places) {
      const { client } = await connectTrader(this.#venue, place, { attemptsMax: 0 });
      this.#clients.push(client);
    }
    for (const client of this.#clients) client.on("fill", (fill) => this.#filled(fill));

    this.#feed = new Feed({ url: endpoints.http, instruments: [instrument.instrument] });
    await new Promise<void>((done, failed) => {
      this.#feed!.on("book", () => done());
      this.#feed!.on("disconnected", failed);
    });
    this.#feed.on("market", (message) => {
      this.#markets.set(message.sequence, message);
      this.#settle();
    });
    this.#feed.on("gap", (gap) => this.#fail(`the public feed lost messages behind sequence ${gap.at}`));
    this.#feed.on("disconnected", (cause) => this.#fail("the public feed ended", cause));
  }

  submit(command: ReplayCommand): Promise<void> | undefined {
    if (this.#failure) return Promise.reject(this.#failure);
    const entry: Entry = { command, account: this.#accounts.assign(command), answer: undefined };
    this.#entries.push(entry);
    this.#queue.push(entry);
    this.#pumpSoon();
    if (this.#queue.length < QUEUE) return undefined;
    return this.#until(() => this.#queue.length < QUEUE / 2);
  }

  drain(): Promise<void> {
    return this.#until(() => this.#entries.length === 0);
  }

  /** Batches on chain so far, once they hold the last command. The replay is not over before. */
  async settled(): Promise<Settled> {
    const { chain, contracts } = this.#venue!;
    const settlement = new Contract(contracts.settlement, settlementAbi, chain.provider);
    let [seen, at] = [-1n, performance.now()];
    for (;;) {
      const { batchNumber, lastSequence } = await settlement.getFunction("head")();
      if (lastSequence >= this.#lastSequence) return { batches: Number(batchNumber), lastSequence };
      // A busy machine may be many batches behind: silence is when none arrives.
      if (lastSequence > seen) [seen, at] = [lastSequence, performance.now()];
      if (performance.now() > at + SILENCE_MS) {
        const why = `the chain stays at sequence ${lastSequence} of ${this.#lastSequence} for 30 s`;
        throw new TargetError("TARGET_FAILED", why);
      }
      await new Promise((done) => setTimeout(done, POLL_MS));
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.#watchdog);
    this.#failure ??= new TargetError("TARGET_FAILED", "the replay is over");
    this.#feed?.close();
    for (const client of this.#clients) client.close();
    await this.#venue?.stop();
  }

  /** Sends after the caller had its turn, so that frames fill. */
  #pumpSoon(): void {
    if (this.#isPumpDue) return;
    this.#isPumpDue = true;
    setImmediate(() => {
      this.#isPumpDue = false;
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#queue.length > 0 && !this.#failure) {
      const account = this.#queue[0]!.account;
      const isFenced = this.#inFlight > 0 && this.#inFlightAccount !== account;
      if (isFenced || this.#inFlight >= WINDOW) break;
      let count = 1;
      while (count < COMMANDS_PER_FRAME && this.#queue[count]?.account === account) count++;
      this.#send(account, this.#queue.splice(0, count));
    }
    this.#wake();
  }

  #send(account: number, frame: Entry[]): void {
    this.#inFlight += frame.length;
    this.#inFlightAccount = account;
    const commands = frame.map(({ command }) => wireCommand(command, 1));
    this.#clients[account]!.batch(commands).then(
      (results) => {
        this.#inFlight -= frame.length;
        for (const [index, result] of results.entries()) this.#answered(frame[index]!, result);
        this.#settle();
        this.#pump();
      },
      (cause) => this.#fail("a frame could not be sent", cause),
    );
  }

  #answered(entry: Entry, result: PromiseSettledResult<{ sequence: bigint; filledLots: number }>): void {
    if (result.status === "rejected") {
      const cause = result.reason;
      if (cause instanceof RejectError) entry.answer = { code: cause.code, sequence: 0n, isVisible: false };
      else this.#fail("a session ended", cause);
      return;
    }
    const { sequence, filledLots } = result.value;
    if (sequence > this.#lastSequence) this.#lastSequence = sequence;
    // A taker that found nothing is the only command that succeeds and changes no level.
    entry.answer = { code: 0, sequence, isVisible: entry.command.role === "maker" || filledLots > 0 };
  }

  #filled(fill: Fill): void {
    if (fill.role !== "maker") return;
    const known = this.#fills.get(fill.sequence);
    if (known) known.push(fill);
    else this.#fills.set(fill.sequence, [fill]);
    this.#settle();
  }

  /** Answers from the front, as far as everything about a command has arrived. */
  #settle(): void {
    let count = 0;
    for (const entry of this.#entries) {
      const outcome = this.#outcomeOf(entry);
      if (!outcome) break;
      count++;
      this.#accounts.settle(entry.command, outcome);
      this.#onOutcome(outcome);
    }
    if (count === 0) return;
    this.#entries.splice(0, count);
    this.#watch();
    this.#wake();
  }

  #outcomeOf({ answer }: Entry): Outcome | undefined {
    if (!answer) return undefined;
    if (!answer.isVisible) return { code: answer.code, levels: [], trades: [] };
    const market = this.#markets.get(answer.sequence);
    if (!market) return undefined;
    const fills = this.#fills.get(answer.sequence) ?? [];
    if (fills.length < market.trades.length) return undefined;
    this.#markets.delete(answer.sequence);
    this.#fills.delete(answer.sequence);
    return { code: 0, levels: levelChanges(market), trades: fills.map(tradeOf) };
  }

  #until(isDone: () => boolean): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure);
    if (isDone()) return Promise.resolve();
    this.#watch();
    return new Promise((done, failed) => this.#waiters.push({ isDone, done, failed }));
  }

  #wake(): void {
    const ready = this.#waiters.filter(({ isDone }) => isDone());
    if (ready.length === 0) return;
    this.#waiters = this.#waiters.filter((waiter) => !ready.includes(waiter));
    for (const { done } of ready) done();
  }

  #watch(): void {
    clearTimeout(this.#watchdog);
    if (this.#entries.length === 0 || this.#failure) return;
    this.#watchdog = setTimeout(
      () => this.#fail(`no answer for ${SILENCE_MS / 1000} s, ${this.#entries.length} commands open`),
      SILENCE_MS,
    );
  }

  #fail(what: string, cause?: unknown): void {
    this.#failure ??= new TargetError("TARGET_FAILED", `the venue failed: ${what}`, { cause });
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const { failed } of waiters) failed(this.#failure);
  }
}
