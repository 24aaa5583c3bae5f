import { fromUtf8, utf8 } from "../src/bytes.ts";
import { parseJson } from "../src/endorsements/json.ts";
import { decodeEvidence } from "../src/evidence/decode.ts";
import {
  type Appraisal,
  AttestationError,
  addToPool,
  appraise,
  type Check,
  checkPolicy,
  type EndorsementBundle,
  type EndorsementSet,
  emitBundle,
  emptyPool,
  fetchEndorsements,
  minimalPolicy,
  nodeCrypto,
  type PcsOptions,
  type Platform,
  type Policy,
  PRODUCTION_ROOTS,
  parseEvidence,
  platformOf,
  REASONS,
  type Roots,
  type Selection,
  type ShortSvn,
  selectEndorsements,
  type UpdateKind,
  type Verdict,
  verify,
} from "../src/node.ts";
import { addText, loadInto, readInput } from "./load.ts";
import { UsageError } from "./usage.ts";

const FETCH_TIMEOUT_MS = 15_000;

export interface AttestVerifyOptions {
  /** Files and folders, in any mix. */
  readonly endorsements: readonly string[];
  /** Certificate chain files (SNP), added to the same pool. */
  readonly chain: readonly string[];
  readonly at: Date;
  readonly roots: Roots;
  /** Judged beside genuineness; by default `minimalPolicy` of the evidence's kind. */
  readonly policy?: Policy;
  /** Which evaluation number to prefer where the files have several; the highest unless told. */
  readonly update?: UpdateKind;
  /** Endorsements that were fetched, to be judged beside those from files. */
  readonly fetched?: EndorsementSet;
}

export function selectionOf({ roots, update }: Pick<AttestVerifyOptions, "roots" | "update">): Selection {
  return { trust: { roots, crypto: nodeCrypto }, ...(update ? { update } : {}) };
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
  /** Every rule in order, those of the verdict before those of the policy. */
  readonly checks: readonly Check[];
  /** SVNs below those of the newest rated level. */
  readonly short: readonly ShortSvn[];
  /** The earliest end of everything relied on, ISO 8601; null when nothing was. */
  readonly expiresAt: string | null;
  readonly daysLeft: number | null;
  readonly encoding: string;
  readonly verdict: Verdict | null;
  readonly appraisal: Appraisal | null;
  /** Set when the evidence could not even be read. */
  readonly malformed: { readonly reason: string; readonly detail: string; readonly advice: string } | null;
  /** Files given that could not be used, and why. */
  readonly ignored: readonly string[];
}

/** Reads evidence and endorsements from files and judges them. Touches no network. */
export function attestVerify(file: string, options: AttestVerifyOptions): AttestVerifyResult {
  const { bytes, encoding, endorsements: brought } = decodeEvidence(readInput(file));
  const ignored: string[] = [];
  const pool = emptyPool();
  if (options.fetched) addToPool(pool, utf8(JSON.stringify(options.fetched)));
  if (brought !== null) addText(pool, brought, file, ignored);
  for (const path of [...options.endorsements, ...options.chain]) loadInto(pool, path, ignored);
  try {
    const evidence = parseEvidence(bytes);
    const endorsements = selectEndorsements(pool, evidence, options.at.getTime(), selectionOf(options));
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
      checks: [...verdict.checks, ...appraisal.checks],
      short: verdict.tcb?.short ?? [],
      expiresAt: verdict.expiry?.at ?? null,
      daysLeft: verdict.expiry?.daysLeft ?? null,
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
      checks: [],
      short: [],
      expiresAt: null,
      daysLeft: null,
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
  service: Service,
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
  const answer = await fetchEndorsements(platform, new Map(), options.at, pcsOptions(service, options.roots));
  return answer.endorsements;
}

/** A provisioning service and which evaluation number to ask it for. */
export type Service = Pick<PcsOptions, "url" | "rootCrlUrl" | "update">;

/** One question, nothing remembered. */
export function pcsOptions(service: Service, roots: Roots): PcsOptions {
  const limits = { freshMs: 0, lastGoodMs: 0, timeoutMs: FETCH_TIMEOUT_MS };
  return { ...service, ...limits, roots, crypto: nodeCrypto, fetch };
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
  const { bytes, endorsements } = decodeEvidence(readInput(file));
  if (endorsements !== null) addText(pool, endorsements, file, []);
  for (const path of [...options.endorsements, ...options.chain]) loadInto(pool, path, []);
  const evidence = parseEvidence(bytes);
  return emitBundle(
    selectEndorsements(pool, evidence, options.at.getTime(), selectionOf(options)),
    result.verdict?.expiry?.at ?? null,
  );
}

/** A policy as JSON: checked by `appraise`, so a missing field is told by name. @throws {UsageError} */
export function readPolicy(path: string): Policy {
  try {
    // Strictly: of a field written twice nobody could say which one was meant.
    const policy = parseJson(fromUtf8(readInput(path)), "POLICY_MALFORMED") as unknown as Policy;
    checkPolicy(policy);
    return policy;
  } catch (cause) {
    throw new UsageError(`policy ${path}: ${(cause as Error).message}`, { cause });
  }
}

/** @throws {UsageError} */
export function parseRoots(name: string, simulated: () => Roots): Roots {
  if (name === "production") return PRODUCTION_ROOTS;
  if (name === "simulated") return simulated();
  throw new UsageError(`roots "${name}" are neither "production" nor "simulated"`);
}
