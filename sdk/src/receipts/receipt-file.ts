/** A proven receipt as a file, and back. Numbers are decimal strings. */
import { PATH_MAX } from "./chain-path.ts";
import { EvidenceFileError, hexText, integer, parseHead, parseVenue } from "./evidence.ts";
import type { ProvenReceipt, StoredReceipt } from "./receipt.ts";

const HASH = /^0x[0-9a-fA-F]{64}$/;
const BYTES = /^0x([0-9a-fA-F]{2})*$/;

export function emitReceipt(proven: ProvenReceipt): string {
  const file = { version: 1, kind: "receipt", ...proven };
  return `${JSON.stringify(file, (_, value) => (typeof value === "bigint" ? String(value) : value), 2)}\n`;
}

/** @throws {EvidenceFileError} says which field is not what it should be */
export function parseReceipt(text: string): ProvenReceipt {
  let file: Record<string, unknown>;
  try {
    file = JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw new EvidenceFileError("this is not JSON");
  }
  if (file.version !== 1 || file.kind !== "receipt")
    throw new EvidenceFileError("this is not a receipt of version 1");
  const { digests } = file;
  if (!Array.isArray(digests) || digests.length > PATH_MAX)
    throw new EvidenceFileError("digests are not a list, or too many");
  return {
    venue: parseVenue(file.venue),
    receipt: parseStored(file.receipt),
    digests: digests.map((digest, at) => hexText(digest, HASH, `digests[${at}]`)),
    head: parseHead(file.head),
    ...(file.before === undefined ? {} : { before: hexText(file.before, HASH, "before") }),
  };
}

function parseStored(value: unknown): StoredReceipt {
  const receipt = (value ?? {}) as Record<string, unknown>;
  return {
    epoch: integer(receipt.epoch, "receipt.epoch"),
    sequence: integer(receipt.sequence, "receipt.sequence"),
    chainHash: hexText(receipt.chainHash, HASH, "receipt.chainHash").toLowerCase(),
    ...(receipt.record === undefined ? {} : { record: hexText(receipt.record, BYTES, "receipt.record") }),
  };
}
