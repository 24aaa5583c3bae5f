import { sha256 } from "@noble/hashes/sha2.js";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  CertificateList,
  CRLNumber,
  Extension,
  Extensions,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_cRLNumber,
  id_ce_keyUsage,
  id_ce_subjectKeyIdentifier,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  Name,
  RelativeDistinguishedName,
  RevokedCertificate,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  TBSCertificate,
  TBSCertList,
  Time,
  Validity,
  Version,
} from "@peculiar/asn1-x509";
import { concat, fromHex } from "../bytes.ts";
import { element, oid, sequence } from "./der-writer.ts";
import { type Curve, deriveKey, deriveSerial, type SimulatedKey } from "./keys.ts";

const ECDSA = { "P-256": "1.2.840.10045.4.3.2", "P-384": "1.2.840.10045.4.3.3" } as const;
const EC_PUBLIC_KEY = "1.2.840.10045.2.1";
const CURVE = { "P-256": "1.2.840.10045.3.1.7", "P-384": "1.3.132.0.34" } as const;

/** Certificates outlive every endorsement window a test may want. */
const CERTIFICATES_FROM = new Date("2020-01-01T00:00:00Z");
const CERTIFICATES_UNTIL = new Date("2049-12-31T23:59:59Z");

export interface SimulatedAuthority {
  readonly key: SimulatedKey;
  readonly commonName: string;
  readonly serial: string;
  /** DER. */
  readonly certificate: Uint8Array;
}

/** What to certify. The label determines key and serial; without an issuer the certificate is a root. */
export interface Issue {
  readonly commonName: string;
  readonly label: string;
  readonly issuer?: SimulatedAuthority;
  readonly curve?: Curve;
  /** Present in authorities only. */
  readonly pathLength?: number;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  /** Extension values by object identifier, behind the standard ones. */
  readonly extensions?: readonly (readonly [oid: string, value: Uint8Array])[];
}

/** One certificate: same seed and request, same bytes. */
export function issue(seed: Uint8Array, request: Issue): SimulatedAuthority {
  const key = deriveKey(seed, request.label, request.curve);
  const serial = deriveSerial(seed, request.label);
  const isCa = request.pathLength !== undefined;
  const usage = isCa
    ? KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign
    : KeyUsageFlags.digitalSignature | KeyUsageFlags.nonRepudiation;
  const constraints = isCa
    ? new BasicConstraints({ cA: true, pathLenConstraint: request.pathLength! })
    : new BasicConstraints();
  const extensions = [
    extension(id_ce_authorityKeyIdentifier, authorityKeyId(request.issuer?.key ?? key)),
    extension(id_ce_subjectKeyIdentifier, AsnConvert.serialize(new SubjectKeyIdentifier(keyId(key)))),
    extension(id_ce_keyUsage, AsnConvert.serialize(new KeyUsage(usage)), true),
    extension(id_ce_basicConstraints, AsnConvert.serialize(constraints), true),
  ];
  for (const [id, value] of request.extensions ?? []) extensions.push(extension(id, value));

  const signer = request.issuer?.key ?? key;
  const tbs = new TBSCertificate({
    version: Version.v3,
    serialNumber: unsignedInteger(serial),
    signature: algorithm(signer),
    issuer: name(request.issuer?.commonName ?? request.commonName),
    validity: new Validity({
      notBefore: request.notBefore ?? CERTIFICATES_FROM,
      notAfter: request.notAfter ?? CERTIFICATES_UNTIL,
    }),
    subject: name(request.commonName),
    subjectPublicKeyInfo: subjectPublicKeyInfo(key),
    extensions: new Extensions(extensions),
  });
  const certificate = new Certificate({
    tbsCertificate: tbs,
    signatureAlgorithm: algorithm(signer),
    signatureValue: buffer(signatureValue(signer.sign(new Uint8Array(AsnConvert.serialize(tbs))))),
  });
  return {
    key,
    commonName: request.commonName,
    serial,
    certificate: new Uint8Array(AsnConvert.serialize(certificate)),
  };
}

/** SubjectPublicKeyInfo, DER: what a pin is the hash of. */
export function emitSpki(key: SimulatedKey): Uint8Array {
  return new Uint8Array(AsnConvert.serialize(subjectPublicKeyInfo(key)));
}

function subjectPublicKeyInfo(key: SimulatedKey): SubjectPublicKeyInfo {
  return new SubjectPublicKeyInfo({
    algorithm: new AlgorithmIdentifier({
      algorithm: EC_PUBLIC_KEY,
      parameters: buffer(oid(CURVE[key.curve])),
    }),
    subjectPublicKey: buffer(concat(Uint8Array.of(4), key.publicKey)),
  });
}

/** A revocation list of `issuer` naming `serials`. */
export function simulatedRevocationList(
  issuer: SimulatedAuthority,
  serials: readonly string[],
  thisUpdate: Date,
  nextUpdate: Date,
): Uint8Array {
  const tbs = new TBSCertList({
    version: Version.v2,
    signature: algorithm(issuer.key),
    issuer: name(issuer.commonName),
    thisUpdate: new Time(thisUpdate),
    nextUpdate: new Time(nextUpdate),
    ...(serials.length > 0 && { revokedCertificates: serials.map((serial) => revoked(serial, thisUpdate)) }),
    crlExtensions: [
      extension(id_ce_cRLNumber, AsnConvert.serialize(new CRLNumber(1))),
      extension(id_ce_authorityKeyIdentifier, authorityKeyId(issuer.key)),
    ],
  });
  const list = new CertificateList({
    tbsCertList: tbs,
    signatureAlgorithm: algorithm(issuer.key),
    signature: buffer(signatureValue(issuer.key.sign(new Uint8Array(AsnConvert.serialize(tbs))))),
  });
  return new Uint8Array(AsnConvert.serialize(list));
}

function algorithm(key: SimulatedKey): AlgorithmIdentifier {
  return new AlgorithmIdentifier({ algorithm: ECDSA[key.curve] });
}

function name(commonName: string): Name {
  const attribute = (type: string, value: ConstructorParameters<typeof AttributeValue>[0]) =>
    new RelativeDistinguishedName([new AttributeTypeAndValue({ type, value: new AttributeValue(value) })]);
  return new Name([
    attribute("2.5.4.3", { utf8String: commonName }),
    attribute("2.5.4.10", { utf8String: "sealbook simulation" }),
    attribute("2.5.4.6", { printableString: "ZZ" }),
  ]);
}

function extension(id: string, value: ArrayBuffer | Uint8Array, critical = false): Extension {
  return new Extension({ extnID: id, critical, extnValue: new OctetString(value) });
}

function keyId(key: SimulatedKey): Uint8Array {
  return sha256(key.publicKey).slice(0, 20);
}

function authorityKeyId(key: SimulatedKey): ArrayBuffer {
  return AsnConvert.serialize(new AuthorityKeyIdentifier({ keyIdentifier: new KeyIdentifier(keyId(key)) }));
}

function revoked(serial: string, at: Date): RevokedCertificate {
  return new RevokedCertificate({ userCertificate: unsignedInteger(serial), revocationDate: new Time(at) });
}

function unsignedInteger(hex: string): ArrayBuffer {
  const bytes = fromHex(hex);
  return buffer(bytes[0]! >= 0x80 ? concat(Uint8Array.of(0), bytes) : bytes);
}

/** r‖s to ECDSA-Sig-Value. */
function signatureValue(raw: Uint8Array): Uint8Array {
  const half = (bytes: Uint8Array) => {
    let first = 0;
    while (first < bytes.length - 1 && bytes[first] === 0) first++;
    const trimmed = bytes.subarray(first);
    return element(0x02, trimmed[0]! >= 0x80 ? concat(Uint8Array.of(0), trimmed) : trimmed);
  };
  return sequence(half(raw.subarray(0, raw.length / 2)), half(raw.subarray(raw.length / 2)));
}

function buffer(bytes: Uint8Array): ArrayBuffer {
  return bytes.slice().buffer as ArrayBuffer;
}
