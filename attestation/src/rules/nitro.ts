import type { CryptoBackend } from "../crypto/backend.ts";
import { AttestationError } from "../errors.ts";
import type { NitroDocument } from "../evidence/nitro-document.ts";
import type { Roots } from "../roots.ts";
import type { Ledger } from "../verdict.ts";
import { type Certificate, parseCertificate } from "../x509/certificate.ts";
import { chainWindow, faultOfLeaf, faultOfLink, faultOfRoot } from "../x509/chain.ts";

/** Leaf first, root last. */
export type NitroChain = readonly [Certificate, ...Certificate[]];

/** The document's own chain to the pinned AWS root. Null when it cannot be trusted. */
export function checkNitroChain(
  ledger: Ledger,
  document: NitroDocument,
  roots: Roots,
  crypto: CryptoBackend,
): NitroChain | null {
  const chain = ledger.attempt("Nitro chain", () => readChain(document));
  if (chain === null) return null;
  const root = chain[chain.length - 1]!;
  let fault = faultOfRoot(root, roots.nitro, crypto);
  for (let i = chain.length - 1; i > 0; i--) fault ??= faultOfLink(chain[i - 1]!, chain[i]!, i - 1, crypto);
  fault ??= faultOfLeaf(chain[0]);
  if (fault) ledger.fail("Nitro chain", fault.reason, fault.compared);
  else ledger.pass("Nitro chain", `${chain.length} certificates to ${root.subjectCommonName}`);
  return fault ? null : chain;
}

function readChain(document: NitroDocument): NitroChain {
  const leaf = parseCertificate(document.certificate);
  const rest = [...document.caBundle].reverse().map(parseCertificate);
  if (rest.length > 8)
    throw new AttestationError(
      "CHAIN_INCOMPLETE",
      `${rest.length} authorities are more than any document has`,
    );
  return [leaf, ...rest];
}

export function checkNitroWindow(ledger: Ledger, chain: NitroChain, at: number): boolean {
  return ledger.window(chainWindow("Nitro chain window", chain), at);
}

export function checkNitroSignature(
  ledger: Ledger,
  document: NitroDocument,
  chain: NitroChain | null,
  crypto: CryptoBackend,
): boolean {
  if (chain === null) return ledger.skip("document signature", "no key that can be believed");
  const key = chain[0].publicKey;
  const ok = key.kind === "P-384" && crypto.verifyP384(key.point, document.signed, document.signature);
  return ledger.check(
    "document signature",
    ok,
    "DOCUMENT_SIGNATURE",
    `${document.signed.length} bytes under "${chain[0].subjectCommonName}"`,
  );
}
