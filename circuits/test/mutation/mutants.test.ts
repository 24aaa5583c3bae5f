/**
 * Each constraint of the circuits is taken away, alone: something it must refuse has a witness then. The fast part says that no
 * constraint is without such a killer or a reason; `SEALBOOK_MUTANTS=all` (nightly) tries them all.
 */
import { afterAll, describe, expect, test } from "vitest";
import { solve } from "../../src/prover.ts";
import { compile, statement } from "../../src/source.ts";
import { batchOf, trade, withdrawal } from "../scenario.ts";
import { attempt, type Bad, idOf, inputsOf, sites } from "./runner.ts";
import { sitesOf } from "./sites.ts";
import { without } from "./switches.ts";
import { cases, reasons } from "./table.ts";

const isAsked = process.env.SEALBOOK_MUTANTS !== undefined;
const keyOf = (part: string): string => sites[idOf(part)]!.key;
const none = () => false;

describe("every constraint", () => {
  test("has a killer or a stated reason, and not both", () => {
    const killed = new Set(cases.flatMap((bad) => bad.kills.map(keyOf)));
    const excused = Object.keys(reasons).map(keyOf);
    const constraints = sites.filter((site) => site.kind !== "hint").map((site) => site.key);
    expect(constraints.filter((key) => !killed.has(key) && !excused.includes(key))).toEqual([]);
    expect(excused.filter((key) => killed.has(key))).toEqual([]);
    expect(constraints.length).toBeGreaterThan(100);
  });

  test("on a hint meets that hint's lie", () => {
    const lied = new Set(cases.flatMap((bad) => (bad.lies ?? []).map((lie) => keyOf(lie.hint))));
    const hints = sites.filter((site) => site.kind === "hint").map((site) => site.key);
    expect(hints.filter((key) => !lied.has(key))).toEqual([]);
  });

  test("is found, or the enumeration fails", () => {
    const source =
      'fn f(x: Field) {\n    assert(x == 0, "a");\n    let y = { assert(x != 1); x };\n    y\n}\n';
    expect(sitesOf("f.nr", source).map((site) => site.key)).toEqual([
      'f.nr f: assert(x == 0, "a")',
      "f.nr f: assert(x != 1)",
    ]);
    const hidden = "fn g(x: Field) {\n    let y = x.assert_max_bit_size::<8>();\n}\n";
    expect(() => sitesOf("g.nr", hidden)).toThrow("SITE_UNKNOWN");
  });
});

describe("a constraint that is really not in the source is noticed", () => {
  for (const name of process.env.SEALBOOK_MUTANTS === "removed" ? plain() : ["more lots than the order"])
    test(name, async () => {
      const bad = cases.find((one) => one.name === name)!;
      const inputs = await inputsOf(bad);
      const honest = await compile(bad.main);
      await expect(solve(honest, inputs), "with the constraint").rejects.toThrow("WITNESS");
      for (const part of bad.kills) {
        const changed = await compile(bad.main, without(sites[idOf(part)]!));
        await expect(solve(changed, inputs), `without ${part}`).resolves.toBeInstanceOf(Uint8Array);
      }
    }, 600_000);
});

/** Cases whose hints are honest: they need no oracle. */
function plain(): string[] {
  return cases
    .filter((bad) => !bad.lies?.length && !bad.kills.some((part) => part.includes("to_le_bits")))
    .map((bad) => bad.name);
}

describe.runIf(isAsked)("a constraint switched off", () => {
  const killed = new Set<string>();
  afterAll(() => {
    const constraints = sites.filter((site) => site.kind !== "hint").length;
    const counts = `${killed.size} killed, ${Object.keys(reasons).length} with a reason, of ${constraints} constraints`;
    console.log(`${counts}; ${sites.length - constraints} hints; ${cases.length} bad cases`);
  });

  test("is all the switches change: honest batches hold", async () => {
    const batch = batchOf([trade(), withdrawal(2, 1_000n)]);
    const bad: Bad = { name: "honest", main: statement("batch2"), kills: [], inputs: () => batch.inputs };
    expect(await attempt(bad, batch.inputs, none)).toMatchObject({ isSolved: true });
  }, 600_000);

  for (const bad of cases)
    test(`lets pass: ${bad.name}`, async () => {
      const inputs = await inputsOf(bad);
      expect((await attempt(bad, inputs, none)).isSolved, "with every constraint").toBe(false);
      for (const part of bad.kills) {
        const key = keyOf(part);
        const { isSolved, error, last } = await attempt(bad, inputs, (one) => one === key);
        expect(isSolved, `without ${key}: ${error} at ${last}`).toBe(true);
        killed.add(key);
      }
    }, 600_000);

  for (const [part, reason] of Object.entries(reasons))
    test(`stays for a reason: ${part}`, () => expect(reason.length).toBeGreaterThan(40));
});
