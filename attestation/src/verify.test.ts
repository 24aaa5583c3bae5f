import { describe, expect, test } from "vitest";
import { fromHex, toHex } from "./bytes.ts";
import type { Endorsements } from "./endorsements/endorsements.ts";
import { AttestationError, type Reason } from "./errors.ts";
import { parseQuote } from "./evidence/quote.ts";
import { authenticate, nobleCrypto, nodeCrypto, PRODUCTION_ROOTS, parseEvidence, verify } from "./node.ts";
import {
  type SimulatedEndorsementOptions,
  SimulatedQuotingEnclave,
  simulatedEndorsements,
  simulatedPki,
  simulatedReport,
  simulatedRevocationList,
  simulatedRoots,
} from "./simulation/index.ts";
import { emitPem } from "./x509/pem.ts";

const SEED = new Uint8Array(32).fill(7);
const OTHER_SEED = new Uint8Array(32).fill(8);
const AT = new Date("2026-06-01T12:00:00Z");
const ROOTS = simulatedRoots(SEED);
const ENCLAVE = new SimulatedQuotingEnclave(SEED, SEED);
const QUOTE = ENCLAVE.quote(simulatedReport(SEED, ENCLAVE.targetInfo()));
const ENDORSEMENTS = simulatedEndorsements(SEED);
const HANDLE = authenticate(ENDORSEMENTS, ROOTS, nodeCrypto);

function judge(endorsements: Partial<Endorsements>, at = AT, quote = QUOTE) {
  return verify(parseEvidence(quote), endorsements, at, ROOTS, nodeCrypto);
}

function endorse(options: SimulatedEndorsementOptions): Endorsements {
  return simulatedEndorsements(SEED, options);
}

describe("a simulated quote", () => {
  test("is genuine, with both kinds of cryptography", () => {
    for (const crypto of [nodeCrypto, nobleCrypto]) {
      const verdict = verify(parseEvidence(QUOTE), ENDORSEMENTS, AT, ROOTS, crypto);
      expect(verdict.checks.filter((check) => check.result !== "pass")).toEqual([]);
      expect(verdict).toMatchObject({
        isGenuine: true,
        isCryptoValid: true,
        isSimulated: true,
        reason: null,
      });
      expect(verdict.tcb).toMatchObject({ status: "UpToDate", advisoryIds: [], short: [] });
      expect(verdict.expiry).toMatchObject({ at: "2045-01-01T00:00:00Z" });
    }
  });

  test("in versions 4 and 5 too", () => {
    for (const version of [4, 5] as const) {
      const quote = ENCLAVE.quote(simulatedReport(SEED, ENCLAVE.targetInfo()), version);
      expect(judge(ENDORSEMENTS, AT, quote)).toMatchObject({
        isGenuine: true,
        claims: { kind: "sgx", quoteVersion: version },
      });
    }
  });

  test("survives padding behind the structure, as Intel's library has it", () => {
    const padded = new Uint8Array(QUOTE.length + 70);
    padded.set(QUOTE);
    expect(judge(ENDORSEMENTS, AT, padded).isGenuine).toBe(true);
  });

  test("gives the same verdict with an authenticated handle, first and later", () => {
    const handle = authenticate(ENDORSEMENTS, ROOTS, nodeCrypto);
    const cold = judge(ENDORSEMENTS);
    for (let i = 0; i < 2; i++) expect(verify(parseEvidence(QUOTE), handle, AT, ROOTS)).toEqual(cold);
  });

  test("is refused under the production roots, and the reverse is a type error", () => {
    const verdict = verify(parseEvidence(QUOTE), ENDORSEMENTS, AT, PRODUCTION_ROOTS, nodeCrypto);
    expect(verdict).toMatchObject({ isGenuine: false, isCryptoValid: false, reason: "CHAIN_ROOT" });
    expect(() => verify(parseEvidence(QUOTE), HANDLE, AT, PRODUCTION_ROOTS)).toThrow(TypeError);
  });

  test("of another seed is refused", () => {
    const other = new SimulatedQuotingEnclave(OTHER_SEED, OTHER_SEED);
    const quote = other.quote(simulatedReport(OTHER_SEED, other.targetInfo()));
    expect(judge(ENDORSEMENTS, AT, quote).reason).toBe("CHAIN_ROOT");
  });
});

describe("endorsements from a stranger", () => {
  test("that are no text are as good as absent", () => {
    const odd = { ...ENDORSEMENTS, tcbInfo: { tcbInfo: {} }, pckCrl: [1], rootCrl: null, qeIdentityChain: 7 };
    expect(judge(odd as unknown as Endorsements)).toMatchObject({ isGenuine: false, reason: "CRL_MISSING" });
  });

  test("that look like an authenticated handle are not taken for one", () => {
    const forged = { ...HANDLE, pckChains: new Map(HANDLE.pckChains) };
    expect(verify(parseEvidence(QUOTE), forged, AT, ROOTS, nodeCrypto).isGenuine).toBe(false);
  });
});

test("every single byte of a quote counts", () => {
  const wrong: number[] = [];
  for (let offset = 0; offset < QUOTE.length; offset++) {
    const mutated = QUOTE.slice();
    mutated[offset] = mutated[offset]! ^ 0x01;
    try {
      if (verify(parseEvidence(mutated), HANDLE, AT, ROOTS).isGenuine) wrong.push(offset);
    } catch (error) {
      expect(error).toBeInstanceOf(AttestationError);
    }
  }
  expect(wrong).toEqual([]);
});

test("every truncation of a quote is refused", () => {
  for (let length = 0; length < QUOTE.length; length += 13) {
    expect(() => parseEvidence(QUOTE.slice(0, length))).toThrow(AttestationError);
  }
});

describe("the region that is damaged names the reason", () => {
  const cases: readonly [string, number, Reason][] = [
    ["report body", 60, "QUOTE_SIGNATURE"],
    ["quote signature", 440, "QUOTE_SIGNATURE"],
    ["attestation key", 510, "KEY_BINDING"],
    ["QE report", 600, "QE_REPORT_SIGNATURE"],
    ["QE report signature", 960, "QE_REPORT_SIGNATURE"],
    ["auth data", 1020, "KEY_BINDING"],
  ];
  test.each(cases)("%s", (_, offset, reason) => {
    const mutated = QUOTE.slice();
    mutated[offset] = mutated[offset]! ^ 0x80;
    expect(judge(ENDORSEMENTS, AT, mutated).reason).toBe(reason);
  });

  const headers: readonly [string, number, number, Reason][] = [
    ["version", 0, 6, "EVIDENCE_UNKNOWN"],
    ["attestation key type", 2, 3, "QUOTE_KEY_TYPE"],
    ["TEE type", 4, 0x81, "QUOTE_TEE_TYPE"],
    ["vendor id", 12, 0, "QUOTE_VENDOR"],
    ["certification type", 1046, 3, "CERTIFICATION_TYPE"],
    ["certification size, longer", 1048, 0xff, "EVIDENCE_TRUNCATED"],
    ["signature data length, shorter", 433, 1, "EVIDENCE_TRUNCATED"],
  ];
  test.each(headers)("%s", (_, offset, value, reason) => {
    const mutated = QUOTE.slice();
    mutated[offset] = value;
    expect(() => parseEvidence(mutated)).toThrow(expect.objectContaining({ code: reason }));
  });
});

describe("revocation lists: the attacks that others accept", () => {
  const expired = simulatedRevocationList(
    simulatedPki(SEED).platformCa,
    [],
    new Date("2023-01-01"),
    new Date("2023-02-01"),
  );
  const cases: readonly [string, Partial<Endorsements>, Reason][] = [
    ["one garbage byte for the PCK list", { pckCrl: "00" }, "CRL_MALFORMED"],
    ["one garbage byte for the root list", { rootCrl: "00" }, "CRL_MALFORMED"],
    ["nothing for the PCK list", { pckCrl: "" }, "CRL_MISSING"],
    ["nothing for the root list", { rootCrl: "" }, "CRL_MISSING"],
    ["an expired list", { pckCrl: toHex(expired) }, "CRL_EXPIRED"],
    ["a broken signature on the PCK list", { pckCrl: flipLast(ENDORSEMENTS.pckCrl) }, "CRL_SIGNATURE"],
    ["a broken signature on the root list", { rootCrl: flipLast(ENDORSEMENTS.rootCrl) }, "CRL_SIGNATURE"],
    ["the root's list in place of the PCK CA's", { pckCrl: ENDORSEMENTS.rootCrl }, "CRL_ISSUER"],
    ["the PCK CA's list in place of the root's", { rootCrl: ENDORSEMENTS.pckCrl }, "CRL_ISSUER"],
    ["a list of another seed", { pckCrl: simulatedEndorsements(OTHER_SEED).pckCrl }, "CRL_SIGNATURE"],
    ["bytes behind the list", { pckCrl: `${ENDORSEMENTS.pckCrl}00` }, "CRL_MALFORMED"],
    ["text that is no hex", { pckCrl: "zz" }, "CRL_MALFORMED"],
  ];
  test.each(cases)("%s", (_, change, reason) => {
    expect(judge({ ...ENDORSEMENTS, ...change })).toMatchObject({ isGenuine: false, reason });
  });

  test("every byte of both lists counts", () => {
    for (const member of ["rootCrl", "pckCrl"] as const) {
      const bytes = fromHex(ENDORSEMENTS[member]);
      for (let offset = 0; offset < bytes.length; offset++) {
        const mutated = bytes.slice();
        mutated[offset] = mutated[offset]! ^ 0x01;
        expect(
          judge({ ...ENDORSEMENTS, [member]: toHex(mutated) }).isGenuine,
          `${member} byte ${offset}`,
        ).toBe(false);
      }
    }
  });
});

describe("each rule fails closed", () => {
  const before = new Date("2024-12-31T23:59:59Z");
  const after = new Date("2045-01-01T00:00:01Z");
  const cases: readonly [string, Partial<Endorsements>, Date, Reason][] = [
    ["PCK certificate revoked", endorse({ isPckRevoked: true }), AT, "CERT_REVOKED"],
    ["PCK CA revoked", endorse({ isCaRevoked: true }), AT, "CERT_REVOKED"],
    ["TCB signing certificate revoked", endorse({ isTcbSigningRevoked: true }), AT, "CERT_REVOKED"],
    ["no TCB info", { ...ENDORSEMENTS, tcbInfo: "" }, AT, "TCB_INFO_MISSING"],
    ["no QE identity", { ...ENDORSEMENTS, qeIdentity: "" }, AT, "QE_IDENTITY_MISSING"],
    ["no TCB chain", { ...ENDORSEMENTS, tcbInfoChain: "" }, AT, "CHAIN_INCOMPLETE"],
    [
      "TCB chain of another root",
      { ...ENDORSEMENTS, tcbInfoChain: simulatedEndorsements(OTHER_SEED).tcbInfoChain },
      AT,
      "CHAIN_ROOT",
    ],
    [
      "TCB info of another signer",
      { ...ENDORSEMENTS, tcbInfo: simulatedEndorsements(OTHER_SEED).tcbInfo },
      AT,
      "TCB_INFO_SIGNATURE",
    ],
    [
      "QE identity of another signer",
      { ...ENDORSEMENTS, qeIdentity: simulatedEndorsements(OTHER_SEED).qeIdentity },
      AT,
      "QE_IDENTITY_SIGNATURE",
    ],
    ["TDX TCB info", { ...ENDORSEMENTS, tcbInfo: endorse({ tee: "tdx" }).tcbInfo }, AT, "TCB_INFO_KIND"],
    [
      "TD QE identity",
      { ...ENDORSEMENTS, qeIdentity: endorse({ tee: "tdx" }).qeIdentity },
      AT,
      "QE_IDENTITY_KIND",
    ],
    ["another FMSPC", endorse({ platform: { fmspc: "00906ea10000" } }), AT, "TCB_INFO_FMSPC"],
    ["another PCE id", endorse({ platform: { pceId: "0001" } }), AT, "TCB_INFO_PCEID"],
    ["no level fits", endorse({ isUnsupported: true }), AT, "TCB_UNSUPPORTED"],
    ["platform level revoked", endorse({ tcbStatus: "Revoked" }), AT, "TCB_REVOKED"],
    ["QE level revoked", endorse({ qeStatus: "Revoked" }), AT, "TCB_REVOKED"],
    ["QE level no enclave has", endorse({ qeStatus: "SWHardeningNeeded" }), AT, "TCB_UNSUPPORTED"],
    ["before every window", ENDORSEMENTS, before, "CRL_NOT_YET_VALID"],
    ["after every window", ENDORSEMENTS, after, "CRL_EXPIRED"],
    ["before the certificates", ENDORSEMENTS, new Date("2019-12-31T23:59:59Z"), "CERT_NOT_YET_VALID"],
    ["after the certificates", ENDORSEMENTS, new Date("2050-01-01T00:00:00Z"), "CERT_EXPIRED"],
  ];
  test.each(cases)("%s", (_, endorsements, at, reason) => {
    expect(judge(endorsements, at)).toMatchObject({ isGenuine: false, reason });
  });

  test("windows are inclusive at both ends, to the second", () => {
    expect(judge(ENDORSEMENTS, new Date("2025-01-01T00:00:00Z")).isGenuine).toBe(true);
    expect(judge(ENDORSEMENTS, new Date("2045-01-01T00:00:00Z")).isGenuine).toBe(true);
  });

  test("a TCB info window that alone has ended", () => {
    const stale = endorse({ nextUpdate: new Date("2026-01-01T00:00:00Z") });
    expect(judge({ ...ENDORSEMENTS, tcbInfo: stale.tcbInfo }).reason).toBe("TCB_INFO_EXPIRED");
    expect(judge({ ...ENDORSEMENTS, qeIdentity: stale.qeIdentity }).reason).toBe("QE_IDENTITY_EXPIRED");
    const early = endorse({ issuedAt: new Date("2027-01-01T00:00:00Z") });
    expect(judge({ ...ENDORSEMENTS, tcbInfo: early.tcbInfo }).reason).toBe("TCB_INFO_NOT_YET_VALID");
    expect(judge({ ...ENDORSEMENTS, qeIdentity: early.qeIdentity }).reason).toBe("QE_IDENTITY_NOT_YET_VALID");
    expect(judge({ ...ENDORSEMENTS, rootCrl: early.rootCrl }).reason).toBe("CRL_NOT_YET_VALID");
  });

  test("a quoting enclave below every rated level", () => {
    const old = new SimulatedQuotingEnclave(SEED, SEED, { qeIsvSvn: 5 });
    const verdict = judge(ENDORSEMENTS, AT, old.quote(simulatedReport(SEED, old.targetInfo())));
    expect(verdict.reason).toBe("TCB_UNSUPPORTED");
  });
});

describe("status", () => {
  test("of an out-of-date platform is told, with what is short", () => {
    const verdict = judge(endorse({ isOutOfDate: true, advisoryIds: ["SIM-SA-00003"] }));
    expect(verdict.isGenuine).toBe(true);
    expect(verdict.tcb).toMatchObject({
      status: "OutOfDate",
      advisoryIds: ["SIM-SA-00003"],
      short: [{ component: "SGX[0]", has: 5, needs: 6 }],
    });
  });

  test("of an old quoting enclave drags the platform down", () => {
    const old = new SimulatedQuotingEnclave(SEED, SEED, { qeIsvSvn: 6 });
    const quote = old.quote(simulatedReport(SEED, old.targetInfo()));
    expect(judge(ENDORSEMENTS, AT, quote).tcb).toMatchObject({
      status: "OutOfDate",
      platformStatus: "UpToDate",
      qeStatus: "OutOfDate",
      short: [{ component: "quoting enclave", has: 6, needs: 8 }],
    });
    const configured = judge(endorse({ tcbStatus: "ConfigurationNeeded" }), AT, quote);
    expect(configured.tcb?.status).toBe("OutOfDateConfigurationNeeded");
  });
});

describe("the PCK chain", () => {
  const { pck, platformCa, root, tcbSigning } = simulatedPki(SEED);
  const withChain = (...certificates: readonly Uint8Array[]) => {
    const quote = parseQuote(QUOTE);
    return verify(
      { ...quote, pckChain: new TextEncoder().encode(emitPem(...certificates)) },
      ENDORSEMENTS,
      AT,
      ROOTS,
      nodeCrypto,
    );
  };

  test("may come in any order", () => {
    expect(withChain(pck.certificate, root.certificate, platformCa.certificate).isGenuine).toBe(true);
    expect(withChain(root.certificate, platformCa.certificate, pck.certificate).isGenuine).toBe(true);
  });

  test("must be whole and have the right roles", () => {
    expect(withChain(pck.certificate, platformCa.certificate).reason).toBe("CHAIN_INCOMPLETE");
    expect(withChain().reason).toBe("CHAIN_INCOMPLETE");
    expect(withChain(pck.certificate, pck.certificate, root.certificate).reason).toBe("CHAIN_SUBJECT");
    expect(withChain(tcbSigning.certificate, platformCa.certificate, root.certificate).reason).toBe(
      "CHAIN_SUBJECT",
    );
    expect(withChain(pck.certificate, tcbSigning.certificate, root.certificate).reason).toBe("CHAIN_ISSUER");
  });

  test("of another seed's root is refused", () => {
    expect(
      withChain(pck.certificate, platformCa.certificate, simulatedPki(OTHER_SEED).root.certificate).reason,
    ).toBe("CHAIN_ROOT");
  });

  test("that has expired is refused", () => {
    const options = { pckNotAfter: new Date("2026-01-01T00:00:00Z") };
    const short = new SimulatedQuotingEnclave(SEED, SEED, options);
    const quote = short.quote(simulatedReport(SEED, short.targetInfo()));
    expect(judge(simulatedEndorsements(SEED, options), AT, quote)).toMatchObject({
      reason: "CERT_EXPIRED",
      isCryptoValid: false,
    });
  });
});

describe("signed JSON", () => {
  const cases: readonly [string, (text: string) => string, Reason][] = [
    [
      "one character changed",
      (text) => text.replace('"pceId":"0000"', '"pceId":"0001"'),
      "TCB_INFO_SIGNATURE",
    ],
    ["white space added", (text) => text.replace('"version":3', '"version": 3'), "TCB_INFO_SIGNATURE"],
    [
      "a member twice",
      (text) => text.replace('"version":3', '"version":3,"version":3'),
      "TCB_INFO_MALFORMED",
    ],
    ["the body twice", (text) => `${text.slice(0, -1)},"tcbInfo":{}}`, "TCB_INFO_MALFORMED"],
    ["text behind the end", (text) => `${text} x`, "TCB_INFO_MALFORMED"],
    ["cut short", (text) => text.slice(0, -20), "TCB_INFO_MALFORMED"],
    ["signature cut short", (text) => `${text.slice(0, -4)}"}`, "TCB_INFO_SIGNATURE"],
    ["not JSON", () => "PCS is down", "TCB_INFO_MALFORMED"],
  ];
  test.each(cases)("%s", (_, change, reason) => {
    expect(judge({ ...ENDORSEMENTS, tcbInfo: change(ENDORSEMENTS.tcbInfo) }).reason).toBe(reason);
  });
});

function flipLast(hex: string): string {
  return `${hex.slice(0, -1)}${hex.endsWith("0") ? "1" : "0"}`;
}
