import { describe, expect, test } from "vitest";
import { concat, toHex, utf8 } from "./bytes.ts";
import { emitQuote } from "./evidence/emit-quote.ts";
import { parseQuote } from "./evidence/quote.ts";
import { AttestationError, addToPool, emptyPool, nodeCrypto, parseEvidence, verify } from "./node.ts";
import { element, oid, sequence } from "./simulation/der-writer.ts";
import {
  SimulatedNitro,
  SimulatedQuotingEnclave,
  SimulatedSnpPlatform,
  simulatedEndorsements,
  simulatedReport,
  simulatedRoots,
  simulatedTdReport,
} from "./simulation/index.ts";
import { parseCertificate } from "./x509/certificate.ts";
import { parseRevocationList } from "./x509/crl.ts";
import { emitPem, parsePem } from "./x509/pem.ts";

const SEED = new Uint8Array(32).fill(55);
const AT = new Date("2026-06-01T00:00:00Z");
const ROOTS = simulatedRoots(SEED);
const ENCLAVE = new SimulatedQuotingEnclave(SEED, SEED);
const QUOTE = ENCLAVE.quote(simulatedReport(SEED, ENCLAVE.targetInfo()));
const MIB = 1 << 20;

/** Our own error or a "no": never a yes, never another error. */
function isRefused(judge: () => { readonly isGenuine: boolean } | unknown): boolean {
  try {
    const found = judge() as { readonly isGenuine?: boolean } | undefined;
    return found?.isGenuine !== true;
  } catch (error) {
    if (error instanceof AttestationError || error instanceof RangeError) return !isStackOverflow(error);
    throw error;
  }
}

const isStackOverflow = (error: Error) => error instanceof RangeError && /call stack/.test(error.message);

describe("every kind of evidence, cut at every byte", () => {
  const chip = new SimulatedSnpPlatform(SEED);
  const kinds = [
    ["SGX, version 3", QUOTE, simulatedEndorsements(SEED)],
    ["TDX, version 4", ENCLAVE.quoteTd(simulatedTdReport()), simulatedEndorsements(SEED, { tee: "tdx" })],
    [
      "TDX 1.5, version 5",
      ENCLAVE.quoteTd(simulatedTdReport({ version: "1.5" }), 5),
      simulatedEndorsements(SEED, { tee: "tdx" }),
    ],
    ["SNP", chip.report({ version: 5 }), chip.endorsements()],
    ["Nitro", new SimulatedNitro(SEED).document(), {}],
  ] as const;
  test.each(kinds)("%s", (_, bytes, endorsements) => {
    const accepted: number[] = [];
    for (let end = 0; end < bytes.length; end++) {
      const cut = bytes.subarray(0, end);
      if (!isRefused(() => verify(parseEvidence(cut), endorsements, AT, ROOTS, nodeCrypto)))
        accepted.push(end);
    }
    expect(accepted).toEqual([]);
  });
});

describe("a mebibyte where a few bytes belong", () => {
  const parts = parseQuote(QUOTE);
  const withChain = (text: Uint8Array) =>
    emitQuote(3, parts.signed, { ...parts, qeReport: parts.qeReport.raw, pckChain: text });
  const [leaf, ca, root] = parsePem(new TextDecoder().decode(parts.pckChain)) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const judge = (chain: Uint8Array) => () =>
    verify(parseEvidence(withChain(chain)), simulatedEndorsements(SEED), AT, ROOTS, nodeCrypto);

  const chains: readonly [string, Uint8Array][] = [
    [
      "white space around the certificates",
      concat(parts.pckChain, new Uint8Array(MIB).fill(0x0a), utf8("x")),
    ],
    ["letters", new Uint8Array(MIB).fill(0x41)],
    ["one endless certificate", utf8(`-----BEGIN CERTIFICATE-----\n${"A".repeat(MIB)}\n`)],
    ["a certificate of zeros", utf8(emitPem(new Uint8Array(MIB)))],
    ["beginnings without end", utf8("-----BEGIN CERTIFICATE-----\n".repeat(MIB / 28))],
    ["hundreds of good certificates", utf8(emitPem(...Array<Uint8Array>(800).fill(leaf), ca, root))],
  ];
  test.each(chains)("PCK chain: %s", (_, chain) => {
    expect(isRefused(judge(chain))).toBe(true);
  });

  test("names, dates and lists of a mebibyte are refused without exhausting the stack", () => {
    const long = new Uint8Array(MIB).fill(0x41);
    const name = sequence(element(0x31, sequence(oid("2.5.4.3"), element(0x0c, long))));
    const algorithm = sequence(oid("1.2.840.10045.4.3.2"));
    const version = element(0xa0, Uint8Array.of(2, 1, 2));
    const signature = element(
      0x03,
      concat(Uint8Array.of(0), sequence(Uint8Array.of(2, 1, 1), Uint8Array.of(2, 1, 1))),
    );
    const date = element(0x17, utf8("260101000000Z"));
    const certificate = (...tbs: readonly Uint8Array[]) => big(big(...tbs), algorithm, signature);
    const serial = Uint8Array.of(2, 1, 1);
    for (const bytes of [
      certificate(version, serial, algorithm, name, sequence(date, date), name),
      certificate(version, serial, algorithm, name, big(big3(0x17, long), date), name),
      certificate(version, big3(0x02, long), algorithm, name),
    ]) {
      expect(isRefused(() => parseCertificate(bytes))).toBe(true);
      expect(isRefused(() => parseRevocationList(bytes))).toBe(true);
    }
  });

  test("endorsement files of eight mebibytes", () => {
    for (const text of [
      "[".repeat(8 * MIB),
      '{"a":'.repeat(MIB),
      `{"tcbInfo":{"id":"${"A".repeat(8 * MIB)}"}}`,
      "30".repeat(4 * MIB),
      `MI${"A".repeat(8 * MIB)}`,
    ])
      expect(isRefused(() => addToPool(emptyPool(), utf8(text)))).toBe(true);
    expect(
      isRefused(() =>
        verify(
          parseEvidence(QUOTE),
          { ...simulatedEndorsements(SEED), pckCrl: toHex(new Uint8Array(MIB)) },
          AT,
          ROOTS,
          nodeCrypto,
        ),
      ),
    ).toBe(true);
  });

  /** Elements beyond 64 KiB need three length bytes. */
  function big3(tag: number, content: Uint8Array): Uint8Array {
    const { length } = content;
    return concat(Uint8Array.of(tag, 0x83, length >> 16, (length >> 8) & 0xff, length & 0xff), content);
  }

  function big(...content: readonly Uint8Array[]): Uint8Array {
    const body = concat(...content);
    return body.length < 0x10000 ? sequence(body) : big3(0x30, body);
  }
});
