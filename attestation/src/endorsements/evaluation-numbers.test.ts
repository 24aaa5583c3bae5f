import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type SmallService, startSmallService } from "../../testing/index.ts";
import {
  AttestationError,
  type FetchedNumbers,
  fetchEndorsements,
  fetchEvaluationNumbers,
  nodeCrypto,
  type PcsOptions,
} from "../node.ts";
import {
  simulatedEndorsements,
  simulatedEvaluationNumbers,
  simulatedPki,
  simulatedRoots,
} from "../simulation/index.ts";
import { emitPem } from "../x509/pem.ts";
import { numberOf, parseEvaluationNumbers } from "./evaluation-numbers.ts";

const SEED = new Uint8Array(32).fill(53);
const PKI = simulatedPki(SEED);
const AT = new Date("2026-06-01T00:00:00Z");
const HOUR = 3_600_000;
const listOf = (...numbers: readonly (readonly [number, string])[]) =>
  simulatedEvaluationNumbers(
    SEED,
    "tdx",
    numbers.map(([number, announced]) => [number, new Date(announced)]),
  );

describe("standard and early", () => {
  const { list } = parseEvaluationNumbers(
    listOf([18, "2025-06-01T00:00:00Z"], [20, "2026-05-12T00:00:00Z"], [17, "2024-03-12T00:00:00Z"]).body,
  );
  test.each([
    ["early", "2026-06-01T00:00:00Z", 20],
    ["standard", "2026-06-01T00:00:00Z", 18],
    ["standard", "2026-05-31T23:59:59Z", 17],
    ["standard", "2027-05-12T00:00:00Z", 20],
    ["standard", "2024-12-31T00:00:00Z", 17],
  ] as const)("%s at %s is %i", (update, at, number) => {
    expect(numberOf(list, update, Date.parse(at))).toBe(number);
  });
});

test.each([
  ["no numbers", /"tcbEvalNumbers":\[.*\]/, '"tcbEvalNumbers":[]'],
  ["another version", '"version":1', '"version":2'],
  ["another TEE", '"id":"TDX"', '"id":"SEV"'],
  ["a member twice", '"version":1', '"version":1,"version":1'],
  ["no date", /"tcbRecoveryEventDate":"[^"]*"/, '"tcbRecoveryEventDate":"soon"'],
] as const)("a list with %s is malformed", (_, from, to) => {
  const { body } = listOf([17, "2024-03-12T00:00:00Z"]);
  expect(() => parseEvaluationNumbers(body.replace(from, to))).toThrow(AttestationError);
});

describe("asking a service", () => {
  let service: SmallService;
  let cache: Map<string, FetchedNumbers>;
  const options = (change: Partial<PcsOptions> = {}): PcsOptions => ({
    url: service.url,
    rootCrlUrl: `${service.url}/rootcacrl`,
    update: "standard",
    roots: simulatedRoots(SEED),
    crypto: nodeCrypto,
    freshMs: HOUR,
    lastGoodMs: 24 * HOUR,
    timeoutMs: 120_000,
    fetch,
    ...change,
  });
  const ask = (hours = 0, change: Partial<PcsOptions> = {}) =>
    fetchEvaluationNumbers("tdx", cache, new Date(AT.getTime() + hours * HOUR), options(change));

  beforeAll(async () => {
    service = await startSmallService({
      crlChain: emitPem(PKI.platformCa.certificate, PKI.root.certificate),
      answer: () => simulatedEndorsements(SEED, { tee: "tdx" }),
    });
  });
  afterAll(() => service.server.close());
  beforeEach(() => {
    [cache, service.asked, service.status] = [new Map(), [], 200];
    service.numbers = listOf([18, "2025-06-01T00:00:00Z"], [17, "2024-03-12T00:00:00Z"]);
  });

  test("gives the signed list, cached, and the last good one when it fails", async () => {
    expect((await ask()).list.numbers.map(({ number }) => number)).toEqual([18, 17]);
    expect(service.asked).toEqual(["/tdx/certification/v4/tcbevaluationdatanumbers"]);
    expect((await ask(0.5)).source).toBe("cache");
    service.status = 503;
    expect((await ask(2)).source).toBe("last-good");
    await expect(ask(25)).rejects.toMatchObject({ code: "PCS_STATUS" });
  });

  test("is not believed when it lies or goes back", async () => {
    await ask();
    service.numbers = listOf([17, "2024-03-12T00:00:00Z"]);
    expect(await ask(2)).toMatchObject({ source: "last-good" });
    await expect(ask(48)).rejects.toMatchObject({ code: "PCS_ROLLBACK" });
    cache.clear();
    service.numbers = {
      ...service.numbers,
      body: service.numbers.body.replace('"version":1', '"version":1 '),
    };
    await expect(ask()).rejects.toMatchObject({ code: "PCS_ANSWER" });
    service.numbers = simulatedEvaluationNumbers(SEED, "sgx", [[17, AT]]);
    await expect(ask()).rejects.toMatchObject({ code: "PCS_ANSWER" });
    service.numbers = null;
    await expect(ask()).rejects.toMatchObject({ code: "PCS_STATUS" });
  });

  test("one number can be asked for, and then the kind is not", async () => {
    const platform = { tee: "tdx", fmspc: PKI.platform.fmspc, ca: "platform" } as const;
    await fetchEndorsements(platform, new Map(), AT, options({ update: 17 }));
    expect(service.asked).toContain(
      `/tdx/certification/v4/tcb?fmspc=${PKI.platform.fmspc}&tcbEvaluationDataNumber=17`,
    );
    expect(service.asked.some((path) => path.includes("update="))).toBe(false);
  });

  test("a connection that broke is tried once more, and no oftener", async () => {
    let broken = 1;
    const breaking: typeof fetch = async (...args) => {
      if (broken-- > 0) throw new TypeError("fetch failed");
      return await fetch(...args);
    };
    expect((await ask(0, { fetch: breaking })).source).toBe("service");
    [broken, cache] = [2, new Map()];
    await expect(ask(0, { fetch: breaking })).rejects.toMatchObject({ code: "PCS_UNREACHABLE" });
  });

  test("an endless answer is cut off", async () => {
    const endless = async () =>
      new Response(new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(65_536)) }));
    await expect(ask(0, { fetch: endless })).rejects.toMatchObject({ code: "PCS_ANSWER" });
  });
});
