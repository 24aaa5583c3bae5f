import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { HostError } from "../errors.ts";
import { readU64 } from "../ring/producer.ts";
import {
  parseRecord,
  type RecordHead,
  SEGMENT_HEADER_BYTES,
  SEGMENT_MAGIC,
  SEGMENT_SUFFIX,
  SEGMENT_VERSION,
} from "./format.ts";
import { readWatermark } from "./watermark.ts";

/**
 * Finds out what a journal folder holds. Only the tail may be damaged, and only by losing it: everything else that is not a gap-free
 * run of records from one genesis is refused by name.
 */

export interface SegmentScan {
  path: string;
  bytes: number;
  firstSequence: number;
  /** `firstSequence - 1` when it holds no record. */
  lastSequence: number;
  /** Where the next record belongs. */
  endOffset: number;
  /** Non-zero bytes behind the last whole record. */
  tornBytes: number;
}

export interface JournalScan {
  segments: SegmentScan[];
  genesisHash: string | undefined;
  records: number;
  /** 0 for an empty journal. */
  lastSequence: number;
  lastEpoch: number;
  lastChainHash: string | undefined;
  /** Bytes of a torn tail that are not used. */
  droppedBytes: number;
  /** Sequence known to have been synced. */
  watermark: number;
  /** Files whose header never got whole: they hold nothing, and the writer removes them. */
  tornFiles: string[];
}

/**
 * Scans a folder, optionally against the genesis it must belong to, and visits each whole record in order.
 *
 * @throws HostError E_NOT_A_JOURNAL, E_WRONG_GENESIS, E_JOURNAL_GAP, E_JOURNAL_HOLE
 */
export function scanJournal(
  folder: string,
  genesisHash?: string,
  visit?: (record: Buffer, head: RecordHead) => void,
): JournalScan {
  const scan: JournalScan = {
    segments: [],
    genesisHash,
    records: 0,
    lastSequence: 0,
    lastEpoch: 0,
    lastChainHash: undefined,
    droppedBytes: 0,
    watermark: readWatermark(folder),
    tornFiles: [],
  };
  const names = segmentNames(folder);
  for (const [index, name] of names.entries()) {
    scanSegment(join(folder, name), index === names.length - 1, scan, visit);
  }
  if (scan.watermark > scan.lastSequence) {
    throw new HostError(
      "E_JOURNAL_HOLE",
      `The journal ends at sequence ${scan.lastSequence}, but ${scan.watermark} had been synced: synced records are missing.`,
      {
        fix: "Restore the folder from a replica or backup; do not delete the watermark unless losing them is accepted.",
      },
    );
  }
  return scan;
}

function segmentNames(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(SEGMENT_SUFFIX))
    .sort();
}

function scanSegment(
  path: string,
  isLast: boolean,
  scan: JournalScan,
  visit: ((record: Buffer, head: RecordHead) => void) | undefined,
): void {
  const bytes = readFileSync(path);
  if (isLast && isTornHeader(bytes, scan.segments.length > 0)) {
    // Rotation was cut short: no record can be here, because records follow a synced header.
    scan.droppedBytes += bytes.length;
    scan.tornFiles.push(path);
    return;
  }
  checkHeader(path, bytes, scan);
  const firstSequence = readU64(bytes, 48);
  const expected = scan.segments.length === 0 ? firstSequence : scan.lastSequence + 1;
  if (firstSequence !== expected) {
    throw new HostError(
      "E_JOURNAL_GAP",
      `${path} starts at sequence ${firstSequence}; ${expected} was expected.`,
      {
        fix: "Put the missing segment back, or remove the one that does not belong here.",
      },
    );
  }

  let at = SEGMENT_HEADER_BYTES;
  let sequence = firstSequence - 1;
  for (;;) {
    const head = parseRecord(bytes, at);
    if (head === undefined || head.sequence !== sequence + 1) break;
    visit?.(bytes.subarray(at, at + head.bytes), head);
    scan.records += 1;
    scan.lastEpoch = head.epoch;
    scan.lastChainHash = head.chainHash;
    sequence = head.sequence;
    at += head.bytes;
  }
  const tornBytes = nonZeroLength(bytes, at);
  scan.lastSequence = sequence;
  scan.droppedBytes += tornBytes;
  scan.segments.push({
    path,
    bytes: bytes.length,
    firstSequence,
    lastSequence: sequence,
    endOffset: at,
    tornBytes,
  });
}

/** A file too short for its header, or one whose header bytes never reached the disk. */
function isTornHeader(bytes: Buffer, hasOlder: boolean): boolean {
  if (bytes.length >= SEGMENT_HEADER_BYTES) return hasOlder && nonZeroLength(bytes, 0) === 0;
  const prefix = bytes.subarray(0, SEGMENT_MAGIC.length);
  return SEGMENT_MAGIC.subarray(0, prefix.length).equals(prefix);
}

function checkHeader(path: string, bytes: Buffer, scan: JournalScan): void {
  const isJournal =
    bytes.length >= SEGMENT_HEADER_BYTES &&
    bytes.subarray(0, SEGMENT_MAGIC.length).equals(SEGMENT_MAGIC) &&
    bytes.readUInt32LE(8) === SEGMENT_VERSION &&
    readU64(bytes, 48) > 0;
  if (!isJournal) {
    throw new HostError(
      "E_NOT_A_JOURNAL",
      `${path} is not a journal segment of version ${SEGMENT_VERSION}.`,
      {
        fix: "Move it out of the journal folder, or point dataDir at the right one.",
      },
    );
  }
  const genesis = bytes.toString("hex", 16, 48);
  scan.genesisHash ??= genesis;
  if (scan.genesisHash !== genesis) {
    throw new HostError(
      "E_WRONG_GENESIS",
      `${path} belongs to genesis ${genesis.slice(0, 16)}…; this venue's is ${scan.genesisHash.slice(0, 16)}….`,
      {
        fix: "It is another network's journal: use another dataDir, or the configuration it was written with.",
      },
    );
  }
}

/** Length of what is left from `at`, trailing zeros not counted. */
function nonZeroLength(bytes: Buffer, at: number): number {
  let end = bytes.length;
  // Preallocated zeros are most of a segment: skip them eight at a time.
  while (end - 8 >= at && bytes.readUInt32LE(end - 8) === 0 && bytes.readUInt32LE(end - 4) === 0) end -= 8;
  while (end > at && bytes[end - 1] === 0) end -= 1;
  return Math.max(0, end - at);
}
