import { isZero, toHex } from "../bytes.ts";
import type { CryptoBackend } from "../crypto/backend.ts";
import type { AmdEndorsements } from "../endorsements/endorsements.ts";
import { AttestationError } from "../errors.ts";
import { describeTcb, parseSnpTcb, type SnpProduct, type SnpReport } from "../evidence/snp-report.ts";
import type { Roots } from "../roots.ts";
import type { Ledger } from "../verdict.ts";
import { type Certificate, parseCertificate } from "../x509/certificate.ts";
import { chainWindow, faultOfLink, faultOfRoot } from "../x509/chain.ts";
import { parseRevocationList } from "../x509/crl.ts";
import { parsePem } from "../x509/pem.ts";
import { parseVekExtension, productOfVek } from "../x509/vek.ts";
import { demandCrlSigned, hexOf } from "./intel-endorsements.ts";
import { checkRevocation } from "./revocation.ts";

export interface SnpChain {
  /** VCEK or VLEK. */
  readonly vek: Certificate;
  /** ASK or ASVK. */
  readonly signer: Certificate;
  readonly root: Certificate;
  readonly product: SnpProduct;
}

/** VEK to the pinned AMD root of its product. Null when there is no chain to speak of. */
export function checkSnpChain(
  ledger: Ledger,
  report: SnpReport,
  endorsements: Partial<AmdEndorsements>,
  roots: Roots,
  crypto: CryptoBackend,
): SnpChain | null {
  if (typeof endorsements.amdChain !== "string" || endorsements.amdChain === "") {
    ledger.fail("AMD chain", "CHAIN_MISSING", "not supplied");
    return null;
  }
  const chain = ledger.attempt("AMD chain", () => readChain(endorsements.amdChain!, report));
  if (chain === null) return null;
  const pin = roots.amd[chain.product];
  const fault =
    faultOfRoot(chain.root, pin, crypto) ??
    faultOfLink(chain.signer, chain.root, 1, crypto) ??
    faultOfLink(chain.vek, chain.signer, 0, crypto);
  const names = `${chain.vek.subjectCommonName} ← ${chain.signer.subjectCommonName} ← ${chain.root.subjectCommonName}`;
  if (fault) ledger.fail("AMD chain", fault.reason, fault.compared);
  else ledger.pass("AMD chain", names);
  return fault ? null : chain;
}

/** Roles by name: the chain may come in any order. The VEK's kind must be the one the report names. */
function readChain(pem: string, report: SnpReport): SnpChain {
  const certificates = parsePem(pem).map(parseCertificate);
  if (certificates.length !== 3)
    throw new AttestationError(
      "CHAIN_INCOMPLETE",
      `${certificates.length} certificates where VEK, signing key and root are needed`,
    );
  const named = (test: RegExp) =>
    certificates.find((certificate) => test.test(certificate.subjectCommonName));
  const vek = named(/^SEV-(?:VCEK|VLEK)$|SEV-(?:VCEK|VLEK)$/);
  const root = named(/ARK-/);
  const signer = certificates.find((certificate) => certificate !== vek && certificate !== root);
  if (!vek || !root || !signer) throw new AttestationError("CHAIN_SUBJECT", "not VEK, signing key and root");
  if (!vek.subjectCommonName.endsWith(report.signingKey)) {
    throw new AttestationError(
      "CHAIN_SUBJECT",
      `report signed by the ${report.signingKey}, chain of ${vek.subjectCommonName}`,
    );
  }
  const product = productOfVek(vek);
  if (product === null || vek.issuerCommonName.includes("SEV-VLEK-") !== (report.signingKey === "VLEK")) {
    throw new AttestationError("CHAIN_SUBJECT", `${report.signingKey} issued by "${vek.issuerCommonName}"`);
  }
  return { vek, signer, root, product };
}

export function checkSnpWindow(ledger: Ledger, chain: SnpChain, at: number): boolean {
  return ledger.window(chainWindow("AMD chain window", [chain.vek, chain.signer, chain.root]), at);
}

/** AMD publishes one list per product, signed by the root, about the signing keys. It is judged when supplied. */
export function checkSnpRevocation(
  ledger: Ledger,
  chain: SnpChain,
  endorsements: Partial<AmdEndorsements>,
  at: number,
  crypto: CryptoBackend,
): void {
  if (endorsements.amdCrl === undefined) {
    ledger.skip("AMD CRL", "no list supplied: revocation of the signing key is not judged");
    return;
  }
  const list = ledger.attempt("AMD CRL", () => {
    const parsed = parseRevocationList(hexOf(endorsements.amdCrl!));
    demandCrlSigned(parsed, chain.root, crypto);
    return parsed;
  });
  if (list === null) return;
  ledger.pass("AMD CRL", `${list.revoked.size} serials, signed by ${chain.root.subjectCommonName}`);
  ledger.window(
    {
      name: "AMD CRL window",
      from: list.thisUpdate,
      until: list.nextUpdate,
      early: "CRL_NOT_YET_VALID",
      late: "CRL_EXPIRED",
    },
    at,
  );
  checkRevocation(ledger, "AMD signing key not revoked", chain.signer, list);
}

export function checkSnpSignature(
  ledger: Ledger,
  report: SnpReport,
  chain: SnpChain | null,
  crypto: CryptoBackend,
): boolean {
  if (chain === null) return ledger.skip("report signature", "no key that can be believed");
  const key = chain.vek.publicKey;
  const ok = key.kind === "P-384" && crypto.verifyP384(key.point, report.signed, report.signature);
  return ledger.check(
    "report signature",
    ok,
    "REPORT_SIGNATURE",
    `${report.signed.length} bytes under the ${report.signingKey}`,
  );
}

/** The key is derived from chip and firmware versions: the certificate must speak of the ones the report names. */
export function checkSnpBinding(ledger: Ledger, report: SnpReport, chain: SnpChain): void {
  const extension = ledger.attempt("VEK extensions", () => parseVekExtension(chain.vek, chain.product));
  if (extension === null) return;
  const isProduct = report.product === null || report.product === chain.product;
  ledger.check(
    "product",
    isProduct,
    "REPORT_PRODUCT",
    `report ${report.product ?? "without CPUID"}, chain ${chain.product}`,
  );

  const tcb = parseSnpTcb(report.reportedTcb, chain.product);
  const isSame = (Object.keys(tcb) as (keyof typeof tcb)[]).every(
    (part) => tcb[part] === extension.tcb[part],
  );
  ledger.check(
    "reported TCB",
    isSame,
    "REPORT_TCB",
    `report ${describeTcb(tcb)}; certificate ${describeTcb(extension.tcb)}`,
  );

  if (report.signingKey === "VLEK") {
    ledger.pass("chip id", "a VLEK belongs to a provider, not to a chip");
    return;
  }
  const wanted = extension.hardwareId;
  if (wanted !== null && isZero(report.chipId)) {
    // MASK_CHIP_ID (AMD 56860, SNP_CONFIG): the host hides the id. The VCEK is the chip's all the same, and it signed.
    ledger.pass("chip id", `masked by the host; the key is that of chip ${wanted.slice(0, 32)}…`);
    return;
  }
  const found = toHex(report.chipId);
  const isChip = wanted !== null && found.startsWith(wanted) && /^0*$/.test(found.slice(wanted.length));
  ledger.check(
    "chip id",
    isChip,
    "REPORT_CHIP",
    `report ${found.slice(0, 32)}…, certificate ${wanted?.slice(0, 32) ?? "none"}…`,
  );
}
