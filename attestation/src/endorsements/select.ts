import { equal, toHex } from "../bytes.ts";
import type { CryptoBackend } from "../crypto/backend.ts";
import { AttestationError } from "../errors.ts";
import type { Evidence } from "../evidence/parse.ts";
import type { Quote } from "../evidence/quote.ts";
import { parseSnpTcb, type SnpReport } from "../evidence/snp-report.ts";
import type { Roots } from "../roots.ts";
import { isSignedText, signerFault } from "../rules/signing-chain.ts";
import type { Certificate } from "../x509/certificate.ts";
import { isSignedBy } from "../x509/chain.ts";
import { certificatesOf, isPckLeaf, parsePckExtension } from "../x509/pck.ts";
import { emitPem } from "../x509/pem.ts";
import { parseVekExtension, productOfVek } from "../x509/vek.ts";
import type { EndorsementSet } from "./endorsements.ts";
import { type EvaluationNumbers, numberOf, type UpdateKind } from "./evaluation-numbers.ts";
import type { SignedJson } from "./json.ts";
import type { EndorsementPool } from "./pool.ts";

export interface Selection {
  /** With these, what is forged is passed over while something genuine is at hand. Nothing picked is trusted for it. */
  readonly trust?: { readonly roots: Roots; readonly crypto: CryptoBackend };
  /** Which evaluation number to prefer; by default the highest in date. */
  readonly update?: UpdateKind;
}

/** The endorsements for this evidence at this time; Nitro documents bring their own. */
export function selectEndorsements(
  pool: EndorsementPool,
  evidence: Evidence,
  at: number,
  selection: Selection = {},
): EndorsementSet {
  switch (evidence.kind) {
    case "sgx":
    case "tdx":
      return selectForQuote(pool, evidence, at, selection);
    case "snp":
      return selectForReport(pool, evidence, at, selection);
    case "nitro":
      return {};
  }
}

/** The evaluation numbers in force at `at` for a TEE, from a list in the pool that is in date and signed; null without one, or without trust. */
export function selectEvaluationNumbers(
  pool: EndorsementPool,
  id: "SGX" | "TDX",
  at: number,
  { trust }: Selection = {},
): EvaluationNumbers | null {
  const signers = signersOf(pool, [], trust);
  const lists = pool.evaluationNumbers.filter(
    ({ signed, list }) =>
      list.id === id &&
      list.issueDate <= at &&
      at <= list.nextUpdate &&
      isGenuineText(signed, signers, trust),
  );
  return best(lists, at, ({ list }) => [list.issueDate, list.nextUpdate, 0])?.list ?? null;
}

/** The key of this chip (a VCEK names it and its firmware) or of the provider, then upwards by issuer name and signature. */
function selectForReport(
  pool: EndorsementPool,
  report: SnpReport,
  at: number,
  { trust }: Selection,
): EndorsementSet {
  const keys = pool.certificates.filter((certificate) =>
    certificate.subjectCommonName.endsWith(`SEV-${report.signingKey}`),
  );
  const speaking = preferred(keys, (key) => speaksOf(key, report));
  const signing = preferred(speaking, (key) => hasSigned(key, report, trust?.crypto));
  const vek = best(signing, at, ({ notBefore, notAfter }) => [notBefore, notAfter, 0]);
  const issuerOf = (child: Certificate | undefined) => {
    const named = pool.certificates.filter((candidate) => child && equal(candidate.subject, child.issuer));
    const signing = preferred(
      named,
      (candidate) => trust !== undefined && isIssuedBy(child!, candidate, trust.crypto),
    );
    return best(signing, at, ({ notBefore, notAfter }) => [notBefore, notAfter, 0]);
  };
  const signer = issuerOf(vek);
  const root = issuerOf(signer);
  const lists = pool.lists.filter((candidate) => root && equal(candidate.issuer, root.subject));
  const list = best(lists, at, (crl) => [crl.thisUpdate, crl.nextUpdate, 0]);
  const chain = [vek, signer, root]
    .filter((certificate) => certificate !== undefined)
    .map((certificate) => certificate.raw);
  return withoutUndefined({
    amdChain: chain.length > 0 ? emitPem(...chain) : undefined,
    amdCrl: list && toHex(list.raw),
  });
}

function hasSigned(vek: Certificate, report: SnpReport, crypto: CryptoBackend | undefined): boolean {
  const key = vek.publicKey;
  return key.kind === "P-384" && crypto?.verifyP384(key.point, report.signed, report.signature) === true;
}

/** Does this certificate name the report's chip (unless it is masked or the provider's) and its firmware versions? */
function speaksOf(vek: Certificate, report: SnpReport): boolean {
  const product = productOfVek(vek);
  if (product === null || (report.product !== null && report.product !== product)) return false;
  try {
    const { tcb, hardwareId } = parseVekExtension(vek, product);
    const isChip = hardwareId === null || toHex(report.chipId).startsWith(hardwareId);
    const reported = parseSnpTcb(report.reportedTcb, product);
    return isChip && (Object.keys(tcb) as (keyof typeof tcb)[]).every((part) => tcb[part] === reported[part]);
  } catch (error) {
    if (error instanceof AttestationError) return false;
    throw error;
  }
}

/**
 * The endorsements for this quote at this time. Of several, one that is in date, and of those the one with the evaluation number asked for,
 * then the newest; if none is in date, the nearest, so that the verdict can say so.
 */
function selectForQuote(
  pool: EndorsementPool,
  quote: Quote,
  at: number,
  selection: Selection,
): EndorsementSet {
  const { trust } = selection;
  const embedded = certificatesOf(quote.pckChain);
  const leaf = embedded.find(isPckLeaf);
  const wanted = quote.kind === "sgx" ? (["SGX", "QE"] as const) : (["TDX", "TD_QE"] as const);
  const rank = numberRank(pool, wanted[0], at, selection);
  const signers = signersOf(pool, embedded, trust);

  const infos = pool.tcbInfos.filter(({ info }) => info.id === wanted[0]);
  const fmspc = leaf ? fmspcOf(leaf) : null;
  const fitting = preferred(infos, ({ info }) => info.fmspc === fmspc);
  const genuineInfos = preferred(fitting, ({ signed }) => isGenuineText(signed, signers, trust));
  const tcbInfo = best(genuineInfos, at, ({ info }) => [
    info.issueDate,
    info.nextUpdate,
    rank(info.evaluationNumber),
  ]);
  const identities = pool.qeIdentities.filter(({ identity }) => identity.id === wanted[1]);
  const genuineIdentities = preferred(identities, ({ signed }) => isGenuineText(signed, signers, trust));
  const qeIdentity = best(genuineIdentities, at, ({ identity }) => [
    identity.issueDate,
    identity.nextUpdate,
    rank(identity.evaluationNumber),
  ]);

  const chainFor = (text: { readonly signed: SignedJson } | undefined) => {
    const signing = preferred(
      signers,
      ({ signer }) => text !== undefined && isSignedText(text.signed, signer, trust?.crypto),
    );
    const found = best(signing, at, ({ signer }) => [signer.notBefore, signer.notAfter, 0]);
    return found && emitPem(found.signer.raw, found.root.raw);
  };
  const listOf = (issuer: Certificate | undefined) => {
    const lists = pool.lists.filter((list) => issuer && equal(list.issuer, issuer.subject));
    const genuine = preferred(
      lists,
      (list) =>
        trust !== undefined && isSignedBy(issuer!, list.algorithm, list.tbs, list.signature, trust.crypto),
    );
    const list = best(genuine, at, ({ thisUpdate, nextUpdate }) => [thisUpdate, nextUpdate, 0]);
    return list && toHex(list.raw);
  };
  const ca = embedded.find((candidate) => leaf && equal(candidate.subject, leaf.issuer));
  return withoutUndefined({
    tcbInfo: tcbInfo?.text,
    tcbInfoChain: chainFor(tcbInfo),
    qeIdentity: qeIdentity?.text,
    qeIdentityChain: chainFor(qeIdentity),
    rootCrl: listOf(embedded.find(isSelfIssued) ?? signers[0]?.root),
    pckCrl: listOf(ca),
  });
}

/** Higher is better: the number asked for first, then the nearest below it, then the others. */
function numberRank(pool: EndorsementPool, id: "SGX" | "TDX", at: number, selection: Selection) {
  const { update } = selection;
  if (update === undefined) return (number: number) => number;
  const list = selectEvaluationNumbers(pool, id, at, selection);
  // Without a list, the lowest number at hand is the one with the longest grace: what "standard" comes nearest to.
  if (list === null) return (number: number) => (update === "early" ? number : -number);
  const wanted = numberOf(list, update, at);
  return (number: number) => (number <= wanted ? number : -number);
}

interface Signer {
  readonly signer: Certificate;
  readonly root: Certificate;
}

/** TCB signing certificates with their roots; given trust, those under the pinned root before all others. */
function signersOf(
  pool: EndorsementPool,
  embedded: readonly Certificate[],
  trust: Selection["trust"],
): readonly Signer[] {
  const roots = [...pool.certificates, ...embedded].filter(isSelfIssued);
  const found = pool.certificates
    .filter((certificate) => certificate.subjectCommonName.includes("SGX TCB Signing"))
    .flatMap((signer) =>
      roots.filter((root) => equal(root.subject, signer.issuer)).map((root) => ({ signer, root })),
    );
  return preferred(
    found,
    ({ signer, root }) =>
      trust !== undefined && signerFault(signer, root, trust.roots.intelSgx, trust.crypto) === null,
  );
}

function isGenuineText(signed: SignedJson, signers: readonly Signer[], trust: Selection["trust"]): boolean {
  return signers.some(({ signer }) => isSignedText(signed, signer, trust?.crypto));
}

type Rank = readonly [from: number, until: number, preference: number];

function best<T>(candidates: readonly T[], at: number, rank: (candidate: T) => Rank): T | undefined {
  const inDate = candidates.filter((candidate) => rank(candidate)[0] <= at && at <= rank(candidate)[1]);
  if (inDate.length > 0) {
    return inDate.reduce((a, b) => {
      const [ra, rb] = [rank(a), rank(b)];
      return (rb[2] - ra[2] || rb[0] - ra[0]) > 0 ? b : a;
    });
  }
  const distance = (candidate: T) =>
    Math.min(Math.abs(rank(candidate)[0] - at), Math.abs(rank(candidate)[1] - at));
  return candidates.length === 0
    ? undefined
    : candidates.reduce((a, b) => (distance(b) < distance(a) ? b : a));
}

/** Those for which it holds, or all when it holds for none: then the verdict says what is wrong with them. */
function preferred<T>(candidates: readonly T[], holds: (candidate: T) => boolean): readonly T[] {
  if (candidates.length < 2) return candidates;
  const chosen = candidates.filter(holds);
  return chosen.length > 0 ? chosen : candidates;
}

function isIssuedBy(child: Certificate, issuer: Certificate, crypto: CryptoBackend): boolean {
  return isSignedBy(issuer, child.algorithm, child.tbs, child.signature, crypto);
}

function isSelfIssued(certificate: Certificate): boolean {
  return equal(certificate.subject, certificate.issuer);
}

function fmspcOf(leaf: Certificate): string | null {
  try {
    return parsePckExtension(leaf).fmspc;
  } catch (error) {
    if (error instanceof AttestationError) return null; // `verify` says what is wrong with it
    throw error;
  }
}

function withoutUndefined(
  fields: { readonly [K in keyof EndorsementSet]: string | undefined },
): EndorsementSet {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
