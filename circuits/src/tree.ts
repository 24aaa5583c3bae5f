import { hash } from "./field.ts";

/** A binary tree of which only what is not empty is kept. Indices are numbers below 2^32. */
export class SparseTree {
  readonly depth: number;
  readonly #levels: Map<number, bigint>[];
  readonly #zeros: bigint[];

  constructor(depth: number) {
    this.depth = depth;
    this.#levels = Array.from({ length: depth + 1 }, () => new Map());
    this.#zeros = [0n];
    for (let level = 0; level < depth; level++) {
      const zero = this.#zeros[level]!;
      this.#zeros.push(hash([zero, zero]));
    }
  }

  get root(): bigint {
    return this.#at(this.depth, 0);
  }

  /** Siblings from the leaf up. */
  path(index: number): bigint[] {
    const siblings: bigint[] = [];
    for (let level = 0, at = index; level < this.depth; level++, at = Math.floor(at / 2))
      siblings.push(this.#at(level, at % 2 === 0 ? at + 1 : at - 1));
    return siblings;
  }

  /** All nodes of a level, leaves being level 0. */
  level(level: number): bigint[] {
    return Array.from({ length: 2 ** (this.depth - level) }, (_, at) => this.#at(level, at));
  }

  /** Sets a leaf. */
  set(index: number, leaf: bigint): void {
    if (this.#at(0, index) === leaf) return;
    this.#levels[0]!.set(index, leaf);
    for (let level = 1, at = Math.floor(index / 2); level <= this.depth; level++, at = Math.floor(at / 2))
      this.#levels[level]!.set(at, hash([this.#at(level - 1, 2 * at), this.#at(level - 1, 2 * at + 1)]));
  }

  #at(level: number, index: number): bigint {
    return this.#levels[level]!.get(index) ?? this.#zeros[level]!;
  }
}
