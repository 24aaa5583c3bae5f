import type { Socket } from "node:net";
import type { WebSocket } from "ws";
import type { Connection, ConnectionEvents } from "./connection.ts";

const PING_MS = 5000;
const PINGS_MISSED_MAX = 2;
/** Messages `ws` had already parsed when it was paused still arrive; more than these is a client that ignores its window. */
const WAITING_MAX = 1024;

/** WebSocket: one binary message is one frame body. */
export class WebSocketConnection implements Connection {
  readonly id: number;
  readonly address: string;
  readonly kind = "ws";
  held = 0;
  isOpen = true;
  hangUpCode: number | undefined;
  dueSince: number | undefined;
  readonly #ws: WebSocket;
  readonly #socket: Socket;
  readonly #events: ConnectionEvents;
  readonly #outputMax: number;
  #waiting: Buffer[] = [];
  #isCorked = false;
  #pingAt: number;
  #pingsMissed = 0;

  constructor(
    id: number,
    ws: WebSocket,
    socket: Socket,
    limits: { outputBytes: number },
    events: ConnectionEvents,
    now: number,
  ) {
    this.id = id;
    this.address = socket.remoteAddress ?? "ws";
    this.dueSince = now;
    this.#ws = ws;
    this.#socket = socket;
    this.#events = events;
    this.#outputMax = limits.outputBytes;
    this.#pingAt = now + PING_MS;
    ws.binaryType = "nodebuffer";
    ws.on("message", (data: Buffer, isBinary: boolean) => this.#read(data, isBinary));
    ws.on("pong", () => {
      this.#pingsMissed = 0;
    });
    ws.on("error", () => {}); // a "close" follows, with the status ws chose: 1009 too large, 1002 protocol, 1007 text
    ws.on("close", () => this.#close());
  }

  send(bytes: Buffer, offset: number, length: number): void {
    if (!this.isOpen) return;
    if (!this.#isCorked) {
      this.#isCorked = true;
      this.#socket.cork();
      this.#events.dirty(this);
    }
    // ws keeps the payload until the socket is uncorked, and the slot is only lent to us: so this one copy is needed.
    this.#ws.send(Buffer.from(bytes.subarray(offset, offset + length)), { binary: true });
  }

  flush(): boolean {
    if (!this.#isCorked) return true;
    this.#isCorked = false;
    this.#socket.uncork();
    return this.#ws.bufferedAmount <= this.#outputMax;
  }

  resume(): boolean {
    while (this.#waiting.length > 0 && this.isOpen) {
      const frame = this.#waiting[0]!;
      if (!this.#events.frame(this, frame, 0, frame.length)) return false;
      this.#waiting.shift();
    }
    this.#ws.resume();
    return true;
  }

  upkeep(now: number): boolean {
    if (now < this.#pingAt) return true;
    this.#pingAt = now + PING_MS;
    if (this.#pingsMissed >= PINGS_MISSED_MAX) return false;
    this.#pingsMissed += 1;
    this.#ws.ping();
    return true;
  }

  end(status: number, reason: string): void {
    this.flush();
    this.#ws.close(status, reason);
  }

  destroy(): void {
    this.#ws.terminate();
  }

  #read(data: Buffer, isBinary: boolean): void {
    if (!this.isOpen) return;
    if (!isBinary) {
      this.end(1003, "binary only");
      return;
    }
    if (this.#waiting.length > 0 || !this.#events.frame(this, data, 0, data.length)) {
      this.#waiting.push(data);
      this.#ws.pause();
      this.#events.refused(this);
      if (this.#waiting.length > WAITING_MAX) this.end(1013, "OVERLOADED");
    }
    this.#events.chunkDone(this);
  }

  #close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.#events.closed(this);
  }
}
