/** The state tree of docs/state.md: two sparse Merkle trees and the root over both. */
import { Hasher, numberOf, WORD_LENGTH, wordOf } from "./hasher.ts";
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

/** One instance for whoever has no thread of its own; emitting the module takes some 50 ms. */
let shared: Hasher | undefined;
export function sharedHasher(): Hasher {
  shared ??= new Hasher();
  return shared;
}

/**
 * A Merkle tree of `2^depth` leaves, all 0 at first.
 *
 * Every level is one buffer that grows to the right as indices are first used; beyond its end lie empty subtrees, whose hashes are
 * known. So memory follows the highest index ever set, 64 bytes a leaf, inner nodes included.
 */
export class SparseTree {
  readonly depth: number;
  readonly #hasher: Hasher;
  /** Levels of 32-byte nodes; 0 are the leaves. */
  readonly #levels: Uint8Array[];
  /** Nodes in use of each level. */
  readonly #lengths: number[];
  readonly #zeros: Uint8Array[];

  constructor(depth: number, hasher: Hasher = sharedHasher()) {
    if (!Number.isInteger(depth) || depth < 1 || depth > 31)
      throw new RangeError("a tree has a depth from 1 to 31");
    this.depth = depth;
    this.#hasher = hasher;
    this.#levels = Array.from({ length: depth + 1 }, () => new Uint8Array(0));
    this.#lengths = Array.from({ length: depth + 1 }, () => 0);
    this.#zeros = [new Uint8Array(WORD_LENGTH)];
    for (let level = 0; level < depth; level++) {
      const zero = this.#zeros[level]!;
      this.#zeros.push(hasher.hash2(zero, zero).slice());
    }
  }

  get root(): bigint {
    return numberOf(this.#node(this.depth, 0));
  }

  /** The leaf at `index`; 0 where none was set. */
  leaf(index: number): bigint {
    return numberOf(this.#node(0, index));
  }

  /**
   * Sets leaves and hashes every touched inner node once, however many of them share it; of two changes to one leaf the last wins.
   * @throws {IndexOutOfRangeError} the tree is unchanged
   */
  update(changes: Iterable<readonly [index: number, leaf: bigint | Uint8Array]>): void {
    const list = [...changes];
    for (const [index] of list) this.#check(index);
    for (const [index, leaf] of list) this.#put(0, index, typeof leaf === "bigint" ? wordOf(leaf) : leaf);
    let touched = ascending(list.map(([index]) => index));
    for (let level = 1; level <= this.depth; level++) {
      touched = parents(touched);
      for (const index of touched) {
        const left = this.#node(level - 1, 2 * index);
        this.#put(level, index, this.#hasher.hash2(left, this.#node(level - 1, 2 * index + 1)));
      }
    }
  }

  /** The siblings of the leaf at `index`, from its own level up to just below the root. @throws {IndexOutOfRangeError} */
  path(index: number): bigint[] {
    this.#check(index);
    return Array.from({ length: this.depth }, (_, level) =>
      numberOf(this.#node(level, (index >>> level) ^ 1)),
    );
  }

  #check(index: number): void {
    if (!Number.isInteger(index) || index < 0 || index >= 2 ** this.depth)
      throw new IndexOutOfRangeError(index, this.depth);
  }

  #node(level: number, index: number): Uint8Array {
    if (index >= this.#lengths[level]!) return this.#zeros[level]!;
    return this.#levels[level]!.subarray(WORD_LENGTH * index, WORD_LENGTH * (index + 1));
  }

  #put(level: number, index: number, node: Uint8Array): void {
    let nodes = this.#levels[level]!;
    if (WORD_LENGTH * (index + 1) > nodes.length) {
      const grown = new Uint8Array(WORD_LENGTH * Math.max(index + 1, 2 * this.#lengths[level]!));
      grown.set(nodes);
      this.#levels[level] = nodes = grown;
    }
    // What was skipped is an empty subtree, not a node of zeros.
    for (let skipped = this.#lengths[level]!; skipped < index; skipped++)
      nodes.set(this.#zeros[level]!, WORD_LENGTH * skipped);
    nodes.set(node, WORD_LENGTH * index);
    this.#lengths[level] = Math.max(this.#lengths[level]!, index + 1);
  }
}

function ascending(indices: number[]): Uint32Array {
  return Uint32Array.from(indices).sort();
}

/** Parents of ascending indices, each once. */
function parents(indices: Uint32Array): Uint32Array {
  let count = 0;
  const found = new Uint32Array(indices.length);
  for (const index of indices) {
    const parent = index >>> 1;
    if (count === 0 || found[count - 1] !== parent) found[count++] = parent;
  }
  return found.subarray(0, count);
}

/** Whether `leaf` is at `index` under `root`: the plain way, by `poseidon2.ts`; the depth is the path's length. */
export function verifyPath(root: bigint, index: number, leaf: bigint, path: readonly bigint[]): boolean {
  // An index that does not fit the depth would show one leaf at two places.
  if (!Number.isInteger(index) || index < 0 || index >= 2 ** path.length) return false;
  const top = path.reduce((node, sibling, level) => {
    const isRight = Math.floor(index / 2 ** level) % 2 === 1;
    return isRight ? hash2(sibling, node) : hash2(node, sibling);
  }, leaf);
  return top === root;
}

/** `Poseidon2(accountsRoot, instrumentsRoot, oracleRound + nextAccount · 2^64)`. */
export function stateRoot(
  accountsRoot: bigint,
  instrumentsRoot: bigint,
  oracleRound: bigint,
  nextAccount: number,
): bigint {
  return hash([accountsRoot, instrumentsRoot, oracleRound | (BigInt(nextAccount) << 64n)]);
}
