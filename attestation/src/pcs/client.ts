import { concat, equal, fromUtf8, toHex } from "../bytes.ts";
import type { CryptoBackend } from "../crypto/backend.ts";
import type { Endorsements } from "../endorsements/endorsements.ts";
import type { UpdateKind } from "../endorsements/evaluation-numbers.ts";
import { AttestationError } from "../errors.ts";
import type { Roots } from "../roots.ts";
import { authenticate, demandCrlSigned } from "../rules/intel-endorsements.ts";
import { type Certificate, parseCertificate } from "../x509/certificate.ts";
import { faultOfLink, faultOfRoot } from "../x509/chain.ts";
import { parsePem } from "../x509/pem.ts";

/** What a service is asked for. */
export interface Platform {
  readonly tee: "sgx" | "tdx";
  /** 6 bytes, hex. */
  readonly fmspc: string;
  readonly ca: "platform" | "processor";
}

export interface PcsOptions {
  /** Base of the service, without a path: Intel's PCS or a caching service in front of it. */
  readonly url: string;
  /** Where the root CA's list is. A caching service offers it itself: `${url}/sgx/certification/v4/rootcacrl`. */
  readonly rootCrlUrl: string;
  /** Which evaluation number: by kind, or exactly that one. */
  readonly update: UpdateKind | number;
  readonly roots: Roots;
  readonly crypto: CryptoBackend;
  /** Younger than this, the cache answers without asking. */
  readonly freshMs: number;
  /** When the service fails, a cached answer up to this old still serves. `verify` judges its windows regardless. */
  readonly lastGoodMs: number;
  readonly timeoutMs: number;
  readonly fetch: typeof fetch;
}

export const INTEL_PCS = {
  url: "https://api.trustedservices.intel.com",
  rootCrlUrl: "https://certificates.trustedservices.intel.com/IntelSGXRootCA.der",
} as const;

export interface Fetched {
  readonly endorsements: Endorsements;
  /** PEM: the CA that signed the PCK list, and root. Quotes embed it; who keeps lists on chain has no quote. */
  readonly pckCrlChain: string;
  /** Milliseconds since 1970. */
  readonly fetchedAt: number;
  readonly evaluationNumber: number;
  /** `thisUpdate` of both lists, root first. */
  readonly listsFrom: readonly [number, number];
}

/** Where the last good answers are kept; a plain `Map` will do. Nothing is put there that was not authentic. */
export interface PcsCache<T = Fetched> {
  get(key: string): T | undefined;
  set(key: string, fetched: T): unknown;
}

export type PcsAnswer<T = Fetched> = T & { readonly source: "service" | "cache" | "last-good" };

/** The service failed and nothing usable is cached. `code` says how. */
export class PcsError extends Error {
  readonly code: "PCS_UNREACHABLE" | "PCS_STATUS" | "PCS_ANSWER" | "PCS_ROLLBACK";

  constructor(code: PcsError["code"], detail: string, options?: ErrorOptions) {
    super(`${code}: ${detail}`, options);
    this.name = "PcsError";
    this.code = code;
  }
}

const BODY_MAX = 1 << 20;

/**
 * Endorsements for a platform: from the cache while fresh, else from the service, else the last good ones.
 * An answer is kept only if its signatures verify under the pinned root and it is not older than the one it replaces:
 * evaluation numbers and lists go forward only.
 *
 * @throws {PcsError}
 */
export async function fetchEndorsements(
  platform: Platform,
  cache: PcsCache,
  now: Date,
  options: PcsOptions,
): Promise<PcsAnswer> {
  const key = [options.url, options.update, platform.tee, platform.fmspc.toLowerCase(), platform.ca].join(
    " ",
  );
  const asking = async () => judge(await ask(platform, options), now, options);
  return await answerOf(key, cache, now, options, asking, demandForward);
}

/** The cached answer while fresh, else the service's if it goes forward, else the last good one. @throws {PcsError} */
export async function answerOf<T extends { readonly fetchedAt: number }>(
  key: string,
  cache: PcsCache<T>,
  now: Date,
  options: Pick<PcsOptions, "freshMs" | "lastGoodMs">,
  asking: () => Promise<T>,
  demandForward: (known: T, fetched: T) => void,
): Promise<PcsAnswer<T>> {
  const known = cache.get(key);
  const age = known ? now.getTime() - known.fetchedAt : Number.POSITIVE_INFINITY;
  if (known && age >= 0 && age < options.freshMs) return { ...known, source: "cache" };
  try {
    const fetched = await asking();
    if (known) demandForward(known, fetched);
    cache.set(key, fetched);
    return { ...fetched, source: "service" };
  } catch (error) {
    if (!(error instanceof PcsError)) throw error;
    if (known && age <= options.lastGoodMs) return { ...known, source: "last-good" };
    throw error;
  }
}

/** Endorsements, and the chain of the CA that signed the PCK list: only quotes embed that, and there is none here. */
interface Answered {
  readonly endorsements: Endorsements;
  readonly pckCrlChain: string;
}

async function ask(platform: Platform, options: PcsOptions): Promise<Answered> {
  const base = `${options.url}/${platform.tee}/certification/v4`;
  // The two are alternatives (PCS API v4): a kind, or one number.
  const update =
    typeof options.update === "number"
      ? `tcbEvaluationDataNumber=${options.update}`
      : `update=${options.update}`;
  const [tcbInfo, qeIdentity, pckCrl, rootCrl] = await Promise.all([
    get(`${base}/tcb?fmspc=${platform.fmspc}&${update}`, options),
    get(`${base}/qe/identity?${update}`, options),
    get(`${options.url}/sgx/certification/v4/pckcrl?ca=${platform.ca}&encoding=der`, options),
    get(options.rootCrlUrl, options),
  ]);
  const endorsements = {
    tcbInfo: text(tcbInfo.body),
    tcbInfoChain: chain(tcbInfo.headers, "TCB-Info-Issuer-Chain", "SGX-TCB-Info-Issuer-Chain"),
    qeIdentity: text(qeIdentity.body),
    qeIdentityChain: chain(qeIdentity.headers, "SGX-Enclave-Identity-Issuer-Chain"),
    pckCrl: listHex(pckCrl.body),
    rootCrl: listHex(rootCrl.body),
  };
  return { endorsements, pckCrlChain: chain(pckCrl.headers, "SGX-PCK-CRL-Issuer-Chain") };
}

/** @throws {PcsError} */
export async function get(
  url: string,
  options: PcsOptions,
): Promise<{ readonly body: Uint8Array; readonly headers: Headers }> {
  const { response, body } = await exchange(url, options, 2);
  if (response.status !== 200) throw new PcsError("PCS_STATUS", `${url} answered ${response.status}`);
  return { body, headers: response.headers };
}

/**
 * Once more when the connection broke: an idle one may have been closed by the other side while this process was busy, and asking twice does
 * no harm. A timeout is not tried again.
 */
async function exchange(
  url: string,
  options: PcsOptions,
  tries: number,
): Promise<{ readonly response: Response; readonly body: Uint8Array }> {
  const signal = AbortSignal.timeout(options.timeoutMs);
  try {
    const response = await options.fetch(url, { signal, redirect: "error" });
    return { response, body: await read(response, url) };
  } catch (cause) {
    if (cause instanceof PcsError) throw cause;
    if (tries > 1 && !signal.aborted) return await exchange(url, options, tries - 1);
    throw new PcsError("PCS_UNREACHABLE", `${url}: ${(cause as Error).message}`, { cause });
  }
}

/** The body, piece by piece, so that a service cannot make us hold more than the limit. */
async function read(response: Response, url: string): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  if (response.body === null) return new Uint8Array(0);
  for await (const piece of response.body) {
    pieces.push(piece);
    size += piece.length;
    if (size > BODY_MAX) throw new PcsError("PCS_ANSWER", `${url} answered more than ${BODY_MAX} bytes`);
  }
  return concat(...pieces);
}

/** Issuer chains come URL-encoded in a header. @throws {PcsError} */
export function chain(headers: Headers, ...names: readonly string[]): string {
  const value = names.map((name) => headers.get(name)).find((found) => found !== null);
  if (!value) throw new PcsError("PCS_ANSWER", `header ${names[0]} is missing`);
  try {
    return decodeURIComponent(value);
  } catch (cause) {
    throw new PcsError("PCS_ANSWER", `header ${names[0]} is not URL-encoded`, { cause });
  }
}

/** Byte for byte: the signature is over it. @throws {PcsError} */
export function text(body: Uint8Array): string {
  try {
    return fromUtf8(body);
  } catch (cause) {
    throw new PcsError("PCS_ANSWER", "a body is not UTF-8", { cause });
  }
}

/** Intel answers DER; caching services answer the root's list as hex. DER begins with 0x30, which is the digit "0". */
function listHex(body: Uint8Array): string {
  const isText = body.length % 2 === 0 && body.every(isHexDigit);
  return isText ? text(body) : toHex(body);
}

function isHexDigit(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
}

/** Believes nothing that is not signed. Windows are left to `verify`, which knows the time that matters. */
function judge({ endorsements, pckCrlChain }: Answered, now: Date, options: PcsOptions): Fetched {
  const { tcbInfo, qeIdentity, rootCrl, pckCrl } = authenticate(endorsements, options.roots, options.crypto);
  const checks = [tcbInfo, qeIdentity, rootCrl, pckCrl].flatMap((part) => part.checks);
  const failed = checks.find((check) => check.result === "fail");
  if (failed) throw new PcsError("PCS_ANSWER", `${failed.name}: ${failed.reason}, ${failed.compared}`);
  try {
    demandCrlSigned(pckCrl.content!, readCa(pckCrlChain, options), options.crypto);
  } catch (cause) {
    if (!(cause instanceof AttestationError)) throw cause;
    throw new PcsError("PCS_ANSWER", `PCK CRL: ${cause.code}, ${cause.detail}`, { cause });
  }
  return {
    endorsements,
    pckCrlChain,
    fetchedAt: now.getTime(),
    evaluationNumber: Math.min(
      tcbInfo.content!.info.evaluationNumber,
      qeIdentity.content!.identity.evaluationNumber,
    ),
    listsFrom: [rootCrl.content!.thisUpdate, pckCrl.content!.thisUpdate],
  };
}

/** The PCK CA of a two-certificate chain to the pinned root. @throws {AttestationError} */
function readCa(pem: string, options: PcsOptions): Certificate {
  const certificates = parsePem(pem).map(parseCertificate);
  const root = certificates.find((certificate) => equal(certificate.issuer, certificate.subject));
  const ca = certificates.find((certificate) => certificate !== root);
  if (!root || !ca) throw new AttestationError("CHAIN_INCOMPLETE", "not PCK CA and root");
  const fault =
    faultOfRoot(root, options.roots.intelSgx, options.crypto) ?? faultOfLink(ca, root, 1, options.crypto);
  if (fault) throw new AttestationError(fault.reason, fault.compared);
  return ca;
}

/** A list with fewer entries is legal; an older list, or a lower evaluation number, is a rollback. */
function demandForward(known: Fetched, fetched: Fetched): void {
  if (fetched.evaluationNumber < known.evaluationNumber) {
    throw new PcsError(
      "PCS_ROLLBACK",
      `evaluation number ${fetched.evaluationNumber} after ${known.evaluationNumber}`,
    );
  }
  const older = fetched.listsFrom.some((from, i) => from < known.listsFrom[i]!);
  if (older) throw new PcsError("PCS_ROLLBACK", "a revocation list older than the one already relied on");
}
