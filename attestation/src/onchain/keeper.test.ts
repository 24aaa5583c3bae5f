import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ChainInProcess, IS_BUILT } from "../../differential/chain.ts";
import { type SmallService, startSmallService } from "../../testing/index.ts";
import { toHex } from "../bytes.ts";
import { type Fetched, nodeCrypto, type PcsOptions, type Platform } from "../node.ts";
import {
  type SimulatedEndorsementOptions,
  simulatedEndorsements,
  simulatedPki,
  simulatedRoots,
} from "../simulation/index.ts";
import { emitPem } from "../x509/pem.ts";
import { type KeeperChain, type KeeperReport, keep, Refusal } from "./keeper.ts";

const SEED = new Uint8Array(32).fill(41);
const PKI = simulatedPki(SEED);
const DAY = 86_400;
const START = Date.UTC(2026, 5, 1) / 1000;
const SGX: Platform = { tee: "sgx", fmspc: PKI.platform.fmspc, ca: "platform" };
const TDX: Platform = { ...SGX, tee: "tdx" };

/** Endorsements as Intel would issue them on a day: thirty days long. */
const issued = (day: number, options: SimulatedEndorsementOptions = {}) =>
  simulatedEndorsements(SEED, {
    issuedAt: new Date((START + day * DAY) * 1000),
    nextUpdate: new Date((START + (day + 30) * DAY) * 1000),
    ...options,
  });

describe.skipIf(!IS_BUILT)("the keeper, on the contracts (skipped: contracts are not built)", () => {
  let service: SmallService;
  let inProcess: ChainInProcess;
  let cache: Map<string, Fetched>;
  let sent: string[];
  let day = 0;

  /** The contracts in this process as the keeper sees a chain, at noon of the day. */
  const now = () => START + day * DAY + DAY / 2;
  const chain: KeeperChain = {
    now: async () => now(),
    read: async (contract, method, args) => {
      const answer = await inProcess.call(contract, method, args, now());
      const found = inProcess.decode(contract, method, answer.data);
      const first = found.head ?? found[0];
      return typeof first === "object" ? first : { [method]: first };
    },
    send: async ({ contract, method, args }) => {
      const { refusal } = await inProcess.call(contract, method, args, now());
      if (refusal) throw new Refusal(refusal.name, refusal.args);
      sent.push(method);
    },
  };

  async function round(
    change: Partial<PcsOptions> = {},
    platforms: readonly Platform[] = [SGX],
  ): Promise<KeeperReport> {
    sent = [];
    const pcs: PcsOptions = {
      url: service.url,
      rootCrlUrl: `${service.url}/rootcacrl`,
      update: "standard",
      roots: simulatedRoots(SEED),
      crypto: nodeCrypto,
      freshMs: 1000,
      lastGoodMs: 30 * DAY * 1000,
      timeoutMs: 120_000,
      fetch,
      ...change,
    };
    return await keep({ platforms, chain, pcs, cache, marginMs: 7 * DAY * 1000 });
  }

  beforeAll(async () => {
    service = await startSmallService({
      crlChain: emitPem(PKI.platformCa.certificate, PKI.root.certificate),
      answer: () => undefined,
    });
  });
  afterAll(() => service.server.close());

  beforeEach(async () => {
    const root = PKI.root.key.publicKey;
    const half = (from: number) => `0x${toHex(root.subarray(from, from + 32))}`;
    inProcess = await ChainInProcess.deploy({ x: half(0), y: half(32) });
    [cache, sent, day] = [new Map(), [], 0];
    service.status = 200;
    service.answer = (_, tee) => issued(0, { tee });
  });

  test("brings an empty chain everything a platform rests on, in order, and then rests", async () => {
    const report = await round();
    expect(report.faults).toEqual([]);
    expect(sent).toEqual([
      "registerRoot",
      "registerCa",
      "registerTcbSigner",
      "upsertCrl",
      "upsertCrl",
      "upsertTcbInfo",
      "upsertQeIdentity",
    ]);
    expect(report.earliest).toMatchObject({ until: "2026-07-01T00:00:00Z", daysLeft: 29 });
    await round();
    expect(sent).toEqual([]);
  });

  test("shares certificates, lists and rounds between platforms", async () => {
    const report = await round({}, [SGX, TDX]);
    expect(report.faults).toEqual([]);
    expect(sent.filter((method) => method === "upsertCrl")).toHaveLength(2);
    expect(sent.filter((method) => method === "upsertTcbInfo")).toHaveLength(2);
    expect(report.items.map(({ action }) => action)).toEqual(Array(9).fill("sent"));
  });

  test("does not pay for a newer date, but renews before the end", async () => {
    await round();
    day = 10;
    service.answer = () => issued(10);
    await round();
    expect(sent).toEqual([]);
    day = 23;
    service.answer = () => issued(23);
    const report = await round();
    expect(sent).toEqual(["upsertCrl", "upsertCrl", "upsertTcbInfo", "upsertQeIdentity"]);
    expect(report.earliest?.until).toBe("2026-07-24T00:00:00Z");
    expect(report.faults).toEqual([]);
  });

  test("a revocation is brought at once, and once", async () => {
    await round();
    day = 1;
    service.answer = () => issued(1, { isPckRevoked: true });
    await round();
    expect(sent).toEqual(["upsertCrl"]);
    day = 2;
    service.answer = () => issued(2, { isPckRevoked: true });
    await round();
    expect(sent).toEqual([]);
  });

  test("a higher evaluation number is brought at once; a lower one never is", async () => {
    await round();
    day = 1;
    service.answer = () => issued(1, { evaluationNumber: 18 });
    await round({ update: "early" });
    expect(sent).toEqual(["upsertTcbInfo", "upsertQeIdentity"]);

    // Everybody else asks for `standard`, which is still 17: the chain's own number is what gets renewed.
    day = 25;
    service.answer = (query) =>
      query.get("tcbEvaluationDataNumber") === "18" ? issued(25, { evaluationNumber: 18 }) : issued(25);
    expect((await round()).faults).toEqual([]);
    expect(sent).toContain("upsertTcbInfo");
    const head = await chain.read("endorsements", "tcbInfoOf", [0, `0x${SGX.fmspc}`]);
    expect(Number(head.evaluationNumber)).toBe(18);
  });

  test("a service without the chain's number is told, and nothing is lowered", async () => {
    await round();
    day = 1;
    service.answer = () => issued(1, { evaluationNumber: 18 });
    await round({ update: "early" });
    day = 25;
    service.answer = (query) => (query.has("tcbEvaluationDataNumber") ? undefined : issued(25));
    const report = await round();
    expect(sent).toEqual(["upsertCrl", "upsertCrl"]);
    expect(report.faults.map(({ code }) => code)).toEqual(
      expect.arrayContaining(["KEEPER_LOWER", "KEEPER_LAPSING"]),
    );
    expect(report.faults.find(({ code }) => code === "KEEPER_LOWER")?.detail).toContain(
      "chain 18, service 17",
    );
  });

  test("a dead service is told; the last good answer still serves until it ends", async () => {
    await round();
    service.status = 503;
    day = 25;
    const report = await round();
    expect(sent).toEqual([]);
    expect(report.faults.every(({ code }) => code === "KEEPER_LAPSING")).toBe(true);
    expect(report.faults[0]?.advice).toContain("lapses");
    cache.clear();
    const cold = await round();
    expect(cold.faults).toMatchObject([{ code: "KEEPER_SERVICE", about: `sgx platform ${SGX.fmspc}` }]);
  });

  test("a contract's refusal is told in the words of the rule, and the rest goes on", async () => {
    service.answer = () => issued(2); // from the future, for the chain's clock
    const report = await round();
    expect(sent).toEqual(["registerRoot", "registerCa", "registerTcbSigner"]);
    const refused = report.faults.filter(({ code }) => code === "KEEPER_REFUSED");
    expect(refused.map(({ about }) => about)).toContain("the root's revocation list");
    expect(refused[0]?.detail).toContain("CRL_NOT_YET_VALID");
  });

  test("losing a race is no fault", async () => {
    const racing: KeeperChain = {
      ...chain,
      send: async (step) => {
        await chain.send(step);
        await chain.send(step);
      },
    };
    const pcs = { ...(await optionsOf()), freshMs: 0 };
    const report = await keep({ platforms: [SGX], chain: racing, pcs, cache, marginMs: 0 });
    expect(report.faults).toEqual([]);
    expect(new Set(report.items.map(({ action }) => action))).toEqual(new Set(["already"]));
  });

  test("a chain that fails is told, item by item", async () => {
    const pcs = await optionsOf();
    const dead: KeeperChain = { ...chain, send: async () => Promise.reject(new Error("no funds")) };
    const report = await keep({ platforms: [SGX], chain: dead, pcs, cache, marginMs: 0 });
    expect(report.faults[0]).toMatchObject({ code: "KEEPER_CHAIN", detail: "no funds" });
    const gone: KeeperChain = { ...chain, now: async () => Promise.reject(new Error("no node")) };
    expect(await keep({ platforms: [SGX], chain: gone, pcs, cache, marginMs: 0 })).toMatchObject({
      at: null,
      faults: [{ code: "KEEPER_CHAIN", detail: "no node" }],
    });
  });

  async function optionsOf(): Promise<PcsOptions> {
    return {
      url: service.url,
      rootCrlUrl: `${service.url}/rootcacrl`,
      update: "standard",
      roots: simulatedRoots(SEED),
      crypto: nodeCrypto,
      freshMs: 1000,
      lastGoodMs: 0,
      timeoutMs: 120_000,
      fetch,
    };
  }
});
