import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { poseidon2Path, poseidon2Text } from "./poseidon2.ts";

test("the Solidity permutation is generated from the Rust tree's constants", () => {
  expect(readFileSync(poseidon2Path, "utf8")).toBe(poseidon2Text());
});
