import { equal, latin1, toHex } from "../bytes.ts";
import type { RsaPublicKey } from "../crypto/backend.ts";
import { AttestationError } from "../errors.ts";
import { DerReader, TAG } from "./der.ts";

export type SignatureAlgorithm = "ecdsa-sha256" | "ecdsa-sha384" | "rsa-pss-sha384";

export type PublicKey =
  | { readonly kind: "P-256" | "P-384"; readonly point: Uint8Array }
  | { readonly kind: "RSA"; readonly rsa: RsaPublicKey };

/** Bits of the key usage extension (RFC 5280 4.2.1.3). */
export const KEY_USAGE = { DIGITAL_SIGNATURE: 0x80, KEY_CERT_SIGN: 0x04, CRL_SIGN: 0x02 } as const;

export interface Certificate {
  readonly raw: Uint8Array;
  /** The signed bytes. */
  readonly tbs: Uint8Array;
  /** Lower-case hex without a sign byte. */
  readonly serial: string;
  readonly algorithm: SignatureAlgorithm;
  /** The name as DER: names are compared byte for byte. */
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  readonly issuerCommonName: string;
  readonly subjectCommonName: string;
  /** Milliseconds since 1970, both inclusive. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** SubjectPublicKeyInfo, DER: what pins are made of. */
  readonly spki: Uint8Array;
  readonly publicKey: PublicKey;
  readonly isCa: boolean;
  readonly pathLength: number | null;
  /** First byte of the key usage bits, or null when the extension is absent. */
  readonly keyUsage: number | null;
  /** Extension values by object identifier. */
  readonly extensions: ReadonlyMap<string, Uint8Array>;
  /** r‖s for ECDSA, the raw integer for RSA. */
  readonly signature: Uint8Array;
}

const OID = {
  EC_PUBLIC_KEY: "1.2.840.10045.2.1",
  P256: "1.2.840.10045.3.1.7",
  P384: "1.3.132.0.34",
  ECDSA_SHA256: "1.2.840.10045.4.3.2",
  ECDSA_SHA384: "1.2.840.10045.4.3.3",
  RSA: "1.2.840.113549.1.1.1",
  RSA_PSS: "1.2.840.113549.1.1.10",
  COMMON_NAME: "2.5.4.3",
  BASIC_CONSTRAINTS: "2.5.29.19",
  KEY_USAGE: "2.5.29.15",
} as const;

/** Parameters of RSASSA-PSS with SHA-384, MGF1-SHA-384, salt 48 (RFC 4055), with and without the default trailer. */
const PSS_384 =
  "a00f300d06096086480165030402020500a11c301a06092a864886f70d010108300d06096086480165030402020500a203020130";

/** Extensions that may be critical because their meaning is enforced. RFC 5280 4.2: any other critical one refuses. */
const UNDERSTOOD = new Set<string>([OID.BASIC_CONSTRAINTS, OID.KEY_USAGE]);

/**
 * Parses one X.509 v3 certificate (RFC 5280 section 4.1), strictly.
 * @throws {AttestationError} CERT_MALFORMED or CERT_UNSUPPORTED.
 */
export function parseCertificate(bytes: Uint8Array): Certificate {
  const outer = new DerReader(bytes, "CERT_MALFORMED");
  const body = outer.enter(TAG.SEQUENCE);
  outer.done();

  const tbsElement = body.next(TAG.SEQUENCE);
  const algorithmElement = body.next(TAG.SEQUENCE);
  const algorithm = parseSignatureAlgorithm(body.inside(algorithmElement));
  const signature = parseSignature(algorithm, body.wholeBits(), "CERT_MALFORMED");
  body.done();

  const tbs = body.inside(tbsElement);
  const version = tbs.enter(TAG.CONTEXT_0);
  if (version.smallInteger() !== 2) version.fail("version is not 3");
  version.done();
  const serial = toHex(tbs.unsigned());
  // RFC 5280 4.1.1.2: the signed and the unsigned algorithm must be the same, or the inner one could be swapped.
  if (!equal(tbs.whole(tbs.next(TAG.SEQUENCE)), body.whole(algorithmElement))) {
    tbs.fail("inner and outer signature algorithm differ");
  }
  const issuer = tbs.next(TAG.SEQUENCE);
  const validity = tbs.enter(TAG.SEQUENCE);
  const notBefore = validity.time();
  const notAfter = validity.time();
  validity.done();
  const subject = tbs.next(TAG.SEQUENCE);
  const spki = tbs.next(TAG.SEQUENCE);
  const extensions = parseExtensions(tbs);
  tbs.done();

  return {
    raw: bytes,
    tbs: body.whole(tbsElement),
    serial,
    algorithm,
    issuer: tbs.whole(issuer),
    subject: tbs.whole(subject),
    issuerCommonName: commonName(tbs.inside(issuer)),
    subjectCommonName: commonName(tbs.inside(subject)),
    notBefore,
    notAfter,
    spki: tbs.whole(spki),
    publicKey: parsePublicKey(tbs.inside(spki), tbs.whole(spki)),
    ...parseConstraints(extensions),
    extensions,
    signature,
  };
}

export function parseSignatureAlgorithm(reader: DerReader): SignatureAlgorithm {
  const oid = reader.oid();
  if (oid === OID.RSA_PSS) {
    const parameters = reader.next(TAG.SEQUENCE);
    reader.done();
    if (!isPss384(toHex(reader.content(parameters)))) {
      throw new AttestationError(
        "CERT_UNSUPPORTED",
        "RSASSA-PSS with parameters other than SHA-384 and salt 48",
      );
    }
    return "rsa-pss-sha384";
  }
  reader.done();
  if (oid === OID.ECDSA_SHA256) return "ecdsa-sha256";
  if (oid === OID.ECDSA_SHA384) return "ecdsa-sha384";
  throw new AttestationError("CERT_UNSUPPORTED", `signature algorithm ${oid}`);
}

function isPss384(parameters: string): boolean {
  return parameters === PSS_384 || parameters === `${PSS_384}a303020101`;
}

/** ECDSA-Sig-Value to r‖s: the two integers must be minimal, positive and fit the curve. */
export function parseSignature(
  algorithm: SignatureAlgorithm,
  bits: Uint8Array,
  fault: "CERT_MALFORMED" | "CRL_MALFORMED",
): Uint8Array {
  if (algorithm === "rsa-pss-sha384") return bits;
  const size = algorithm === "ecdsa-sha256" ? 32 : 48;
  const outer = new DerReader(bits, fault);
  const pair = outer.enter(TAG.SEQUENCE);
  outer.done();
  const signature = new Uint8Array(2 * size);
  for (let half = 1; half <= 2; half++) {
    const integer = pair.unsigned();
    if (integer.length > size) pair.fail("signature integer larger than the curve");
    signature.set(integer, half * size - integer.length);
  }
  pair.done();
  return signature;
}

function commonName(name: DerReader): string {
  let found = "";
  while (!name.isDone()) {
    const set = name.enter(TAG.SET);
    while (!set.isDone()) {
      const attribute = set.enter(TAG.SEQUENCE);
      const oid = attribute.oid();
      const value = attribute.skip();
      attribute.done();
      if (oid === OID.COMMON_NAME) found = latin1(attribute.content(value));
    }
  }
  return found;
}

function parsePublicKey(reader: DerReader, spki: Uint8Array): PublicKey {
  const algorithm = reader.enter(TAG.SEQUENCE);
  const oid = algorithm.oid();
  if (oid === OID.EC_PUBLIC_KEY) {
    const curve = algorithm.oid();
    algorithm.done();
    const bits = reader.wholeBits();
    reader.done();
    if (curve !== OID.P256 && curve !== OID.P384)
      throw new AttestationError("CERT_UNSUPPORTED", `curve ${curve}`);
    const size = curve === OID.P256 ? 64 : 96;
    if (bits.length !== size + 1 || bits[0] !== 0x04) reader.fail("point not uncompressed");
    return { kind: curve === OID.P256 ? "P-256" : "P-384", point: bits.subarray(1) };
  }
  if (oid !== OID.RSA) throw new AttestationError("CERT_UNSUPPORTED", `public key algorithm ${oid}`);
  algorithm.next(TAG.NULL);
  algorithm.done();
  const bits = new DerReader(reader.wholeBits(), "CERT_MALFORMED");
  reader.done();
  const key = bits.enter(TAG.SEQUENCE);
  bits.done();
  const modulus = key.unsigned();
  const exponent = key.smallInteger();
  key.done();
  return { kind: "RSA", rsa: { modulus, exponent, spki } };
}

function parseExtensions(tbs: DerReader): ReadonlyMap<string, Uint8Array> {
  const wrapper = tbs.enter(TAG.CONTEXT_3);
  const list = wrapper.enter(TAG.SEQUENCE);
  wrapper.done();
  const extensions = new Map<string, Uint8Array>();
  while (!list.isDone()) {
    const extension = list.enter(TAG.SEQUENCE);
    const oid = extension.oid();
    const isCritical = extension.peek() === TAG.BOOLEAN && extension.boolean();
    const value = extension.octets();
    extension.done();
    if (extensions.has(oid)) list.fail(`extension ${oid} appears twice`);
    if (isCritical && !UNDERSTOOD.has(oid))
      throw new AttestationError("CERT_UNSUPPORTED", `critical extension ${oid}`);
    extensions.set(oid, value);
  }
  return extensions;
}

function parseConstraints(extensions: ReadonlyMap<string, Uint8Array>) {
  let isCa = false;
  let pathLength: number | null = null;
  const constraints = extensions.get(OID.BASIC_CONSTRAINTS);
  if (constraints) {
    const outer = new DerReader(constraints, "CERT_MALFORMED");
    const body = outer.enter(TAG.SEQUENCE);
    outer.done();
    if (body.peek() === TAG.BOOLEAN) isCa = body.boolean();
    if (body.peek() === TAG.INTEGER) pathLength = body.smallInteger();
    body.done();
  }
  let keyUsage: number | null = null;
  const usage = extensions.get(OID.KEY_USAGE);
  if (usage) {
    const reader = new DerReader(usage, "CERT_MALFORMED");
    const bits = reader.content(reader.next(TAG.BIT_STRING));
    reader.done();
    if (bits.length < 2 || bits.length > 3 || bits[0]! > 7) reader.fail("key usage of a wrong size");
    keyUsage = bits[1]!;
  }
  return { isCa, pathLength, keyUsage };
}
