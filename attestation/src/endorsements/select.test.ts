import { describe, expect, test } from "vitest";
import { fromHex, toBase64, utf8 } from "../bytes.ts";
import {
  AttestationError,
  addToPool,
  emptyPool,
  nodeCrypto,
  parseEvidence,
  selectEndorsements,
  verify,
} from "../node.ts";
import {
  SimulatedQuotingEnclave,
  SimulatedSnpPlatform,
  simulatedEndorsements,
  simulatedEvaluationNumbers,
  simulatedReport,
  simulatedRoots,
} from "../simulation/index.ts";
import { emitPem, parsePem } from "../x509/pem.ts";
import type { EndorsementSet } from "./endorsements.ts";
import type { Selection } from "./select.ts";

const SEED = new Uint8Array(32).fill(51);
const STRANGER = new Uint8Array(32).fill(52);
const AT = new Date("2026-06-01T00:00:00Z");
const ROOTS = simulatedRoots(SEED);
const ENCLAVE = new SimulatedQuotingEnclave(SEED, SEED);
const QUOTE = parseEvidence(ENCLAVE.quote(simulatedReport(SEED, ENCLAVE.targetInfo())));
const ENDORSEMENTS = simulatedEndorsements(SEED);
const TRUST = { roots: ROOTS, crypto: nodeCrypto };

function poolOf(...sets: readonly object[]) {
  const pool = emptyPool();
  for (const set of sets) addToPool(pool, utf8(JSON.stringify(set)));
  return pool;
}

function judge(sets: readonly object[], selection: Selection = { trust: TRUST }) {
  return verify(
    QUOTE,
    selectEndorsements(poolOf(...sets), QUOTE, AT.getTime(), selection),
    AT,
    ROOTS,
    nodeCrypto,
  );
}

describe("what is forged", () => {
  const flipLast = (hex: string) => hex.slice(0, -1) + (hex.endsWith("0") ? "1" : "0");
  const forgeries: readonly [string, EndorsementSet][] = [
    ["a list with a broken signature", { ...ENDORSEMENTS, pckCrl: flipLast(ENDORSEMENTS.pckCrl) }],
    ["a root list with a broken signature", { ...ENDORSEMENTS, rootCrl: flipLast(ENDORSEMENTS.rootCrl) }],
    [
      "TCB info somebody changed",
      { ...ENDORSEMENTS, tcbInfo: ENDORSEMENTS.tcbInfo.replace('"pcesvn":13', '"pcesvn":0') },
    ],
    [
      "an identity somebody changed",
      { ...ENDORSEMENTS, qeIdentity: ENDORSEMENTS.qeIdentity.replace('"isvprodid":1', '"isvprodid":2') },
    ],
    ["a whole set under another root", simulatedEndorsements(STRANGER, { evaluationNumber: 99 })],
  ];
  test.each(forgeries)(
    "%s is passed over while the genuine one is at hand, and refused alone",
    (_, forged) => {
      expect(judge([forged]).isGenuine).toBe(false);
      expect(judge([forged, ENDORSEMENTS]).reason).toBe(null);
      expect(judge([ENDORSEMENTS, forged]).reason).toBe(null);
    },
  );
});

describe("the evaluation number", () => {
  const early = simulatedEndorsements(SEED, { evaluationNumber: 19, isOutOfDate: true });
  const standard = simulatedEndorsements(SEED, { evaluationNumber: 17 });
  const listed = (days: number, seed = SEED) => {
    const announced = new Date(AT.getTime() - days * 86_400_000);
    const { body, chain } = simulatedEvaluationNumbers(seed, "sgx", [
      [19, announced],
      [17, new Date("2024-03-12T00:00:00Z")],
    ]);
    return { evaluationNumbers: body, evaluationNumbersChain: chain };
  };
  const numberOf = (sets: readonly object[], selection: Selection) =>
    judge(sets, selection).tcb?.evaluationNumber;

  test("is the highest unless told", () => {
    expect(numberOf([standard, early], { trust: TRUST })).toBe(19);
    expect(judge([standard, early]).tcb?.status).toBe("OutOfDate");
  });

  test("is the one a signed list says is the standard", () => {
    expect(numberOf([standard, early, listed(364)], { trust: TRUST, update: "standard" })).toBe(17);
    expect(numberOf([standard, early, listed(366)], { trust: TRUST, update: "standard" })).toBe(19);
    expect(numberOf([standard, early, listed(364)], { trust: TRUST, update: "early" })).toBe(19);
  });

  test("is not taken from a list somebody else signed", () => {
    expect(numberOf([early, listed(366, STRANGER), standard], { trust: TRUST, update: "standard" })).toBe(17);
  });
});

describe("a set", () => {
  test("may have bytes as base64 or as numbers, and bodies whole", () => {
    const set = {
      tcb_info: ENDORSEMENTS.tcbInfo,
      qe_identity: ENDORSEMENTS.qeIdentity,
      tcb_info_issuer_chain: ENDORSEMENTS.tcbInfoChain,
      qe_identity_issuer_chain: ENDORSEMENTS.qeIdentityChain,
      root_ca_crl: [...fromHex(ENDORSEMENTS.rootCrl)],
      pck_crl: toBase64(fromHex(ENDORSEMENTS.pckCrl)),
    };
    expect(judge([set]).reason).toBe(null);
  });

  test("with one malformed member keeps the others", () => {
    const pool = emptyPool();
    expect(() => addToPool(pool, utf8(JSON.stringify({ ...ENDORSEMENTS, rootCrl: "00" })))).toThrow(
      AttestationError,
    );
    expect(pool).toMatchObject({ tcbInfos: [{}], qeIdentities: [{}], lists: [{}] });
  });
});

describe("of several keys of AMD", () => {
  const chips = (["milan", "genoa", "turin"] as const).flatMap((product) =>
    (["VCEK", "VLEK"] as const).map((key) => new SimulatedSnpPlatform(SEED, { product, key })),
  );
  const updated = new SimulatedSnpPlatform(SEED, {
    product: "genoa",
    tcb: { bootLoader: 9, tee: 1, snp: 25, microcode: 220 },
  });
  const all = [...chips, updated];

  test.each(all.map((chip, i) => [i, chip] as const))(
    "the one of the report is found, case %i",
    (_, chip) => {
      const pool = poolOf(...all.map((one) => one.endorsements()));
      const report = parseEvidence(chip.report({ version: 3 }));
      const picked = selectEndorsements(pool, report, AT.getTime(), { trust: TRUST });
      expect(verify(report, picked, AT, ROOTS, nodeCrypto).reason).toBe(null);
    },
  );

  test("a signing key of the same name that signed nothing is passed over", () => {
    const [chip, stranger] = [new SimulatedSnpPlatform(SEED), new SimulatedSnpPlatform(STRANGER)];
    const [, signer, root] = parsePem(stranger.endorsements().amdChain) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    const pool = poolOf({ amdChain: emitPem(signer, root) }, { amdChain: chip.endorsements().amdChain });
    const report = parseEvidence(chip.report());
    const picked = selectEndorsements(pool, report, AT.getTime(), { trust: TRUST });
    expect(verify(report, picked, AT, ROOTS, nodeCrypto).reason).toBe(null);
  });
});
