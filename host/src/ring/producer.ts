import { HostError } from "../errors.ts";
import {
  KIND_PADDING,
  RECORD_HEADER_BYTES,
  type RingMemory,
  recordBytes,
  WORD_ASLEEP,
  WORD_HEAD,
  WORD_TAIL,
} from "./layout.ts";

/**
 * Writes records into a ring. One thread only.
 *
 * `reserve` and `commit` let the caller write the payload straight into the slot; nothing is visible to the consumer before
 * `commit`, which stores `head` once.
 */
export class RingProducer {
  readonly data: Buffer;
  readonly capacity: number;
  /** Longest payload that always fits an empty ring, wherever its cursor stands. */
  readonly payloadMax: number;
  readonly #words: Int32Array;
  readonly #cells: Int32Array;
  readonly #mask: number;
  #head: number;
  #tailSeen: number;
  #next = 0;

  constructor(memory: RingMemory) {
    this.data = memory.data;
    this.capacity = memory.capacity;
    this.payloadMax = memory.capacity / 2 - RECORD_HEADER_BYTES;
    this.#words = memory.words;
    this.#cells = new Int32Array(memory.data.buffer, memory.data.byteOffset, memory.capacity / 4);
    this.#mask = memory.capacity - 1;
    this.#head = Atomics.load(memory.words, WORD_HEAD);
    this.#tailSeen = Atomics.load(memory.words, WORD_TAIL);
  }

  /** Offset in `data` for a payload of `length` bytes, or -1 when there is no room now. */
  reserve(kind: number, length: number): number {
    if (length > this.payloadMax) {
      throw new HostError("E_RING", `A record of ${length} bytes cannot pass a ring of ${this.capacity}.`);
    }
    const size = recordBytes(length);
    const at = this.#head & this.#mask;
    const toEnd = this.capacity - at;
    const padding = size > toEnd ? toEnd : 0;
    if (!this.#hasRoom(padding + size)) return -1;

    if (padding > 0) this.#header(at, padding - RECORD_HEADER_BYTES, KIND_PADDING);
    const start = (at + padding) & this.#mask;
    this.#header(start, length, kind);
    this.#next = (this.#head + padding + size) | 0;
    return start + RECORD_HEADER_BYTES;
  }

  /** Publishes what was reserved last. */
  commit(): void {
    this.#head = this.#next;
    Atomics.store(this.#words, WORD_HEAD, this.#head);
  }

  /** Copies a whole payload in; false when there is no room now. */
  tryPush(kind: number, payload: Uint8Array): boolean {
    const at = this.reserve(kind, payload.length);
    if (at < 0) return false;
    this.data.set(payload, at);
    this.commit();
    return true;
  }

  /** Copies `source[start..end)` in behind a u64 that is a safe integer; false when there is no room now. */
  tryPushTagged(kind: number, tag: number, source: Buffer, start: number, end: number): boolean {
    const at = this.reserve(kind, 8 + end - start);
    if (at < 0) return false;
    writeU64(this.data, at, tag);
    source.copy(this.data, at + 8, start, end);
    this.commit();
    return true;
  }

  /** True when the consumer sleeps and must be rung. Atomics are sequentially consistent, so this load is after the store of head. */
  isConsumerAsleep(): boolean {
    return Atomics.load(this.#words, WORD_ASLEEP) === 1;
  }

  /** Bytes published and not yet consumed. */
  get used(): number {
    return this.#loadUsed();
  }

  #hasRoom(bytes: number): boolean {
    // The cached tail is only ever too old, which can refuse wrongly but never accept wrongly; so ask again before refusing.
    if (this.capacity - ((this.#head - this.#tailSeen) | 0) >= bytes) return true;
    return this.capacity - this.#loadUsed() >= bytes;
  }

  #loadUsed(): number {
    this.#tailSeen = Atomics.load(this.#words, WORD_TAIL);
    const used = (this.#head - this.#tailSeen) | 0;
    if (used < 0 || used > this.capacity) {
      throw new HostError(
        "E_RING",
        `The consumer's cursor is outside the ring (${used} bytes of ${this.capacity} used).`,
      );
    }
    return used;
  }

  #header(at: number, length: number, kind: number): void {
    this.#cells[at >> 2] = length;
    this.#cells[(at >> 2) + 1] = kind;
  }
}

const TWO_32 = 2 ** 32;

/** Writes a safe integer as u64 little-endian: BigInt would cost an allocation per record. */
export function writeU64(into: Buffer, at: number, value: number): void {
  into.writeUInt32LE(value % TWO_32, at);
  into.writeUInt32LE(Math.floor(value / TWO_32), at + 4);
}

/** Reads a u64 as a number; exact up to 2^53, which no sequence or connection id of ours reaches. */
export function readU64(from: Buffer, at: number): number {
  return from.readUInt32LE(at) + from.readUInt32LE(at + 4) * TWO_32;
}
