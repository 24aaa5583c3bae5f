import { describe, expect, test } from "vitest";
import { solve } from "../src/prover.ts";
import { compile, statement } from "../src/source.ts";
import { mutants, sourcesOf } from "./mutants.ts";

/** All of them take a compilation each: `SEALBOOK_MUTANTS=all`, nightly. Three are always looked at. */
const always = ["signature", "over_fill", "close_out"];
const chosen = mutants.filter(({ name }) => process.env.SEALBOOK_MUTANTS === "all" || always.includes(name));

describe("a constraint taken away is noticed", () => {
  for (const mutant of chosen)
    test(mutant.name, async () => {
      const { inputs } = mutant.batch();
      const honest = await compile(statement("batch2"));
      await expect(solve(honest, inputs), "with the constraint").rejects.toThrow("WITNESS");
      const changed = await compile(statement("batch2"), sourcesOf(mutant));
      await expect(solve(changed, inputs), "without it").resolves.toBeInstanceOf(Uint8Array);
    }, 600_000);

  test("each names a text that is there once", () => {
    for (const mutant of mutants) expect(Object.keys(sourcesOf(mutant))).toEqual([mutant.file]);
  });
});
