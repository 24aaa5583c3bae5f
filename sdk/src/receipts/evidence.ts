/** What proves that a venue broke its word, in the form the receipt court takes. */
import { type HeadDomain, type SignedHeadRecord, signerOfHead } from "./signed-head.ts";

/** Two heads of one epoch and sequence with different hashes: nobody can sign both and be honest. */
export interface Equivocation {
  kind: "equivocation";
  venue: HeadDomain;
  signer: string;
  heads: [SignedHeadRecord, SignedHeadRecord];
}

/** A signed head at the end of an accepted batch, with another chain hash than the batch. */
export interface Contradiction {
  kind: "contradiction";
  venue: HeadDomain;
  signer: string;
  heads: [SignedHeadRecord];
  batchNumber: bigint;
}

/** A signed head that accepted history has passed: the operator must show how it leads there, or loses the bond. */
export interface Challenge {
  kind: "challenge";
  venue: HeadDomain;
  signer: string;
  heads: [SignedHeadRecord];
}

/**
 * What an enclave leaves that stopped because a client held a head its own history does not contain (decision 0025): that head, signed by the
 * key of its epoch, and the enclave's own. The records between them show that the one does not lead to the other; where the own one is of
 * a later epoch and a lower sequence, the two show it alone.
 */
export interface Rollback {
  kind: "rollback";
  venue: HeadDomain;
  /** Of the head that was lost. */
  signer: string;
  heads: [SignedHeadRecord, SignedHeadRecord];
}

export type Evidence = Equivocation | Contradiction | Challenge | Rollback;

/** Two heads as evidence, if they are: same signer, same place, different history. Order does not matter. */
export function equivocationOf(
  venue: HeadDomain,
  a: SignedHeadRecord,
  b: SignedHeadRecord,
): Equivocation | undefined {
  if (a.epoch !== b.epoch || a.sequence !== b.sequence || a.chainHash === b.chainHash) return undefined;
  const signer = signerOfHead(venue, a);
  if (signer === undefined || signer !== signerOfHead(venue, b)) return undefined;
  return { kind: "equivocation", venue, signer, heads: [a, b] };
}

/** What an accepted batch says of the end of its range. */
export interface AcceptedEnd {
  number: bigint;
  epoch: bigint;
  lastSequence: bigint;
  chainHash: string;
}

/** A head against an accepted batch: the same sequence must have the same hash. */
export function contradictionOf(
  venue: HeadDomain,
  head: SignedHeadRecord,
  batch: AcceptedEnd,
): Contradiction | undefined {
  if (head.sequence !== batch.lastSequence || head.chainHash === batch.chainHash.toLowerCase())
    return undefined;
  const signer = signerOfHead(venue, head);
  if (signer === undefined) return undefined;
  return { kind: "contradiction", venue, signer, heads: [head], batchNumber: batch.number };
}

/** Evidence as a file, and back. Numbers are decimal strings. */
export function emitEvidence(evidence: Evidence): string {
  return `${JSON.stringify({ version: 1, ...evidence }, (_, value) => (typeof value === "bigint" ? String(value) : value), 2)}\n`;
}

export class EvidenceFileError extends Error {
  readonly code = "E_EVIDENCE_FILE";
  constructor(what: string) {
    super(`E_EVIDENCE_FILE: ${what}. Use a file that the SDK or \`sealbook receipt\` wrote.`);
    this.name = "EvidenceFileError";
  }
}

const HASH = /^0x[0-9a-fA-F]{64}$/;
const SIGNATURE = /^0x[0-9a-fA-F]{130}$/;
const ADDRESS = /^0x[0-9a-fA-F]{40}$/;

/** @throws {EvidenceFileError} says which field is not what it should be */
export function parseEvidence(text: string): Evidence {
  let file: Record<string, unknown>;
  try {
    file = JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw new EvidenceFileError("this is not JSON");
  }
  if (file.version !== 1) throw new EvidenceFileError(`version is ${String(file.version)}, wanted 1`);
  const venue = parseVenue(file.venue);
  const signer = text_(file.signer, ADDRESS, "signer");
  const heads = Array.isArray(file.heads) ? file.heads.map(parseHead) : [];
  const [first, second, ...rest] = heads;
  if (first === undefined || rest.length > 0)
    throw new EvidenceFileError(`heads are ${heads.length}, wanted one or two`);
  if ((file.kind === "equivocation" || file.kind === "rollback") && second !== undefined)
    return { kind: file.kind, venue, signer, heads: [first, second] };
  if (second === undefined && file.kind === "contradiction") {
    return {
      kind: file.kind,
      venue,
      signer,
      heads: [first],
      batchNumber: integer(file.batchNumber, "batchNumber"),
    };
  }
  if (second === undefined && file.kind === "challenge")
    return { kind: file.kind, venue, signer, heads: [first] };
  throw new EvidenceFileError(`kind ${String(file.kind)} with ${heads.length} heads`);
}

export function parseVenue(value: unknown): HeadDomain {
  const venue = (value ?? {}) as Record<string, unknown>;
  return {
    chainId: integer(venue.chainId, "venue.chainId"),
    settlement: text_(venue.settlement, ADDRESS, "venue.settlement"),
  };
}

export function parseHead(value: unknown): SignedHeadRecord {
  const head = (value ?? {}) as Record<string, unknown>;
  return {
    epoch: integer(head.epoch, "head.epoch"),
    sequence: integer(head.sequence, "head.sequence"),
    chainHash: text_(head.chainHash, HASH, "head.chainHash").toLowerCase(),
    signature: text_(head.signature, SIGNATURE, "head.signature"),
  };
}

export function integer(value: unknown, name: string): bigint {
  if (typeof value === "string" && /^\d{1,20}$/.test(value) && BigInt(value) < 1n << 64n)
    return BigInt(value);
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return BigInt(value);
  throw new EvidenceFileError(`${name} is not a whole number of 64 bits`);
}

function text_(value: unknown, pattern: RegExp, name: string): string {
  if (typeof value === "string" && pattern.test(value)) return value;
  throw new EvidenceFileError(`${name} is missing or has the wrong form`);
}

export { text_ as hexText };
