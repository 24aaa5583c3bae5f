import { equal, toHex } from "../bytes.ts";
import type { CryptoBackend } from "../crypto/backend.ts";
import type { Reason } from "../errors.ts";
import type { Window } from "../verdict.ts";
import { type Certificate, KEY_USAGE, type SignatureAlgorithm } from "./certificate.ts";

/** Why a certificate does not follow from another; null when it does. */
export type Fault = { readonly reason: Reason; readonly compared: string } | null;

/** Is `signature` over `message` by `signer`? The algorithm must be the one of the signer's key. */
export function isSignedBy(
  signer: Certificate,
  algorithm: SignatureAlgorithm,
  message: Uint8Array,
  signature: Uint8Array,
  crypto: CryptoBackend,
): boolean {
  const key = signer.publicKey;
  if (algorithm === "ecdsa-sha256")
    return key.kind === "P-256" && crypto.verifyP256(key.point, message, signature);
  if (algorithm === "ecdsa-sha384")
    return key.kind === "P-384" && crypto.verifyP384(key.point, message, signature);
  return key.kind === "RSA" && crypto.verifyRsaPss384(key.rsa, message, signature);
}

/** A self-signed root whose key is pinned. The self-signature matters: names and dates outside it could be anyone's. */
export function faultOfRoot(root: Certificate, pin: string, crypto: CryptoBackend): Fault {
  const found = toHex(crypto.sha256(root.spki));
  if (pin === "" || found !== pin) {
    return {
      reason: "CHAIN_ROOT",
      compared: `root "${root.subjectCommonName}", key hash ${found}, pinned ${pin || "none"}`,
    };
  }
  if (!equal(root.issuer, root.subject))
    return { reason: "CHAIN_ISSUER", compared: "the root is not issued by itself" };
  const isOwn = isSignedBy(root, root.algorithm, root.tbs, root.signature, crypto);
  return isOwn
    ? faultOfCa(root)
    : { reason: "CHAIN_SIGNATURE", compared: `"${root.subjectCommonName}" under its own key` };
}

/** Is `child` issued by `issuer` (RFC 5280 section 6.1, without policies)? `below`: CAs between issuer and leaf. */
export function faultOfLink(
  child: Certificate,
  issuer: Certificate,
  below: number,
  crypto: CryptoBackend,
): Fault {
  const link = `"${child.subjectCommonName}" under "${issuer.subjectCommonName}"`;
  if (!equal(child.issuer, issuer.subject)) {
    return { reason: "CHAIN_ISSUER", compared: `${link}: issuer named "${child.issuerCommonName}"` };
  }
  const fault = faultOfCa(issuer);
  if (fault) return fault;
  if (issuer.pathLength !== null && below > issuer.pathLength) {
    return { reason: "CHAIN_CONSTRAINTS", compared: `${link}: path longer than the issuer allows` };
  }
  const isSigned = isSignedBy(issuer, child.algorithm, child.tbs, child.signature, crypto);
  return isSigned ? null : { reason: "CHAIN_SIGNATURE", compared: link };
}

/** May it issue certificates? */
export function faultOfCa(certificate: Certificate): Fault {
  const usage = certificate.keyUsage;
  const mayIssue = certificate.isCa && usage !== null && (usage & KEY_USAGE.KEY_CERT_SIGN) !== 0;
  return mayIssue
    ? null
    : {
        reason: "CHAIN_CONSTRAINTS",
        compared: `"${certificate.subjectCommonName}" may not issue certificates`,
      };
}

/** A leaf signs data and issues nothing. */
export function faultOfLeaf(certificate: Certificate): Fault {
  const usage = certificate.keyUsage;
  const isLeaf = !certificate.isCa && usage !== null && (usage & KEY_USAGE.DIGITAL_SIGNATURE) !== 0;
  return isLeaf
    ? null
    : { reason: "CHAIN_CONSTRAINTS", compared: `"${certificate.subjectCommonName}" is no signing leaf` };
}

/** The period in which every certificate of the chain is valid. */
export function chainWindow(name: string, chain: readonly Certificate[]): Window {
  return {
    name,
    from: Math.max(...chain.map((certificate) => certificate.notBefore)),
    until: Math.min(...chain.map((certificate) => certificate.notAfter)),
    early: "CERT_NOT_YET_VALID",
    late: "CERT_EXPIRED",
  };
}
