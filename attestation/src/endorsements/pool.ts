import { fromBase64, fromHex, fromUtf8, toHex } from "../bytes.ts";
import { AttestationError } from "../errors.ts";
import { type Certificate, parseCertificate } from "../x509/certificate.ts";
import { parseRevocationList, type RevocationList } from "../x509/crl.ts";
import { parsePem } from "../x509/pem.ts";
import { type EvaluationNumbers, parseEvaluationNumbers } from "./evaluation-numbers.ts";
import { parseJson, type SignedJson } from "./json.ts";
import { parseQeIdentity, type QeIdentity } from "./qe-identity.ts";
import { parseTcbInfo, type TcbInfo } from "./tcb-info.ts";

/**
 * Endorsements of every kind, as found in files, from which the ones for a piece of evidence are picked.
 * A pool trusts nothing: what is picked is judged by `verify`, and a wrong pick can only make it say no.
 */
export interface EndorsementPool {
  readonly tcbInfos: { readonly text: string; readonly signed: SignedJson; readonly info: TcbInfo }[];
  readonly qeIdentities: {
    readonly text: string;
    readonly signed: SignedJson;
    readonly identity: QeIdentity;
  }[];
  readonly evaluationNumbers: { readonly signed: SignedJson; readonly list: EvaluationNumbers }[];
  readonly lists: RevocationList[];
  readonly certificates: Certificate[];
}

export function emptyPool(): EndorsementPool {
  return { tcbInfos: [], qeIdentities: [], evaluationNumbers: [], lists: [], certificates: [] };
}

const PEM_CRL = /-----BEGIN X509 CRL-----([\s\S]*?)-----END X509 CRL-----/g;

/**
 * Adds one file to the pool: PCS response bodies, complete JSON sets (flat members as the QVL's collateral
 * structure names them, or our own bundle), certificates and lists as PEM, DER, hex or base64.
 * Returns what it was, in words; null when it is nothing we know.
 * @throws {AttestationError} when it is of a known kind but malformed.
 */
export function addToPool(pool: EndorsementPool, bytes: Uint8Array): string | null {
  // "0x" would be a SEQUENCE of 120 bytes, which nothing here is.
  if (bytes[0] === 0x30 && bytes[1] !== 0x78) return addDer(pool, bytes);
  let text: string;
  try {
    text = fromUtf8(bytes);
  } catch {
    return null;
  }
  const trimmed = text.trim().replace(/^0x/, "");
  if (trimmed.startsWith("{")) return addJson(pool, trimmed);
  if (trimmed.includes("-----BEGIN")) return addPem(pool, trimmed);
  if (/^30[0-9a-fA-F]+$/.test(trimmed)) return addDer(pool, fromHex(trimmed));
  if (trimmed.startsWith("MI") && /^[A-Za-z0-9+/=\s]+$/.test(trimmed))
    return addDer(pool, fromBase64(trimmed));
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
  if ("tcbEvaluationDataNumbers" in named) return addEvaluationNumbers(pool, text);
  return addSet(pool, named);
}

function addTcbInfo(pool: EndorsementPool, text: string): string {
  const { signed, tcbInfo } = parseTcbInfo(text);
  pool.tcbInfos.push({ text, signed, info: tcbInfo });
  return `${tcbInfo.id} TCB info for FMSPC ${tcbInfo.fmspc}`;
}

function addQeIdentity(pool: EndorsementPool, text: string): string {
  const { signed, identity } = parseQeIdentity(text);
  pool.qeIdentities.push({ text, signed, identity });
  return `${identity.id} identity`;
}

function addEvaluationNumbers(pool: EndorsementPool, text: string): string {
  const { signed, list } = parseEvaluationNumbers(text);
  pool.evaluationNumbers.push({ signed, list });
  return `${list.id} evaluation numbers`;
}

/**
 * A complete set: bodies and signatures apart (QVL), or our bundle, whose members are the `Endorsements`. What is malformed in it does not
 * take the rest along; the first fault is told once everything else is in.
 */
function addSet(pool: EndorsementPool, members: Readonly<Record<string, unknown>>): string | null {
  let found = 0;
  let fault: unknown = null;
  const add = (names: readonly string[], take: (value: string) => void) => {
    for (const name of names) {
      const value = textOf(members[name]);
      if (value === "") continue;
      try {
        take(value);
        found++;
      } catch (error) {
        if (!(error instanceof AttestationError || error instanceof RangeError)) throw error;
        fault ??= error;
      }
    }
  };
  const body = (member: string, signature: string) => (value: string) =>
    value.startsWith(`{"${member}"`)
      ? value
      : `{"${member}":${value},"signature":"${textOf(members[signature])}"}`;
  const tcbInfo = body("tcbInfo", "tcb_info_signature");
  const identity = body("enclaveIdentity", "qe_identity_signature");
  add(["tcb_info", "tcbInfo"], (value) => addTcbInfo(pool, tcbInfo(value)));
  add(["qe_identity", "qeIdentity"], (value) => addQeIdentity(pool, identity(value)));
  add(["evaluationNumbers"], (value) => addEvaluationNumbers(pool, value));
  add(CHAINS, (value) => addPem(pool, value));
  add(LISTS, (value) => addList(pool, value));
  if (fault !== null) throw fault;
  return found > 0 ? `set of ${found} endorsements` : null;
}

const CHAINS = [
  "tcb_info_issuer_chain",
  "qe_identity_issuer_chain",
  "pck_crl_issuer_chain",
  "tcbInfoChain",
  "qeIdentityChain",
  "evaluationNumbersChain",
  "amdChain",
];
const LISTS = ["root_ca_crl", "pck_crl", "rootCrl", "pckCrl", "amdCrl"];

/** Sets write byte strings as text (hex, mostly) or as arrays of numbers. */
function textOf(value: unknown): string {
  if (typeof value === "string") return value.trim();
  const isBytes =
    Array.isArray(value) && value.every((byte) => Number.isInteger(byte) && byte >= 0 && byte <= 255);
  return isBytes ? toHex(Uint8Array.from(value)) : "";
}

/** A revocation list inside a set: PEM, hex or base64. */
function addList(pool: EndorsementPool, value: string): string {
  if (value.includes("-----BEGIN")) return addPem(pool, value);
  return addDer(pool, /^[0-9a-fA-F]+$/.test(value) ? fromHex(value) : fromBase64(value));
}
