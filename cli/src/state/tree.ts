/** The state tree as docs/state.md defines it, for tools that check a root: clear, not fast. */

import { hash, hash2 } from "./poseidon2.ts";

export const ACCOUNTS_DEPTH = 24;
export const INSTRUMENTS_DEPTH = 10;

/** A leaf index at or beyond `2^depth`. */
export class IndexOutOfRangeError extends Error {
  readonly code = "INDEX_OUT_OF_RANGE";
  constructor(index: number, depth: number) {
    super(`leaf ${index} is outside a tree of depth ${depth}`);
    this.name = "IndexOutOfRangeError";
  }
}

/** A Merkle tree of `2^depth` leaves, all 0 at first. Only nodes on the path of a leaf that was set are stored. */
export class SparseTree {
  readonly depth: number;
  readonly #levels: Map<number, bigint>[];
  readonly #zeros: bigint[] = [0n];

  constructor(depth: number) {
    if (!Number.isInteger(depth) || depth < 1 || depth > 31)
      throw new RangeError("a tree has a depth from 1 to 31");
    this.depth = depth;
    this.#levels = Array.from({ length: depth + 1 }, () => new Map());
    for (let level = 0; level < depth; level++) {
      const zero = this.#zeros[level]!;
      this.#zeros.push(hash2(zero, zero));
    }
  }

  get root(): bigint {
    return this.#node(this.depth, 0);
  }

  leaf(index: number): bigint {
    this.#check(index);
    return this.#node(0, index);
  }

  /** Sets many leaves; every touched inner node is hashed once. All indices are checked before anything changes. */
  update(changes: Iterable<readonly [index: number, leaf: bigint]>): void {
    const list = [...changes];
    for (const [index] of list) this.#check(index);

    let touched = new Set<number>();
    for (const [index, leaf] of list) {
      this.#levels[0]!.set(index, leaf);
      touched.add(index);
    }
    for (let level = 1; level <= this.depth; level++) {
      touched = new Set([...touched].map((index) => index >>> 1));
      for (const index of touched) {
        this.#levels[level]!.set(
          index,
          hash2(this.#node(level - 1, 2 * index), this.#node(level - 1, 2 * index + 1)),
        );
      }
    }
  }

  /** The siblings from the leaf's level upwards: `depth` elements. */
  path(index: number): bigint[] {
    this.#check(index);
    return Array.from({ length: this.depth }, (_, level) => this.#node(level, (index >>> level) ^ 1));
  }

  #node(level: number, index: number): bigint {
    return this.#levels[level]!.get(index) ?? this.#zeros[level]!;
  }

  #check(index: number): void {
    if (!Number.isInteger(index) || index < 0 || index >= 2 ** this.depth)
      throw new IndexOutOfRangeError(index, this.depth);
  }
}

/** Whether `leaf` is at `index` under `root`; the depth is the path's length. False for an index that does not fit it. */
export function verifyPath(root: bigint, index: number, leaf: bigint, path: readonly bigint[]): boolean {
  if (!Number.isInteger(index) || index < 0 || path.length > 31 || index >= 2 ** path.length) return false;
  let node = leaf;
  for (const [level, sibling] of path.entries()) {
    node = (index >>> level) & 1 ? hash2(sibling, node) : hash2(node, sibling);
  }
  return node === root;
}

/** `Poseidon2(accountsRoot, instrumentsRoot, oracle round + next account id · 2^64)`. */
export function stateRoot(
  accountsRoot: bigint,
  instrumentsRoot: bigint,
  oracleRound: bigint,
  nextAccount: number,
): bigint {
  return hash([accountsRoot, instrumentsRoot, (BigInt(nextAccount) << 64n) | oracleRound]);
}
