import { keccak_256 } from "@noble/hashes/sha3.js";
import { concat, equal, fromHex, toHex, utf8 } from "../bytes.ts";
import type { Endorsements } from "../endorsements/endorsements.ts";
import type { SignedJson } from "../endorsements/json.ts";
import { parseQeIdentity } from "../endorsements/qe-identity.ts";
import { parseTcbInfo } from "../endorsements/tcb-info.ts";
import { AttestationError } from "../errors.ts";
import { parseEvidence } from "../evidence/parse.ts";
import { hexOf } from "../rules/intel-endorsements.ts";
import { readPckChain } from "../rules/pck-chain.ts";
import { type Certificate, parseCertificate } from "../x509/certificate.ts";
import { parseRevocationList } from "../x509/crl.ts";
import { parsePem } from "../x509/pem.ts";

/** A P-256 public key: both halves 0x-hex, 32 bytes; `id` is keccak256(x ‖ y), what the contracts call it. */
export interface P256Key {
  readonly x: string;
  readonly y: string;
  readonly id: string;
}

/** A signed text as the contracts take it: the signed object alone, and who signed it. */
export interface TcbText {
  /** The text's bytes, 0x-hex. */
  readonly text: string;
  readonly signature: { readonly signer: P256Key; readonly r: string; readonly s: string };
  /** Unix seconds. */
  readonly issueDate: number;
  readonly evaluationNumber: number;
}

/** A list and the key that must have signed it. */
export interface CrlBytes {
  readonly der: string;
  readonly issuer: P256Key;
  /** Unix seconds. */
  readonly thisUpdate: number;
}

/** A quote and its endorsements, split by lifetime as the contracts keep them. Bytes are 0x-hex. */
export interface OnchainEvidence {
  readonly tee: 0 | 1;
  /** 6 bytes. */
  readonly fmspc: string;
  readonly root: string;
  /** Root certificates of the signing chains where they differ from the PCK chain's. */
  readonly otherRoots: readonly string[];
  readonly rootKey: P256Key;
  readonly ca: string;
  readonly caKey: P256Key;
  readonly pck: string;
  readonly pckKey: P256Key;
  readonly tcbSigner: string;
  readonly tcbSignerKey: P256Key;
  readonly qeSigner: string;
  readonly qeSignerKey: P256Key;
  readonly rootCrl: CrlBytes;
  readonly pckCrl: CrlBytes;
  readonly tcbInfo: TcbText;
  readonly qeIdentity: TcbText;
  /** The quote up to its PCK chain. */
  readonly quote: string;
}

/**
 * Splits a quote of version 3, 4 or 5 and its endorsements. Judges form alone, with the reasons `verify` would give: whether
 * anything is signed, current or wanted is the contracts' to say.
 * @throws {AttestationError}
 */
export function onchainEvidence(quoteBytes: Uint8Array, endorsements: Endorsements): OnchainEvidence {
  const quote = parseEvidence(quoteBytes);
  if (quote.kind !== "sgx" && quote.kind !== "tdx")
    throw new AttestationError("EVIDENCE_UNKNOWN", `${quote.kind} evidence is not judged on chain`);
  const { leaf, ca, root, extension } = readPckChain(quote.pckChain);
  const [rootKey, caKey] = [keyOf(root), keyOf(ca)];
  const rootCrl = listOf(endorsements.rootCrl, rootKey);
  const pckCrl = listOf(endorsements.pckCrl, caKey);
  const infoText = demandText(endorsements.tcbInfo, "TCB_INFO_MISSING");
  const { signer: tcbSigner, root: tcbRoot } = signerOf(endorsements.tcbInfoChain);
  const tcbInfo = tcbInfoOf(infoText, keyOf(tcbSigner));
  const identityText = demandText(endorsements.qeIdentity, "QE_IDENTITY_MISSING");
  const { signer: qeSigner, root: qeRoot } = signerOf(endorsements.qeIdentityChain);
  const qeIdentity = qeIdentityOf(identityText, keyOf(qeSigner));
  const chainStart = quote.pckChain.byteOffset - quoteBytes.byteOffset;
  return {
    tee: quote.kind === "sgx" ? 0 : 1,
    fmspc: `0x${extension.fmspc}`,
    root: hex(root.raw),
    otherRoots: [tcbRoot, qeRoot].map(({ raw }) => hex(raw)).filter((der) => der !== hex(root.raw)),
    rootKey,
    ca: hex(ca.raw),
    caKey,
    pck: hex(leaf.raw),
    pckKey: keyOf(leaf),
    tcbSigner: hex(tcbSigner.raw),
    tcbSignerKey: keyOf(tcbSigner),
    qeSigner: hex(qeSigner.raw),
    qeSignerKey: keyOf(qeSigner),
    rootCrl,
    pckCrl,
    tcbInfo,
    qeIdentity,
    // Certification type (2) and size (4) stand before the chain.
    quote: hex(quoteBytes.subarray(0, chainStart - 6)),
  };
}

/** keccak256(x ‖ y). */
export function keyId(x: Uint8Array, y: Uint8Array): string {
  return hex(keccak_256(concat(x, y)));
}

/** @throws {AttestationError} */
export function tcbInfoOf(body: string, signer: P256Key): TcbText {
  const { signed, tcbInfo } = parseTcbInfo(body);
  return textOf(signed, signer, tcbInfo);
}

/** @throws {AttestationError} */
export function qeIdentityOf(body: string, signer: P256Key): TcbText {
  const { signed, identity } = parseQeIdentity(body);
  return textOf(signed, signer, identity);
}

/** @throws {AttestationError} CERT_UNSUPPORTED. */
export function keyOf(certificate: Certificate): P256Key {
  const key = certificate.publicKey;
  if (key.kind !== "P-256")
    throw new AttestationError("CERT_UNSUPPORTED", `"${certificate.subjectCommonName}" has no P-256 key`);
  const [x, y] = [key.point.subarray(0, 32), key.point.subarray(32)];
  return { x: hex(x), y: hex(y), id: keyId(x, y) };
}

/** TCB signing certificate and root, in either order; roles by name, as `verify` assigns them. @throws {AttestationError} */
export function signerOf(pem: string): { readonly signer: Certificate; readonly root: Certificate } {
  const certificates = parsePem(pem).map(parseCertificate);
  if (certificates.length !== 2)
    throw new AttestationError("CHAIN_INCOMPLETE", `${certificates.length} certificates, not 2`);
  const root = certificates.find((certificate) => equal(certificate.issuer, certificate.subject));
  const signer = certificates.find((certificate) =>
    certificate.subjectCommonName.includes("SGX TCB Signing"),
  );
  if (!root || !signer || root === signer)
    throw new AttestationError("CHAIN_SUBJECT", "not TCB signing certificate and root");
  return { signer, root };
}

export function demandText(
  text: string | undefined,
  missing: "TCB_INFO_MISSING" | "QE_IDENTITY_MISSING",
): string {
  if (!text) throw new AttestationError(missing, "not supplied");
  return text;
}

/** @throws {AttestationError} */
export function listOf(source: string | undefined, issuer: P256Key): CrlBytes {
  if (!source) throw new AttestationError("CRL_MISSING", "not supplied");
  const bytes = hexOf(source);
  const { thisUpdate } = parseRevocationList(bytes);
  return { der: hex(bytes), issuer, thisUpdate: thisUpdate / 1000 };
}

function textOf(
  signed: SignedJson,
  signer: P256Key,
  dates: { readonly issueDate: number; readonly evaluationNumber: number },
): TcbText {
  // A signature that is none cannot be sent; zeros verify nothing.
  const signature = /^[0-9a-fA-F]{128}$/.test(signed.signature)
    ? fromHex(signed.signature)
    : new Uint8Array(64);
  return {
    text: hex(utf8(signed.text)),
    signature: { signer, r: hex(signature.subarray(0, 32)), s: hex(signature.subarray(32)) },
    issueDate: dates.issueDate / 1000,
    evaluationNumber: dates.evaluationNumber,
  };
}

function hex(bytes: Uint8Array): string {
  return `0x${toHex(bytes)}`;
}
