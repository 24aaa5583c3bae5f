import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { hash, hash2, MODULUS, NotCanonicalError, permute } from "./poseidon2.ts";
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
});
