import { equal, fromHex, utf8 } from "../bytes.ts";
import type { CryptoBackend } from "../crypto/backend.ts";
import type { SignedJson } from "../endorsements/json.ts";
import { AttestationError, type Reason } from "../errors.ts";
import { type Certificate, parseCertificate } from "../x509/certificate.ts";
import { type Fault, faultOfLeaf, faultOfLink, faultOfRoot, isSignedBy } from "../x509/chain.ts";
import { parsePem } from "../x509/pem.ts";

/** Phrase Intel's library looks for in the TCB signing certificate's common name (QVL, X509Constants.h). */
const TCB_SIGNING_PHRASE = "SGX TCB Signing";

export interface SigningChain {
  readonly signer: Certificate;
  readonly root: Certificate;
}

/** TCB signing certificate and root, in either order, to the pinned root. @throws {AttestationError} */
export function readSigningChain(pem: string, pin: string, crypto: CryptoBackend): SigningChain {
  const certificates = parsePem(pem).map(parseCertificate);
  if (certificates.length !== 2)
    throw new AttestationError(
      "CHAIN_INCOMPLETE",
      `${certificates.length} certificates where TCB signing certificate and root are needed`,
    );
  const root = certificates.find((certificate) => equal(certificate.issuer, certificate.subject));
  const signer = certificates.find((certificate) =>
    certificate.subjectCommonName.includes(TCB_SIGNING_PHRASE),
  );
  if (!root || !signer || root === signer)
    throw new AttestationError("CHAIN_SUBJECT", "not TCB signing certificate and root");
  const fault = signerFault(signer, root, pin, crypto);
  if (fault) throw new AttestationError(fault.reason, fault.compared);
  return { signer, root };
}

/** Why this certificate may not sign for this root, or the root is not the pinned one; null when it may. */
export function signerFault(
  signer: Certificate,
  root: Certificate,
  pin: string,
  crypto: CryptoBackend,
): Fault {
  return faultOfRoot(root, pin, crypto) ?? faultOfLink(signer, root, 0, crypto) ?? faultOfLeaf(signer);
}

/** The signature is over the text as it stands, before anyone interpreted it. Without cryptography nothing is signed. */
export function isSignedText(
  signed: SignedJson,
  signer: Certificate,
  crypto: CryptoBackend | undefined,
): boolean {
  if (crypto === undefined || !/^[0-9a-fA-F]{128}$/.test(signed.signature)) return false;
  return isSignedBy(signer, "ecdsa-sha256", utf8(signed.text), fromHex(signed.signature), crypto);
}

/** @throws {AttestationError} with the given reason. */
export function demandSignature(
  signed: SignedJson,
  signer: Certificate,
  reason: Reason,
  crypto: CryptoBackend,
): void {
  if (!isSignedText(signed, signer, crypto)) {
    throw new AttestationError(
      reason,
      `${signed.text.length} characters under "${signer.subjectCommonName}"`,
    );
  }
}
