import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { fromHex } from "../bytes.ts";
import type { Endorsements } from "../endorsements/endorsements.ts";
import { parseQuote } from "../evidence/quote.ts";
import { nodeCrypto, PRODUCTION_ROOTS, verify } from "../node.ts";
import {
  SimulatedQuotingEnclave,
  simulatedEndorsements,
  simulatedPki,
  simulatedReport,
  simulatedRoots,
} from "../simulation/index.ts";
import { emitPem } from "../x509/pem.ts";
import { type Fetched, fetchEndorsements, type PcsOptions } from "./client.ts";
import { platformOf } from "./platform.ts";

const SEED = new Uint8Array(32).fill(21);
const ENCLAVE = new SimulatedQuotingEnclave(SEED, SEED);
const QUOTE = parseQuote(ENCLAVE.quote(simulatedReport(SEED, ENCLAVE.targetInfo())));
const PKI = simulatedPki(SEED);
const CRL_CHAIN = emitPem(PKI.platformCa.certificate, PKI.root.certificate);
const NOW = new Date("2026-06-01T00:00:00Z");
const HOUR = 3_600_000;

let server: Server;
let url = "";
let answer: Endorsements;
let status = 200;
let asked: string[] = [];
let cache: Map<string, Fetched>;

/** A caching service in small: the four answers of the PCS, from `answer`. */
beforeAll(async () => {
  server = createServer((request, response) => {
    const path = request.url ?? "";
    asked.push(path);
    const send = (body: string | Uint8Array, header?: string, chain?: string) => {
      if (header) response.setHeader(header, encodeURIComponent(chain!));
      response.statusCode = status;
      response.end(body);
    };
    if (path.includes("/tcb?")) send(answer.tcbInfo, "TCB-Info-Issuer-Chain", answer.tcbInfoChain);
    else if (path.includes("/qe/identity"))
      send(answer.qeIdentity, "SGX-Enclave-Identity-Issuer-Chain", answer.qeIdentityChain);
    else if (path.includes("/pckcrl")) send(fromHex(answer.pckCrl), "SGX-PCK-CRL-Issuer-Chain", CRL_CHAIN);
    else send(answer.rootCrl); // as hex, as a caching service answers
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => server.close());

beforeEach(() => {
  answer = simulatedEndorsements(SEED);
  status = 200;
  asked = [];
  cache = new Map();
});

function options(change: Partial<PcsOptions> = {}): PcsOptions {
  return {
    url,
    rootCrlUrl: `${url}/sgx/certification/v4/rootcacrl`,
    update: "standard",
    roots: simulatedRoots(SEED),
    crypto: nodeCrypto,
    freshMs: HOUR,
    lastGoodMs: 24 * HOUR,
    timeoutMs: 120_000,
    fetch,
    ...change,
  };
}

const ask = (hours = 0, change: Partial<PcsOptions> = {}) =>
  fetchEndorsements(platformOf(QUOTE), cache, new Date(NOW.getTime() + hours * HOUR), options(change));

describe("a service that answers", () => {
  test("gives endorsements a quote verifies with, asked for by what the quote says", async () => {
    const { source, endorsements } = await ask();
    expect(source).toBe("service");
    expect(verify(QUOTE, endorsements, NOW, simulatedRoots(SEED), nodeCrypto).isGenuine).toBe(true);
    expect(asked.sort()).toEqual([
      "/sgx/certification/v4/pckcrl?ca=platform&encoding=der",
      "/sgx/certification/v4/qe/identity?update=standard",
      "/sgx/certification/v4/rootcacrl",
      "/sgx/certification/v4/tcb?fmspc=53494d554c00&update=standard",
    ]);
  });

  test("is asked for early endorsements when told, and the two are cached apart", async () => {
    await ask();
    expect((await ask(0, { update: "early" })).source).toBe("service");
    expect(asked).toContain("/sgx/certification/v4/qe/identity?update=early");
  });

  test("is not asked again while the answer is fresh", async () => {
    await ask();
    asked = [];
    expect((await ask(0.9)).source).toBe("cache");
    expect(asked).toEqual([]);
    expect((await ask(1)).source).toBe("service");
  });
});

describe("a service that fails", () => {
  test("is replaced by the last good answer, but not for ever", async () => {
    await ask();
    status = 503;
    expect((await ask(24)).source).toBe("last-good");
    await expect(ask(25)).rejects.toMatchObject({ code: "PCS_STATUS" });
  });

  test("without a cached answer is an error", async () => {
    status = 404;
    await expect(ask()).rejects.toMatchObject({ code: "PCS_STATUS" });
    await expect(
      ask(0, { url: "http://127.0.0.1:1", rootCrlUrl: "http://127.0.0.1:1" }),
    ).rejects.toMatchObject({ code: "PCS_UNREACHABLE" });
  });
});

describe("a service that lies", () => {
  const lies: readonly [string, () => Partial<Endorsements>][] = [
    ["TCB info changed", () => ({ tcbInfo: answer.tcbInfo.replace('"pcesvn":13', '"pcesvn":0') })],
    [
      "QE identity of another signer",
      () => ({ qeIdentity: simulatedEndorsements(new Uint8Array(32)).qeIdentity }),
    ],
    ["root list unsigned", () => ({ rootCrl: `${answer.rootCrl.slice(0, -2)}00` })],
    ["PCK list unsigned", () => ({ pckCrl: `${answer.pckCrl.slice(0, -2)}00` })],
    ["PCK list garbage", () => ({ pckCrl: "00" })],
    ["no chain", () => ({ tcbInfoChain: "" })],
  ];
  test.each(lies)("%s: refused, and never cached", async (_, lie) => {
    answer = { ...answer, ...lie() };
    await expect(ask()).rejects.toMatchObject({ code: "PCS_ANSWER" });
    expect(cache.size).toBe(0);
  });

  test("with an older list or a lower evaluation number: the last good answer stays", async () => {
    answer = simulatedEndorsements(SEED, {
      evaluationNumber: 18,
      issuedAt: new Date("2026-01-01T00:00:00Z"),
    });
    await ask();
    answer = simulatedEndorsements(SEED, {
      evaluationNumber: 17,
      issuedAt: new Date("2026-02-01T00:00:00Z"),
    });
    expect(await ask(2)).toMatchObject({ source: "last-good", evaluationNumber: 18 });
    answer = simulatedEndorsements(SEED, {
      evaluationNumber: 18,
      issuedAt: new Date("2025-12-01T00:00:00Z"),
    });
    expect(await ask(2)).toMatchObject({ source: "last-good" });
    await expect(ask(48)).rejects.toMatchObject({ code: "PCS_ROLLBACK" });
    answer = simulatedEndorsements(SEED, {
      evaluationNumber: 19,
      issuedAt: new Date("2026-03-01T00:00:00Z"),
    });
    expect(await ask(2)).toMatchObject({ source: "service", evaluationNumber: 19 });
  });

  test("under production roots is refused", async () => {
    await expect(ask(0, { roots: PRODUCTION_ROOTS })).rejects.toMatchObject({ code: "PCS_ANSWER" });
  });
});
