/**
 * Every reason this room can give for saying no. The code is stable: tests, the contracts and operators match on it.
 * `advice` tells the person who reads it what to do next.
 */
export const REASONS = {
  // Shape of the evidence.
  EVIDENCE_UNKNOWN:
    "This is no quote, report or document we know. Check that the file is complete and not encoded twice.",
  EVIDENCE_TRUNCATED: "The evidence ends before its own lengths say it should. Fetch it again.",
  EVIDENCE_LENGTH:
    "A length inside the evidence contradicts its surroundings. Fetch it again from the enclave.",
  QUOTE_VERSION:
    "The quote's version is not one of 3, 4, 5. Ask the operator which quoting library produced it.",
  QUOTE_KEY_TYPE: "The attestation key is not ECDSA P-256. Only ECDSA (DCAP) quotes are supported, not EPID.",
  QUOTE_TEE_TYPE: "The TEE type does not fit the quote's version or body. Ask for a DCAP quote.",
  QUOTE_BODY_TYPE: "The quote's body type is unknown or its size is not the one of that type.",
  QUOTE_VENDOR: "The quoting enclave is not Intel's. Only quotes by Intel's quoting enclave can be judged.",
  CERTIFICATION_TYPE:
    "The certification data is not a PCK chain (type 5). Configure the platform to embed the PCK chain in its quotes.",
  // Other evidence.
  REPORT_MALFORMED: "The SNP report has fields no firmware writes. Fetch it again from the guest.",
  REPORT_KEY:
    "The SNP report is signed by no key that can be checked. The host masks the chip key; ask it to allow VCEK or VLEK.",
  DOCUMENT_MALFORMED:
    "The Nitro document is not strict CBOR of the documented shape. Fetch it again from the enclave.",
  // Certificates.
  CERT_MALFORMED: "A certificate is not strict DER X.509. Fetch the chain again.",
  CERT_UNSUPPORTED: "A certificate uses an algorithm or a critical extension that is not supported.",
  CHAIN_MISSING:
    "The certificate chain was not supplied. Give VCEK or VLEK certificate, signing key and root.",
  CHAIN_INCOMPLETE: "The chain lacks a certificate. It must hold leaf, issuing CA and root.",
  CHAIN_SUBJECT:
    "A certificate in the chain has the wrong role. Check that the chain belongs to this kind of evidence.",
  CHAIN_ISSUER: "A certificate names another issuer than the next certificate in the chain.",
  CHAIN_SIGNATURE:
    "A certificate's signature does not verify under its issuer. The chain is forged or damaged.",
  CHAIN_CONSTRAINTS: "A certificate lacks the constraints or key usage its role demands.",
  CHAIN_ROOT:
    "The chain ends in a root that is not pinned. Simulated evidence never verifies under production roots, nor the reverse.",
  CERT_NOT_YET_VALID: "A certificate is not valid yet at the given time. Check the clock.",
  CERT_EXPIRED: "A certificate has expired at the given time. Fetch current endorsements, or a new quote.",
  CERT_REVOKED: "A certificate is on its issuer's revocation list. Do not use this platform.",
  PCK_EXTENSION: "The PCK certificate's SGX extension is missing or malformed.",
  VEK_EXTENSION: "The VCEK or VLEK certificate's AMD extensions are missing or malformed.",
  // Revocation lists.
  CRL_MISSING: "A revocation list is missing. Supply the root CA's list and the PCK CA's list.",
  CRL_MALFORMED: "A revocation list is not strict DER. Fetch it again.",
  CRL_ISSUER: "A revocation list was issued by another CA than the one whose certificates it must judge.",
  CRL_SIGNATURE: "A revocation list's signature does not verify. It is forged or damaged.",
  CRL_NOT_YET_VALID: "A revocation list is from the future of the given time. Check the clock.",
  CRL_EXPIRED: "A revocation list is out of date. Fetch a current one.",
  // TCB info.
  TCB_INFO_MISSING: "The TCB info is missing. Fetch it for this platform's FMSPC.",
  TCB_INFO_MALFORMED: "The TCB info is not strict JSON of version 2 or 3. Fetch it again, byte for byte.",
  TCB_INFO_SIGNATURE:
    "The TCB info's signature does not verify over its raw bytes. Fetch it again, byte for byte.",
  TCB_INFO_NOT_YET_VALID: "The TCB info was issued after the given time. Check the clock.",
  TCB_INFO_EXPIRED: "The TCB info is out of date. Fetch a current one.",
  TCB_INFO_KIND: "The TCB info is for another TEE (SGX or TDX) than the quote.",
  TCB_INFO_FMSPC: "The TCB info is for another platform model (FMSPC) than the PCK certificate.",
  TCB_INFO_PCEID: "The TCB info is for another PCE id than the PCK certificate.",
  EVALUATION_MALFORMED:
    "The list of evaluation numbers is not strict JSON of version 1. Fetch it again, byte for byte.",
  EVALUATION_SIGNATURE:
    "The list of evaluation numbers is not signed by Intel. Fetch it again, byte for byte.",
  // QE identity.
  QE_IDENTITY_MISSING: "The quoting enclave's identity is missing. Fetch it.",
  QE_IDENTITY_MALFORMED: "The QE identity is not strict JSON of version 2. Fetch it again, byte for byte.",
  QE_IDENTITY_SIGNATURE:
    "The QE identity's signature does not verify over its raw bytes. Fetch it again, byte for byte.",
  QE_IDENTITY_NOT_YET_VALID: "The QE identity was issued after the given time. Check the clock.",
  QE_IDENTITY_EXPIRED: "The QE identity is out of date. Fetch a current one.",
  QE_IDENTITY_KIND:
    "The identity is for another enclave than this quote's quoting enclave (QE for SGX, TD_QE for TDX).",
  QE_MISMATCH:
    "The quoting enclave is not the one Intel's identity describes. The quote is not to be trusted.",
  // Signatures of the evidence.
  QE_REPORT_SIGNATURE:
    "The quoting enclave's report is not signed by the platform's PCK key. The quote is forged or damaged.",
  KEY_BINDING:
    "The attestation key is not the one the quoting enclave vouches for. The quote is forged or damaged.",
  QUOTE_SIGNATURE: "The quote is not signed by its attestation key. The quote is forged or damaged.",
  REPORT_SIGNATURE:
    "The SNP report is not signed by the key of its chain. The report is forged, damaged, or of another chip.",
  REPORT_PRODUCT: "The report and its chain are of different processor families.",
  REPORT_TCB:
    "The certificate is for other firmware versions than the report names. Fetch the certificate for the reported TCB.",
  REPORT_CHIP:
    "The certificate is for another chip than the report names. Fetch the certificate for this chip.",
  DOCUMENT_SIGNATURE:
    "The Nitro document is not signed by its certificate. The document is forged or damaged.",
  // TCB.
  TCB_UNSUPPORTED:
    "No TCB level fits this platform, quoting enclave or module. It is older than anything the vendor rates, or the TCB info is for another platform.",
  TCB_REVOKED: "The platform's TCB is revoked. Do not use this platform.",
  TDX_MODULE_MISMATCH: "The TDX module is not one the TCB info describes. Do not use this platform.",
  // Appraisal.
  POLICY_INCOMPLETE: "The policy lacks a field. Say explicitly what you accept.",
  POLICY_MALFORMED: "A policy field has the wrong shape.",
  NOT_GENUINE: "The evidence did not verify, so there is nothing to appraise.",
  POLICY_KIND: "This kind of evidence is not accepted by the policy.",
  POLICY_DEBUG: "The enclave runs in debug mode: its memory is open to the host.",
  POLICY_MEASUREMENT: "This is not the enclave the policy names.",
  POLICY_SIGNER: "The enclave is signed by another signer than the policy names.",
  POLICY_PRODUCT: "The enclave's product id is not the one the policy names.",
  POLICY_SVN: "The enclave's security version is below the policy's minimum.",
  POLICY_ATTRIBUTES: "The enclave's attributes, under the policy's mask, are not those the policy names.",
  POLICY_SERVICE_TD:
    "The TD is bound to a service TD, which may migrate it. Say so in the policy if that is meant.",
  POLICY_VMPL: "The report was asked for at another privilege level than the policy allows.",
  POLICY_AGE: "The document is older than the policy allows. Ask for a fresh one.",
  POLICY_REPORT_DATA:
    "The report data is not what was expected: the evidence is for another key, chain or challenge.",
  POLICY_TCB_STATUS:
    "The platform's TCB status is not accepted by the policy. Update the platform or wait for the operator to.",
  POLICY_ADVISORY: "The platform is affected by an advisory the policy refuses.",
  POLICY_EVALUATION: "The endorsements' evaluation number is below the policy's minimum. Fetch current ones.",
  POLICY_SIMULATED: "The evidence is simulated and the policy does not accept simulated evidence.",
} as const;

export type Reason = keyof typeof REASONS;

/** Bytes that are not what they claim to be, or a policy that does not say enough. */
export class AttestationError extends Error {
  readonly code: Reason;
  /** What exactly was found, without the advice. */
  readonly detail: string;

  constructor(code: Reason, detail: string, options?: ErrorOptions) {
    super(`${code}: ${detail}. ${REASONS[code]}`, options);
    this.name = "AttestationError";
    this.code = code;
    this.detail = detail;
  }
}
