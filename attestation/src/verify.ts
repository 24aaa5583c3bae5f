import { fromUtf8 } from "./bytes.ts";
import { type Claims, claimsOfDocument, claimsOfQuote, claimsOfReport } from "./claims.ts";
import type { CryptoBackend } from "./crypto/backend.ts";
import { nobleCrypto } from "./crypto/noble.ts";
import type { AmdEndorsements, EndorsementSet } from "./endorsements/endorsements.ts";
import type { Reason } from "./errors.ts";
import type { NitroDocument } from "./evidence/nitro-document.ts";
import type { Evidence } from "./evidence/parse.ts";
import type { Quote } from "./evidence/quote.ts";
import type { SnpReport } from "./evidence/snp-report.ts";
import type { Roots } from "./roots.ts";
import {
  type AuthenticatedEndorsements,
  authenticate,
  demandCrlSigned,
  isAuthenticated,
  PCK_CHAINS_MAX,
} from "./rules/intel-endorsements.ts";
import { checkIdentityFits, checkTcbInfoFits, judgeTcb } from "./rules/intel-tcb.ts";
import { checkNitroChain, checkNitroSignature, checkNitroWindow } from "./rules/nitro.ts";
import { judgePckChain } from "./rules/pck-chain.ts";
import { checkQeIdentity, checkSignatures } from "./rules/quoting-enclave.ts";
import { checkRevocation } from "./rules/revocation.ts";
import {
  checkSnpBinding,
  checkSnpChain,
  checkSnpRevocation,
  checkSnpSignature,
  checkSnpWindow,
} from "./rules/snp.ts";
import { type Check, type Expiry, iso, Ledger, type TcbVerdict } from "./verdict.ts";

/** Everything `verify` has to say. Plain data: it survives JSON. */
export interface Verdict {
  /** Every rule passed. Not yet: "is it the enclave I want?"; for that see `appraise`. */
  readonly isGenuine: boolean;
  /** The first rule that failed; null when genuine. */
  readonly reason: Reason | null;
  /** Signatures, key binding and chain to the pinned root hold at this time, whatever endorsements say. */
  readonly isCryptoValid: boolean;
  readonly isSimulated: boolean;
  /** Name of the roots judged under. */
  readonly roots: string;
  /** ISO 8601. */
  readonly at: string;
  readonly claims: Claims;
  readonly tcb: TcbVerdict | null;
  /** The earliest end of everything relied on. */
  readonly expiry: Expiry | null;
  readonly checks: readonly Check[];
}

/** Text as it was found, or quote endorsements whose signatures were checked once by `authenticate`. */
export type VerifiableEndorsements = EndorsementSet | AuthenticatedEndorsements;

/**
 * Is this evidence genuine at `at`? Says nothing about whether it is the enclave you want: see `appraise`.
 *
 * A pure function: clock, endorsements, roots and cryptography are arguments. Rules are Intel's quote verification
 * library's (QVL 1.23), numbered as there; docs/attestation.md lists them all.
 */
export function verify(
  evidence: Evidence,
  endorsements: VerifiableEndorsements,
  at: Date,
  roots: Roots,
  crypto: CryptoBackend = nobleCrypto,
): Verdict {
  const time = at.getTime();
  switch (evidence.kind) {
    case "sgx":
    case "tdx":
      return verifyQuote(evidence, toHandle(endorsements, roots, crypto), time);
    case "snp":
      return verifyReport(evidence, isAuthenticated(endorsements) ? {} : endorsements, time, roots, crypto);
    case "nitro":
      return verifyDocument(evidence, time, roots, crypto);
  }
}

function verifyQuote(quote: Quote, handle: AuthenticatedEndorsements, at: number): Verdict {
  const ledger = new Ledger();

  // 1. Chain: PCK certificate to the pinned root, every certificate in date.
  const pck = judgeChain(quote, handle);
  ledger.append(pck.checks);
  const isChainCurrent = pck.chain !== null && ledger.window(pck.chain.window, at);
  const key = pck.isTrusted ? pck.chain!.leaf : null;

  // 2. Signatures: PCK key → quoting enclave's report → attestation key → quote.
  const isSigned = checkSignatures(ledger, quote, key, handle.crypto);
  const isCryptoValid = isSigned && pck.isTrusted && isChainCurrent;

  // 3. Revocation: both lists signed by the right CA, in date, and silent about this chain.
  const rootCrl = accept(ledger, handle.rootCrl, at);
  const pckCrl = accept(ledger, handle.pckCrl, at, pck.crlChecks);
  if (pck.chain) {
    checkRevocation(ledger, "PCK CA not revoked", pck.chain.ca, rootCrl);
    checkRevocation(ledger, "PCK certificate not revoked", pck.chain.leaf, pckCrl);
  }

  // 4. Endorsements: TCB info and QE identity signed over raw bytes, current, and for this platform.
  const tcbInfo = accept(ledger, handle.tcbInfo, at);
  if (tcbInfo) checkRevocation(ledger, "TCB signing certificate not revoked", tcbInfo.signer, rootCrl);
  const fits =
    tcbInfo !== null && checkTcbInfoFits(ledger, quote, tcbInfo.info, pck.chain?.extension ?? null);
  const qe = accept(ledger, handle.qeIdentity, at);
  if (qe) checkRevocation(ledger, "QE identity signing certificate not revoked", qe.signer, rootCrl);
  const isQe =
    qe !== null &&
    checkIdentityFits(ledger, quote, qe.identity) &&
    checkQeIdentity(ledger, quote.qeReport, qe.identity);

  // 5. TCB: level of platform, quoting enclave and TDX module, merged.
  const tcb =
    fits && isQe && pck.chain
      ? judgeTcb(ledger, quote, tcbInfo.info, pck.chain.extension, qe.identity)
      : null;
  if (tcb === null && ledger.reason() !== null) ledger.skip("TCB status", "something above failed");

  return conclude(ledger, {
    roots: handle.roots,
    at,
    isCryptoValid,
    claims: claimsOfQuote(quote),
    tcb,
    isRated: tcb !== null,
  });
}

/** AMD 56860 and 57230. There are no statuses: the reported TCB is a claim, and `appraise` compares it. */
function verifyReport(
  report: SnpReport,
  endorsements: Partial<AmdEndorsements>,
  at: number,
  roots: Roots,
  crypto: CryptoBackend,
): Verdict {
  const ledger = new Ledger();

  // 1. Chain: VCEK or VLEK to the pinned root of its product, in date.
  const chain = checkSnpChain(ledger, report, endorsements, roots, crypto);
  const isChainCurrent = chain !== null && checkSnpWindow(ledger, chain, at);

  // 2. Signature of the report.
  const isSigned = checkSnpSignature(ledger, report, chain, crypto);

  // 3. The key's certificate speaks of this chip and these firmware versions.
  if (chain) checkSnpBinding(ledger, report, chain);

  // 4. Revocation of the signing key, when a list is at hand.
  if (chain) checkSnpRevocation(ledger, chain, endorsements, at, crypto);

  const claims = claimsOfReport(report, chain?.product ?? report.product);
  return conclude(ledger, {
    roots,
    at,
    isCryptoValid: isSigned && isChainCurrent,
    claims,
    tcb: null,
    isRated: true,
  });
}

/** AWS, "Verifying the root of trust". The document brings its chain along; nothing else is needed. */
function verifyDocument(document: NitroDocument, at: number, roots: Roots, crypto: CryptoBackend): Verdict {
  const ledger = new Ledger();

  // 1. Chain: the document's certificate to the pinned root, in date.
  const chain = checkNitroChain(ledger, document, roots, crypto);
  const isChainCurrent = chain !== null && checkNitroWindow(ledger, chain, at);

  // 2. Signature of the document.
  const isSigned = checkNitroSignature(ledger, document, chain, crypto);

  return conclude(ledger, {
    roots,
    at,
    isCryptoValid: isSigned && isChainCurrent,
    claims: claimsOfDocument(document),
    tcb: null,
    isRated: true,
  });
}

interface Conclusion {
  readonly roots: Roots;
  readonly at: number;
  readonly isCryptoValid: boolean;
  readonly claims: Claims;
  readonly tcb: TcbVerdict | null;
  /** A TCB status was found where one is due. */
  readonly isRated: boolean;
}

/** Genuine needs three things at once, so that a rule forgotten in one place cannot open the gate. */
function conclude(ledger: Ledger, conclusion: Conclusion): Verdict {
  const { roots, at, isCryptoValid, claims, tcb, isRated } = conclusion;
  const reason = ledger.reason();
  return {
    isGenuine: reason === null && isCryptoValid && isRated,
    reason,
    isCryptoValid,
    isSimulated: roots.isSimulated,
    roots: roots.name,
    at: iso(at),
    claims,
    tcb,
    expiry: ledger.expiry(at),
    checks: ledger.checks,
  };
}

/** A handle is used only under the root it was made with; its cryptography stays its own. */
function toHandle(
  endorsements: VerifiableEndorsements,
  roots: Roots,
  crypto: CryptoBackend,
): AuthenticatedEndorsements {
  if (!isAuthenticated(endorsements)) return authenticate(endorsements, roots, crypto);
  if (endorsements.roots.intelSgx !== roots.intelSgx)
    throw new TypeError("these endorsements were authenticated under other roots");
  return endorsements;
}

/** The chain's verdict, remembered per handle: platforms repeat, and neither clock nor revocation is in it. */
function judgeChain(quote: Quote, handle: AuthenticatedEndorsements) {
  let name: string | null = null;
  try {
    name = fromUtf8(quote.pckChain);
  } catch {
    // No text: judged below, and not worth remembering.
  }
  const known = name === null ? undefined : handle.pckChains.get(name);
  if (known) return known;

  const judged = judgePckChain(quote.pckChain, handle.roots.intelSgx, handle.crypto);
  const ledger = new Ledger();
  const list = handle.pckCrl.content;
  if (list !== null) {
    ledger.attempt("PCK CRL signature", () => {
      if (judged.isTrusted) {
        demandCrlSigned(list, judged.chain!.ca, handle.crypto);
        ledger.pass("PCK CRL signature", `signed by ${judged.chain!.ca.subjectCommonName}`);
      } else ledger.skip("PCK CRL signature", "no PCK CA that can be believed");
    });
  }
  const entry = { ...judged, crlChecks: ledger.checks };
  if (name !== null) {
    if (handle.pckChains.size >= PCK_CHAINS_MAX)
      handle.pckChains.delete(handle.pckChains.keys().next().value as string);
    handle.pckChains.set(name, entry);
  }
  return entry;
}

/** Records what was found when the endorsement was authenticated, judges its windows now, and hands out the content. */
function accept<T>(
  ledger: Ledger,
  judged: {
    readonly content: T | null;
    readonly windows: readonly Parameters<Ledger["window"]>[0][];
    readonly checks: readonly Check[];
  },
  at: number,
  more: readonly Check[] = [],
): T | null {
  ledger.append(judged.checks);
  ledger.append(more);
  const isCurrent = judged.windows.map((window) => ledger.window(window, at)).every(Boolean);
  const isSigned = more.every((check) => check.result === "pass");
  return isCurrent && isSigned ? judged.content : null;
}
