import { describe, expect, test } from "vitest";
import { appraise } from "./appraise.ts";
import type { Reason } from "./errors.ts";
import { nodeCrypto, parseEvidence, type SgxPolicy, verify } from "./node.ts";
import {
  type SimulatedEndorsementOptions,
  SimulatedQuotingEnclave,
  simulatedEndorsements,
  simulatedReport,
  simulatedRoots,
} from "./simulation/index.ts";

const SEED = new Uint8Array(32).fill(9);
const AT = new Date("2026-06-01T12:00:00Z");
const ENCLAVE = new SimulatedQuotingEnclave(SEED, SEED);

function verdict(isDebug = false, options: SimulatedEndorsementOptions = {}) {
  const quote = ENCLAVE.quote(
    simulatedReport(SEED, ENCLAVE.targetInfo(), { isDebug, reportData: new Uint8Array(64).fill(0x5b) }),
  );
  return verify(
    parseEvidence(quote),
    simulatedEndorsements(SEED, options),
    AT,
    simulatedRoots(SEED),
    nodeCrypto,
  );
}

const GENUINE = verdict();
const CLAIMS = GENUINE.claims as Extract<typeof GENUINE.claims, { kind: "sgx" }>;

const POLICY: SgxPolicy = {
  kind: "sgx",
  allowSimulated: true,
  allowDebug: false,
  reportData: "5b".repeat(32),
  tcbStatuses: ["UpToDate"],
  outOfDateGraceDays: 0,
  advisoriesDenied: [],
  evaluationNumberMin: 17,
  mrEnclaves: [CLAIMS.mrEnclave],
  mrSigners: [CLAIMS.mrSigner.toUpperCase()],
  isvProdId: 1,
  isvSvnMin: 1,
  attributes: { value: "0500000000000000e700000000000000", mask: "ffffffffffffffffffffffffffffffff" },
};

test("the enclave the policy names is accepted", () => {
  expect(appraise(GENUINE, POLICY)).toMatchObject({ isAccepted: true, reason: null });
});

describe("each rule refuses", () => {
  const cases: readonly [string, Partial<SgxPolicy>, Reason][] = [
    ["simulated evidence", { allowSimulated: false }, "POLICY_SIMULATED"],
    ["another measurement", { mrEnclaves: ["00".repeat(32)] }, "POLICY_MEASUREMENT"],
    ["an empty list of measurements", { mrEnclaves: [] }, "POLICY_MEASUREMENT"],
    ["another signer", { mrSigners: ["00".repeat(32)] }, "POLICY_SIGNER"],
    ["another product", { isvProdId: 2 }, "POLICY_PRODUCT"],
    ["an old security version", { isvSvnMin: 2 }, "POLICY_SVN"],
    [
      "other attributes",
      { attributes: { value: "0400000000000000e700000000000000", mask: "ff".repeat(16) } },
      "POLICY_ATTRIBUTES",
    ],
    ["other report data", { reportData: "5c" }, "POLICY_REPORT_DATA"],
    ["a status not listed", { tcbStatuses: ["SWHardeningNeeded"] }, "POLICY_TCB_STATUS"],
    ["old evaluation data", { evaluationNumberMin: 18 }, "POLICY_EVALUATION"],
  ];
  test.each(cases)("%s", (_, change, reason) => {
    expect(appraise(GENUINE, { ...POLICY, ...change })).toMatchObject({ isAccepted: false, reason });
  });

  test("a debug enclave", () => {
    const lax = { ...POLICY, attributes: "any" } as const;
    expect(appraise(verdict(true), lax).reason).toBe("POLICY_DEBUG");
    expect(appraise(verdict(true), { ...lax, allowDebug: true }).isAccepted).toBe(true);
  });

  test("evidence that did not verify", () => {
    expect(appraise(verdict(false, { isPckRevoked: true }), POLICY).reason).toBe("NOT_GENUINE");
  });

  test("a denied advisory", () => {
    const affected = verdict(false, { advisoryIds: ["SIM-SA-00009"] });
    expect(appraise(affected, POLICY).isAccepted).toBe(true);
    expect(appraise(affected, { ...POLICY, advisoriesDenied: ["SIM-SA-00009"] }).reason).toBe(
      "POLICY_ADVISORY",
    );
  });

  test("another kind of evidence", () => {
    const tdx = {
      kind: "tdx",
      allowSimulated: true,
      allowDebug: false,
      reportData: "any",
      tcbStatuses: ["UpToDate"],
      outOfDateGraceDays: 0,
      advisoriesDenied: [],
      evaluationNumberMin: 0,
      mrTds: "any",
      mrConfigIds: "any",
      mrOwners: "any",
      mrOwnerConfigs: "any",
      rtmrs: ["any", "any", "any", "any"],
      attributes: "any",
      xfam: "any",
      allowServiceTd: false,
    } as const;
    expect(appraise(GENUINE, tdx).reason).toBe("POLICY_KIND");
  });
});

test("out-of-date platforms are accepted in grace, and only then", () => {
  const tcbDate = new Date("2026-05-20T00:00:00Z");
  const old = verdict(false, { isOutOfDate: true, tcbDate });
  expect(appraise(old, POLICY).reason).toBe("POLICY_TCB_STATUS");
  expect(appraise(old, { ...POLICY, outOfDateGraceDays: 12 }).reason).toBe("POLICY_TCB_STATUS");
  expect(appraise(old, { ...POLICY, outOfDateGraceDays: 13 }).isAccepted).toBe(true);
});

test("grace forgives age, not configuration", () => {
  const tcbDate = new Date("2026-05-20T00:00:00Z");
  const old = verdict(false, { tcbStatus: "OutOfDateConfigurationNeeded", tcbDate });
  const graced = { ...POLICY, outOfDateGraceDays: 13 };
  expect(appraise(old, graced).reason).toBe("POLICY_TCB_STATUS");
  expect(appraise(old, { ...graced, tcbStatuses: ["ConfigurationNeeded"] }).isAccepted).toBe(true);
  expect(
    appraise(old, { ...graced, tcbStatuses: ["ConfigurationNeeded"], outOfDateGraceDays: 12 }).reason,
  ).toBe("POLICY_TCB_STATUS");
});

test("a policy that leaves a field out decides nothing", () => {
  for (const field of Object.keys(POLICY) as (keyof SgxPolicy)[]) {
    if (field === "kind") continue;
    const { [field]: _, ...incomplete } = POLICY;
    expect(() => appraise(GENUINE, incomplete as SgxPolicy)).toThrow(
      expect.objectContaining({ code: "POLICY_INCOMPLETE" }),
    );
  }
});

test("a policy field of the wrong shape, or one nobody reads, is an error", () => {
  const malformed = (change: object) => () => appraise(GENUINE, { ...POLICY, ...change } as SgxPolicy);
  const error = expect.objectContaining({ code: "POLICY_MALFORMED" });
  expect(malformed({ mrEnclave: ["00"] })).toThrow(error);
  expect(malformed({ mrEnclaves: ["00"] })).toThrow(error);
  expect(malformed({ tcbStatuses: ["Revoked"] })).toThrow(error);
  expect(malformed({ isvSvnMin: -1 })).toThrow(error);
  expect(malformed({ kind: "sev" })).toThrow(error);
  expect(malformed({ kind: "constructor" })).toThrow(error);
});
