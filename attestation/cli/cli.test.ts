import { execFile } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { toHex } from "../src/bytes.ts";
import {
  appraise,
  minimalPolicy,
  nodeCrypto,
  PRODUCTION_ROOTS,
  parseEvidence,
  verify as verifyEvidence,
} from "../src/node.ts";
import {
  SimulatedSnpPlatform,
  simulatedEndorsements,
  simulatedEvaluationNumbers,
  simulatedRoots,
} from "../src/simulation/index.ts";
import {
  SIMULATED_KINDS,
  type SimulatedKind,
  type SimulatedKnobs,
  simulatedEvidence,
} from "./simulate-kinds.ts";
import { parseTime, UsageError } from "./usage.ts";

const ENTRY = fileURLToPath(new URL("./index.ts", import.meta.url));
const AT = "2026-06-01T00:00:00Z";
const SEED = "5ea1b00c".repeat(8);

let folder = "";
const path = (name: string) => join(folder, name);

function attest(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((done) => {
    execFile(process.execPath, [ENTRY, "attest", ...args], { encoding: "utf8" }, (error, out, err) => {
      done({ code: error ? Number(error.code) : 0, out, err });
    });
  });
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "sealbook-attest-"));
  expect((await attest("simulate", "--out", folder)).code).toBe(0);
  expect((await attest("simulate", "--out", folder, "--name", "debug", "--debug")).code).toBe(0);
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const verify = (file: string, ...more: readonly string[]) =>
  attest(
    "verify",
    path(file),
    "--endorsements",
    path("simulated-v3-endorsements.json"),
    "--at",
    AT,
    "--roots",
    "simulated",
    ...more,
  );

describe("attest verify", () => {
  test("says yes, as a table and as JSON", async () => {
    const table = await verify("simulated-v3.bin");
    expect(table).toMatchObject({ code: 0, err: "" });
    expect(table.out).toContain("SIMULATED");
    expect(table.out).toContain("✓ quote signature");
    const json = JSON.parse((await verify("simulated-v3.bin", "--json")).out);
    expect(json).toMatchObject({
      isAccepted: true,
      reason: null,
      kind: "sgx",
      status: "UpToDate",
      encoding: "raw",
      short: [],
      expiresAt: "2045-01-01T00:00:00Z",
      daysLeft: 6789,
    });
    expect(json.checks).toContainEqual(
      expect.objectContaining({ name: "quote signature", result: "pass", reason: null, advice: null }),
    );
  });

  test("reads hex and base64 alike", async () => {
    const bytes = readFileSync(path("simulated-v3.bin"));
    writeFileSync(path("quote.hex"), toHex(bytes));
    writeFileSync(path("quote.b64"), bytes.toString("base64"));
    expect(JSON.parse((await verify("quote.hex", "--json")).out)).toMatchObject({
      isAccepted: true,
      encoding: "hex",
    });
    expect(JSON.parse((await verify("quote.b64", "--json")).out)).toMatchObject({
      isAccepted: true,
      encoding: "base64",
    });
  });

  test("says no to debug, to production roots, to another time and to garbage", async () => {
    const reason = async (...args: Parameters<typeof verify>) => {
      const { code, out } = await verify(...args);
      expect(code).toBe(1);
      return JSON.parse(out).reason;
    };
    expect(await reason("debug.bin", "--json")).toBe("POLICY_DEBUG");
    expect(await reason("simulated-v3.bin", "--json", "--roots", "production")).toBe("CHAIN_ROOT");
    expect(await reason("simulated-v3.bin", "--json", "--at", "2046-01-01")).toBe("CRL_EXPIRED");
    writeFileSync(path("garbage.bin"), "garbage");
    expect(await reason("garbage.bin", "--json")).toBe("EVIDENCE_UNKNOWN");
  });

  test("appraises by a policy, and refuses one that leaves something unsaid", async () => {
    const policy = { ...minimalPolicy("sgx"), allowSimulated: true };
    writeFileSync(path("policy.json"), JSON.stringify({ ...policy, isvSvnMin: 2 }));
    expect(
      JSON.parse((await verify("simulated-v3.bin", "--json", "--policy", path("policy.json"))).out).reason,
    ).toBe("POLICY_SVN");
    writeFileSync(path("policy.json"), JSON.stringify({ ...policy, isvSvnMin: undefined }));
    const incomplete = await verify("simulated-v3.bin", "--policy", path("policy.json"));
    expect(incomplete.code).toBe(2);
    expect(incomplete.err).toContain('"isvSvnMin" is missing');
  });

  test("tells usage errors with code 2", async () => {
    expect((await verify("absent.bin")).code).toBe(2);
    expect((await verify("simulated-v3.bin", "--at", "yesterday")).code).toBe(2);
    expect((await verify("simulated-v3.bin", "--roots", "other")).code).toBe(2);
    expect((await verify("simulated-v3.bin", "--seed", "00")).code).toBe(2);
    expect((await verify("simulated-v3.bin", "--endorsements", path("absent"))).code).toBe(2);
  });

  test("names files it could not use, and goes on", async () => {
    writeFileSync(path("note.txt"), "not an endorsement");
    const result = JSON.parse(
      (
        await verify(
          "simulated-v3.bin",
          "--json",
          "--endorsements",
          path("note.txt"),
          path("simulated-v3-endorsements.json"),
        )
      ).out,
    );
    expect(result.isAccepted).toBe(true);
    expect(result.ignored).toEqual([expect.stringContaining("note.txt")]);
  });

  test("takes an SNP chain from its own option", async () => {
    const chip = new SimulatedSnpPlatform(Uint8Array.from(Buffer.from(SEED, "hex")));
    writeFileSync(path("report.bin"), chip.report());
    writeFileSync(path("chain.pem"), chip.endorsements().amdChain);
    const run = await attest(
      "verify",
      path("report.bin"),
      "--chain",
      path("chain.pem"),
      "--at",
      AT,
      "--roots",
      "simulated",
      "--json",
    );
    expect(JSON.parse(run.out)).toMatchObject({ isAccepted: true, kind: "snp", status: null });
  });
});

test("--fetch asks the service, and its failure is a dependency's", async () => {
  const run = await verify(
    "simulated-v3.bin",
    "--fetch",
    "--pcs",
    "http://127.0.0.1:1",
    "--root-crl",
    "http://127.0.0.1:1",
  );
  expect(run).toMatchObject({ code: 3, err: expect.stringContaining("PCS_UNREACHABLE") });
  expect((await verify("simulated-v3.bin", "--fetch", "--update", "later")).code).toBe(2);
});

test("folders are read whole: links to nothing, circles and giants are noted and passed over", async () => {
  const inner = path("folder/inner");
  mkdirSync(inner, { recursive: true });
  copyFileSync(path("simulated-v3-endorsements.json"), join(inner, "set.json"));
  symlinkSync(path("folder"), join(inner, "circle"));
  symlinkSync(path("nowhere"), path("folder/dangling"));
  writeFileSync(path("folder/giant"), Buffer.alloc(9 << 20, 0x30));
  const run = await verify("simulated-v3.bin", "--json", "--endorsements", path("folder"));
  expect(run).toMatchObject({ code: 0, err: "" });
  const { ignored } = JSON.parse(run.out) as { ignored: string[] };
  for (const what of ["dangling: a link to nothing", "giant: 9437184 bytes", "nested too deeply"])
    expect(
      ignored.some((line) => line.includes(what)),
      what,
    ).toBe(true);
});

test("a venue's evidence document is judged with what it brings along", async () => {
  const endorsements = JSON.parse(readFileSync(path("simulated-v3-endorsements.json"), "utf8"));
  const quote = readFileSync(path("simulated-v3.bin")).toString("base64");
  const ask = async (document: object) => {
    writeFileSync(path("evidence.json"), JSON.stringify({ kind: "sgx-v3", simulated: true, ...document }));
    const run = await attest("verify", path("evidence.json"), "--at", AT, "--roots", "simulated", "--json");
    return JSON.parse(run.out);
  };
  expect(await ask({ quote, endorsements })).toMatchObject({
    isAccepted: true,
    encoding: "document",
    ignored: [],
  });
  expect(await ask({ quote })).toMatchObject({ isAccepted: false, reason: "CRL_MISSING" });
  expect(await ask({ quote, endorsements: { ...endorsements, pckCrl: "00" } })).toMatchObject({
    reason: "CRL_MISSING",
  });
  expect(await ask({ quote: 7 })).toMatchObject({ reason: "EVIDENCE_UNKNOWN" });
});

test("every kind can be simulated, with everything that may be wrong with it", async () => {
  const seed = Uint8Array.from(Buffer.from(SEED, "hex"));
  const none = {
    isDebug: false,
    isOutOfDate: false,
    isRevoked: false,
    isExpired: false,
    isWrongModule: false,
  };
  const reasonOf = (
    kind: SimulatedKind,
    knobs: Partial<SimulatedKnobs> = {},
    roots = simulatedRoots(seed),
  ) => {
    const { evidence, endorsements } = simulatedEvidence(seed, kind, { ...none, ...knobs });
    const verdict = verifyEvidence(parseEvidence(evidence), endorsements, new Date(AT), roots, nodeCrypto);
    const policy = { ...minimalPolicy(verdict.claims.kind), allowSimulated: true };
    return verdict.reason ?? appraise(verdict, policy).reason ?? verdict.tcb?.status ?? "genuine";
  };
  for (const kind of SIMULATED_KINDS) {
    const isIntel = /^(?:sgx|tdx)/.test(kind);
    expect(reasonOf(kind), kind).toBe(isIntel ? "UpToDate" : "genuine");
    expect(reasonOf(kind, { isDebug: true }), kind).toBe("POLICY_DEBUG");
    expect(reasonOf(kind, { isExpired: true }), kind).toMatch(/^(?:CRL|CERT)_EXPIRED$/);
    expect(reasonOf(kind, {}, PRODUCTION_ROOTS), kind).toBe("CHAIN_ROOT");
    if (isIntel) expect(reasonOf(kind, { isOutOfDate: true }), kind).toBe("OutOfDate");
    else expect(() => reasonOf(kind, { isOutOfDate: true })).toThrow(UsageError);
    if (kind !== "nitro") expect(reasonOf(kind, { isRevoked: true }), kind).toBe("CERT_REVOKED");
    if (kind.startsWith("tdx"))
      expect(reasonOf(kind, { isWrongModule: true }), kind).toBe("TDX_MODULE_MISMATCH");
  }
  const written = await attest("simulate", "--kind", "tdx15-v5", "--wrong-module", "--out", folder);
  expect(written.out.trim().split("\n")).toEqual(
    ["simulated-tdx15-v5.bin", "simulated-tdx15-v5-endorsements.json"].map(path),
  );
  expect((await attest("simulate", "--kind", "nitro", "--revoked", "--out", folder)).code).toBe(2);
});

test("a policy that says something twice is no policy", async () => {
  const text = JSON.stringify({ ...minimalPolicy("sgx"), allowSimulated: true });
  writeFileSync(path("twice.json"), text.replace("{", '{"allowDebug":true,'));
  const run = await verify("debug.bin", "--policy", path("twice.json"));
  expect(run).toMatchObject({ code: 2, err: expect.stringContaining("appears twice") });
});

test("attest foresight tells both outlooks, and the answer is yes only when both are", async () => {
  const seed = Uint8Array.from(Buffer.from(SEED, "hex"));
  const numbers = simulatedEvaluationNumbers(seed, "sgx", [
    [18, new Date("2026-05-12T00:00:00Z")],
    [17, new Date("2024-03-12T00:00:00Z")],
  ]);
  writeFileSync(path("numbers.json"), numbers.body);
  const early = simulatedEndorsements(seed, { evaluationNumber: 18, tcbStatus: "OutOfDate" });
  writeFileSync(path("early.json"), JSON.stringify(early));
  const files = ["simulated-v3-endorsements.json", "early.json", "numbers.json"].map(path);
  const ask = (...more: readonly string[]) =>
    attest(
      ...["foresight", path("simulated-v3.bin"), "--endorsements", ...files, "--at", AT],
      ...["--roots", "simulated", "--json", ...more],
    );
  const run = await ask();
  expect(run).toMatchObject({ code: 0, err: "" });
  expect(JSON.parse(run.out)).toMatchObject([
    { update: "standard", wantedNumber: 17, evaluationNumber: 17, status: "UpToDate" },
    { update: "early", wantedNumber: 18, evaluationNumber: 18, status: "OutOfDate" },
  ]);
  const policy = { ...minimalPolicy("sgx"), allowSimulated: true, tcbStatuses: ["UpToDate"] };
  writeFileSync(path("strict.json"), JSON.stringify(policy));
  expect((await ask("--policy", path("strict.json"))).code).toBe(1);
  expect((await ask("--fetch", "--pcs", "http://127.0.0.1:1")).code).toBe(3);
});

test("attest bundle makes one file that is enough", async () => {
  const bundle = path("bundle.json");
  const made = await attest(
    "bundle",
    path("simulated-v3.bin"),
    "--endorsements",
    path("simulated-v3-endorsements.json"),
    "--at",
    AT,
    "--roots",
    "simulated",
    "--out",
    bundle,
  );
  expect(made.code).toBe(0);
  expect(JSON.parse(readFileSync(bundle, "utf8"))).toMatchObject({
    format: "sealbook.endorsements",
    version: 1,
    expiresAt: "2045-01-01T00:00:00Z",
  });
  const run = await attest(
    "verify",
    path("simulated-v3.bin"),
    "--endorsements",
    bundle,
    "--at",
    AT,
    "--roots",
    "simulated",
  );
  expect(run.code).toBe(0);
});

test("times are Unix seconds or ISO 8601, UTC unless told", () => {
  expect(parseTime("1752000000").toISOString()).toBe("2025-07-08T18:40:00.000Z");
  expect(parseTime("2025-07-08T18:40:00Z").getTime()).toBe(1752000000000);
  expect(parseTime("2025-07-08T20:40:00+02:00").getTime()).toBe(1752000000000);
  expect(parseTime("2025-07-08").toISOString()).toBe("2025-07-08T00:00:00.000Z");
  expect(parseTime("2025-07-08T18:40:00").getTime()).toBe(1752000000000);
  expect(parseTime("2025-07-08T18:40:00.000Z").getTime()).toBe(1752000000000);
  for (const wrong of [
    "",
    "yesterday",
    "2025-07-08T18:40:00X",
    "2025-13-01",
    "-1",
    "1752000000000",
    "July 8, 2025",
  ])
    expect(() => parseTime(wrong)).toThrow(UsageError);
});
