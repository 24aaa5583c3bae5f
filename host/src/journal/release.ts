/**
 * Replies held until their record is durable enough. One queue per level, strictly first in first out: a session's replies are numbered,
 * so an early release would be a gap to its client. Bodies are copied out of the ring into one growing block, which empties whole.
 */

export interface HeldTarget {
  /** Replies of this target still held, over all queues. */
  held: number;
}

const BLOCK_BYTES = 256 * 1024;

export class HeldQueue<Target extends HeldTarget> {
  readonly #targets: (Target | undefined)[] = [];
  readonly #sequences: number[] = [];
  readonly #offsets: number[] = [];
  readonly #lengths: number[] = [];
  #first = 0;
  #block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  #blockStart = 0;
  #blockEnd = 0;

  get count(): number {
    return this.#targets.length - this.#first;
  }

  get bytes(): number {
    return this.#blockEnd - this.#blockStart;
  }

  /** Sequence of the oldest reply, or Infinity. */
  get firstSequence(): number {
    return this.#sequences[this.#first] ?? Number.POSITIVE_INFINITY;
  }

  /** Copies `source[offset, offset + length)` in. */
  push(target: Target, sequence: number, source: Buffer, offset: number, length: number): void {
    if (this.#blockEnd + length > this.#block.length) this.#makeRoom(length);
    source.copy(this.#block, this.#blockEnd, offset, offset + length);
    this.#targets.push(target);
    this.#sequences.push(sequence);
    this.#offsets.push(this.#blockEnd);
    this.#lengths.push(length);
    this.#blockEnd += length;
    target.held += 1;
  }

  /** Gives out, oldest first, every reply up to `sequence`. The bytes are valid only during the call. */
  releaseTo(
    sequence: number,
    give: (target: Target, bytes: Buffer, offset: number, length: number) => void,
  ): number {
    const before = this.#first;
    while (this.#first < this.#targets.length && this.#sequences[this.#first]! <= sequence) {
      const at = this.#first;
      const target = this.#targets[at]!;
      this.#targets[at] = undefined;
      this.#first += 1;
      this.#blockStart = this.#offsets[at]! + this.#lengths[at]!;
      target.held -= 1;
      give(target, this.#block, this.#offsets[at]!, this.#lengths[at]!);
    }
    const released = this.#first - before;
    if (this.#first === this.#targets.length) this.#empty();
    else if (this.#first > 4096 && this.#first * 2 > this.#targets.length) this.#compactEntries();
    return released;
  }

  #empty(): void {
    this.#targets.length = 0;
    this.#sequences.length = 0;
    this.#offsets.length = 0;
    this.#lengths.length = 0;
    this.#first = 0;
    this.#blockStart = 0;
    this.#blockEnd = 0;
    // A burst may have grown the block; do not keep it for ever.
    if (this.#block.length > 64 * BLOCK_BYTES) this.#block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  }

  #compactEntries(): void {
    for (const column of [this.#targets, this.#sequences, this.#offsets, this.#lengths])
      column.splice(0, this.#first);
    this.#first = 0;
  }

  #makeRoom(length: number): void {
    const live = this.#blockEnd - this.#blockStart;
    const wanted = live + length;
    const into =
      wanted * 2 > this.#block.length
        ? Buffer.allocUnsafeSlow(Math.max(wanted * 2, BLOCK_BYTES))
        : this.#block;
    this.#block.copy(into, 0, this.#blockStart, this.#blockEnd);
    for (let at = this.#first; at < this.#offsets.length; at += 1) this.#offsets[at]! -= this.#blockStart;
    this.#block = into;
    this.#blockStart = 0;
    this.#blockEnd = live;
  }
}
