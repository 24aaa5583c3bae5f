/** Journal records and segments (docs/boundaries.md section 3). Little-endian; the payload is sealed by the enclave. */
import { crc32c } from "./crc32c.ts";
import { ParseError } from "./error.ts";

/** Bytes of the segment header. */
export const SEGMENT_HEADER_LENGTH = 64;
export const SEGMENT_MAGIC = "SBJOURN1";
export const SEGMENT_VERSION = 2;
/** Segments are preallocated to this many bytes. */
export const SEGMENT_LENGTH = 64 * 1024 * 1024;

/** Offsets in a record. `length` counts what follows it, `crc` covers what follows it. */
export const LENGTH_AT = 0;
export const CRC_AT = 4;
export const EPOCH_AT = 8;
export const SEQUENCE_AT = 16;
export const CHAIN_HASH_AT = 24;
/** SHA-256 of the sealed plaintext: what the chain hash folds in. */
export const DIGEST_AT = 56;
export const SEALED_AT = 88;
/** Longest record, in bytes. */
export const RECORD_LENGTH_MAX = 65_536;

/** A record's clear fields and its sealed payload; byte fields are views into the input. */
export interface JournalRecord {
  epoch: bigint;
  sequence: bigint;
  chainHash: Uint8Array;
  /** With the chain hash before, it gives this one's. */
  digest: Uint8Array;
  /** Sealed sequenced command, tag included. */
  sealed: Uint8Array;
  /** Bytes of the whole record, its length word included. */
  length: number;
}

/**
 * The record at `at`; undefined at a zero length word, the end of a segment. `BAD_FRAME` at the record's offset 0 if the length
 * is impossible, at 4 if the checksum differs.
 */
export function parseRecord(bytes: Uint8Array, at = 0): JournalRecord | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const room = bytes.length - at;
  if (room < 4) throw new ParseError("BAD_FRAME", LENGTH_AT);
  const length = view.getUint32(at, true);
  if (length === 0) return undefined;
  const isPossible =
    length >= SEALED_AT - CRC_AT && length <= RECORD_LENGTH_MAX - CRC_AT && CRC_AT + length <= room;
  if (!isPossible) throw new ParseError("BAD_FRAME", LENGTH_AT);
  const record = bytes.subarray(at, at + CRC_AT + length);
  if (view.getUint32(at + CRC_AT, true) !== crc32c(record.subarray(EPOCH_AT))) {
    throw new ParseError("BAD_FRAME", CRC_AT);
  }
  return {
    epoch: view.getBigUint64(at + EPOCH_AT, true),
    sequence: view.getBigUint64(at + SEQUENCE_AT, true),
    chainHash: record.subarray(CHAIN_HASH_AT, DIGEST_AT),
    digest: record.subarray(DIGEST_AT, SEALED_AT),
    sealed: record.subarray(SEALED_AT),
    length: record.length,
  };
}

/** A whole record. */
export function emitRecord(record: Omit<JournalRecord, "length">): Uint8Array {
  const bytes = new Uint8Array(SEALED_AT + record.sealed.length);
  if (bytes.length > RECORD_LENGTH_MAX)
    throw new RangeError(`a journal record takes at most ${RECORD_LENGTH_MAX} bytes`);
  const view = new DataView(bytes.buffer);
  view.setUint32(LENGTH_AT, bytes.length - CRC_AT, true);
  view.setBigUint64(EPOCH_AT, record.epoch, true);
  view.setBigUint64(SEQUENCE_AT, record.sequence, true);
  bytes.set(record.chainHash.subarray(0, 32), CHAIN_HASH_AT);
  bytes.set(record.digest.subarray(0, 32), DIGEST_AT);
  bytes.set(record.sealed, SEALED_AT);
  view.setUint32(CRC_AT, crc32c(bytes.subarray(EPOCH_AT)), true);
  return bytes;
}

/** The seal's nonce: the first 12 bytes of the chain hash, which commits to the plaintext. */
export const journalNonce = (chainHash: Uint8Array): Uint8Array =>
  Uint8Array.prototype.slice.call(chainHash, 0, 12);

/** The seal's associated data: `epoch ‖ sequence ‖ chainHash`. */
export function journalAad(epoch: bigint, sequence: bigint, chainHash: Uint8Array): Uint8Array {
  const aad = new Uint8Array(48);
  const view = new DataView(aad.buffer);
  view.setBigUint64(0, epoch, true);
  view.setBigUint64(8, sequence, true);
  aad.set(chainHash.subarray(0, 32), 16);
  return aad;
}

export interface SegmentHeader {
  genesisHash: Uint8Array;
  firstSequence: bigint;
}

/** `SBJOURN1 | u32 version | u32 0 | genesis hash 32 | u64 first sequence | u64 0`. */
export function emitSegmentHeader({ genesisHash, firstSequence }: SegmentHeader): Uint8Array {
  const bytes = new Uint8Array(SEGMENT_HEADER_LENGTH);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(SEGMENT_MAGIC));
  view.setUint32(8, SEGMENT_VERSION, true);
  bytes.set(genesisHash.subarray(0, 32), 16);
  view.setBigUint64(48, firstSequence, true);
  return bytes;
}

/** `BAD_FRAME` at the offset of what is not a segment header of this version. */
export function parseSegmentHeader(bytes: Uint8Array): SegmentHeader {
  if (bytes.length < SEGMENT_HEADER_LENGTH) throw new ParseError("BAD_FRAME", bytes.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (String.fromCharCode(...bytes.subarray(0, 8)) !== SEGMENT_MAGIC) throw new ParseError("BAD_FRAME", 0);
  if (view.getUint32(8, true) !== SEGMENT_VERSION) throw new ParseError("BAD_FRAME", 8);
  if (view.getUint32(12, true) !== 0) throw new ParseError("BAD_FRAME", 12);
  if (view.getBigUint64(56, true) !== 0n) throw new ParseError("BAD_FRAME", 56);
  return {
    genesisHash: Uint8Array.prototype.slice.call(bytes, 16, 48),
    firstSequence: view.getBigUint64(48, true),
  };
}
