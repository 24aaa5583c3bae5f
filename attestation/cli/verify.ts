import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fromUtf8, utf8 } from "../src/bytes.ts";
import { decodeEvidence } from "../src/evidence/decode.ts";
import {
  type Appraisal,
  AttestationError,
  addToPool,
  appraise,
  checkPolicy,
  type EndorsementBundle,
  type EndorsementPool,
  type EndorsementSet,
  emitBundle,
  emptyPool,
  fetchEndorsements,
  minimalPolicy,
  nodeCrypto,
  type Platform,
  type Policy,
  PRODUCTION_ROOTS,
  parseEvidence,
  platformOf,
  REASONS,
  type Roots,
  selectEndorsements,
  type UpdateKind,
  type Verdict,
  verify,
} from "../src/node.ts";

const FETCH_TIMEOUT_MS = 15_000;

/** Exit codes of every verb: the answer is yes, the answer is no, the question was wrong, something needed failed. */
export const EXIT = { YES: 0, NO: 1, USAGE: 2, DEPENDENCY: 3 } as const;

export interface AttestVerifyOptions {
  /** Files and folders, in any mix. */
  readonly endorsements: readonly string[];
  /** Certificate chain files (SNP), added to the same pool. */
  readonly chain: readonly string[];
  readonly at: Date;
  readonly roots: Roots;
  /** Judged beside genuineness; by default `minimalPolicy` of the evidence's kind. */
  readonly policy?: Policy;
  /** Endorsements that were fetched, to be judged beside those from files. */
  readonly fetched?: EndorsementSet;
}

/** The answer, the summary behind it, and everything behind that. */
export interface AttestVerifyResult {
  /** Genuine, and accepted by the policy. */
  readonly isAccepted: boolean;
  /** Why not: the first failed rule; null when accepted. */
  readonly reason: string | null;
  /** Signatures and chain hold at this time, whatever endorsements and policy say. */
  readonly isCryptoValid: boolean;
  readonly isDebug: boolean | null;
  readonly kind: string | null;
  readonly status: string | null;
  readonly advisoryIds: readonly string[];
  readonly encoding: string;
  readonly verdict: Verdict | null;
  readonly appraisal: Appraisal | null;
  /** Set when the evidence could not even be read. */
  readonly malformed: { readonly reason: string; readonly detail: string; readonly advice: string } | null;
  /** Files given that could not be used, and why. */
  readonly ignored: readonly string[];
}

/** A question that cannot be asked that way. */
export class UsageError extends Error {
  readonly code = "USAGE";
}

/** Reads evidence and endorsements from files and judges them. Touches no network. */
export function attestVerify(file: string, options: AttestVerifyOptions): AttestVerifyResult {
  const { bytes, encoding } = decodeEvidence(readInput(file));
  const ignored: string[] = [];
  const pool = emptyPool();
  if (options.fetched) addToPool(pool, utf8(JSON.stringify(options.fetched)));
  for (const path of [...options.endorsements, ...options.chain]) loadInto(pool, path, ignored);
  try {
    const evidence = parseEvidence(bytes);
    const endorsements = selectEndorsements(pool, evidence, options.at.getTime());
    const verdict = verify(evidence, endorsements, options.at, options.roots, nodeCrypto);
    // Simulated evidence is refused by production roots already; who names simulated roots means it.
    const policy = options.policy ?? {
      ...minimalPolicy(verdict.claims.kind),
      allowSimulated: options.roots.isSimulated,
    };
    const appraisal = appraise(verdict, policy);
    return {
      isAccepted: appraisal.isAccepted,
      reason: verdict.reason ?? appraisal.reason,
      isCryptoValid: verdict.isCryptoValid,
      isDebug: verdict.claims.isDebug,
      kind: verdict.claims.kind,
      status: verdict.tcb?.status ?? null,
      advisoryIds: verdict.tcb?.advisoryIds ?? [],
      encoding,
      verdict,
      appraisal,
      malformed: null,
      ignored,
    };
  } catch (error) {
    if (!(error instanceof AttestationError)) throw error;
    const malformed = { reason: error.code, detail: error.detail, advice: REASONS[error.code] };
    const nothing = {
      isCryptoValid: false,
      isDebug: null,
      kind: null,
      status: null,
      advisoryIds: [],
      verdict: null,
      appraisal: null,
    };
    return { isAccepted: false, reason: error.code, ...nothing, encoding, malformed, ignored };
  }
}

/**
 * Asks a provisioning service for the endorsements of the quote in a file; null for evidence that needs none of them.
 * @throws {PcsError} when the service fails: a dependency, not an answer.
 */
export async function attestFetch(
  file: string,
  service: { readonly url: string; readonly rootCrlUrl: string; readonly update: UpdateKind },
  options: Pick<AttestVerifyOptions, "at" | "roots">,
): Promise<EndorsementSet | null> {
  let platform: Platform;
  try {
    const evidence = parseEvidence(decodeEvidence(readInput(file)).bytes);
    if (evidence.kind !== "sgx" && evidence.kind !== "tdx") return null;
    platform = platformOf(evidence);
  } catch (error) {
    if (error instanceof AttestationError) return null; // `attestVerify` says what is wrong with it
    throw error;
  }
  const limits = { freshMs: 0, lastGoodMs: 0, timeoutMs: FETCH_TIMEOUT_MS };
  const answer = await fetchEndorsements(platform, new Map(), options.at, {
    ...service,
    ...limits,
    roots: options.roots,
    crypto: nodeCrypto,
    fetch,
  });
  return answer.endorsements;
}

/**
 * Picks the endorsements for one piece of evidence out of files and folders and puts them into one file's content.
 * @throws {UsageError} when the files cannot be read or the evidence cannot.
 */
export function attestBundle(file: string, options: Omit<AttestVerifyOptions, "policy">): EndorsementBundle {
  const result = attestVerify(file, options);
  if (result.malformed)
    throw new UsageError(`${file}: ${result.malformed.reason}: ${result.malformed.detail}`);
  const pool = emptyPool();
  for (const path of [...options.endorsements, ...options.chain]) loadInto(pool, path, []);
  const evidence = parseEvidence(decodeEvidence(readInput(file)).bytes);
  return emitBundle(
    selectEndorsements(pool, evidence, options.at.getTime()),
    result.verdict?.expiry?.at ?? null,
  );
}

/** A policy as JSON: checked by `appraise`, so a missing field is told by name. @throws {UsageError} */
export function readPolicy(path: string): Policy {
  try {
    const policy = JSON.parse(fromUtf8(readInput(path))) as Policy;
    checkPolicy(policy);
    return policy;
  } catch (cause) {
    throw new UsageError(`policy ${path}: ${(cause as Error).message}`, { cause });
  }
}

function readInput(path: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(path));
  } catch (cause) {
    throw new UsageError(`cannot read ${path}: ${(cause as Error).message}`, { cause });
  }
}

function loadInto(pool: EndorsementPool, path: string, ignored: string[]): void {
  let isFolder: boolean;
  try {
    isFolder = statSync(path).isDirectory();
  } catch (cause) {
    throw new UsageError(`cannot read ${path}: ${(cause as Error).message}`, { cause });
  }
  if (isFolder) {
    for (const name of readdirSync(path).sort()) loadInto(pool, join(path, name), ignored);
    return;
  }
  try {
    if (addToPool(pool, readInput(path)) === null) ignored.push(`${path}: no endorsement we know`);
  } catch (error) {
    if (!(error instanceof AttestationError || error instanceof RangeError)) throw error;
    ignored.push(`${path}: ${error.message}`);
  }
}

/** Unix seconds or an ISO 8601 time with a zone. @throws {UsageError} */
export function parseTime(text: string): Date {
  const at = /^\d{1,12}$/.test(text) ? new Date(Number(text) * 1000) : new Date(text);
  const hasZone =
    /^\d+$/.test(text) || /^\d{4}-\d{2}-\d{2}$/.test(text) || /(?:Z|[+-]\d{2}:\d{2})$/.test(text);
  if (Number.isNaN(at.getTime()) || !hasZone)
    throw new UsageError(`"${text}" is neither Unix seconds nor an ISO 8601 time with a zone`);
  return at;
}

/** @throws {UsageError} */
export function parseRoots(name: string, simulated: () => Roots): Roots {
  if (name === "production") return PRODUCTION_ROOTS;
  if (name === "simulated") return simulated();
  throw new UsageError(`roots "${name}" are neither "production" nor "simulated"`);
}
