import { equal, fromBase64, fromHex, fromUtf8, toHex } from "../bytes.ts";
import { AttestationError } from "../errors.ts";
import type { Evidence } from "../evidence/parse.ts";
import type { Quote } from "../evidence/quote.ts";
import type { SnpReport } from "../evidence/snp-report.ts";
import { type Certificate, parseCertificate } from "../x509/certificate.ts";
import { parseRevocationList, type RevocationList } from "../x509/crl.ts";
import { parsePckExtension } from "../x509/pck.ts";
import { emitPem, parsePem } from "../x509/pem.ts";
import type { EndorsementSet } from "./endorsements.ts";
import { parseJson } from "./json.ts";
import { parseQeIdentity, type QeIdentity } from "./qe-identity.ts";
import { parseTcbInfo, type TcbInfo } from "./tcb-info.ts";

/**
 * Endorsements of every kind, as found in files, from which the ones for a piece of evidence are picked.
 * A pool trusts nothing: what is picked is judged by `verify`, and a wrong pick can only make it say no.
 */
export interface EndorsementPool {
  readonly tcbInfos: { readonly text: string; readonly info: TcbInfo }[];
  readonly qeIdentities: { readonly text: string; readonly identity: QeIdentity }[];
  readonly lists: RevocationList[];
  readonly certificates: Certificate[];
}

export function emptyPool(): EndorsementPool {
  return { tcbInfos: [], qeIdentities: [], lists: [], certificates: [] };
}

const PEM_CRL = /-----BEGIN X509 CRL-----([\s\S]*?)-----END X509 CRL-----/g;

/**
 * Adds one file to the pool: PCS response bodies, complete JSON sets (flat members as the QVL's collateral
 * structure names them, or our own bundle), PEM and DER certificates and lists, and lists as hex.
 * Returns what it was, in words; null when it is nothing we know.
 * @throws {AttestationError} when it is of a known kind but malformed.
 */
export function addToPool(pool: EndorsementPool, bytes: Uint8Array): string | null {
  if (bytes[0] === 0x30) return addDer(pool, bytes);
  let text: string;
  try {
    text = fromUtf8(bytes);
  } catch {
    return null;
  }
  const trimmed = text.trim();
  if (trimmed.startsWith("{")) return addJson(pool, trimmed);
  if (trimmed.includes("-----BEGIN")) return addPem(pool, trimmed);
  if (/^(?:[0-9a-fA-F]{2})+$/.test(trimmed) && trimmed.startsWith("30"))
    return addDer(pool, fromHex(trimmed));
  return null;
}

function addDer(pool: EndorsementPool, der: Uint8Array): string {
  try {
    pool.certificates.push(parseCertificate(der));
    return "certificate";
  } catch (error) {
    if (!(error instanceof AttestationError) || error.code !== "CERT_MALFORMED") throw error;
    pool.lists.push(parseRevocationList(der));
    return "revocation list";
  }
}

function addPem(pool: EndorsementPool, text: string): string {
  let lists = 0;
  for (const match of text.matchAll(PEM_CRL)) {
    pool.lists.push(parseRevocationList(fromBase64(match[1]!.replace(/\s/g, ""))));
    lists++;
  }
  const certificates = parsePem(text.replaceAll(PEM_CRL, ""));
  pool.certificates.push(...certificates.map(parseCertificate));
  return `${certificates.length} certificates, ${lists} revocation lists`;
}

function addJson(pool: EndorsementPool, text: string): string | null {
  const members = parseJson(text, "TCB_INFO_MALFORMED");
  if (typeof members !== "object" || members === null || Array.isArray(members)) return null;
  const named = members as Readonly<Record<string, unknown>>;
  if ("tcbInfo" in named && typeof named.tcbInfo === "object") return addTcbInfo(pool, text);
  if ("enclaveIdentity" in named) return addQeIdentity(pool, text);
  return addSet(pool, named);
}

function addTcbInfo(pool: EndorsementPool, text: string): string {
  const { tcbInfo } = parseTcbInfo(text);
  pool.tcbInfos.push({ text, info: tcbInfo });
  return `${tcbInfo.id} TCB info for FMSPC ${tcbInfo.fmspc}`;
}

function addQeIdentity(pool: EndorsementPool, text: string): string {
  const { identity } = parseQeIdentity(text);
  pool.qeIdentities.push({ text, identity });
  return `${identity.id} identity`;
}

/** A complete set: bodies and signatures apart (QVL), or our bundle, whose members are the `Endorsements`. */
function addSet(pool: EndorsementPool, members: Readonly<Record<string, unknown>>): string | null {
  const text = (name: string) => (typeof members[name] === "string" ? (members[name] as string) : "");
  let found = 0;
  const add = (value: string, take: () => void) => {
    if (value === "") return;
    take();
    found++;
  };
  const hexOrPem = (value: string) =>
    value.includes("-----BEGIN") ? addPem(pool, value) : addDer(pool, fromHex(value));
  const tcbInfo = text("tcb_info")
    ? `{"tcbInfo":${text("tcb_info")},"signature":"${text("tcb_info_signature")}"}`
    : text("tcbInfo");
  const identity = text("qe_identity")
    ? `{"enclaveIdentity":${text("qe_identity")},"signature":"${text("qe_identity_signature")}"}`
    : text("qeIdentity");
  add(tcbInfo, () => addTcbInfo(pool, tcbInfo));
  add(identity, () => addQeIdentity(pool, identity));
  for (const name of [
    "tcb_info_issuer_chain",
    "qe_identity_issuer_chain",
    "pck_crl_issuer_chain",
    "tcbInfoChain",
    "qeIdentityChain",
    "amdChain",
  ]) {
    add(text(name), () => addPem(pool, text(name)));
  }
  for (const name of ["root_ca_crl", "pck_crl", "rootCrl", "pckCrl", "amdCrl"])
    add(text(name), () => hexOrPem(text(name)));
  return found > 0 ? `set of ${found} endorsements` : null;
}

/** The endorsements for this evidence at this time; Nitro documents bring their own. */
export function selectEndorsements(pool: EndorsementPool, evidence: Evidence, at: number): EndorsementSet {
  switch (evidence.kind) {
    case "sgx":
    case "tdx":
      return selectForQuote(pool, evidence, at);
    case "snp":
      return selectForReport(pool, evidence, at);
    case "nitro":
      return {};
  }
}

/** The key of this chip (a VCEK names it) or of the provider, then upwards by issuer name. */
function selectForReport(pool: EndorsementPool, report: SnpReport, at: number): EndorsementSet {
  const keys = pool.certificates.filter((certificate) =>
    certificate.subjectCommonName.endsWith(`SEV-${report.signingKey}`),
  );
  const chipId = toHex(report.chipId);
  const ofChip = keys.filter((key) =>
    [...key.extensions].some(
      ([oid, value]) =>
        oid.endsWith(".3704.1.4") && value.length >= 8 && chipId.startsWith(toHex(value.slice(-64))),
    ),
  );
  const vek = best(ofChip.length > 0 ? ofChip : keys, at, (certificate) => [
    certificate.notBefore,
    certificate.notAfter,
    0,
  ]);
  const issuerOf = (child: Certificate | undefined) =>
    child && pool.certificates.find((candidate) => equal(candidate.subject, child.issuer));
  const signer = issuerOf(vek);
  const root = issuerOf(signer);
  const list =
    root &&
    best(
      pool.lists.filter((candidate) => equal(candidate.issuer, root.subject)),
      at,
      (crl) => [crl.thisUpdate, crl.nextUpdate, 0],
    );
  const chain = [vek, signer, root]
    .filter((certificate) => certificate !== undefined)
    .map((certificate) => certificate.raw);
  return withoutUndefined({
    amdChain: chain.length > 0 ? emitPem(...chain) : undefined,
    amdCrl: list && toHex(list.raw),
  });
}

/**
 * The endorsements for this quote at this time. Of several, one that is in date, and of those the one with the
 * highest evaluation number, then the newest; if none is in date, the nearest, so that the verdict can say so.
 */
function selectForQuote(pool: EndorsementPool, quote: Quote, at: number): EndorsementSet {
  const leaf = leafOf(quote);
  const wantedId = quote.kind === "sgx" ? "SGX" : "TDX";
  const fmspc = leaf === null ? null : fmspcOf(leaf);
  const infos = pool.tcbInfos.filter(({ info }) => info.id === wantedId);
  const fitting = infos.filter(({ info }) => info.fmspc === fmspc);
  const tcbInfo = best(fitting.length > 0 ? fitting : infos, at, ({ info }) => [
    info.issueDate,
    info.nextUpdate,
    info.evaluationNumber,
  ]);
  const wantedQe = quote.kind === "sgx" ? "QE" : "TD_QE";
  const identities = pool.qeIdentities.filter(({ identity }) => identity.id === wantedQe);
  const qeIdentity = best(identities, at, ({ identity }) => [
    identity.issueDate,
    identity.nextUpdate,
    identity.evaluationNumber,
  ]);

  const signers = pool.certificates.filter((certificate) =>
    certificate.subjectCommonName.includes("SGX TCB Signing"),
  );
  const signer = best(signers, at, (certificate) => [certificate.notBefore, certificate.notAfter, 0]);
  const root = signer && pool.certificates.find((candidate) => isRootOf(candidate, signer));
  const chain = signer && root ? emitPem(signer.raw, root.raw) : undefined;
  const listOf = (issuer: Uint8Array | undefined) => {
    const lists = issuer ? pool.lists.filter((list) => equal(list.issuer, issuer)) : [];
    const list = best(lists, at, (candidate) => [candidate.thisUpdate, candidate.nextUpdate, 0]);
    return list && toHex(list.raw);
  };
  return withoutUndefined({
    tcbInfo: tcbInfo?.text,
    tcbInfoChain: chain,
    qeIdentity: qeIdentity?.text,
    qeIdentityChain: chain,
    rootCrl: listOf(rootNameOf(quote) ?? root?.subject),
    pckCrl: listOf(leaf?.issuer),
  });
}

type Rank = readonly [from: number, until: number, evaluationNumber: number];

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

function certificatesOf(quote: Quote): readonly Certificate[] {
  try {
    return parsePem(fromUtf8(quote.pckChain)).map(parseCertificate);
  } catch {
    return []; // `verify` says what is wrong with the chain
  }
}

function leafOf(quote: Quote): Certificate | null {
  return (
    certificatesOf(quote).find((certificate) =>
      certificate.subjectCommonName.includes("SGX PCK Certificate"),
    ) ?? null
  );
}

function rootNameOf(quote: Quote): Uint8Array | undefined {
  return certificatesOf(quote).find((certificate) => equal(certificate.issuer, certificate.subject))?.subject;
}

function isRootOf(candidate: Certificate, certificate: Certificate): boolean {
  return equal(candidate.subject, candidate.issuer) && equal(candidate.subject, certificate.issuer);
}

function fmspcOf(leaf: Certificate): string | null {
  try {
    return parsePckExtension(leaf).fmspc;
  } catch {
    return null;
  }
}

function withoutUndefined(
  fields: { readonly [K in keyof EndorsementSet]: string | undefined },
): EndorsementSet {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
