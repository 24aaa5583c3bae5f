import { describe, expect, test } from "vitest";
import { concat, toHex } from "../bytes.ts";
import { AttestationError, type Reason } from "../errors.ts";
import { parseNitroDocument } from "../evidence/nitro-document.ts";
import {
  appraise,
  minimalPolicy,
  type NitroPolicy,
  nodeCrypto,
  PRODUCTION_ROOTS,
  parseEvidence,
  verify,
} from "../node.ts";
import { type NitroDocumentFields, SimulatedNitro, simulatedRoots } from "../simulation/index.ts";

const SEED = new Uint8Array(32).fill(14);
const AT = new Date("2026-06-01T01:00:00Z");
const ROOTS = simulatedRoots(SEED);
const HYPERVISOR = new SimulatedNitro(SEED);
const DOCUMENT = HYPERVISOR.document({
  publicKey: new Uint8Array(65).fill(4),
  nonce: Uint8Array.of(1, 2, 3),
});

function judge(document: Uint8Array, at = AT) {
  return verify(parseEvidence(document), {}, at, ROOTS, nodeCrypto);
}

test("a document is genuine, tagged or not", () => {
  for (const document of [DOCUMENT, concat(Uint8Array.of(0xd2), DOCUMENT)]) {
    const verdict = judge(document);
    expect(verdict).toMatchObject({ isGenuine: true, expiry: { at: "2026-06-01T03:00:00Z" } });
    expect(verdict.claims).toMatchObject({
      kind: "nitro",
      publicKey: "04".repeat(65),
      nonce: "010203",
      isDebug: false,
    });
  }
});

test("bytes all over a document count", () => {
  const wrong: number[] = [];
  for (let offset = 0; offset < DOCUMENT.length; offset += 13) {
    const mutated = DOCUMENT.slice();
    mutated[offset] = mutated[offset]! ^ 0x01;
    try {
      if (judge(mutated).isGenuine) wrong.push(offset);
    } catch (error) {
      expect(error).toBeInstanceOf(AttestationError);
    }
  }
  expect(wrong).toEqual([]);
});

describe("each rule fails closed", () => {
  test("windows and roots", () => {
    expect(judge(DOCUMENT, new Date("2026-05-31T23:59:59Z")).reason).toBe("CERT_NOT_YET_VALID");
    expect(judge(DOCUMENT, new Date("2026-06-01T03:00:00Z")).isGenuine).toBe(true);
    expect(judge(DOCUMENT, new Date("2026-06-01T03:00:01Z")).reason).toBe("CERT_EXPIRED");
    expect(verify(parseEvidence(DOCUMENT), {}, AT, PRODUCTION_ROOTS, nodeCrypto).reason).toBe("CHAIN_ROOT");
  });

  test("a chain that skips, repeats or reorders authorities", () => {
    const document = parseNitroDocument(DOCUMENT);
    const [root, region, zone, instance] = document.caBundle as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    const withBundle = (...caBundle: readonly Uint8Array[]) =>
      verify({ ...document, caBundle }, {}, AT, ROOTS, nodeCrypto);
    expect(withBundle(root, region, zone, instance).isGenuine).toBe(true);
    expect(withBundle(root, region, instance).reason).toBe("CHAIN_ISSUER");
    expect(withBundle(root, region, zone, zone).reason).toBe("CHAIN_ISSUER");
    expect(withBundle(instance, zone, region, root).reason).toBe("CHAIN_ROOT");
    expect(withBundle(region, zone, instance).reason).toBe("CHAIN_ROOT");
  });

  const malformed: readonly [string, (bytes: Uint8Array) => Uint8Array][] = [
    ["bytes behind it", (bytes) => concat(bytes, Uint8Array.of(0))],
    ["cut short", (bytes) => bytes.slice(0, -1)],
    ["another algorithm", (bytes) => replace(bytes, [0xa1, 0x01, 0x38, 0x22], [0xa1, 0x01, 0x38, 0x23])],
    ["another digest", (bytes) => replaceText(bytes, "SHA384", "SHA512")],
    ["an unknown member", (bytes) => replaceText(bytes, "user_data", "user_dato")],
    ["a member twice", (bytes) => replaceText(bytes, "public_key", "module_id\0")],
    ["a PCR twice", (bytes) => replacePcrIndex(bytes, 15, 14)],
    ["a long form of a short length", (bytes) => concat(Uint8Array.of(0x98, 0x04), bytes.subarray(1))],
    ["an indefinite array", (bytes) => concat(Uint8Array.of(0x9f), bytes.subarray(1), Uint8Array.of(0xff))],
  ];
  test.each(malformed)("%s", (_, change) => {
    const changed = change(DOCUMENT);
    expect(toHex(changed)).not.toBe(toHex(DOCUMENT));
    expect(() => parseNitroDocument(changed)).toThrow(
      expect.objectContaining({ code: "DOCUMENT_MALFORMED" }),
    );
  });
});

describe("policy", () => {
  const policy = { ...(minimalPolicy("nitro") as NitroPolicy), allowSimulated: true };
  const pcr0 = (judge(DOCUMENT).claims as { pcrs: Record<string, string> }).pcrs["0"]!;
  const cases: readonly [string, NitroDocumentFields, Partial<typeof policy>, Reason | null][] = [
    ["an ordinary enclave", {}, { pcrs: { 0: [pcr0] }, ageMax: 3600 }, null],
    ["debug mode", { isDebug: true }, {}, "POLICY_DEBUG"],
    ["another image", {}, { pcrs: { 0: ["00".repeat(48)] } }, "POLICY_MEASUREMENT"],
    ["a PCR that is not there", {}, { pcrs: { 0: [pcr0], 31: ["00".repeat(48)] } }, "POLICY_MEASUREMENT"],
    ["another nonce", { nonce: Uint8Array.of(1) }, { nonce: "02" }, "POLICY_REPORT_DATA"],
    ["no public key", {}, { publicKey: "04" }, "POLICY_REPORT_DATA"],
    ["too old", {}, { ageMax: 3599 }, "POLICY_AGE"],
  ];
  test.each(cases)("%s", (_, fields, change, reason) => {
    expect(appraise(judge(HYPERVISOR.document(fields)), { ...policy, ...change }).reason).toBe(reason);
  });
});

function replace(bytes: Uint8Array, found: readonly number[], wanted: readonly number[]): Uint8Array {
  const offset = bytes.findIndex((_, i) => found.every((byte, j) => bytes[i + j] === byte));
  const changed = bytes.slice();
  changed.set(wanted, offset);
  return changed;
}

function replaceText(bytes: Uint8Array, found: string, wanted: string): Uint8Array {
  const encode = (text: string) => [...new TextEncoder().encode(text)];
  return replace(bytes, encode(found), encode(wanted));
}

/** PCR n is followed by the head of a 48-byte string. */
function replacePcrIndex(bytes: Uint8Array, found: number, wanted: number): Uint8Array {
  return replace(bytes, [found, 0x58, 0x30], [wanted, 0x58, 0x30]);
}
