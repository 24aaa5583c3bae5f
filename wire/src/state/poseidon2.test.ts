import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Hasher, numberOf, WORD_LENGTH, wordOf } from "./hasher.ts";
import { hash, hash2, NotCanonicalError, permute } from "./poseidon2.ts";
import { MODULUS } from "./poseidon2-constants.ts";
import { IndexOutOfRangeError, SparseTree, stateRoot, verifyPath } from "./tree.ts";

function read<T>(name: string): T {
  const url = new URL(`../../../test/vectors/poseidon2/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, "utf8")) as T;
}

describe("Poseidon2 equals Barretenberg", () => {
  it("permutation", () => {
    const cases = read<{ input: [string, string, string, string]; output: string[] }[]>("permutation");
    expect(cases).toHaveLength(16);
    for (const { input, output } of cases) {
      const [a, b, c, d] = input;
      expect(permute([BigInt(a), BigInt(b), BigInt(c), BigInt(d)])).toEqual(output.map(BigInt));
    }
  });

  it("hash of 1 to 20 elements", () => {
    const cases = read<{ input: string[]; output: string }[]>("hash");
    expect(new Set(cases.map(({ input }) => input.length)).size).toBe(20);
    for (const { input, output } of cases) expect(hash(input.map(BigInt))).toBe(BigInt(output));
  });

  it("hash of two, the node of a tree", () => {
    for (const { left, right, output } of read<{ left: string; right: string; output: string }[]>("hash2")) {
      expect(hash2(BigInt(left), BigInt(right))).toBe(BigInt(output));
      expect(hash([BigInt(left), BigInt(right)])).toBe(BigInt(output));
    }
  });

  it("refuses a second encoding of an element", () => {
    expect(() => hash([MODULUS])).toThrow(NotCanonicalError);
    expect(() => hash2(-1n, 0n)).toThrow(NotCanonicalError);
  });
});

describe("the emitted module is the plain one's twin", () => {
  const hasher = new Hasher();
  const fast = (input: readonly bigint[]): bigint => {
    const words = new Uint8Array(WORD_LENGTH * input.length);
    for (const [index, value] of input.entries()) words.set(wordOf(value), WORD_LENGTH * index);
    return numberOf(hasher.hash(words, input.length));
  };

  it("on the vectors", () => {
    for (const { input, output } of read<{ input: string[]; output: string }[]>("hash")) {
      expect(fast(input.map(BigInt))).toBe(BigInt(output));
    }
    for (const { left, right, output } of read<{ left: string; right: string; output: string }[]>("hash2")) {
      expect(numberOf(hasher.hash2(wordOf(BigInt(left)), wordOf(BigInt(right))))).toBe(BigInt(output));
    }
  });

  it("at the edges of the field and of a limb", () => {
    const edges = [0n, 1n, MODULUS - 1n, (1n << 29n) - 1n, 1n << 29n, (1n << 232n) - 1n, MODULUS >> 1n];
    for (const a of edges) for (const b of edges) expect(fast([a, b, a])).toBe(hash([a, b, a]));
    for (let count = 1; count <= 20; count++) {
      const input = Array.from({ length: count }, (_, index) => MODULUS - 1n - BigInt(index));
      expect(fast(input)).toBe(hash(input));
    }
  });

  it("on random elements", () => {
    const element = fc.bigInt({ min: 0n, max: MODULUS - 1n });
    fc.assert(
      fc.property(fc.array(element, { minLength: 1, maxLength: 20 }), (input) => {
        expect(fast(input)).toBe(hash(input));
      }),
      { numRuns: 60 },
    );
  });
});

describe("state tree", () => {
  it("roots equal a tree built with Barretenberg, and every leaf has a path", () => {
    const cases = read<{ depth: number; leaves: { index: number; leaf: string }[]; root: string }[]>("tree");
    expect(cases).toHaveLength(5);
    for (const { depth, leaves, root } of cases) {
      const tree = new SparseTree(depth);
      tree.update(leaves.map(({ index, leaf }) => [index, BigInt(leaf)] as const));
      expect(tree.root).toBe(BigInt(root));
      for (const { index, leaf } of leaves) {
        const path = tree.path(index);
        expect(verifyPath(tree.root, index, BigInt(leaf), path)).toBe(true);
        expect(verifyPath(tree.root, index ^ 1, BigInt(leaf), path)).toBe(false);
        expect(verifyPath(tree.root, index, BigInt(leaf) + 1n, path)).toBe(false);
        expect(verifyPath(tree.root, index + 2 ** depth, BigInt(leaf), path)).toBe(false);
      }
    }
  });

  it("tower of zeros", () => {
    const zeros = read<string[]>("zeros").map(BigInt);
    expect(new SparseTree(24).root).toBe(zeros[24]);
    expect(new SparseTree(24).path(5)).toEqual(zeros.slice(0, 24));
  });

  it("state root", () => {
    type Case = {
      accountsRoot: string;
      instrumentsRoot: string;
      oracleRound: string;
      nextAccount: number;
      output: string;
    };
    for (const c of read<Case[]>("state-root")) {
      expect(
        stateRoot(BigInt(c.accountsRoot), BigInt(c.instrumentsRoot), BigInt(c.oracleRound), c.nextAccount),
      ).toBe(BigInt(c.output));
    }
  });

  it("an index beyond the depth changes nothing", () => {
    const tree = new SparseTree(10);
    const before = tree.root;
    expect(() =>
      tree.update([
        [1, 1n],
        [1024, 1n],
      ]),
    ).toThrow(IndexOutOfRangeError);
    expect(tree.root).toBe(before);
  });

  it("a tree changed in steps is the tree built at once, gaps and all", () => {
    const leaves = new Map(Array.from({ length: 40 }, (_, i) => [(i * i * 7 + 3) % 1024, BigInt(i + 1)]));
    const atOnce = new SparseTree(10);
    atOnce.update(leaves);
    const inSteps = new SparseTree(10);
    for (const change of [...leaves].reverse()) inSteps.update([change]);
    expect(inSteps.root).toBe(atOnce.root);
    for (const [index, leaf] of leaves) {
      expect(inSteps.leaf(index)).toBe(leaf);
      expect(verifyPath(atOnce.root, index, leaf, inSteps.path(index))).toBe(true);
    }
    expect(inSteps.leaf(1023 ^ 512)).toBe(leaves.get(1023 ^ 512) ?? 0n);
  });
});
