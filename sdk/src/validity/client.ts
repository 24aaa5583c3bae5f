/**
 * The client of a venue without an enclave. Nothing is sealed: whoever sits on the way reads your orders before they are proven, and so does
 * the operator. What nobody can do is trade or withdraw in your name: each order carries your session key's signature, and a batch that
 * the chain accepts is proven.
 */
import { REJECT_BY_CODE } from "@sealbook/wire";
import {
  cancelMessage,
  emitValidityCommands,
  OPEN_ORDERS_MAX,
  parseValidityEvents,
  type SignedOrder,
  signMessage,
  VALIDITY_REFUSALS,
  type ValidityCommand,
  type ValidityEvent,
  type ValidityEventOf,
} from "@sealbook/wire/validity";
import { AbiCoder, getBytes, hexlify, keccak256, toUtf8Bytes } from "ethers";
import { SdkError } from "../errors.ts";
import { EventHub, type Handler } from "../event-hub.ts";
import { dialerOf, type Transport } from "../transport/transport.ts";
import { type ValidityOrderInput, ValiditySigner } from "./signer.ts";

export interface ValidityConnectOptions {
  /** tcp://host:port, unix:/path or ws(s)://host/v1/validity */
  readonly address: string;
  /** What you mean to trade on: what is signed is bound to these, whatever the venue says. */
  readonly venue: { readonly chainId: bigint; readonly settlement: string };
  readonly account: number;
  /** Of the session key registered by `Inbox.registerKey`. */
  readonly secret: bigint;
  /** The epoch you read from the chain (`Settlement.head`); without it the venue's word is taken. */
  readonly epoch?: bigint;
  /** How long an answer may take, ms; 10,000 unless told. */
  readonly replyDeadlineMs?: number;
  readonly signal?: AbortSignal;
}

/** What a venue without an enclave tells without being asked. */
export type ValidityNotices = { [Name in "fill" | "closed" | "proven" | "undone"]: ValidityEventOf<Name> };

/** An order as the client places it: by default it is good for a day. */
export type ValidityOrder = Omit<ValidityOrderInput, "expiry" | "id"> & { readonly expiry?: bigint };

/** The venue refused. `wire` and `doc` are those of docs/validity.md, or docs/wire.md for the engine's. */
export class ValidityRefusedError extends Error {
  readonly code: number;
  readonly wire: string;
  readonly detail: bigint;

  constructor(code: number, detail: bigint) {
    const own = Object.entries(VALIDITY_REFUSALS).find(([, one]) => one.code === code);
    const known = REJECT_BY_CODE.get(code);
    const wire = own?.[0] ?? known?.wire ?? `REFUSAL_${code}`;
    const doc =
      own?.[1].doc ?? known?.doc ?? "This client does not know this code: it is older than the venue.";
    super(`${wire} (${code}, detail ${detail}): ${doc}`);
    this.name = "ValidityRefusedError";
    this.code = code;
    this.wire = wire;
    this.detail = detail;
  }
}

const DAY_US = 86_400_000_000n;
const REPLY_DEADLINE_MS = 10_000;
const TAG = keccak256(toUtf8Bytes("sealbook.validity.v1"));

/** What every signature of an epoch is bound to: `ValidityPath.domain()`. */
export function validityDomainOf(chainId: bigint, settlement: string, epoch: bigint): bigint {
  const types = ["bytes32", "uint256", "address", "uint64"];
  return BigInt(keccak256(AbiCoder.defaultAbiCoder().encode(types, [TAG, chainId, settlement, epoch]))) >> 8n;
}

/**
 * Connects, asks what the venue is, and watches the account.
 * @throws {SdkError} `E_VENUE` if it is another than was meant, `E_CONNECTION`, `E_NO_REPLY`
 * @throws {ValidityRefusedError} `UNKNOWN_ACCOUNT` before a deposit is there
 */
export async function connectValidity(options: ValidityConnectOptions): Promise<ValidityClient> {
  const client = new ValidityClient(options);
  await client.open();
  return client;
}

interface Pending {
  readonly resolve: (event: ValidityEvent) => void;
  readonly reject: (error: Error) => void;
  readonly timer: ReturnType<typeof setTimeout>;
  /** Lots of the order it is about. */
  readonly lots: bigint;
}

export class ValidityClient {
  readonly #options: ValidityConnectOptions;
  readonly #pending = new Map<number, Pending>();
  readonly #hub = new EventHub<ValidityNotices>();
  readonly #open = new Map<bigint, bigint>();
  #transport: Transport | undefined;
  #signer!: ValiditySigner;
  #domain = 0n;
  #nonce = 0n;
  #lastId = 0n;
  #tag = 0;
  #provenThrough = 0n;
  #closed: Error | undefined;
  /** What the venue said of itself. */
  venue!: ValidityEventOf<"venue">;

  constructor(options: ValidityConnectOptions) {
    this.#options = options;
  }

  /** For `connectValidity`. */
  async open(): Promise<void> {
    const { address, signal, venue, epoch, account, secret } = this.#options;
    this.#transport = await dialerOf(address)(
      { body: (body) => this.#body(body), closed: (cause) => this.#end(cause) },
      signal,
    );
    this.venue = (await this.#ask({ type: "hello", tag: this.#next() })) as ValidityEventOf<"venue">;
    const said = this.venue;
    const domain = validityDomainOf(venue.chainId, venue.settlement, epoch ?? said.epoch);
    if (
      said.chainId !== venue.chainId ||
      hexlify(said.settlement) !== hexlify(getBytes(venue.settlement)) ||
      said.domain !== domain
    ) {
      this.close();
      throw new SdkError(
        "E_VENUE",
        `it says chain ${said.chainId}, settlement ${hexlify(said.settlement)}, epoch ${said.epoch}`,
      );
    }
    this.#domain = domain;
    this.#provenThrough = said.proven;
    const state = await this.account();
    this.#nonce = state.nonce;
    this.#lastId = state.lastId;
    for (const { id, lots } of state.orders) this.#open.set(id, lots);
    this.#signer = new ValiditySigner({ account, domain, secret });
  }

  /** The account as it stands ahead of the batches, open orders included. */
  async account(): Promise<ValidityEventOf<"account">> {
    const { account } = this.#options;
    return (await this.#ask({ type: "watch", tag: this.#next(), account })) as ValidityEventOf<"account">;
  }

  /** Hears fills and closings of the account, and proven batches. The returned function ends it. */
  on<Name extends keyof ValidityNotices>(name: Name, handler: Handler<ValidityNotices[Name]>): () => void {
    return this.#hub.on(name, handler);
  }

  /** Signs an order under the next free id; to be sent with `send`, again and again until an answer comes. */
  sign(order: ValidityOrder): SignedOrder {
    let id = this.#lastId + 1n;
    const places = BigInt(OPEN_ORDERS_MAX);
    const isTaken = (one: bigint) => [...this.#open.keys()].some((open) => open % places === one % places);
    for (let tries = 0; isTaken(id) && tries < OPEN_ORDERS_MAX; tries++) id += 1n;
    if (isTaken(id)) throw new SdkError("E_OVERFLOW", `${OPEN_ORDERS_MAX} orders are open`);
    this.#lastId = id;
    const expiry = order.expiry ?? BigInt(Date.now()) * 1_000n + DAY_US;
    return this.#signer.order({ ...order, expiry, id });
  }

  /** Sends a signed order. The same order again has the first answer's sequence and no effect. */
  async send(order: SignedOrder): Promise<ValidityEventOf<"accepted">> {
    const { signature, ...terms } = order;
    const command: ValidityCommand = { type: "order", tag: this.#next(), ...terms, ...signature };
    return (await this.#ask(command, order.lots)) as ValidityEventOf<"accepted">;
  }

  /** Signs and sends. Done when the order is on the venue's disk, synced; `filled` lots at once. @throws {ValidityRefusedError} */
  async submit(order: ValidityOrder): Promise<ValidityEventOf<"accepted">> {
    return this.send(this.sign(order));
  }

  /** Cancels one order. The venue's word: what surely ends an order is its expiry. @throws {ValidityRefusedError} `UNKNOWN_ORDER` */
  cancel(id: bigint): Promise<ValidityEventOf<"accepted">> {
    return this.#cancel(id, false);
  }

  /** Cancels every order sent so far. */
  cancelAll(): Promise<ValidityEventOf<"accepted">> {
    return this.#cancel(this.#lastId, true);
  }

  /**
   * Withdraws collateral; 1e-6 of the token. Once it is proven anyone may claim it for the account's owner (`sealbook claim`).
   * @throws {ValidityRefusedError}
   */
  async withdraw(amount: bigint): Promise<ValidityEventOf<"accepted">> {
    const nonce = this.#nonce + 1n;
    const { account, signature } = this.#signer.withdrawal(amount, nonce);
    const command: ValidityCommand = {
      type: "withdraw",
      tag: this.#next(),
      account,
      amount,
      nonce,
      ...signature,
    };
    try {
      const accepted = (await this.#ask(command)) as ValidityEventOf<"accepted">;
      this.#nonce = nonce;
      return accepted;
    } catch (error) {
      if (error instanceof ValidityRefusedError && error.wire === "WITHDRAW_NONCE")
        this.#nonce = error.detail - 1n;
      throw error;
    }
  }

  /** Waits until everything up to a sequence is in a batch the chain accepted. */
  untilProven(sequence: bigint): Promise<void> {
    if (this.#provenThrough >= sequence) return Promise.resolve();
    return new Promise((done, failed) => {
      const off = this.on("proven", (notice) => {
        if (notice.sequence < sequence) return;
        off();
        this.#ends.delete(failed);
        done();
      });
      this.#ends.add(failed);
    });
  }

  close(): void {
    this.#transport?.close();
    this.#end(new SdkError("E_CLOSED", "closed by its owner"));
  }

  readonly #ends = new Set<(error: Error) => void>();

  async #cancel(id: bigint, isAll: boolean): Promise<ValidityEventOf<"accepted">> {
    const { account, secret } = this.#options;
    const signature = signMessage(secret, cancelMessage(this.#domain, account, id, isAll));
    const command: ValidityCommand = { type: "cancel", tag: this.#next(), account, id, isAll, ...signature };
    return (await this.#ask(command)) as ValidityEventOf<"accepted">;
  }

  #next(): number {
    this.#tag = (this.#tag % 0xffff_ffff) + 1;
    return this.#tag;
  }

  #ask(command: ValidityCommand, lots = 0n): Promise<ValidityEvent> {
    if (this.#closed || !this.#transport)
      return Promise.reject(this.#closed ?? new SdkError("E_CLOSED", "it was never opened"));
    const deadline = this.#options.replyDeadlineMs ?? REPLY_DEADLINE_MS;
    const body = emitValidityCommands([command]);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#pending.delete(command.tag);
        reject(new SdkError("E_NO_REPLY", `no answer to ${command.type} within ${deadline} ms`));
      }, deadline);
      this.#pending.set(command.tag, { resolve, reject, timer, lots });
      this.#transport!.send(body);
    });
  }

  #body(body: Uint8Array): void {
    for (const event of parseValidityEvents(body)) this.#event(event);
  }

  #event(event: ValidityEvent): void {
    if ("tag" in event) {
      const pending = this.#pending.get(event.tag);
      if (!pending) return;
      this.#pending.delete(event.tag);
      clearTimeout(pending.timer);
      if (event.type === "refused") pending.reject(new ValidityRefusedError(event.code, event.detail));
      else {
        // Here and not where it is awaited: a fill of it may stand right behind.
        if (event.type === "accepted" && pending.lots > event.filled)
          this.#open.set(event.id, pending.lots - event.filled);
        pending.resolve(event);
      }
      return;
    }
    if (event.type === "fill") this.#filled(event);
    if (event.type === "closed") this.#open.delete(event.id);
    if (event.type === "proven") this.#provenThrough = event.sequence;
    this.#hub.emit(event.type, event as never);
  }

  #filled({ id, lots, isMaker }: ValidityEventOf<"fill">): void {
    // A taker's fills stand in its answer.
    if (!isMaker) return;
    const left = (this.#open.get(id) ?? 0n) - lots;
    if (left > 0n) this.#open.set(id, left);
    else this.#open.delete(id);
  }

  #end(cause: Error): void {
    if (this.#closed) return;
    this.#closed = cause;
    for (const { reject, timer } of this.#pending.values()) {
      clearTimeout(timer);
      reject(
        new SdkError("E_UNKNOWN_OUTCOME", "connect again; the same signed order has the same answer", {
          cause,
        }),
      );
    }
    this.#pending.clear();
    for (const failed of this.#ends) failed(cause);
  }
}
