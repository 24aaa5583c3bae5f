/**
 * The public feed, `/v1/feed`: per instrument a snapshot as JSON text, then every public message as the enclave emitted it.
 * Keeps a book of each, finds gaps, and starts over when there is one. Nothing here is sealed: what matters is checked
 * against signed heads and the account's own events.
 */
import { decodePublicMessage, type Market, type SignedHead, type Terms, type Ticker } from "@sealbook/wire";
import WebSocket from "ws";
import { SdkError } from "../errors.ts";
import { EventHub, type Handler } from "../event-hub.ts";
import { FeedBook, type Gap, type Mismatch, parseSnapshot } from "./book.ts";

export interface FeedOptions {
  /** The venue's HTTP address. */
  url: string;
  /** Unless told, all. */
  instruments?: number[];
  signal?: AbortSignal;
  /** Wait before the n-th attempt (from 0) to subscribe again, ms. */
  backoff?: (attempt: number) => number;
}

export interface FeedEvents {
  /** A snapshot came, or a message was applied. */
  book: FeedBook;
  /** The message itself: levels that changed, trades. */
  market: Market;
  ticker: Ticker;
  /** What an instrument is: at its listing, and on connecting. */
  terms: Terms;
  /** A book differs from the venue's; the feed subscribes again by itself. */
  mismatch: Mismatch;
  head: SignedHead;
  /** Messages are missing; the feed subscribes again by itself. */
  gap: Gap;
  disconnected: Error;
  closed: undefined;
}

const MESSAGE_LENGTH_MAX = 8 << 20;

export class Feed {
  readonly #hub = new EventHub<FeedEvents>();
  readonly #books = new Map<number, FeedBook>();
  readonly #address: URL;
  readonly #backoff: (attempt: number) => number;
  #socket: WebSocket | undefined;
  #timer: NodeJS.Timeout | undefined;
  #attempt = 0;
  #isClosed = false;

  constructor(options: FeedOptions) {
    this.#address = new URL("/v1/feed", options.url);
    this.#address.protocol = this.#address.protocol === "https:" ? "wss:" : "ws:";
    for (const instrument of options.instruments ?? [])
      this.#address.searchParams.append("instrument", `${instrument}`);
    this.#backoff = options.backoff ?? ((attempt) => Math.min(5_000, 50 * 2 ** Math.min(attempt, 10)));
    options.signal?.addEventListener("abort", () => this.close(), { once: true });
    if (options.signal?.aborted) this.#isClosed = true;
    else this.#subscribe();
  }

  /** The book as it stands; undefined before its first snapshot and while a gap is being mended. */
  book(instrument: number): FeedBook | undefined {
    return this.#books.get(instrument);
  }

  on<Name extends keyof FeedEvents>(name: Name, handler: Handler<FeedEvents[Name]>): () => void {
    return this.#hub.on(name, handler);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#socket?.terminate();
    this.#hub.emit("closed", undefined);
  }

  #subscribe(): void {
    const socket = new WebSocket(this.#address, { maxPayload: MESSAGE_LENGTH_MAX, perMessageDeflate: false });
    this.#socket = socket;
    let failure: Error | undefined;
    socket.binaryType = "nodebuffer";
    socket.on("error", (error) => {
      failure = error;
    });
    socket.on("message", (data: Buffer, isBinary) => {
      if (socket !== this.#socket) return;
      try {
        if (isBinary) this.#take(data);
        else this.#begin(data.toString());
      } catch (error) {
        failure = error as Error;
        socket.terminate();
      }
    });
    socket.on("close", (status) => {
      if (socket !== this.#socket) return;
      this.#again(failure ?? new SdkError("E_CONNECTION", `${this.#address}: closed with ${status}`));
    });
  }

  #again(cause: Error): void {
    this.#books.clear();
    if (this.#isClosed) return;
    this.#hub.emit("disconnected", cause);
    this.#timer = setTimeout(() => this.#subscribe(), this.#backoff(this.#attempt++));
  }

  #begin(text: string): void {
    const book = new FeedBook(parseSnapshot(text));
    this.#attempt = 0;
    this.#books.set(book.instrument, book);
    this.#hub.emit("book", book);
  }

  #take(bytes: Uint8Array): void {
    const message = decodePublicMessage(bytes);
    if (message.type === "ticker") this.#ticker(message);
    else if (message.type === "terms") this.#hub.emit("terms", message);
    else if (message.type === "signed-head") this.#hub.emit("head", message);
    else this.#market(message);
  }

  /** A book that stands where the ticker's does must be the same. */
  #ticker(message: Ticker): void {
    const book = this.#books.get(message.instrument);
    const expected = message.bookChecksum;
    const actual = book?.sequence === message.bookSequence ? book.checksum() : expected;
    if (actual !== expected) {
      const { instrument, bookSequence: sequence } = message;
      this.#hub.emit("mismatch", { instrument, sequence, expected, actual });
      this.#restart(`the book of instrument ${instrument} is not the venue's at sequence ${sequence}`);
      return;
    }
    this.#hub.emit("ticker", message);
  }

  #restart(why: string): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.terminate();
    this.#again(new SdkError("E_CONNECTION", why));
  }

  #market(message: Market): void {
    const book = this.#books.get(message.instrument) ?? this.#listed(message);
    if (!book) return;
    const outcome = book.apply(message);
    if (outcome === "old") return;
    if (outcome !== "applied") {
      this.#hub.emit("gap", outcome);
      this.#restart(`messages are missing behind sequence ${outcome.at}`);
      return;
    }
    this.#hub.emit("market", message);
    this.#hub.emit("book", book);
  }

  /** An instrument listed after we subscribed has no snapshot; its first message follows nothing. */
  #listed(message: Market): FeedBook | undefined {
    if (message.previousSequence !== 0n) return undefined;
    const book = new FeedBook({
      instrument: message.instrument,
      epoch: message.epoch,
      sequence: 0n,
      bids: [],
      asks: [],
    });
    this.#books.set(message.instrument, book);
    return book;
  }
}
