/**
 * The client: what an account can ask of a venue, and what it is told.
 *
 * `connect` verifies the enclave before anything is sent (`attest.ts`), has the wallet delegate to a session key
 * (`delegation.ts`), opens the seal (`handshake.ts`, `seal.ts`) and keeps the session open (`link.ts`).
 */
import {
  type AccountEvent,
  type Command,
  type MarginMode,
  type MassQuote,
  type Place,
  type PlaceAdvanced,
  type ResultEvent,
  type SessionEvent,
  type SessionOpened,
  type SetProtection,
  type TriggerSource,
  toHex,
} from "@sealbook/wire";
import type { AttestedEnclave } from "./attest.ts";
import { clientIds } from "./client-id.ts";
import { RejectError, SdkError } from "./errors.ts";
import { Channel, EventHub, type Handler } from "./event-hub.ts";
import type { HeadMemory, SeenHead } from "./head-memory.ts";
import { Link } from "./link.ts";
import { type ConnectOptions, linkOptions } from "./options.ts";
import type { ReceiptBook } from "./receipts/receipt-book.ts";
import type { Task } from "./session.ts";

/** Sizes in lots, prices in ticks. What is left out: limit, good till cancel, neither post-only nor reduce-only, a fresh client id. */
export type OrderInput = Pick<Place, "instrument" | "side" | "priceTicks" | "lots"> &
  Partial<Pick<Place, "kind" | "timeInForce" | "postOnly" | "reduceOnly">> & { clientId?: string };

/** An order with terms that `place` has no room for (docs/orders.md). What is left out is off. */
export type AdvancedOrderInput = OrderInput &
  Partial<
    Pick<PlaceAdvanced, "selfTrade" | "slide" | "expiryUs" | "label" | "group" | "link" | "protection">
  > & { trigger?: { kind: "stop" | "take-profit"; source: TriggerSource; ticks: number } };

/** Both sides of up to sixteen instruments; a side with 0 lots is only withdrawn. */
export type QuoteInput = Pick<MassQuote, "label" | "quotes"> &
  Partial<Pick<MassQuote, "protection" | "slide">>;

/** A venue's order id, or the client's own. */
export type OrderId = bigint | string;

export interface CallOptions {
  /** Stops the waiting. A command already sent is not taken back. */
  signal?: AbortSignal;
}

/** A result is a receipt: `(epoch, sequence, chainHash)` is the enclave's promise of it. */
export type Receipt = ResultEvent;

type Told = {
  [Type in Exclude<SessionEvent["type"], "session-opened" | "error">]: Extract<SessionEvent, { type: Type }>;
};

export interface ClientEvents extends Told {
  /** A session is open, the first or a later one. */
  connected: SessionOpened;
  /** The session ended; the client connects again by itself. */
  disconnected: Error;
  /** The client will not connect again. */
  closed: Error;
}

/** Verifies the venue's enclave and opens a session with it. @throws {SdkError}, {RejectError} */
export async function connect(options: ConnectOptions): Promise<Client> {
  const client = new Client(options);
  try {
    await client.open(options.signal);
  } catch (error) {
    client.close();
    throw error;
  }
  return client;
}

export class Client {
  readonly #hub = new EventHub<ClientEvents>();
  readonly #channels = new Set<Channel<Told[keyof Told]>>();
  readonly #link: Link;
  readonly #heads: HeadMemory;
  readonly #nextId = clientIds();
  readonly #receipts: ReceiptBook | undefined;
  #statements: { done: (account: AccountEvent) => void; failed: (error: Error) => void }[] = [];
  #enclave: AttestedEnclave | undefined;

  constructor(options: ConnectOptions) {
    const settings = linkOptions(options);
    this.#receipts = options.receipts;
    this.#heads = settings.heads;
    this.#link = new Link(settings, {
      event: (event) => this.#told(event),
      result: (result, record) => {
        if (result.sequence > 0n) this.#keep(result, record);
        this.#tell(result);
      },
      connected: (opened, enclave) => {
        this.#enclave = enclave;
        this.#hub.emit("connected", opened);
      },
      disconnected: (cause) => {
        for (const { failed } of this.#statements.splice(0)) failed(cause);
        this.#hub.emit("disconnected", cause);
      },
      closed: (cause) => {
        for (const { failed } of this.#statements.splice(0)) failed(cause);
        for (const channel of this.#channels) channel.end();
        this.#hub.emit("closed", cause);
      },
    });
  }

  /** The enclave of the last session: its evidence, verdict and keys. */
  get enclave(): AttestedEnclave | undefined {
    return this.#enclave;
  }

  /** The highest point of history seen. Keep it, and give it to the next `connect`. */
  get head(): SeenHead | undefined {
    return this.#heads.highest;
  }

  get isConnected(): boolean {
    return this.#link.isOpen;
  }

  open(signal?: AbortSignal): Promise<void> {
    return this.#link.open(signal);
  }

  /** Places an order; the receipt tells whether it rests or filled. @throws {RejectError} `MARGIN`, `WOULD_CROSS`, … */
  async place(order: OrderInput, options?: CallOptions): Promise<Receipt & { clientId: string }> {
    const command = this.order(order);
    const receipt = await this.#ask(command, options);
    return { ...receipt, clientId: command.clientId };
  }

  /** The command `place` would send, for `batch`. */
  order(order: OrderInput): Place & { clientId: string } {
    const {
      clientId = this.#nextId(),
      kind = "limit",
      timeInForce,
      postOnly = false,
      reduceOnly = false,
    } = order;
    const { instrument, side, priceTicks, lots } = order;
    // A market order never rests, so its residue must be cancelled.
    const inForce = timeInForce ?? (kind === "market" ? "immediate-or-cancel" : "good-till-cancel");
    return {
      type: "place",
      clientId,
      instrument,
      side,
      kind,
      timeInForce: inForce,
      priceTicks,
      lots,
      postOnly,
      reduceOnly,
    };
  }

  /** Places an order with expiry, slide, trigger, links, label, self-trade mode or protection. @throws {RejectError} */
  async placeAdvanced(
    order: AdvancedOrderInput,
    options?: CallOptions,
  ): Promise<Receipt & { clientId: string }> {
    const command = this.advancedOrder(order);
    const receipt = await this.#ask(command, options);
    return { ...receipt, clientId: command.clientId };
  }

  /** The command `placeAdvanced` would send, for `batch`: a bracket is its secondaries, then its primary. */
  advancedOrder(order: AdvancedOrderInput): PlaceAdvanced & { clientId: string } {
    const { selfTrade = "refuse", slide = false, expiryUs = 0n, label = 0, group = 0 } = order;
    const { link = "none", protection = 0, trigger } = order;
    return {
      ...this.order(order),
      type: "place-advanced",
      selfTrade,
      slide,
      expiryUs,
      label,
      trigger: trigger?.kind ?? "none",
      triggerSource: trigger?.source ?? "mark",
      triggerTicks: trigger?.ticks ?? 0,
      group,
      link,
      protection,
    };
  }

  /** Replaces the quotes of a label; what became of each side is the `quote-result` event. */
  massQuote(quote: QuoteInput, options?: CallOptions): Promise<Receipt> {
    return this.#ask({ type: "mass-quote", protection: 0, slide: false, ...quote }, options);
  }

  /** Cancels every order with a label; the receipt's detail counts them. */
  cancelLabel(label: number, instrument: number | null = null, options?: CallOptions): Promise<Receipt> {
    return this.#ask({ type: "cancel-label", label, instrument }, options);
  }

  /** Dead-man timer: call again before it runs out, or every order is cancelled. 0 disarms. */
  cancelAfter(timeoutUs: bigint, options?: CallOptions): Promise<Receipt> {
    return this.#ask({ type: "cancel-after", timeoutUs }, options);
  }

  /** Whether the account's orders are cancelled when this connection ends. A new connection starts with off. */
  cancelOnDisconnect(isOn: boolean, options?: CallOptions): Promise<Receipt> {
    return this.#ask({ type: "cancel-on-disconnect", isOn }, options);
  }

  /** Sets (or, with a window of 0, removes) a market-maker protection. A limit of 0 is no limit. */
  setProtection(protection: Omit<SetProtection, "type">, options?: CallOptions): Promise<Receipt> {
    return this.#ask({ type: "set-protection", ...protection }, options);
  }

  /** Unfreezes a protection group. */
  resetProtection(group: number, options?: CallOptions): Promise<Receipt> {
    return this.#ask({ type: "reset-protection", group }, options);
  }

  /** Changes price or remaining size. @throws {SdkError} E_UNKNOWN_OUTCOME if the connection ended before the result */
  amend(order: OrderId, to: { priceTicks: number; lots: number }, options?: CallOptions): Promise<Receipt> {
    return this.#ask({ type: "amend", order, ...to }, options);
  }

  /** Cancels one order. `NO_ORDER` also if it was cancelled just before a connection ended. */
  cancel(order: OrderId, options?: CallOptions): Promise<Receipt> {
    return this.#ask({ type: "cancel", order }, options);
  }

  /** Cancels every order, or every order of one instrument. */
  cancelAll(instrument: number | null = null, options?: CallOptions): Promise<Receipt> {
    return this.#ask({ type: "cancel-all", instrument }, options);
  }

  /** What became of a client order id; status `none` if the venue does not know it. */
  query(clientId: string, options?: CallOptions): Promise<Receipt> {
    return this.#ask({ type: "query", clientId }, options);
  }

  /** Withdraws to the owner, claimable on chain later. Unless told, the nonce is the account's next. */
  async withdraw(amount: bigint, nonce?: bigint, options?: CallOptions): Promise<Receipt> {
    const next = nonce ?? (await this.account(options)).nonce + 1n;
    return this.#ask({ type: "withdraw", nonce: next, amount }, options);
  }

  /** Standard or portfolio margin; refused if the account would not be healthy under it. */
  setMarginMode(mode: MarginMode, options?: CallOptions): Promise<Receipt> {
    return this.#ask({ type: "set-margin-mode", mode }, options);
  }

  /** Moves collateral to another sub-account of the owner. Like a withdrawal it needs that scope. Amounts in 1e-6. */
  transfer(subaccount: number, amount: bigint, options?: CallOptions): Promise<Receipt> {
    return this.#ask({ type: "transfer", subaccount, amount }, options);
  }

  /** Voids every delegation of the account with a lower nonce; this client's own, too, if its nonce is. */
  revoke(nonce: bigint, options?: CallOptions): Promise<Receipt> {
    return this.#ask({ type: "revoke", nonce }, options);
  }

  /** A round trip; the receipt has the engine's time. */
  ping(token = 0n, options?: CallOptions): Promise<Receipt> {
    return this.#ask({ type: "ping", token }, options);
  }

  /** Collateral, equity, margin, positions, as of the receipt's sequence. */
  account(options?: CallOptions): Promise<AccountEvent> {
    return this.#wait<AccountEvent>(options, (done, failed) => {
      const answered = (result: ResultEvent) => {
        // The statement follows its result, and statements come in the order they were asked for.
        if (result.code === 0) this.#statements.push({ done, failed });
        else failed(new RejectError(result.code, result.detail, result));
      };
      this.#link.submit([{ command: { type: "account-query" }, done: answered, failed }]);
    });
  }

  /** Up to 64 commands in one frame, executed one after the other; one outcome each, refusals included. */
  batch(commands: Command[], options?: CallOptions): Promise<PromiseSettledResult<Receipt>[]> {
    const tasks: Task[] = [];
    const outcomes = commands.map((command) =>
      this.#wait<Receipt>(options, (done, failed) => tasks.push(taskOf(command, done, failed))),
    );
    const all = Promise.allSettled(outcomes);
    try {
      this.#link.submit(tasks);
    } catch (error) {
      for (const task of tasks) task.failed(error as Error);
      return Promise.reject(error);
    }
    return all;
  }

  /** Calls `handler` at every event of this name; the returned function stops it. */
  on<Name extends keyof ClientEvents>(name: Name, handler: Handler<ClientEvents[Name]>): () => void {
    return this.#hub.on(name, handler);
  }

  /** Every event of the account and every result, in order, until the client closes or the signal says so. */
  events(options?: CallOptions): AsyncIterableIterator<Told[keyof Told]> {
    const channel: Channel<Told[keyof Told]> = new Channel(
      () => this.#channels.delete(channel),
      options?.signal,
    );
    this.#channels.add(channel);
    return channel;
  }

  /** Ends the session. What waits fails with E_CLOSED. */
  close(): void {
    this.#link.close();
  }

  #ask(command: Command, options?: CallOptions): Promise<Receipt> {
    return this.#wait<Receipt>(options, (done, failed) => this.#link.submit([taskOf(command, done, failed)]));
  }

  #wait<T>(
    options: CallOptions | undefined,
    start: (done: (value: T) => void, failed: (error: Error) => void) => void,
  ): Promise<T> {
    const signal = options?.signal;
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const stop = () => reject(signal?.reason);
      signal?.addEventListener("abort", stop, { once: true });
      const settled = () => signal?.removeEventListener("abort", stop);
      start(
        (value) => {
          settled();
          resolve(value);
        },
        (error) => {
          settled();
          reject(error);
        },
      );
    });
  }

  /** @throws {SdkError} E_ROLLBACK if the book has another receipt, or a signed head, for this place */
  #keep({ epoch, sequence, chainHash }: ResultEvent, record: Uint8Array | undefined): void {
    const point = { epoch, sequence, chainHash: toHex(chainHash) };
    const broken = this.#receipts?.addReceipt(record ? { ...point, record: toHex(record) } : point);
    if (broken) {
      throw new SdkError(
        "E_ROLLBACK",
        `sequence ${sequence} has two chain hashes: ${broken.seen}, now ${broken.found}`,
      );
    }
  }

  #told(event: Exclude<SessionEvent, ResultEvent>): void {
    if (event.type === "session-opened" || event.type === "error") return;
    if (event.type === "account") this.#statements.shift()?.done(event);
    this.#tell(event);
  }

  #tell(event: Told[keyof Told]): void {
    this.#hub.emit(event.type, event as never);
    for (const channel of this.#channels) channel.push(event);
  }
}

const DUPLICATE = 7;

function taskOf(command: Command, done: (receipt: Receipt) => void, failed: (error: Error) => void): Task {
  const task: Task = {
    command,
    done(result) {
      // A withdrawal sent twice because its first answer was lost: DUPLICATE says that it was made.
      const isMade = command.type === "withdraw" && task.isResent && result.code === DUPLICATE;
      if (result.code === 0 || isMade) done(result);
      else failed(new RejectError(result.code, result.detail, result));
    },
    failed,
  };
  return task;
}
