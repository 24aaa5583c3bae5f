import type { Socket } from "node:net";
import type { Connection, ConnectionEvents } from "./connection.ts";
import { type DecoderResult, FrameDecoder } from "./frame-decoder.ts";

const CORK_BYTES = 4096;

/** TCP or Unix socket: length-prefixed frames both ways. */
export class StreamConnection implements Connection {
  readonly id: number;
  readonly address: string;
  readonly kind: "tcp" | "unix";
  held = 0;
  isOpen = true;
  hangUpCode: number | undefined;
  dueSince: number | undefined;
  readonly #socket: Socket;
  readonly #events: ConnectionEvents;
  readonly #decoder: FrameDecoder;
  readonly #outputMax: number;
  readonly #sink = (source: Buffer, start: number, end: number): boolean =>
    this.#events.frame(this, source, start, end);
  #cork = Buffer.allocUnsafeSlow(CORK_BYTES);
  #corked = 0;

  constructor(
    id: number,
    kind: "tcp" | "unix",
    socket: Socket,
    limits: { frameBytes: number; outputBytes: number },
    events: ConnectionEvents,
    now: number,
  ) {
    this.id = id;
    this.kind = kind;
    this.address = socket.remoteAddress ?? kind;
    this.dueSince = now;
    this.#socket = socket;
    this.#events = events;
    this.#decoder = new FrameDecoder(limits.frameBytes);
    this.#outputMax = limits.outputBytes;
    socket.setNoDelay(true);
    socket.on("data", (chunk) => this.#read(chunk as Buffer));
    socket.on("error", () => this.#close());
    socket.on("end", () => socket.end());
    socket.on("close", () => this.#close());
  }

  send(bytes: Buffer, offset: number, length: number): void {
    if (this.#corked === 0) this.#events.dirty(this);
    const size = 4 + length;
    if (this.#corked + size > this.#cork.length) this.#grow(size);
    this.#cork.writeUInt32LE(length, this.#corked);
    bytes.copy(this.#cork, this.#corked + 4, offset, offset + length);
    this.#corked += size;
  }

  flush(): boolean {
    const length = this.#corked;
    if (length === 0 || !this.isOpen) return true;
    this.#corked = 0;
    this.#socket.write(this.#cork.subarray(0, length));
    const unsent = this.#socket.writableLength;
    // The kernel usually takes it at once, and then the block is ours again; otherwise the socket keeps it and we take a new one.
    if (unsent > 0) this.#cork = Buffer.allocUnsafeSlow(CORK_BYTES);
    return unsent <= this.#outputMax;
  }

  resume(): boolean {
    if (!this.isOpen) return true;
    this.#settle(this.#decoder.resume(this.#sink));
    if (this.#decoder.isRefused) return false;
    this.#socket.resume();
    return true;
  }

  upkeep(): boolean {
    return true;
  }

  end(): void {
    this.flush();
    this.#socket.removeAllListeners("data");
    this.#socket.resume();
    this.#socket.end(() => this.#socket.destroy());
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    if (!this.isOpen) return;
    this.#settle(this.#decoder.push(chunk, this.#sink));
    this.#events.chunkDone(this);
  }

  #settle(result: DecoderResult): void {
    switch (result) {
      case "all":
        if (this.#decoder.isMidFrame) this.dueSince ??= performance.now();
        break;
      case "refused":
        this.#socket.pause();
        this.#events.refused(this);
        break;
      case "too-large":
        this.#events.tooLarge(this);
        break;
    }
  }

  #grow(size: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.max(this.#cork.length * 2, this.#corked + size));
    this.#cork.copy(grown, 0, 0, this.#corked);
    this.#cork = grown;
  }

  #close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.#events.closed(this);
  }
}
