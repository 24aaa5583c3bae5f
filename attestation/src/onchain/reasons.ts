import type { Reason } from "../errors.ts";

/** What a contract was asked when it refused: the same DER error means different things in a certificate and in a list. */
export type Asked = "certificate" | "crl" | "tcbInfo" | "qeIdentity" | "quote";

/**
 * The reason `verify` gives for each of the contracts' refusals. A function where the same error stands for several: `args` are the error's.
 * Refusals about what the chain knows already (not newer, already registered) are not verdicts and are not here.
 */
export const REASON_OF_REVERT: Readonly<
  Record<string, Reason | ((args: readonly unknown[], asked: Asked) => Reason)>
> = {
  // Form.
  UnexpectedTag: malformed,
  BadBounds: malformed,
  BadLength: malformed,
  BadInteger: malformed,
  BadTime: malformed,
  UnsupportedCertificate: (_, asked) => (asked === "crl" ? "CRL_MALFORMED" : "CERT_UNSUPPORTED"),
  DuplicateExtension: malformed,
  UnknownCriticalExtension: "CERT_UNSUPPORTED",
  MissingSgxExtension: "PCK_EXTENSION",
  BadSgxExtension: "PCK_EXTENSION",
  UnsupportedCrl: "CRL_MALFORMED",
  UnknownCriticalCrlExtension: "CRL_MALFORMED",
  UnexpectedText: malformed,
  BadNumber: malformed,
  BadHex: malformed,
  BadDate: malformed,
  UnknownStatus: malformed,
  TooMany: malformed,
  QuoteLengthMismatch: "EVIDENCE_LENGTH",
  UnsupportedVersion: "QUOTE_VERSION",
  UnsupportedKeyType: "QUOTE_KEY_TYPE",
  UnsupportedTee: "QUOTE_TEE_TYPE",
  BodyMismatch: "QUOTE_BODY_TYPE",
  UnknownQeVendor: "QUOTE_VENDOR",
  UnsupportedCertification: "CERTIFICATION_TYPE",
  // Certificates.
  UnexpectedRoot: "CHAIN_ROOT",
  UnexpectedSubject: "CHAIN_SUBJECT",
  IssuerMismatch: "CHAIN_ISSUER",
  NotACa: "CHAIN_CONSTRAINTS",
  NotAPck: "CHAIN_CONSTRAINTS",
  NotALeaf: "CHAIN_CONSTRAINTS",
  PathTooLong: "CHAIN_CONSTRAINTS",
  CertificateSignatureInvalid: "CHAIN_SIGNATURE",
  CertificateNotValid: window("CERT_NOT_YET_VALID", "CERT_EXPIRED"),
  CertificateIsRevoked: "CERT_REVOKED",
  // Lists.
  UnknownCrl: "CRL_MISSING",
  CrlIssuerMismatch: "CRL_ISSUER",
  MayNotSignLists: "CRL_ISSUER",
  CrlSignatureInvalid: "CRL_SIGNATURE",
  CrlNotCurrent: window("CRL_NOT_YET_VALID", "CRL_EXPIRED"),
  // TCB info and identity.
  UnknownTcbInfo: "TCB_INFO_MISSING",
  TcbInfoSignatureInvalid: "TCB_INFO_SIGNATURE",
  TcbInfoNotCurrent: window("TCB_INFO_NOT_YET_VALID", "TCB_INFO_EXPIRED"),
  PceIdMismatch: "TCB_INFO_PCEID",
  UnknownQeIdentity: "QE_IDENTITY_MISSING",
  QeIdentitySignatureInvalid: "QE_IDENTITY_SIGNATURE",
  QeIdentityNotCurrent: window("QE_IDENTITY_NOT_YET_VALID", "QE_IDENTITY_EXPIRED"),
  QeMiscSelectMismatch: "QE_MISMATCH",
  QeAttributesMismatch: "QE_MISMATCH",
  QeMrSignerMismatch: "QE_MISMATCH",
  QeProdIdMismatch: "QE_MISMATCH",
  // Signatures of the evidence.
  QeReportSignatureInvalid: "QE_REPORT_SIGNATURE",
  AttestationKeyUnbound: "KEY_BINDING",
  QuoteSignatureInvalid: "QUOTE_SIGNATURE",
  // TCB.
  TcbUnsupported: "TCB_UNSUPPORTED",
  TcbIsRevoked: "TCB_REVOKED",
  TdxModuleMismatch: "TDX_MODULE_MISMATCH",
};

/** Null for an error that is no verdict. */
export function reasonOfRevert(name: string, args: readonly unknown[], asked: Asked): Reason | null {
  const reason = Object.hasOwn(REASON_OF_REVERT, name) ? REASON_OF_REVERT[name]! : null;
  return typeof reason === "function" ? reason(args, asked) : reason;
}

function malformed(_: readonly unknown[], asked: Asked): Reason {
  switch (asked) {
    case "certificate":
      return "CERT_MALFORMED";
    case "crl":
      return "CRL_MALFORMED";
    case "tcbInfo":
      return "TCB_INFO_MALFORMED";
    case "qeIdentity":
      return "QE_IDENTITY_MALFORMED";
    case "quote":
      return "EVIDENCE_LENGTH";
  }
}

/** Errors of windows carry (from, until, now). */
function window(early: Reason, late: Reason) {
  return ([from, , now]: readonly unknown[]): Reason =>
    BigInt(now as bigint) < BigInt(from as bigint) ? early : late;
}
