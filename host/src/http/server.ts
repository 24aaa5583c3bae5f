import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import helmet from "@fastify/helmet";
import rateLimit from "@fastify/rate-limit";
import underPressure from "@fastify/under-pressure";
import Fastify, { type FastifyInstance } from "fastify";
import type { Logger } from "pino";
import { causeText, HostError } from "../errors.ts";
import type { Guard } from "./guard.ts";
import { addRoutes, type HttpViews } from "./routes.ts";

/** The slow door: evidence, markets, books, health, metrics; and the upgrades to the two WebSocket paths. */

export interface HttpOptions {
  host: string;
  port: number;
  requestsPerSecond: number;
  /** By path: who takes over a WebSocket upgrade. */
  upgrades: Record<string, (request: IncomingMessage, socket: Duplex, head: Buffer) => void>;
}

const HEADERS_TIMEOUT_MS = 5000;
const REQUEST_TIMEOUT_MS = 10_000;
/** Node looks for overdue requests only this often; by default half-sent headers live for half a minute (B01). */
const CHECK_INTERVAL_MS = 1000;
const EVENT_LOOP_DELAY_MS_MAX = 1000;

export async function openHttp(
  views: HttpViews,
  guard: Guard,
  options: HttpOptions,
  log: Logger,
): Promise<{ app: FastifyInstance; port: number }> {
  const app = Fastify({
    logger: false,
    bodyLimit: 64 * 1024,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: 5000,
    forceCloseConnections: true,
    http: {
      headersTimeout: HEADERS_TIMEOUT_MS,
      connectionsCheckingInterval: CHECK_INTERVAL_MS,
      maxHeaderSize: 8192,
      insecureHTTPParser: false,
    },
  });
  app.addHook("onRequest", async (request, reply) => {
    if (!guard.allows(request.headers))
      return reply.code(403).send({ code: "E_HOST", message: "This Host or Origin may not call here." });
  });
  app.setErrorHandler((error: Error & { statusCode?: number; code?: string }, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) log.error({ error: error.message }, "a request failed");
    return reply
      .code(status)
      .send({ code: error.code ?? "E_REQUEST", message: status >= 500 ? "Internal error." : error.message });
  });
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ code: "E_NOT_FOUND", message: "There is nothing here." }),
  );
  await app.register(helmet, { contentSecurityPolicy: { directives: { defaultSrc: ["'none'"] } } });
  await app.register(rateLimit, { max: options.requestsPerSecond, timeWindow: 1000 });
  await app.register(underPressure, { maxEventLoopDelay: EVENT_LOOP_DELAY_MS_MAX, retryAfter: 1 });
  await app.register(async (scope) => addRoutes(scope, views));
  app.server.on("upgrade", (request, socket, head) =>
    upgrade(request, socket, head, guard, options.upgrades),
  );
  try {
    await app.listen({ host: options.host, port: options.port });
  } catch (cause) {
    throw new HostError(
      "E_LISTEN",
      `HTTP cannot listen on ${options.host}:${options.port}: ${causeText(cause)}.`,
      { cause },
    );
  }
  const address = app.server.address();
  return { app, port: typeof address === "object" && address !== null ? address.port : options.port };
}

function upgrade(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  guard: Guard,
  upgrades: HttpOptions["upgrades"],
): void {
  socket.on("error", () => socket.destroy());
  const path = (request.url ?? "/").split("?", 1)[0]!;
  const take = Object.hasOwn(upgrades, path) ? upgrades[path] : undefined;
  if (!guard.allows(request.headers)) socket.end("HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n");
  else if (take === undefined) socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n");
  else take(request, socket, head);
}
