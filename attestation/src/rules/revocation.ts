import { equal } from "../bytes.ts";
import type { Ledger } from "../verdict.ts";
import type { Certificate } from "../x509/certificate.ts";
import type { RevocationList } from "../x509/crl.ts";

/** Is `certificate` absent from the list of the CA that issued it? A list of another CA says nothing about it. */
export function checkRevocation(
  ledger: Ledger,
  name: string,
  certificate: Certificate,
  list: RevocationList | null,
): boolean {
  if (list === null) return ledger.skip(name, "no list that can be believed");
  if (!equal(list.issuer, certificate.issuer)) {
    return ledger.fail(
      name,
      "CRL_ISSUER",
      `list and "${certificate.subjectCommonName}" have different issuers`,
    );
  }
  const isAbsent = !list.revoked.has(certificate.serial);
  return ledger.check(
    name,
    isAbsent,
    "CERT_REVOKED",
    `serial ${certificate.serial} among ${list.revoked.size} revoked`,
  );
}
