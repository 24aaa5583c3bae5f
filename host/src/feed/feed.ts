import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Terms } from "@sealbook/wire";
import type { Logger } from "pino";
import { type WebSocket, WebSocketServer } from "ws";
import { Book, readPublic } from "./book.ts";

/**
 * The public feed, `/v1/feed`: on connecting one JSON snapshot per instrument, then every public message as the enclave emitted it, one
 * binary WebSocket message each. A reader that falls too far behind is closed with SLOW_CONSUMER and starts again from a snapshot.
 */

export interface FeedLimits {
  feedSubscribers: number;
  feedBytes: number;
}

interface Subscriber {
  ws: WebSocket;
  socket: Duplex;
  /** Empty: all instruments. */
  instruments: ReadonlySet<number>;
  pingsMissed: number;
  isDirty: boolean;
}

const STATUS_SLOW = 1013;
const PINGS_MISSED_MAX = 2;

export class Feed {
  messages = 0;
  slow = 0;
  readonly #books = new Map<number, Book>();
  /** The last `terms` message of each instrument, as it came. */
  readonly #terms = new Map<number, { message: Terms; bytes: Buffer }>();
  readonly #subscribers = new Set<Subscriber>();
  readonly #limits: FeedLimits;
  readonly #log: Logger;
  readonly #server: WebSocketServer;

  constructor(instruments: readonly number[], limits: FeedLimits, log: Logger) {
    for (const instrument of instruments) this.#books.set(instrument, new Book(instrument));
    this.#limits = limits;
    this.#log = log;
    // A subscriber says nothing but pongs and closes.
    this.#server = new WebSocketServer({
      noServer: true,
      maxPayload: 256,
      perMessageDeflate: false,
      clientTracking: false,
    });
  }

  get subscribers(): number {
    return this.#subscribers.size;
  }

  book(instrument: number): Book | undefined {
    return this.#books.get(instrument);
  }

  /** Every instrument as the enclave last described it, ascending by id. */
  terms(): Terms[] {
    return [...this.#terms.values()]
      .map(({ message }) => message)
      .sort((a, b) => a.instrument - b.instrument);
  }

  /** A public message whose record reached the venue's floor. */
  publish(bytes: Buffer): void {
    this.messages += 1;
    const message = readPublic(bytes);
    const market = message.type === "market" ? message : undefined;
    if (market !== undefined) this.#bookOf(market.instrument).apply(market);
    if (message.type === "terms") this.#terms.set(message.instrument, { message, bytes: Buffer.from(bytes) });
    if (this.#subscribers.size === 0) return;
    const copy = Buffer.from(bytes);
    for (const subscriber of this.#subscribers) {
      const isWanted =
        market === undefined ||
        subscriber.instruments.size === 0 ||
        subscriber.instruments.has(market.instrument);
      if (isWanted) this.#send(subscriber, copy);
    }
  }

  /** End of a pump pass: one write per subscriber. */
  endPass(): void {
    for (const subscriber of this.#subscribers) {
      if (!subscriber.isDirty) continue;
      subscriber.isDirty = false;
      subscriber.socket.uncork();
      if (subscriber.ws.bufferedAmount > this.#limits.feedBytes) this.#closeSlow(subscriber);
    }
  }

  /** Takes over an upgrade request whose Host and Origin were already found good. `?instrument=1&instrument=2` narrows it. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (this.#subscribers.size >= this.#limits.feedSubscribers) {
      socket.end("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nConnection: close\r\n\r\n");
      return;
    }
    const query = new URL(request.url ?? "/", "http://feed").searchParams.getAll("instrument");
    const instruments = new Set(query.map(Number).filter((id) => this.#books.has(id)));
    this.#server.handleUpgrade(request, socket, head, (ws) => this.#add(ws, request, instruments));
  }

  /** Every few seconds: a subscriber that misses two pings is gone. */
  sweep(): void {
    for (const subscriber of this.#subscribers) {
      if (subscriber.pingsMissed >= PINGS_MISSED_MAX) subscriber.ws.terminate();
      else {
        subscriber.pingsMissed += 1;
        subscriber.ws.ping();
      }
    }
  }

  close(): void {
    for (const { ws } of this.#subscribers) ws.close(1001, "going away");
    setTimeout(() => {
      for (const { ws } of this.#subscribers) ws.terminate();
    }, 20).unref();
  }

  #add(ws: WebSocket, request: IncomingMessage, instruments: ReadonlySet<number>): void {
    const subscriber: Subscriber = {
      ws,
      socket: request.socket,
      instruments,
      pingsMissed: 0,
      isDirty: false,
    };
    ws.on("pong", () => {
      subscriber.pingsMissed = 0;
    });
    ws.on("error", () => {});
    ws.on("close", () => this.#subscribers.delete(subscriber));
    request.socket.setNoDelay(true);
    for (const { bytes } of this.#terms.values()) ws.send(bytes, { binary: true });
    for (const book of this.#books.values()) {
      if (instruments.size > 0 && !instruments.has(book.instrument)) continue;
      ws.send(JSON.stringify({ type: "snapshot", ...book.snapshot() }));
    }
    this.#subscribers.add(subscriber);
  }

  #send(subscriber: Subscriber, bytes: Buffer): void {
    if (!subscriber.isDirty) {
      subscriber.isDirty = true;
      subscriber.socket.cork();
    }
    subscriber.ws.send(bytes, { binary: true });
  }

  #closeSlow(subscriber: Subscriber): void {
    this.slow += 1;
    this.#log.warn(
      { bytes: subscriber.ws.bufferedAmount },
      "SLOW_CONSUMER: a feed reader fell too far behind",
    );
    this.#subscribers.delete(subscriber);
    subscriber.ws.close(STATUS_SLOW, "SLOW_CONSUMER");
    setTimeout(() => subscriber.ws.terminate(), 2000).unref();
  }

  #bookOf(instrument: number): Book {
    let book = this.#books.get(instrument);
    if (book === undefined) {
      book = new Book(instrument);
      this.#books.set(instrument, book);
    }
    return book;
  }
}
