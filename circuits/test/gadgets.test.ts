import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { weierstrass } from "@noble/curves/abstract/weierstrass.js";
import { bn254 } from "@noble/curves/bn254.js";
import { isSigned } from "@sealbook/wire/validity";
import { beforeAll, describe, expect, test } from "vitest";
import { hash, leaf, MODULUS, toField } from "../src/field.ts";
import { instrumentWords, positionWord } from "../src/leaf.ts";
import { WitnessError } from "../src/prover.ts";
import { ceilDivide, floorDivide, lotRequirement, shortRequirements } from "../src/requirement.ts";
import { publicKey, sign } from "../src/schnorr.ts";
import { SparseTree } from "../src/tree.ts";
import { gadget } from "./circuit-of.ts";
import { ARITHMETIC } from "./gadget-mains.ts";
import { listed } from "./scenario.ts";

type Run = Awaited<ReturnType<typeof gadget>>;
const vectors = resolve(import.meta.dirname, "../../test/vectors/poseidon2");
const hex = (value: bigint) => `0x${toField(value).toString(16)}`;
const fails = (run: Promise<unknown>, what?: string) => expect(run, what).rejects.toThrow(WitnessError);
const power = (bits: number) => 1n << BigInt(bits);

describe("signed arithmetic", () => {
  let run: Run;
  const call = async (which: number, a: bigint, b = 1n, isWanted = true) =>
    BigInt((await run({ which: hex(BigInt(which)), a: hex(a), b: hex(b), is_wanted: isWanted })) as string);
  beforeAll(async () => {
    run = await gadget(ARITHMETIC);
  }, 120_000);

  test("ranges end where they say", async () => {
    for (const inside of [-power(63), 0n, power(63) - 1n]) await call(2, inside);
    for (const outside of [-power(63) - 1n, power(63), MODULUS / 2n]) await fails(call(2, outside));
    for (const inside of [-power(41), -1n, 0n, power(41) - 1n]) await call(1, inside);
    for (const outside of [-power(41) - 1n, power(41)]) await fails(call(1, outside));
    for (const inside of [-power(63), -1n, 0n, power(63) - 1n])
      expect(await call(0, inside)).toBe(BigInt.asUintN(64, inside));
    for (const outside of [-power(63) - 1n, power(63)]) await fails(call(0, outside));
    await call(8, 255n);
    await fails(call(8, 256n));
    await call(8, 256n, 1n, false);
  });

  test("divisions round their way on both sides of zero", async () => {
    for (const a of [0n, 1n, -1n, 999_999n, 1_000_000n, 1_000_001n, -999_999n, -1_000_000n, -1_000_001n]) {
      expect(await call(3, a), `ceil ${a}`).toBe(toField(ceilDivide(a, 1_000_000n)));
      expect(await call(4, a), `floor ${a}`).toBe(toField(floorDivide(a, 1_000_000n)));
    }
    for (const a of [power(121), -power(121), 1n, -1n, power(32), -power(32) - 1n])
      expect(await call(5, a)).toBe(toField(ceilDivide(a, power(32))));
    for (const [a, b] of [
      [power(160), power(100) + 7n],
      [-power(160), power(100) + 7n],
      [-1n, 3n],
      [5n, 1n],
    ] as const)
      expect(await call(6, a, b)).toBe(toField(floorDivide(a, b)));
    await fails(call(6, 1n, 0n), "by nothing");
    await fails(call(6, power(64), 1n), "beyond 64 bits");
    expect(await call(6, 1n, 0n, false)).toBe(0n);
    expect(await call(7, -5n, 3n)).toBe(toField(-5n));
    expect(await call(7, 4n, 3n)).toBe(3n);
  });
});

describe("positions", () => {
  let run: Run;
  const call = async (word: bigint, size: bigint, cost: bigint) =>
    ((await run({ word: hex(word), size: hex(size), cost: hex(cost), places: zeros, tags })) as string[]).map(
      BigInt,
    );
  const zeros = new Array<string>(16).fill("0");
  const tags = zeros.map((_, at) => `${at + 1}`);
  beforeAll(async () => {
    run = await gadget(`mod gadgets;
use gadgets::position::{close, open};
use gadgets::compaction::{assert_ascending, compact};
fn main(word: Field, size: Field, cost: Field, places: [Field; 16], tags: [Field; 16]) -> pub [Field; 21] {
    assert_ascending(tags);
    let before = open(word, 3);
    let closed = close(3, size, cost, -1, 0xffffffffffffffffffffffff);
    let (leaf, count) = compact(places);
    let mut out = [0; 21];
    out[0] = before.size; out[1] = before.cost; out[2] = closed.word; out[3] = closed.realized; out[4] = count;
    for at in 0..16 { out[5 + at] = leaf[at]; }
    out
}`);
  }, 120_000);

  test("read and written as they are packed, to the engine's limits", async () => {
    for (const [size, cost] of [
      [power(40), power(55)],
      [-power(40), -power(55)],
      [1n, -1n],
    ] as const) {
      const word = positionWord({ instrument: 3, size, cost, fundingIndex: -1n });
      const out = await call(word, size, cost);
      expect(out.slice(0, 4)).toEqual([toField(size), toField(cost), word, 0n]);
    }
    expect((await call(0n, 0n, -7n)).slice(0, 4)).toEqual([0n, 0n, 0n, toField(-7n)]);
    for (const sign of [1n, -1n]) {
      await fails(call(0n, sign * (power(40) + 1n), 0n), "lots");
      await fails(call(0n, 1n, sign * (power(55) + 1n)), "cost");
    }
    await fails(call(positionWord({ instrument: 4, size: 1n, cost: 0n, fundingIndex: 0n }), 1n, 0n), "tag");
    await fails(call(power(240), 1n, 0n), "wide");
    await fails(
      call(positionWord({ instrument: 3, size: power(41) + 1n, cost: 0n, fundingIndex: 0n }), 1n, 0n),
    );
  });

  test("lie in places with gaps as in a leaf without", async () => {
    const held = (places: string[]) => run({ word: "0", size: "1", cost: "0", places, tags });
    for (const which of [[], [0], [15], [3, 7, 9], Array.from({ length: 16 }, (_, at) => at)]) {
      const places = zeros.map((_, at) => (which.includes(at) ? `${at + 100}` : "0"));
      const out = ((await held(places)) as string[]).map(Number);
      expect(out[4]).toBe(which.length);
      expect(out.slice(5)).toEqual([...which.map((at) => at + 100), ...new Array(16 - which.length).fill(0)]);
    }
    const twice = tags.map((tag, at) => (at === 5 ? tags[4]! : tag));
    await fails(run({ word: "0", size: "1", cost: "0", places: zeros, tags: twice }), "a tag twice");
    const wide = tags.map((tag, at) => (at === 15 ? "65536" : tag));
    await fails(run({ word: "0", size: "1", cost: "0", places: zeros, tags: wide }), "a tag of 17 bits");
  });
});

describe("instruments and requirements", () => {
  let run: Run;
  const call = async (words: bigint[], prices: [bigint, bigint, bigint], size: bigint) =>
    (
      (await run({
        words: words.map(hex),
        mark: hex(prices[0]),
        index: hex(prices[1]),
        funding_index: hex(prices[2]),
        lots: hex(size < 0n ? -size : size),
        is_short: size < 0n,
      })) as string[]
    ).map(BigInt);
  beforeAll(async () => {
    run = await gadget(`mod gadgets;
use gadgets::instrument::{priced, Prices};
use gadgets::requirement::of_a_lot;
fn main(words: [Field; 9], mark: Field, index: Field, funding_index: Field, lots: Field, is_short: bool) -> pub [Field; 11] {
    let (terms, after) = priced(words, Prices { mark, index, funding_index });
    let lot = of_a_lot(lots, is_short, terms);
    let mut out = [0; 11];
    for at in 0..9 { out[at] = after[at]; }
    out[9] = lot.initial; out[10] = lot.maintenance;
    out
}`);
  }, 120_000);

  test("equal the engine's formulas", async () => {
    for (const change of [
      {},
      { rampPpm: 37n, rampShift: 3n },
      { rampPpm: 1_000_000n, rampShift: 0n },
      { rampPpm: 1n, rampShift: 40n },
      { initialNowPpm: 999_999n, rampPpm: 50n, rampShift: 3n },
      { makerFee: -power(31), takerFee: power(31) - 1n },
      ...[40_000n, 50_000n, 60_000n].flatMap((strike) =>
        [true, false].map((isCall) => ({ kind: 1, strike, isCall, expiryUs: 9n, underlying: 2 })),
      ),
    ])
      for (const size of [1n, -9n, power(40)]) {
        const prices: [bigint, bigint, bigint] = [49_999n, 50_001n, -power(80)];
        const one = listed({ id: 3, ...change });
        const after = { ...one, mark: prices[0], index: prices[1], fundingIndex: prices[2] };
        Object.assign(after, shortRequirements(after));
        const lot = lotRequirement(size, after);
        const out = await call(instrumentWords(one), prices, size);
        expect(out.slice(0, 9), JSON.stringify(change, String)).toEqual(instrumentWords(after));
        expect(out.slice(9)).toEqual([lot.initial, lot.maintenance]);
      }
  });

  test("end at their widths; a blank is empty", async () => {
    const words = instrumentWords(listed({ id: 3 }));
    const prices: [bigint, bigint, bigint] = [5n, 5n, 0n];
    for (const [at, bits] of [
      [0, 160],
      [1, 64],
      [6, 168],
      [7, 160],
    ] as const)
      await fails(
        call(
          words.map((word, i) => (i === at ? word + power(bits) : word)),
          prices,
          1n,
        ),
        `word ${at}`,
      );
    await fails(call(instrumentWords(listed({ id: 3, kind: 2 })), prices, 1n), "kind");
    const blank = new Array<bigint>(9).fill(0n);
    await call(blank, [0n, 0n, 0n], 0n);
    await fails(call(blank, [1n, 0n, 0n], 0n));
    await fails(call(blank, [0n, 0n, 1n], 0n));
    await fails(call([0n, 1n, ...blank.slice(2)], [0n, 0n, 0n], 0n));
  });
});

describe("hashes, trees and signatures", () => {
  let run: Run;
  const secret = 987_654_321n;
  const [x, y] = publicKey(secret);
  const inputs = (message: bigint, change: Record<string, unknown> = {}) => {
    const { s, e } = sign(secret, message);
    const all = { x, y, message, s_low: s & (power(128) - 1n), s_high: s >> 128n, e };
    const encoded = Object.fromEntries(Object.entries(all).map(([name, value]) => [name, hex(value)]));
    return {
      ...encoded,
      is_wanted: true,
      bits: [true, false, true],
      path: ["1", "2", "3"],
      before: "5",
      ...change,
    };
  };
  beforeAll(async () => {
    run = await gadget(`mod gadgets;
use gadgets::merkle::{root_of, walk};
use gadgets::schnorr::{assert_signed_if, Signature};
fn main(x: Field, y: Field, message: Field, s_low: Field, s_high: Field, e: Field, is_wanted: bool, bits: [bool; 3], path: [Field; 3], before: Field) -> pub [Field; 3] {
    assert_signed_if(is_wanted, [x, y], message, Signature { s_low, s_high, e });
    let (old, new) = walk(bits, path, before, before + 1);
    [old, new, root_of([old, new, before, x])]
}`);
  }, 120_000);

  test("walks and tops are those of the tree", async () => {
    const tree = new SparseTree(3);
    tree.set(5, 5n);
    const path = tree.path(5);
    const out = ((await run(inputs(1n, { path: path.map(hex) }))) as string[]).map(BigInt);
    expect(out[0]).toBe(tree.root);
    tree.set(5, 6n);
    expect(out[1]).toBe(tree.root);
    expect(out[2]).toBe(hash([hash([out[0]!, out[1]!]), hash([5n, x])]));
  });

  test("the hash outside is the vectors'", () => {
    const cases = JSON.parse(readFileSync(resolve(vectors, "hash.json"), "utf8")) as {
      input: string[];
      output: string;
    }[];
    expect(cases.length).toBeGreaterThan(0);
    for (const { input, output } of cases) expect(hash(input.map(BigInt))).toBe(BigInt(output));
    expect(leaf([0n, 0n])).toBe(0n);
    expect(leaf([0n, 1n])).toBe(hash([0n, 1n]));
  });

  test("a key's signature is accepted, any other change is not", async () => {
    for (const message of [0n, 1n, MODULUS - 1n]) await run(inputs(message));
    const { s, e } = sign(secret, 5n);
    const other = publicKey(2n);
    const changes: Record<string, unknown>[] = [
      { message: "6" },
      { s_low: hex((s & (power(128) - 1n)) ^ 1n) },
      { s_high: hex((s >> 128n) ^ 1n) },
      { e: hex(e + 1n) },
      { x: hex(other[0]), y: hex(other[1]) },
      { x: "0", y: "0" },
      { y: hex(y + 1n) },
      { y: hex(MODULUS - y) },
      { s_low: hex(power(128)) },
      { s_high: hex(power(126)) },
    ];
    for (const change of changes) await fails(run(inputs(5n, change)), JSON.stringify(Object.keys(change)));
    await run(inputs(5n, { message: "6", is_wanted: false }));
  });

  test("plain signing is another implementation's Grumpkin", () => {
    const curve = weierstrass({
      p: MODULUS,
      n: bn254.fields.Fp.ORDER,
      h: 1n,
      a: 0n,
      b: MODULUS - 17n,
      Gx: 1n,
      Gy: 17631683881184975370165255887551781615748388533673675138860n,
    });
    for (const scalar of [1n, 2n, 3n, secret, bn254.fields.Fp.ORDER - 1n])
      expect(publicKey(scalar)).toEqual(Object.values(curve.BASE.multiply(scalar).toAffine()).slice(0, 2));
    const signature = sign(secret, 5n);
    expect(isSigned([x, y], 5n, signature)).toBe(true);
    expect(isSigned([x, y], 6n, signature)).toBe(false);
    expect(isSigned([x, MODULUS - y], 5n, signature)).toBe(false);
    expect(isSigned([x, y], 5n, { ...signature, s: signature.s + bn254.fields.Fp.ORDER })).toBe(false);
  });
});
