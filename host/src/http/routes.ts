import { Type } from "@sinclair/typebox";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { isLoopbackAddress } from "./guard.ts";

/** What the routes show. Each is asked at the time of the request. */
export interface HttpViews {
  isReady(): boolean;
  /** Why the host is not healthy; undefined when it is. */
  fault(): string | undefined;
  metrics(): Promise<{ contentType: string; text: string }>;
  evidence(): unknown;
  markets(): unknown;
  book(instrument: number, depth: number): unknown | undefined;
  head(): unknown | undefined;
  /** Digests of the records from one sequence to another. */
  links(from: number, to: number): Promise<unknown | undefined>;
  status(): unknown;
  batch(batchNumber: number): unknown | undefined;
  withdrawals(owner: string): unknown;
  /** Takes a signed round, or a signed order to the venue, for the enclave. */
  oracle(message: Uint8Array): void;
  closeBatch(): void;
}

const InstrumentParams = Type.Object({ instrument: Type.Integer({ minimum: 1, maximum: 65_535 }) });
const DepthQuery = Type.Object(
  { depth: Type.Integer({ minimum: 1, maximum: 1000, default: 50 }) },
  { additionalProperties: false },
);
const LinksQuery = Type.Object(
  { from: Type.Integer({ minimum: 1 }), to: Type.Integer({ minimum: 1 }) },
  { additionalProperties: false },
);
const BatchParams = Type.Object({ number: Type.Integer({ minimum: 1 }) });
const OwnerParams = Type.Object({ owner: Type.String({ pattern: "^0x[0-9a-fA-F]{40}$" }) });
/** The longest round: 64 smiles and 16 signatures take a third of it. */
const ORACLE_BYTES_MAX = 16_384;

export function addRoutes(app: FastifyInstance, views: HttpViews): void {
  const unlimited = { config: { rateLimit: false } };
  app.get("/healthz", unlimited, async (_request, reply) => {
    const fault = views.fault();
    return fault === undefined ? { status: "ok" } : reply.code(500).send({ status: "fatal", reason: fault });
  });
  app.get("/readyz", unlimited, async (_request, reply) =>
    views.isReady() && views.fault() === undefined ? { ready: true } : reply.code(503).send({ ready: false }),
  );
  app.get("/metrics", unlimited, async (_request, reply) => {
    const { contentType, text } = await views.metrics();
    return reply.type(contentType).send(text);
  });
  app.get("/v1/evidence", async () => views.evidence());
  app.get("/v1/markets", async () => views.markets());
  app.get("/v1/status", unlimited, async () => views.status());
  app.get("/v1/head", async (_request, reply) =>
    orNotFound(reply, views.head(), "No head has been signed yet."),
  );
  app.get("/v1/links", { schema: { querystring: LinksQuery } }, async (request, reply) => {
    const { from, to } = request.query as { from: number; to: number };
    return orNotFound(reply, await views.links(from, to), "The journal holds no record at that sequence.");
  });
  app.get(
    "/v1/book/:instrument",
    { schema: { params: InstrumentParams, querystring: DepthQuery } },
    async (request, reply) => {
      const { instrument } = request.params as { instrument: number };
      const { depth } = request.query as { depth: number };
      return orNotFound(reply, views.book(instrument, depth), "No instrument has this id.");
    },
  );
  app.get("/v1/batches/:number", { schema: { params: BatchParams } }, async (request, reply) =>
    orNotFound(reply, views.batch((request.params as { number: number }).number), "There is no such batch."),
  );
  app.get("/v1/withdrawals/:owner", { schema: { params: OwnerParams } }, async (request) =>
    views.withdrawals((request.params as { owner: string }).owner),
  );
  addOperatorRoutes(app, views);
}

/** For this machine only, whatever address the server is bound to. */
function addOperatorRoutes(app: FastifyInstance, views: HttpViews): void {
  app.addContentTypeParser(
    "application/octet-stream",
    { parseAs: "buffer", bodyLimit: ORACLE_BYTES_MAX },
    (_request, body, done) => done(null, body),
  );
  const localOnly = async (request: FastifyRequest, reply: FastifyReply) => {
    if (!isLoopbackAddress(request.socket.remoteAddress))
      return reply.code(403).send({ code: "E_LOCAL", message: "Loopback only." });
    return undefined;
  };
  app.post("/v1/oracle", { config: { rateLimit: false }, preHandler: localOnly }, async (request, reply) => {
    if (!Buffer.isBuffer(request.body) || request.body.length === 0) {
      return reply.code(415).send({
        code: "E_ORACLE",
        message: "Send a signed message (a round, a listing, a mode) as application/octet-stream.",
      });
    }
    views.oracle(request.body);
    return reply.code(202).send({ accepted: true });
  });
  app.post(
    "/v1/close-batch",
    { config: { rateLimit: false }, preHandler: localOnly },
    async (_request, reply) => {
      views.closeBatch();
      return reply.code(202).send({ accepted: true });
    },
  );
}

function orNotFound(reply: FastifyReply, value: unknown | undefined, message: string): unknown {
  return value === undefined ? reply.code(404).send({ code: "E_NOT_FOUND", message }) : value;
}
