import { describe, expect, test } from "vitest";
import type { AmdEndorsements } from "../endorsements/endorsements.ts";
import { AttestationError, type Reason } from "../errors.ts";
import {
  appraise,
  minimalPolicy,
  nodeCrypto,
  PRODUCTION_ROOTS,
  parseEvidence,
  type SnpPolicy,
  verify,
} from "../node.ts";
import { SimulatedSnpPlatform, type SnpReportFields, simulatedRoots } from "../simulation/index.ts";
import { emitPem, parsePem } from "../x509/pem.ts";

const SEED = new Uint8Array(32).fill(12);
const AT = new Date("2026-06-01T00:00:00Z");
const ROOTS = simulatedRoots(SEED);
const CHIP = new SimulatedSnpPlatform(SEED);
const ENDORSEMENTS = CHIP.endorsements();

function judge(report: Uint8Array, endorsements: Partial<AmdEndorsements> = ENDORSEMENTS, at = AT) {
  return verify(parseEvidence(report), endorsements, at, ROOTS, nodeCrypto);
}

describe.each(["milan", "genoa", "turin"] as const)("%s", (product) => {
  test.each(["VCEK", "VLEK"] as const)("signed by the %s, in every report version", (key) => {
    const chip = new SimulatedSnpPlatform(SEED, { product, key });
    for (const version of [2, 3, 4, 5] as const) {
      const verdict = judge(chip.report({ version }), chip.endorsements());
      expect(verdict.checks.filter((check) => check.result !== "pass")).toEqual([]);
      expect(verdict).toMatchObject({
        isGenuine: true,
        claims: { kind: "snp", reportVersion: version, signingKey: key },
      });
      expect(verdict.claims).toMatchObject({
        reportedTcb: { snp: 24, microcode: 219, fmc: product === "turin" ? 1 : null },
      });
    }
  });
});

test("bytes all over a report count", () => {
  const report = CHIP.report({ version: 5 });
  const wrong: number[] = [];
  for (let offset = 0; offset < report.length; offset += 5) {
    const mutated = report.slice();
    mutated[offset] = mutated[offset]! ^ 0x01;
    try {
      if (judge(mutated, { amdChain: ENDORSEMENTS.amdChain }).isGenuine) wrong.push(offset);
    } catch (error) {
      expect(error).toBeInstanceOf(AttestationError);
    }
  }
  expect(wrong).toEqual([]);
});

test("a chip id the host masks is no fault: the key is the chip's all the same", () => {
  const verdict = judge(CHIP.report({ chipId: new Uint8Array(64) }));
  expect(verdict.reason).toBe(null);
  expect(verdict.checks.find(({ name }) => name === "chip id")?.compared).toContain("masked by the host");
});

describe("each rule fails closed", () => {
  const [vek, signer, root] = parsePem(ENDORSEMENTS.amdChain) as [Uint8Array, Uint8Array, Uint8Array];
  const otherSeed = new SimulatedSnpPlatform(new Uint8Array(32).fill(13)).endorsements();
  const vlek = new SimulatedSnpPlatform(SEED, { key: "VLEK" }).endorsements();
  const genoa = new SimulatedSnpPlatform(SEED, { product: "genoa" }).endorsements();
  const otherTcb = new SimulatedSnpPlatform(SEED, {
    tcb: { bootLoader: 4, tee: 0, snp: 25, microcode: 219 },
  });
  const cases: readonly [string, SnpReportFields, Partial<AmdEndorsements>, Reason][] = [
    ["no chain", {}, {}, "CHAIN_MISSING"],
    ["VEK missing", {}, { amdChain: emitPem(signer, root) }, "CHAIN_INCOMPLETE"],
    ["root missing", {}, { amdChain: emitPem(vek, signer, signer) }, "CHAIN_SUBJECT"],
    ["chain of another root", {}, otherSeed, "CHAIN_ROOT"],
    ["VLEK chain for a VCEK report", {}, vlek, "CHAIN_SUBJECT"],
    ["chain of another product", {}, genoa, "REPORT_SIGNATURE"],
    ["certificate for other firmware", {}, otherTcb.endorsements(), "REPORT_TCB"],
    ["another chip", { chipId: new Uint8Array(64).fill(1) }, ENDORSEMENTS, "REPORT_CHIP"],
    [
      "report names other firmware",
      { reportedTcb: { bootLoader: 3, tee: 0, snp: 24, microcode: 219 } },
      ENDORSEMENTS,
      "REPORT_TCB",
    ],
    ["garbage list", {}, { ...ENDORSEMENTS, amdCrl: "00" }, "CRL_MALFORMED"],
    ["another root's list", {}, { ...ENDORSEMENTS, amdCrl: otherSeed.amdCrl }, "CRL_SIGNATURE"],
    [
      "signing key revoked",
      {},
      new SimulatedSnpPlatform(SEED, { isSignerRevoked: true }).endorsements(),
      "CERT_REVOKED",
    ],
  ];
  test.each(cases)("%s", (_, fields, endorsements, reason) => {
    expect(judge(CHIP.report(fields), endorsements)).toMatchObject({ isGenuine: false, reason });
  });

  test("windows", () => {
    const short = new SimulatedSnpPlatform(SEED, { vekNotAfter: new Date("2026-05-31T00:00:00Z") });
    expect(judge(short.report(), short.endorsements()).reason).toBe("CERT_EXPIRED");
    expect(judge(CHIP.report(), ENDORSEMENTS, new Date("2019-01-01T00:00:00Z")).reason).toBe(
      "CERT_NOT_YET_VALID",
    );
    expect(judge(CHIP.report(), ENDORSEMENTS, new Date("2046-01-01T00:00:00Z")).reason).toBe("CRL_EXPIRED");
  });

  test("production roots", () => {
    const verdict = verify(parseEvidence(CHIP.report()), ENDORSEMENTS, AT, PRODUCTION_ROOTS, nodeCrypto);
    expect(verdict).toMatchObject({ isGenuine: false, reason: "CHAIN_ROOT" });
  });

  test("a key that is no key, and a report with bytes behind it", () => {
    const none = CHIP.report();
    none[0x48] = 7 << 2;
    expect(() => parseEvidence(none)).toThrow(expect.objectContaining({ code: "REPORT_KEY" }));
    const longer = new Uint8Array(1185);
    longer.set(CHIP.report());
    expect(() => parseEvidence(longer)).toThrow(expect.objectContaining({ code: "EVIDENCE_LENGTH" }));
  });
});

test("without a list revocation is shown as not judged", () => {
  const verdict = judge(CHIP.report(), { amdChain: ENDORSEMENTS.amdChain });
  expect(verdict.isGenuine).toBe(true);
  expect(verdict.checks.find((check) => check.name === "AMD CRL")?.result).toBe("skip");
});

test("the chain may come in any order", () => {
  const [vek, signer, root] = parsePem(ENDORSEMENTS.amdChain) as [Uint8Array, Uint8Array, Uint8Array];
  expect(judge(CHIP.report(), { amdChain: emitPem(root, vek, signer) }).isGenuine).toBe(true);
});

describe("policy", () => {
  const policy = { ...(minimalPolicy("snp") as SnpPolicy), allowSimulated: true };
  const least = { fmc: 0, bootLoader: 4, tee: 0, snp: 24, microcode: 219 };
  const cases: readonly [string, SnpReportFields, Partial<SnpPolicy>, Reason | null][] = [
    ["an ordinary guest", { vmpl: 1 }, { tcbMin: least, vmplMax: 1 }, null],
    ["debug", { isDebug: true }, {}, "POLICY_DEBUG"],
    ["migratable", { isMigratable: true }, {}, "POLICY_ATTRIBUTES"],
    ["privilege level", { vmpl: 2 }, { vmplMax: 1 }, "POLICY_VMPL"],
    ["measurement", {}, { measurements: ["00".repeat(48)] }, "POLICY_MEASUREMENT"],
    ["guest SVN", { guestSvn: 1 }, { guestSvnMin: 2 }, "POLICY_SVN"],
    ["firmware", {}, { tcbMin: { ...least, snp: 25 } }, "POLICY_SVN"],
    ["report data", {}, { reportData: "01" }, "POLICY_REPORT_DATA"],
    ["guest policy bits", {}, { guestPolicy: { value: "0000010000000000", mask: "0000010000000000" } }, null],
    [
      "guest policy bits missing",
      {},
      { guestPolicy: { value: "0000100000000000", mask: "0000100000000000" } },
      "POLICY_ATTRIBUTES",
    ],
  ];
  test.each(cases)("%s", (_, fields, change, reason) => {
    expect(appraise(judge(CHIP.report(fields)), { ...policy, ...change }).reason).toBe(reason);
  });
});
