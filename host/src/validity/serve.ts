/** A venue without an enclave on its sockets: orders over TCP, Unix socket and WebSocket, status, books and signed prices over HTTP. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { BODY_LENGTH_MAX } from "@sealbook/wire";
import type { Logger } from "pino";
import { causeText, HostError } from "../errors.ts";
import { Gateway, type GatewayLimits } from "../gateway/gateway.ts";
import { createGuard } from "../http/guard.ts";
import type { CommandLog } from "./command-log.ts";
import { Counter, type CounterLimits } from "./counter.ts";
import type { Desk, Notice } from "./desk.ts";

export interface ValidityServeOptions {
  readonly host: string;
  /** 0: any. */
  readonly tcpPort: number;
  readonly httpPort: number;
  readonly unix?: string;
  /** Names the HTTP port answers to. */
  readonly hosts?: readonly string[];
  readonly limits?: Partial<GatewayLimits>;
  readonly counter?: CounterLimits;
}

export interface ValidityEndpoints {
  readonly tcp: { readonly host: string; readonly port: number };
  readonly http: string;
  readonly ws: string;
  readonly unix?: string;
}

export interface ValidityServer {
  readonly endpoints: ValidityEndpoints;
  /** Records on disk first, then whoever watches. */
  publish(records: readonly Uint8Array[], notices: readonly Notice[]): Promise<void>;
  counts(): object;
  close(): Promise<void>;
}

const LIMITS: GatewayLimits = {
  frameBytes: BODY_LENGTH_MAX,
  connections: 256,
  connectionsPerAddress: 64,
  silentMs: 10_000,
  outputBytes: 1 << 20,
};
const SWEEP_MS = 1_000;
const PRICES_BYTES_MAX = 65_536;
/** Checking a round's signatures takes this thread's time. */
const REQUESTS_PER_SECOND = 50;

/** @throws HostError E_LISTEN */
export async function serveValidity(
  desk: Desk,
  log: CommandLog,
  options: ValidityServeOptions,
  parts: { logger: Logger; fatal: (error: unknown) => void },
): Promise<ValidityServer> {
  const counter = new Counter({
    log,
    fatal: parts.fatal,
    ...(options.counter ? { limits: options.counter } : {}),
  });
  const gateway = new Gateway(counter, { ...LIMITS, ...options.limits }, parts.logger);
  counter.gateway = gateway;
  counter.desk = desk;
  const http = openHttp(desk, counter, gateway, options);
  const httpPort = await listening(http, options);
  const tcpPort = await gateway.listenTcp(options.host, options.tcpPort);
  if (options.unix) await gateway.listenUnix(options.unix);
  const sweeping = setInterval(() => gateway.sweep(performance.now()), SWEEP_MS);
  return {
    endpoints: {
      tcp: { host: options.host, port: tcpPort },
      http: `http://${options.host}:${httpPort}`,
      ws: `ws://${options.host}:${httpPort}/v1/validity`,
      ...(options.unix ? { unix: options.unix } : {}),
    },
    publish: (records, notices) => counter.publish(records, notices),
    counts: () => ({ ...gateway.counts, ...counter.counts }),
    close: async () => {
      clearInterval(sweeping);
      http.closeAllConnections();
      await new Promise((done) => http.close(done));
      await gateway.close();
      await log.close();
    },
  };
}

function openHttp(desk: Desk, counter: Counter, gateway: Gateway, options: ValidityServeOptions) {
  const guard = createGuard(options.hosts ?? [options.host, "localhost", "127.0.0.1"], []);
  const server = createServer({ headersTimeout: 5_000, requestTimeout: 10_000, maxHeaderSize: 8_192 });
  let requests = 0;
  let second = 0;
  server.on("request", (request, response) => {
    const now = Math.floor(performance.now() / 1_000);
    if (now !== second) [second, requests] = [now, 0];
    requests += 1;
    if (requests > REQUESTS_PER_SECOND) return answer(response, 429, { code: "E_RATE" });
    if (!guard.allows(request.headers)) return answer(response, 403, { code: "E_HOST" });
    void route(desk, counter, gateway, request, response).catch((error) =>
      answer(response, 400, { code: "E_REQUEST", message: causeText(error) }),
    );
  });
  server.on("upgrade", (request: IncomingMessage, socket, head) => {
    socket.on("error", () => socket.destroy());
    const path = (request.url ?? "/").split("?", 1)[0];
    if (!guard.allows(request.headers)) socket.end("HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n");
    else if (path !== "/v1/validity") socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n");
    else gateway.upgrade(request, socket, head);
  });
  return server;
}

async function route(
  desk: Desk,
  counter: Counter,
  gateway: Gateway,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = (request.url ?? "/").split("?", 1)[0]!;
  const wanted = `${request.method} ${path}`;
  if (wanted === "GET /v1/status")
    return answer(response, 200, {
      ...desk.status(),
      connections: gateway.connections,
      counts: { ...gateway.counts, ...counter.counts },
    });
  const instrument = /^GET \/v1\/book\/(\d{1,5})$/.exec(wanted)?.[1];
  const book = instrument === undefined ? undefined : desk.book(Number(instrument));
  if (book) return answer(response, 200, book);
  if (wanted === "POST /v1/quotes") return answer(response, 200, desk.quotes(await bodyOf(request)));
  if (wanted === "POST /v1/oracle") {
    // Whoever sends it: the signatures are what counts.
    await desk.prices(await bodyOf(request));
    return answer(response, 202, { accepted: true });
  }
  answer(response, 404, { code: "E_NOT_FOUND", message: "There is nothing here." });
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > PRICES_BYTES_MAX) throw new Error(`a body has at most ${PRICES_BYTES_MAX} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

function answer(response: ServerResponse, status: number, body: object): void {
  if (response.headersSent) return;
  const plain = (_: string, value: unknown) => (typeof value === "bigint" ? `${value}` : value);
  response
    .writeHead(status, { "content-type": "application/json", "x-content-type-options": "nosniff" })
    .end(JSON.stringify(body, plain));
}

async function listening(
  server: ReturnType<typeof createServer>,
  options: ValidityServeOptions,
): Promise<number> {
  await new Promise<void>((done, failed) => {
    server.once("error", (cause) =>
      failed(new HostError("E_LISTEN", `HTTP cannot listen: ${causeText(cause)}.`, { cause })),
    );
    server.listen({ host: options.host, port: options.httpPort }, done);
  });
  return (server.address() as AddressInfo).port;
}
