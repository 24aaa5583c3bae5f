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

/** Sees one record: `data[offset, offset + length)`, valid only during the call. Keep nothing that is not copied. */
export type RecordVisitor = (kind: number, data: Buffer, offset: number, length: number) => void;

/** Reads records from a ring. One thread only. */
export class RingConsumer {
  readonly data: Buffer;
  readonly capacity: number;
  readonly #words: Int32Array;
  readonly #cells: Int32Array;
  readonly #mask: number;
  #tail: number;

  constructor(memory: RingMemory) {
    this.data = memory.data;
    this.capacity = memory.capacity;
    this.#words = memory.words;
    this.#cells = new Int32Array(memory.data.buffer, memory.data.byteOffset, memory.capacity / 4);
    this.#mask = memory.capacity - 1;
    this.#tail = Atomics.load(memory.words, WORD_TAIL);
  }

  hasRecords(): boolean {
    return Atomics.load(this.#words, WORD_HEAD) !== this.#tail;
  }

  /**
   * Visits what is there now, at most about `bytesMax` of it, then frees those bytes at once.
   *
   * @returns the number of records
   * @throws HostError E_RING on a cursor or length that cannot be; the ring is then useless
   */
  poll(visit: RecordVisitor, bytesMax = this.capacity): number {
    const head = Atomics.load(this.#words, WORD_HEAD);
    let left = (head - this.#tail) | 0;
    if (left === 0) return 0;
    if (left < 0 || left > this.capacity) {
      throw new HostError(
        "E_RING",
        `The producer's cursor is outside the ring (${left} bytes of ${this.capacity} used).`,
      );
    }

    let records = 0;
    let tail = this.#tail;
    for (let budget = bytesMax; left > 0 && budget > 0; ) {
      const at = tail & this.#mask;
      const length = this.#cells[at >> 2]!;
      const kind = this.#cells[(at >> 2) + 1]!;
      // Compared before it is rounded up: a length near 2^31 would wrap to a negative size.
      const size = length < 0 || length > left ? 0 : recordBytes(length);
      if (size === 0 || size > left || at + size > this.capacity) {
        throw new HostError("E_RING", `A record of ${length} bytes overruns the ${left} bytes written.`);
      }
      if (kind !== KIND_PADDING) {
        visit(kind, this.data, at + RECORD_HEADER_BYTES, length);
        records += 1;
      }
      tail = (tail + size) | 0;
      left -= size;
      budget -= size;
    }
    this.#tail = tail;
    Atomics.store(this.#words, WORD_TAIL, tail);
    return records;
  }

  /**
   * Announces sleep. False, and still awake, when a record slipped in meanwhile: the store of `asleep` comes before the load of
   * `head`, and the producer's store of `head` before its load of `asleep`, so at least one side sees the other.
   */
  fallAsleep(): boolean {
    Atomics.store(this.#words, WORD_ASLEEP, 1);
    if (!this.hasRecords()) return true;
    Atomics.store(this.#words, WORD_ASLEEP, 0);
    return false;
  }

  wakeUp(): void {
    Atomics.store(this.#words, WORD_ASLEEP, 0);
  }
}
