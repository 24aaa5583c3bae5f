import { describe, expect, test } from "vitest";
import { fromHex } from "../bytes.ts";
import { parseTcbInfo } from "../endorsements/tcb-info.ts";
import type { TcbStatus } from "../endorsements/tcb-status.ts";
import { appraise, minimalPolicy, nodeCrypto, parseEvidence, type TdxPolicy, verify } from "../node.ts";
import {
  type SimulatedEndorsementOptions,
  SimulatedQuotingEnclave,
  simulatedEndorsements,
  simulatedRoots,
  simulatedTdReport,
  type TdReportFields,
} from "../simulation/index.ts";

const SEED = new Uint8Array(32).fill(11);
const AT = new Date("2026-06-01T00:00:00Z");
const ROOTS = simulatedRoots(SEED);
const ENCLAVE = new SimulatedQuotingEnclave(SEED, SEED);

function svn(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(16);
  bytes.set(values);
  return bytes;
}

function judge(
  fields: TdReportFields = {},
  options: SimulatedEndorsementOptions = {},
  version: 4 | 5 = fields.version === "1.5" ? 5 : 4,
) {
  const quote = ENCLAVE.quoteTd(simulatedTdReport(fields), version);
  return verify(
    parseEvidence(quote),
    simulatedEndorsements(SEED, { tee: "tdx", ...options }),
    AT,
    ROOTS,
    nodeCrypto,
  );
}

test.each([
  ["1.0", 4],
  ["1.0", 5],
  ["1.5", 5],
] as const)("TD %s in version %i is genuine", (version, quoteVersion) => {
  const verdict = judge({ version }, {}, quoteVersion);
  expect(verdict).toMatchObject({ isGenuine: true, tcb: { status: "UpToDate", moduleStatus: "UpToDate" } });
  expect(verdict.claims).toMatchObject({
    kind: "tdx",
    reportVersion: version,
    quoteVersion,
    isSeptVeDisabled: true,
  });
});

describe("the module", () => {
  test("with a major version is judged by its identity, the platform from index 2 on", () => {
    // The level wants 4.0.2: SVN[1] = 1 lifts the first two components out of the comparison.
    expect(judge({ teeTcbSvn: svn(4, 1, 2) }).tcb?.status).toBe("UpToDate");
    expect(judge({ teeTcbSvn: svn(9, 1, 1) }).reason).toBe("TCB_UNSUPPORTED");
  });

  test("without a major version is judged by the platform levels, all sixteen", () => {
    expect(judge({ teeTcbSvn: svn(4, 0, 2) }).tcb).toMatchObject({ status: "UpToDate", moduleStatus: null });
    expect(judge({ teeTcbSvn: svn(2, 0, 2) }).reason).toBe("TCB_UNSUPPORTED");
  });

  test("of a major version nobody describes is refused", () => {
    expect(judge({ teeTcbSvn: svn(4, 3, 2) }).reason).toBe("TDX_MODULE_MISMATCH");
  });

  test("below every rated level is refused", () => {
    expect(judge({ teeTcbSvn: svn(3, 1, 2) }).reason).toBe("TCB_UNSUPPORTED");
  });

  test("is current, old or revoked, and rated nothing in between", () => {
    for (const moduleStatus of [
      "SWHardeningNeeded",
      "ConfigurationNeeded",
      "OutOfDateConfigurationNeeded",
    ] as const)
      expect(judge({}, { moduleStatus }).reason).toBe("TCB_UNSUPPORTED");
    expect(judge({}, { moduleStatus: "OutOfDate" }).tcb?.status).toBe("OutOfDate");
  });

  test("identity without a level is malformed, before anybody looks for its first", () => {
    const { tcbInfo } = simulatedEndorsements(SEED, { tee: "tdx" });
    const bare = tcbInfo.replace(/("id":"TDX_01".*?"tcbLevels":)\[.*?\]/, "$1[]");
    expect(bare).not.toBe(tcbInfo);
    expect(() => parseTcbInfo(bare)).toThrow(expect.objectContaining({ code: "TCB_INFO_MALFORMED" }));
  });

  test("signed by another, or with attributes, is refused", () => {
    for (const offset of [64, 112]) {
      const body = simulatedTdReport();
      body[offset] = 1;
      const quote = ENCLAVE.quoteTd(body);
      const verdict = verify(
        parseEvidence(quote),
        simulatedEndorsements(SEED, { tee: "tdx" }),
        AT,
        ROOTS,
        nodeCrypto,
      );
      expect(verdict.reason).toBe("TDX_MODULE_MISMATCH");
    }
  });

  const merged: readonly [TcbStatus, TcbStatus, TcbStatus | "TCB_REVOKED"][] = [
    ["UpToDate", "OutOfDate", "OutOfDate"],
    ["SWHardeningNeeded", "OutOfDate", "OutOfDate"],
    ["ConfigurationNeeded", "OutOfDate", "OutOfDateConfigurationNeeded"],
    ["ConfigurationAndSWHardeningNeeded", "OutOfDate", "OutOfDateConfigurationNeeded"],
    ["OutOfDate", "UpToDate", "OutOfDate"],
    ["UpToDate", "Revoked", "TCB_REVOKED"],
    ["Revoked", "UpToDate", "TCB_REVOKED"],
  ];
  test.each(merged)("platform %s, module %s: %s", (tcbStatus, moduleStatus, expected) => {
    const verdict = judge({}, { tcbStatus, moduleStatus });
    expect(verdict.reason ?? verdict.tcb?.status).toBe(expected);
  });
});

describe("relaunch (TD 1.5)", () => {
  const launched = { version: "1.5", teeTcbSvn: svn(4, 1, 2) } as const;
  const old = { moduleStatus: "OutOfDate" } as const;

  test("is advised when only the module at launch is old and the loaded one is current", () => {
    expect(judge({ ...launched, teeTcbSvn2: svn(4, 1, 2) }, old).tcb?.status).toBe("TDRelaunchAdvised");
    const configured = judge(
      { ...launched, teeTcbSvn2: svn(4, 1, 2) },
      { ...old, tcbStatus: "ConfigurationNeeded" },
    );
    expect(configured.tcb?.status).toBe("TDRelaunchAdvisedConfigurationNeeded");
  });

  test("by a loaded module without major version compares the platform's own components", () => {
    expect(judge({ ...launched, teeTcbSvn2: svn(4, 0, 2) }, old).tcb?.status).toBe("TDRelaunchAdvised");
    expect(judge({ ...launched, teeTcbSvn2: svn(3, 0, 2) }, old).tcb?.status).toBe("OutOfDate");
  });

  test("is not the cure when the loaded module is old too, or late microcode is", () => {
    expect(judge({ ...launched, teeTcbSvn2: svn(3, 1, 2) }, old).tcb?.status).toBe("OutOfDate");
    expect(judge({ ...launched, teeTcbSvn2: svn(4, 1, 1) }, old).tcb?.status).toBe("OutOfDate");
  });

  test("is not the cure when the platform or the quoting enclave is old", () => {
    expect(judge(launched, { ...old, tcbStatus: "OutOfDate" }).tcb?.status).toBe("OutOfDate");
    expect(judge(launched, { ...old, qeStatus: "OutOfDate" }).tcb?.status).toBe("OutOfDate");
  });

  test("with a loaded module nobody describes is refused", () => {
    expect(judge({ ...launched, teeTcbSvn2: svn(4, 7, 2) }, old).reason).toBe("TDX_MODULE_MISMATCH");
  });

  test("does not exist for TD 1.0", () => {
    expect(judge({}, old).tcb?.status).toBe("OutOfDate");
  });
});

describe("the minimal policy", () => {
  const policy: TdxPolicy = { ...(minimalPolicy("tdx") as TdxPolicy), allowSimulated: true };
  const appraised = (fields: TdReportFields, change: Partial<TdxPolicy> = {}) =>
    appraise(judge(fields), { ...policy, ...change });

  test("accepts an ordinary TD", () => {
    expect(appraised({ version: "1.5" })).toMatchObject({ isAccepted: true });
  });

  test("refuses debug, a service TD and SEPT_VE_DISABLE clear", () => {
    expect(appraised({ isDebug: true }).reason).toBe("POLICY_DEBUG");
    const bound = { version: "1.5", mrServiceTd: new Uint8Array(48).fill(1) } as const;
    expect(appraised(bound).reason).toBe("POLICY_SERVICE_TD");
    expect(appraised(bound, { allowServiceTd: true }).isAccepted).toBe(true);
    const body = simulatedTdReport();
    body.set(fromHex("0000000000000000"), 120);
    const verdict = verify(
      parseEvidence(ENCLAVE.quoteTd(body)),
      simulatedEndorsements(SEED, { tee: "tdx" }),
      AT,
      ROOTS,
      nodeCrypto,
    );
    expect(appraise(verdict, policy).reason).toBe("POLICY_ATTRIBUTES");
  });

  test("can name MRTD and RTMRs", () => {
    for (const field of ["mrTds", "mrConfigIds", "mrOwners", "mrOwnerConfigs"] as const)
      expect(appraised({}, { [field]: ["01".repeat(48)] }).reason).toBe("POLICY_MEASUREMENT");
    expect(appraised({}, { rtmrs: ["any", "00".repeat(48), "any", "11".repeat(48)] }).reason).toBe(
      "POLICY_MEASUREMENT",
    );
  });
});

test("a version 5 body that lies about its size or type is refused", () => {
  const quote = ENCLAVE.quoteTd(simulatedTdReport({ version: "1.5" }), 5);
  for (const [offset, value, code] of [
    [48, 2, "QUOTE_BODY_TYPE"],
    [48, 4, "QUOTE_BODY_TYPE"],
    [50, 0x48, "QUOTE_BODY_TYPE"],
    [4, 0, "QUOTE_TEE_TYPE"],
  ] as const) {
    const changed = quote.slice();
    changed[offset] = value;
    expect(() => parseEvidence(changed)).toThrow(expect.objectContaining({ code }));
  }
});
