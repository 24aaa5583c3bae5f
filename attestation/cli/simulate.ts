import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fromHex, toHex } from "../src/bytes.ts";
import type { Endorsements } from "../src/endorsements/endorsements.ts";
import { parseQuote, type SgxQuote } from "../src/evidence/quote.ts";
import { simulatedEndorsements } from "../src/simulation/endorsements.ts";
import { SimulatedQuotingEnclave } from "../src/simulation/quoting-enclave.ts";
import { simulatedReport } from "../src/simulation/report.ts";
import { simulatedRoots } from "../src/simulation/roots.ts";
import { parseCertificate } from "../src/x509/certificate.ts";
import { parsePckExtension } from "../src/x509/pck.ts";

export interface SimulatedFixtureOptions {
  /** 32 bytes: determines the PKI, the simulated CPU and with them every byte written. */
  readonly seed: Uint8Array;
  readonly isDebug?: boolean;
  /** 64 bytes; by default 32 bytes of 0x5b and 32 zero bytes, the shape of the enclave's own report data. */
  readonly reportData?: Uint8Array;
  readonly mrEnclave?: Uint8Array;
}

export interface SimulatedFixture {
  readonly quote: Uint8Array;
  readonly endorsements: Endorsements;
  /** JSON-serialisable description of the quote, all bytes as 0x-hex, offsets into the named bytes. */
  readonly description: ReturnType<typeof describe>;
}

export function simulatedFixture(options: SimulatedFixtureOptions): SimulatedFixture {
  const { seed } = options;
  const enclave = new SimulatedQuotingEnclave(seed, seed);
  const report = simulatedReport(seed, enclave.targetInfo(), {
    isDebug: options.isDebug ?? false,
    reportData: options.reportData ?? Uint8Array.from({ length: 64 }, (_, i) => (i < 32 ? 0x5b : 0)),
    ...(options.mrEnclave ? { mrEnclave: options.mrEnclave } : {}),
  });
  const quote = enclave.quote(report);
  return { quote, endorsements: simulatedEndorsements(seed), description: describe(seed, quote, enclave) };
}

/** Writes `NAME.bin`, `NAME.json` and `NAME-endorsements.json`. */
export function writeSimulatedFixtures(
  directory: string,
  name: string,
  options: SimulatedFixtureOptions,
): readonly string[] {
  mkdirSync(directory, { recursive: true });
  const fixture = simulatedFixture(options);
  const files: [string, string | Uint8Array][] = [
    [`${name}.bin`, fixture.quote],
    [`${name}.json`, `${JSON.stringify(fixture.description, null, 2)}\n`],
    [`${name}-endorsements.json`, `${JSON.stringify(fixture.endorsements, null, 2)}\n`],
  ];
  return files.map(([file, content]) => {
    writeFileSync(join(directory, file), content);
    return join(directory, file);
  });
}

function describe(seed: Uint8Array, bytes: Uint8Array, enclave: SimulatedQuotingEnclave) {
  const quote = parseQuote(bytes) as SgxQuote;
  const { pki } = enclave;
  const offsetOf = (part: Uint8Array) => part.byteOffset - bytes.byteOffset;
  return {
    seed: hex(seed),
    quote: hex(bytes),
    quoteSize: bytes.length,
    offsets: {
      body: offsetOf(quote.report.raw),
      signature: offsetOf(quote.signature),
      attestationKey: offsetOf(quote.attestationKey),
      qeReport: offsetOf(quote.qeReport.raw),
      qeReportSignature: offsetOf(quote.qeReportSignature),
      qeAuthData: offsetOf(quote.qeAuthData),
      pckChain: offsetOf(quote.pckChain),
    },
    signed: hex(quote.signed),
    quoteSignature: hex(quote.signature),
    attestationKey: hex(quote.attestationKey),
    qeReport: hex(quote.qeReport.raw),
    qeReportSignature: hex(quote.qeReportSignature),
    qeAuthData: hex(quote.qeAuthData),
    mrEnclave: hex(quote.report.mrEnclave),
    mrSigner: hex(quote.report.mrSigner),
    attributes: hex(quote.report.attributes),
    isvProdId: quote.report.isvProdId,
    isvSvn: quote.report.isvSvn,
    reportData: hex(quote.report.reportData),
    qeMrSigner: hex(quote.qeReport.mrSigner),
    qeIsvProdId: quote.qeReport.isvProdId,
    qeIsvSvn: quote.qeReport.isvSvn,
    rootPublicKey: hex(pki.root.key.publicKey),
    rootSpkiSha256: `0x${simulatedRoots(seed).intelSgx}`,
    certificates: {
      pck: describeCertificate(pki.pck.certificate),
      platformCa: describeCertificate(pki.platformCa.certificate),
      root: describeCertificate(pki.root.certificate),
      tcbSigning: describeCertificate(pki.tcbSigning.certificate),
    },
    pck: parsePckExtension(parseCertificate(pki.pck.certificate)),
  };
}

/** Where a contract finds what it needs in a certificate. Offsets count from the first DER byte. */
function describeCertificate(der: Uint8Array) {
  const certificate = parseCertificate(der);
  const offsetOf = (part: Uint8Array) => part.byteOffset - der.byteOffset;
  const { publicKey } = certificate;
  if (publicKey.kind === "RSA") throw new TypeError("the simulated PKI has no RSA key");
  return {
    der: hex(der),
    subject: certificate.subjectCommonName,
    issuer: certificate.issuerCommonName,
    serial: `0x${certificate.serial}`,
    notBefore: certificate.notBefore / 1000,
    notAfter: certificate.notAfter / 1000,
    publicKey: hex(publicKey.point),
    signature: hex(certificate.signature),
    offsets: {
      tbs: offsetOf(certificate.tbs),
      tbsSize: certificate.tbs.length,
      issuer: offsetOf(certificate.issuer),
      issuerSize: certificate.issuer.length,
      subject: offsetOf(certificate.subject),
      subjectSize: certificate.subject.length,
      publicKey: offsetOf(publicKey.point),
    },
  };
}

function hex(bytes: Uint8Array): string {
  return `0x${toHex(bytes)}`;
}

/** @throws {RangeError} unless the text is 32 bytes of hex. */
export function parseSeed(text: string): Uint8Array {
  const seed = fromHex(text.replace(/^0x/, ""));
  if (seed.length !== 32) throw new RangeError("a seed has 32 bytes: 64 hex digits");
  return seed;
}
