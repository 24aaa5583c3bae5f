import { rmSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { createServer, type Server, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Logger } from "pino";
import { WebSocketServer } from "ws";
import type { Config } from "../config.ts";
import { causeText, HostError } from "../errors.ts";
import type { Connection, ConnectionEvents } from "./connection.ts";
import { errorFrame, GatewayReject } from "./error-frame.ts";
import { StreamConnection } from "./stream-connection.ts";
import { WebSocketConnection } from "./websocket-connection.ts";

/**
 * Sockets in, frames on. The gateway knows lengths, connections and bounds; it never looks into a frame. When ring 0 is full it stops
 * reading the sockets concerned and starts again when there is room: nothing is queued without a bound, nothing is dropped.
 */

export interface FrameIngress {
  tryFrame(connection: number, source: Buffer, start: number, end: number): boolean;
  inputPushed(): void;
  closed(connection: number): void;
}

export interface GatewayCounts {
  accepted: number;
  refusedConnections: number;
  frames: number;
  tooLarge: number;
  silent: number;
  slow: number;
  pauses: number;
}

export type GatewayLimits = Pick<
  Config["limits"],
  "frameBytes" | "connections" | "connectionsPerAddress" | "silentMs" | "outputBytes"
>;

/** What OVERLOADED tells a client to wait before it connects again. */
const RETRY_US = 100_000;
/** ws counts fragments as messages are put together: a one-byte-a-fragment flood ends here (B06). */
const FRAGMENTS_MAX = 8;

export class Gateway {
  readonly counts: GatewayCounts = {
    accepted: 0,
    refusedConnections: 0,
    frames: 0,
    tooLarge: 0,
    silent: 0,
    slow: 0,
    pauses: 0,
  };
  readonly #ingress: FrameIngress;
  readonly #limits: GatewayLimits;
  readonly #log: Logger;
  readonly #connections = new Map<number, Connection>();
  readonly #perAddress = new Map<string, number>();
  readonly #servers: Server[] = [];
  readonly #webSockets: WebSocketServer;
  readonly #refused = new Set<Connection>();
  #dirty: Connection[] = [];
  #nextId = 1;
  #isPaused = false;

  constructor(ingress: FrameIngress, limits: GatewayLimits, log: Logger) {
    this.#ingress = ingress;
    this.#limits = limits;
    this.#log = log;
    this.#webSockets = new WebSocketServer({
      noServer: true,
      maxPayload: limits.frameBytes,
      perMessageDeflate: false,
      maxFragments: FRAGMENTS_MAX,
      skipUTF8Validation: true,
      clientTracking: false,
    });
  }

  get connections(): number {
    return this.#connections.size;
  }

  /** Connections that wait for room in ring 0. */
  get hasRefused(): boolean {
    return this.#refused.size > 0 && !this.#isPaused;
  }

  connection(id: number): Connection | undefined {
    return this.#connections.get(id);
  }

  /** @returns the port bound. @throws HostError E_LISTEN */
  async listenTcp(host: string, port: number): Promise<number> {
    const server = await this.#listen("tcp", (ready) => ready.listen({ host, port, backlog: 1024 }));
    const bound = server.address();
    return typeof bound === "object" && bound !== null ? bound.port : port;
  }

  /** A stale socket file of a dead host is removed: the data folder's lock says there is no live one. */
  async listenUnix(path: string): Promise<void> {
    rmSync(path, { force: true });
    await this.#listen("unix", (ready) => ready.listen({ path, backlog: 1024 }));
  }

  /** Takes over an upgrade request whose Host and Origin were already found good. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (!this.#mayAccept(request.socket)) {
      socket.end("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nConnection: close\r\n\r\n");
      return;
    }
    this.#webSockets.handleUpgrade(request, socket, head, (ws) => {
      this.#add(
        new WebSocketConnection(
          this.#nextId,
          ws,
          request.socket,
          this.#limits,
          this.#events,
          performance.now(),
        ),
      );
    });
  }

  /** End of a pump pass: one write per connection that has output, then let the ones that waited for room try again. */
  endPass(): void {
    const dirty = this.#dirty;
    if (dirty.length > 0) {
      this.#dirty = [];
      for (const connection of dirty) this.#flush(connection);
    }
    if (this.#refused.size > 0 && !this.#isPaused) this.#resumeRefused();
  }

  /** Adds a released reply to the connection's output. */
  deliver(connection: Connection, bytes: Buffer, offset: number, length: number): void {
    if (!connection.isOpen) return;
    connection.send(bytes, offset, length);
    if (connection.hangUpCode !== undefined && connection.held === 0) this.#hangUpNow(connection);
  }

  /** The enclave asks to close it, after the replies that are still held. */
  hangUp(id: number, code: number): void {
    const connection = this.#connections.get(id);
    if (connection === undefined) return;
    connection.hangUpCode = code;
    if (connection.held === 0) this.#hangUpNow(connection);
  }

  /** Stops or resumes taking frames at all: the journal is down to its reserve. */
  setPaused(isPaused: boolean): void {
    this.#isPaused = isPaused;
  }

  /** Once a second: closes silent clients and half frames, pings WebSockets. */
  sweep(now: number): void {
    for (const connection of this.#connections.values()) {
      const isSilent = connection.dueSince !== undefined && now - connection.dueSince > this.#limits.silentMs;
      if (isSilent && !this.#refused.has(connection)) {
        this.counts.silent += 1;
        connection.destroy();
      } else if (!connection.upkeep(now)) connection.destroy();
    }
  }

  async close(): Promise<void> {
    const closed = this.#servers.map((server) => new Promise<void>((done) => server.close(() => done())));
    for (const connection of this.#connections.values()) connection.end(1001, "going away");
    await new Promise((next) => setTimeout(next, 20));
    for (const connection of this.#connections.values()) connection.destroy();
    await Promise.all(closed);
  }

  readonly #events: ConnectionEvents = {
    frame: (connection, source, start, end) => {
      if (this.#isPaused || !this.#ingress.tryFrame(connection.id, source, start, end)) return false;
      this.counts.frames += 1;
      connection.dueSince = undefined;
      return true;
    },
    chunkDone: () => this.#ingress.inputPushed(),
    refused: (connection) => {
      this.counts.pauses += 1;
      this.#refused.add(connection);
    },
    tooLarge: (connection) => {
      this.counts.tooLarge += 1;
      this.#reject(connection, GatewayReject.frameTooLarge, this.#limits.frameBytes);
    },
    closed: (connection) => this.#remove(connection),
    dirty: (connection) => this.#dirty.push(connection),
  };

  async #listen(kind: "tcp" | "unix", start: (server: Server) => void): Promise<Server> {
    const server = createServer({ noDelay: true, highWaterMark: 64 * 1024 }, (socket) =>
      this.#accept(kind, socket),
    );
    await new Promise<void>((done, failed) => {
      server.once("error", (cause) => failed(new HostError("E_LISTEN", causeText(cause), { cause })));
      server.once("listening", done);
      start(server);
    });
    // After start, EMFILE and the like cost one connection, not the host.
    server
      .removeAllListeners("error")
      .on("error", (error) => this.#log.warn({ error: error.message }, "accept failed"));
    this.#servers.push(server);
    return server;
  }

  #accept(kind: "tcp" | "unix", socket: Socket): void {
    const mayStay = this.#mayAccept(socket);
    const connection = new StreamConnection(
      this.#nextId,
      kind,
      socket,
      this.#limits,
      this.#events,
      performance.now(),
    );
    this.#add(connection);
    if (!mayStay) this.#reject(connection, GatewayReject.overloaded, RETRY_US);
  }

  #mayAccept(socket: Socket): boolean {
    const ofAddress = this.#perAddress.get(socket.remoteAddress ?? "unix") ?? 0;
    const isFree =
      this.#connections.size < this.#limits.connections &&
      ofAddress < this.#limits.connectionsPerAddress &&
      !this.#isPaused;
    if (!isFree) this.counts.refusedConnections += 1;
    return isFree;
  }

  #add(connection: Connection): void {
    this.#nextId += 1;
    this.#connections.set(connection.id, connection);
    this.#perAddress.set(connection.address, (this.#perAddress.get(connection.address) ?? 0) + 1);
    this.counts.accepted += 1;
  }

  #remove(connection: Connection): void {
    if (!this.#connections.delete(connection.id)) return;
    this.#refused.delete(connection);
    const left = (this.#perAddress.get(connection.address) ?? 1) - 1;
    if (left > 0) this.#perAddress.set(connection.address, left);
    else this.#perAddress.delete(connection.address);
    this.#ingress.closed(connection.id);
  }

  #flush(connection: Connection): void {
    if (connection.flush() || !connection.isOpen) return;
    this.counts.slow += 1;
    this.#log.warn({ connection: connection.id }, "SLOW_CONSUMER: unsent replies passed the bound");
    connection.destroy();
  }

  #resumeRefused(): void {
    for (const connection of [...this.#refused]) {
      this.#refused.delete(connection);
      // It adds itself again when there is still no room; then the others need not try.
      if (!connection.resume()) {
        this.#refused.add(connection);
        break;
      }
    }
    this.#ingress.inputPushed();
  }

  #reject(connection: Connection, reject: GatewayReject, detail: number): void {
    const frame = errorFrame(reject, detail);
    connection.send(frame, 0, frame.length);
    connection.end(reject.status, reject.reason);
  }

  #hangUpNow(connection: Connection): void {
    connection.end(
      connection.hangUpCode === GatewayReject.frameTooLarge.code ? 1009 : 1008,
      `${connection.hangUpCode}`,
    );
  }
}
