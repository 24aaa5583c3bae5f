import { equal, fromUtf8 } from "../bytes.ts";
import type { CryptoBackend } from "../crypto/backend.ts";
import { AttestationError } from "../errors.ts";
import { type Check, Ledger, type Window } from "../verdict.ts";
import { type Certificate, parseCertificate } from "../x509/certificate.ts";
import { chainWindow, faultOfLeaf, faultOfLink, faultOfRoot } from "../x509/chain.ts";
import { isPckLeaf, type PckExtension, parsePckExtension } from "../x509/pck.ts";
import { parsePem } from "../x509/pem.ts";

/** Phrase Intel's library looks for in the root's common name (QVL, X509Constants.h). */
const ROOT_PHRASE = "SGX Root CA";

export interface PckChain {
  readonly leaf: Certificate;
  readonly ca: Certificate;
  readonly root: Certificate;
  readonly extension: PckExtension;
  readonly window: Window;
}

/** A chain and what the time-independent rules say of it. `chain` is null when it could not even be read. */
export interface JudgedPckChain {
  readonly chain: PckChain | null;
  readonly isTrusted: boolean;
  readonly checks: readonly Check[];
}

/** PCK certificate to the pinned root, in whatever order the PEM has them; no clock and no revocation yet. */
export function judgePckChain(pem: Uint8Array, pin: string, crypto: CryptoBackend): JudgedPckChain {
  const ledger = new Ledger();
  const chain = ledger.attempt("PCK chain", () => readPckChain(pem));
  if (chain === null) return { chain: null, isTrusted: false, checks: ledger.checks };
  const fault =
    faultOfRoot(chain.root, pin, crypto) ??
    faultOfLink(chain.ca, chain.root, 1, crypto) ??
    faultOfLink(chain.leaf, chain.ca, 0, crypto) ??
    faultOfLeaf(chain.leaf);
  if (fault) ledger.fail("PCK chain", fault.reason, fault.compared);
  else
    ledger.pass(
      "PCK chain",
      `${chain.leaf.subjectCommonName} ← ${chain.ca.subjectCommonName} ← ${chain.root.subjectCommonName}`,
    );
  return { chain, isTrusted: fault === null, checks: ledger.checks };
}

/** Roles by name, as Intel's library assigns them: the order in the PEM text carries no meaning. */
export function readPckChain(pem: Uint8Array): PckChain {
  let text: string;
  try {
    text = fromUtf8(pem);
  } catch (cause) {
    throw new AttestationError("CERT_MALFORMED", "the PCK chain is no text", { cause });
  }
  const certificates = parsePem(text).map(parseCertificate);
  if (certificates.length !== 3)
    throw new AttestationError("CHAIN_INCOMPLETE", `${certificates.length} certificates where 3 are needed`);
  const roots = certificates.filter((certificate) => equal(certificate.issuer, certificate.subject));
  const leaves = certificates.filter(isPckLeaf);
  const rest = certificates.filter(
    (certificate) => !roots.includes(certificate) && !leaves.includes(certificate),
  );
  const [root, leaf, ca] = [roots[0], leaves[0], rest[0]];
  if (!root || !leaf || !ca || root === leaf || !root.subjectCommonName.includes(ROOT_PHRASE)) {
    const names = certificates.map((certificate) => certificate.subjectCommonName).join(", ");
    throw new AttestationError(
      "CHAIN_SUBJECT",
      `certificates "${names}" are not PCK certificate, PCK CA and root`,
    );
  }
  return {
    leaf,
    ca,
    root,
    extension: parsePckExtension(leaf),
    window: chainWindow("PCK chain window", [leaf, ca, root]),
  };
}
