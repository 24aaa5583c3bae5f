import { ring } from "@sealbook/wire";
import { HostError } from "../errors.ts";

/** Memory of one ring (docs/boundaries.md section 2). Offsets in bytes, cursors wrap mod 2^32 and are kept here as signed words. */

export const RING_MAGIC = ring.MAGIC;
export const RING_HEADER_BYTES = ring.DATA_AT;
export const RECORD_HEADER_BYTES = ring.RECORD_HEADER_LENGTH;
export const CAPACITY_MAX = ring.CAPACITY_MAX;
export const KIND_PADDING = ring.KIND_PADDING;

/** Indexes of the header's words. */
export const WORD_MAGIC = ring.MAGIC_AT / 4;
export const WORD_CAPACITY = ring.CAPACITY_AT / 4;
export const WORD_HEAD = ring.HEAD_AT / 4;
export const WORD_TAIL = ring.TAIL_AT / 4;
export const WORD_ASLEEP = ring.ASLEEP_AT / 4;

/** Kinds on ring 0, host → enclave; on ring 1, matching thread → host; on ring 2, batch thread → host. */
export const InKind = ring.INWARD;
export const OutKind = ring.OUTWARD;
export const LedgerKind = ring.LEDGER;

/** Views of one ring's memory. `data` is the data area alone. */
export interface RingMemory {
  words: Int32Array;
  data: Buffer;
  capacity: number;
}

/** Bytes a record of this payload takes, header and padding included. */
export function recordBytes(payload: number): number {
  return (RECORD_HEADER_BYTES + payload + 7) & ~7;
}

/** Bytes to allocate for a ring: header and data, rounded up to a page. */
export function ringBytes(capacity: number): number {
  return Math.ceil((RING_HEADER_BYTES + capacity) / 4096) * 4096;
}

/** Writes magic and capacity into zeroed memory, which makes it an empty ring. */
export function formatRing(buffer: ArrayBuffer, capacity: number): RingMemory {
  if (capacity <= 0 || capacity > CAPACITY_MAX || (capacity & (capacity - 1)) !== 0) {
    throw new HostError("E_RING", `A ring of ${capacity} bytes is not a power of two up to 2^28.`);
  }
  const words = new Int32Array(buffer, 0, RING_HEADER_BYTES / 4);
  words.fill(0);
  words[WORD_CAPACITY] = capacity;
  Atomics.store(words, WORD_MAGIC, RING_MAGIC);
  return openRing(buffer);
}

/** @throws HostError E_RING when the memory holds no ring */
export function openRing(buffer: ArrayBuffer): RingMemory {
  const words = new Int32Array(buffer, 0, RING_HEADER_BYTES / 4);
  const capacity = words[WORD_CAPACITY]!;
  if (Atomics.load(words, WORD_MAGIC) !== RING_MAGIC)
    throw new HostError("E_RING", "This memory holds no ring.");
  if (capacity <= 0 || capacity > CAPACITY_MAX || RING_HEADER_BYTES + capacity > buffer.byteLength) {
    throw new HostError(
      "E_RING",
      `The ring claims ${capacity} bytes in ${buffer.byteLength} bytes of memory.`,
    );
  }
  return { words, data: Buffer.from(buffer, RING_HEADER_BYTES, capacity), capacity };
}
