import { crc32c, journal } from "@sealbook/wire";
import { readU64 } from "../ring/producer.ts";

/** Bytes of segments and records (docs/boundaries.md section 3). What is sealed in a record is the enclave's business. */

export const SEGMENT_MAGIC = Buffer.from(journal.SEGMENT_MAGIC, "latin1");
export const SEGMENT_VERSION = journal.SEGMENT_VERSION;
export const SEGMENT_HEADER_BYTES = journal.SEGMENT_HEADER_LENGTH;
export const SEGMENT_SUFFIX = ".journal";

const LENGTH_BYTES = 4;
const AT_CRC = journal.CRC_AT;
const AT_EPOCH = journal.EPOCH_AT;
export const AT_SEQUENCE = journal.SEQUENCE_AT;
export const AT_CHAIN_HASH = journal.CHAIN_HASH_AT;
export const AT_DIGEST = journal.DIGEST_AT;
/** length, crc, epoch, sequence, chain hash, digest, and at least an AEAD tag. */
export const RECORD_BYTES_MIN = journal.SEALED_AT + 16;

export interface RecordHead {
  /** All bytes of the record, length word included. */
  bytes: number;
  epoch: number;
  sequence: number;
  chainHash: string;
}

export function segmentHeader(genesisHash: Uint8Array, firstSequence: number): Buffer {
  return Buffer.from(journal.emitSegmentHeader({ genesisHash, firstSequence: BigInt(firstSequence) }));
}

/** File names sort by sequence. */
export function segmentName(firstSequence: number): string {
  return `${String(firstSequence).padStart(20, "0")}${SEGMENT_SUFFIX}`;
}

/** The record at `at`, or undefined when there is none that is whole and unharmed. */
export function parseRecord(bytes: Buffer, at: number): RecordHead | undefined {
  if (at + RECORD_BYTES_MIN > bytes.length) return undefined;
  const size = bytes.readUInt32LE(at) + LENGTH_BYTES;
  if (size < RECORD_BYTES_MIN || at + size > bytes.length) return undefined;
  if (bytes.readUInt32LE(at + AT_CRC) !== crc32c(bytes.subarray(at + AT_EPOCH, at + size))) return undefined;
  return {
    bytes: size,
    epoch: readU64(bytes, at + AT_EPOCH),
    sequence: readU64(bytes, at + AT_SEQUENCE),
    chainHash: bytes.toString("hex", at + AT_CHAIN_HASH, at + AT_CHAIN_HASH + 32),
  };
}
