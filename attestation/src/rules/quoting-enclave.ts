import { equal, fromHex, toHex } from "../bytes.ts";
import type { CryptoBackend } from "../crypto/backend.ts";
import type { QeIdentity } from "../endorsements/qe-identity.ts";
import type { IsvLevel } from "../endorsements/tcb-info.ts";
import type { Quote } from "../evidence/quote.ts";
import { keyBinding, type ReportBody } from "../evidence/report-body.ts";
import type { Ledger } from "../verdict.ts";
import type { Certificate } from "../x509/certificate.ts";

/** QVL 4.1.2.4.12, .13 and .16: PCK key → QE report → attestation key → quote. */
export function checkSignatures(
  ledger: Ledger,
  quote: Quote,
  pck: Certificate | null,
  crypto: CryptoBackend,
): boolean {
  const isReportSigned =
    pck === null
      ? ledger.skip("QE report signature", "no PCK key that can be believed")
      : ledger.check(
          "QE report signature",
          pck.publicKey.kind === "P-256" &&
            crypto.verifyP256(pck.publicKey.point, quote.qeReport.raw, quote.qeReportSignature),
          "QE_REPORT_SIGNATURE",
          `QE report under the PCK key of serial ${pck.serial}`,
        );
  const expected = keyBinding(crypto.sha256, quote.attestationKey, quote.qeAuthData);
  const isBound = ledger.check(
    "attestation key binding",
    equal(quote.qeReport.reportData, expected),
    "KEY_BINDING",
    `report data ${toHex(quote.qeReport.reportData.subarray(0, 32))}, SHA-256(key ‖ auth data) ${toHex(expected.subarray(0, 32))}`,
  );
  const isQuoteSigned = ledger.check(
    "quote signature",
    crypto.verifyP256(quote.attestationKey, quote.signed, quote.signature),
    "QUOTE_SIGNATURE",
    `${quote.signed.length} bytes under attestation key ${toHex(quote.attestationKey.subarray(0, 8))}…`,
  );
  return isReportSigned && isBound && isQuoteSigned;
}

/** QVL `EnclaveReportVerifier::verify`: is the QE report one of the enclave the identity describes? */
export function checkQeIdentity(ledger: Ledger, report: ReportBody, identity: QeIdentity): boolean {
  const misc = masked(report.raw.subarray(16, 20), identity.miscSelectMask);
  const attributes = masked(report.attributes, identity.attributesMask);
  const found = [misc, attributes, toHex(report.mrSigner), String(report.isvProdId)];
  const wanted = [identity.miscSelect, identity.attributes, identity.mrSigner, String(identity.isvProdId)];
  const names = ["MISCSELECT", "ATTRIBUTES", "MRSIGNER", "ISVPRODID"];
  const wrong = names.findIndex((_, i) => found[i] !== wanted[i]);
  if (wrong >= 0)
    return ledger.fail(
      "QE identity match",
      "QE_MISMATCH",
      `${names[wrong]} ${found[wrong]}, identity ${wanted[wrong]}`,
    );
  return ledger.pass(
    "QE identity match",
    `MISCSELECT, ATTRIBUTES, MRSIGNER ${found[2]!.slice(0, 16)}…, ISVPRODID ${found[3]}`,
  );
}

/** The first level whose ISVSVN the enclave reaches (levels are listed newest first). */
export function matchIsvLevel(levels: readonly IsvLevel[], isvSvn: number): IsvLevel | null {
  return levels.find((level) => level.isvSvn <= isvSvn) ?? null;
}

function masked(bytes: Uint8Array, maskHex: string): string {
  const mask = fromHex(maskHex);
  return toHex(bytes.map((byte, i) => byte & mask[i]!));
}
