import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { ceilDivide } from "../src/batch.ts";
import { hash, leaf, MODULUS, toField } from "../src/field.ts";
import { accountWords, emptyAccount, instrumentWords } from "../src/leaf.ts";
import { WitnessError } from "../src/prover.ts";
import { publicKey, sign } from "../src/schnorr.ts";
import { SparseTree } from "../src/tree.ts";
import { gadget } from "./circuit-of.ts";

type Run = Awaited<ReturnType<typeof gadget>>;
const vectors = resolve(import.meta.dirname, "../../test/vectors/poseidon2");
const read = (name: string) => JSON.parse(readFileSync(join(vectors, name), "utf8"));
const hex = (value: bigint) => `0x${toField(value).toString(16)}`;
const fails = (run: Promise<unknown>, what?: string) => expect(run, what).rejects.toThrow(WitnessError);
const power = (bits: number) => 1n << BigInt(bits);

describe("signed arithmetic", () => {
  let run: Run;
  const call = async (which: number, a: bigint, b = 0n, c = 0n) =>
    BigInt((await run({ which: hex(BigInt(which)), a: hex(a), b: hex(b), c: hex(c) })) as string);
  beforeAll(async () => {
    run = await gadget(`use gadgets::arithmetic;
use gadgets::packing;
fn main(which: Field, a: Field, b: Field, c: Field) -> pub Field {
    let mut out = 0;
    if which == 0 { arithmetic::assert_signed_64(a); }
    if which == 1 { arithmetic::assert_signed_96(a); }
    if which == 2 { arithmetic::assert_signed_128(a); }
    if which == 3 { arithmetic::assert_between(a, b, c); }
    if which == 4 { arithmetic::assert_at_least(a, b); }
    if which == 5 { out = arithmetic::divide_ceil_million(a); }
    if which == 6 { out = arithmetic::divide_ceil_2_32(a); }
    if which == 7 { out = packing::signed_64(a); }
    if which == 8 { out = packing::raw_64(a); }
    if which == 9 { out = packing::signed_96(a); }
    if which == 10 { out = packing::raw_96(a); }
    if which == 11 { let (size, is_negative) = arithmetic::magnitude(a); out = size + 2 * (is_negative as Field) * (a + size); }
    out
}`);
  }, 60_000);

  test("ranges end where they say", async () => {
    for (const [which, bits] of [
      [0, 64],
      [1, 96],
      [2, 128],
    ] as const) {
      for (const inside of [-power(bits - 1), 0n, power(bits - 1) - 1n]) await call(which, inside);
      for (const outside of [-power(bits - 1) - 1n, power(bits - 1), MODULUS / 2n])
        await fails(call(which, outside), `${outside} in ${bits}`);
    }
    for (const inside of [-5n, 7n]) await call(3, inside, -5n, 7n);
    for (const outside of [-6n, 8n]) await fails(call(3, outside, -5n, 7n));
    await call(4, 5n, 5n);
    await fails(call(4, 4n, 5n));
  });

  test("division rounds up on both sides of zero", async () => {
    const large = power(126);
    for (const a of [
      0n,
      1n,
      -1n,
      999_999n,
      1_000_000n,
      1_000_001n,
      -999_999n,
      -1_000_000n,
      -1_000_001n,
      large,
      -large,
    ]) {
      expect(await call(5, a), `${a} / 10^6`).toBe(toField(ceilDivide(a, 1_000_000n)));
      expect(await call(6, a), `${a} / 2^32`).toBe(toField(ceilDivide(a, power(32))));
    }
    await fails(call(5, MODULUS / 2n));
    await fails(call(6, MODULUS / 2n));
  });

  test("two's complement goes there and back, and ends at its width", async () => {
    for (const [read64, write64, bits] of [
      [7, 8, 64],
      [9, 10, 96],
    ] as const) {
      for (const value of [0n, 1n, -1n, power(bits - 1) - 1n, -power(bits - 1)]) {
        const raw = BigInt.asUintN(bits, value);
        expect(await call(write64, value)).toBe(raw);
        expect(await call(read64, raw)).toBe(toField(value));
      }
      await fails(call(read64, power(bits)));
      await fails(call(read64, -1n));
      await fails(call(write64, power(bits - 1)));
      await fails(call(write64, -power(bits - 1) - 1n));
    }
  });

  test("a magnitude is below 2^63", async () => {
    for (const value of [0n, 9n, -9n, power(63) - 1n, 1n - power(63)])
      expect(await call(11, value)).toBe(value < 0n ? -value : value);
    await fails(call(11, power(63)));
    await fails(call(11, -power(63)));
  });
});

describe("hashes and trees", () => {
  let run: Run;
  beforeAll(async () => {
    run = await gadget(`use gadgets::poseidon2::{hash, leaf, node};
use gadgets::merkle::{root_of, update};
fn main(words: [Field; 20], six: [Field; 6], index: Field, before: Field, after: Field, siblings: [Field; 24], small: Field, path: [Field; 10], is_update: bool) -> pub [Field; 6] {
    let root = root_of(before, index, siblings);
    let stated = if is_update { words[0] } else { root };
    [hash(words), leaf(words), leaf(six), node(words[0], words[1]), update(stated, index, siblings, before, after), root_of(before, small, path)]
}`);
  }, 60_000);
  const blank = {
    words: new Array(20).fill("0"),
    six: new Array(6).fill("0"),
    index: "0",
    before: "0",
    after: "0",
    siblings: new Array(24).fill("0"),
    small: "0",
    path: new Array(10).fill("0"),
    is_update: false,
  };

  test.skipIf(!existsSync(vectors))("they are Barretenberg's (test/vectors/poseidon2)", async () => {
    const twenties = (read("hash.json") as { input: string[]; output: string }[]).filter(
      (one) => one.input.length === 20,
    );
    expect(twenties.length).toBeGreaterThan(0);
    for (const { input, output } of twenties)
      expect(BigInt(((await run({ ...blank, words: input })) as string[])[0]!)).toBe(BigInt(output));
    for (const { left, right, output } of read("hash2.json") as Record<string, string>[]) {
      const words = [left!, right!, ...blank.words.slice(2)];
      expect(BigInt(((await run({ ...blank, words })) as string[])[3]!)).toBe(BigInt(output!));
    }
    for (const { input, output } of read("hash.json") as { input: string[]; output: string }[])
      expect(hash(input.map(BigInt))).toBe(BigInt(output));
    for (const { depth, leaves, root } of read("tree.json") as {
      depth: number;
      leaves: { index: number; leaf: string }[];
      root: string;
    }[]) {
      const tree = new SparseTree(depth);
      for (const one of leaves) tree.set(one.index, BigInt(one.leaf));
      expect(tree.root).toBe(BigInt(root));
      const last = leaves.at(-1);
      if (!last) continue;
      const path = tree.path(last.index).map(hex);
      const inputs =
        depth === 24
          ? {
              ...blank,
              index: hex(BigInt(last.index)),
              before: last.leaf,
              siblings: path,
              words: [root, ...blank.words.slice(1)],
              is_update: true,
            }
          : { ...blank, small: hex(BigInt(last.index)), before: last.leaf, path };
      const out = (await run(inputs)) as string[];
      if (depth === 10) expect(BigInt(out[5]!)).toBe(BigInt(root));
      tree.set(last.index, 0n);
      if (depth === 24) expect(BigInt(out[4]!)).toBe(tree.root);
    }
  });

  test("a leaf of zeros is 0, of anything else its hash", async () => {
    const out = (await run(blank)) as string[];
    expect([BigInt(out[1]!), BigInt(out[2]!)]).toEqual([0n, 0n]);
    for (const at of [0, 19]) {
      const words = blank.words.map((zero, i) => (i === at ? "1" : zero));
      expect(BigInt(((await run({ ...blank, words })) as string[])[1]!)).toBe(leaf(words.map(BigInt)));
    }
  });

  test("an update fails at another leaf, index, sibling or root, and beyond the tree", async () => {
    const tree = new SparseTree(24);
    tree.set(5, 11n);
    tree.set(16_777_215, 12n);
    const honest = {
      ...blank,
      is_update: true,
      words: [hex(tree.root), ...blank.words.slice(1)],
      index: "5",
      before: "11",
      after: "13",
      siblings: tree.path(5).map(hex),
    };
    await run(honest);
    await fails(run({ ...honest, before: "12" }));
    await fails(run({ ...honest, index: "4" }));
    await fails(run({ ...honest, siblings: ["1", ...honest.siblings.slice(1)] }));
    await fails(run({ ...honest, words: ["1", ...blank.words.slice(1)] }));
    await fails(run({ ...blank, index: hex(power(24)) }), "index 2^24");
    await fails(run({ ...blank, small: hex(power(10)) }), "index 2^10");
  });
});

describe("leaves", () => {
  let account: Run;
  let shared: Run;
  beforeAll(async () => {
    account =
      await gadget(`use gadgets::packing::{pack_account, pack_position, unpack_account, unpack_position};
use gadgets::position::{find, replace, unpack_all};
fn main(words: [Field; 20], instrument: Field, size: Field) -> pub [Field; 20] {
    let mut one = unpack_account(words);
    assert(pack_account(one) == words);
    let positions = unpack_all(one.positions);
    for at in 0..16 { assert(pack_position(positions[at]) == one.positions[at]); }
    if instrument != 0 {
        let mut position = find(positions, instrument);
        position.size = size;
        one.positions = replace(one.positions, positions, position);
    }
    pack_account(one)
}`);
    shared = await gadget(`use gadgets::instrument::{pack_instrument, unpack_instrument};
fn main(words: [Field; 6]) -> pub Field {
    let one = unpack_instrument(words);
    assert(pack_instrument(one) == words);
    one.maker_fee
}`);
  }, 60_000);

  const position = (id: number, size = 5n) => ({ instrument: id, size, cost: -size * 3n, fundingIndex: -1n });
  const words = (ids: number[]) =>
    accountWords({
      ...emptyAccount(),
      identity: power(168) - 1n,
      flags: 255,
      key: [MODULUS - 1n, 1n],
      collateral: -power(63),
      nonce: power(64) - 1n,
      positions: ids
        .map((id) => position(id, id % 2 ? -power(63) : power(63) - 1n))
        .map((p) => ({ ...p, cost: -1n })),
    });
  const replaced = async (ids: number[], id: number, size: bigint) => {
    const out = (await account({
      words: words(ids).map(hex),
      instrument: hex(BigInt(id)),
      size: hex(size),
    })) as string[];
    return out
      .slice(4)
      .map((word) => Number(BigInt(word) & 0xffffn))
      .filter((one) => one !== 0);
  };

  test("an account unpacks and packs at its extremes", async () => {
    const full = words([1, 2, 65_535]).map(hex);
    expect(((await account({ words: full, instrument: "0", size: "0" })) as string[]).map(BigInt)).toEqual(
      full.map(BigInt),
    );
  });

  test("each word ends at its width", async () => {
    for (const [at, bits] of [
      [0, 176],
      [3, 128],
      [4, 240],
      [19, 240],
    ] as const) {
      const wide = words([]);
      wide[at]! += power(bits);
      await fails(account({ words: wide.map(hex), instrument: "0", size: "0" }), `word ${at}`);
    }
  });

  test("positions stay sorted: insert, replace, remove, and no seventeenth", async () => {
    expect(await replaced([], 7, 1n)).toEqual([7]);
    expect(await replaced([2, 9], 1, 1n)).toEqual([1, 2, 9]);
    expect(await replaced([2, 9], 5, 1n)).toEqual([2, 5, 9]);
    expect(await replaced([2, 9], 12, 1n)).toEqual([2, 9, 12]);
    expect(await replaced([2, 9], 9, 1n)).toEqual([2, 9]);
    expect(await replaced([2, 9, 11], 2, 0n)).toEqual([9, 11]);
    expect(await replaced([2, 9, 11], 11, 0n)).toEqual([2, 9]);
    const sixteen = Array.from({ length: 16 }, (_, at) => 2 * at + 2);
    expect(await replaced(sixteen, 32, 0n)).toEqual(sixteen.slice(0, -1));
    expect(await replaced(sixteen, 16, 9n)).toEqual(sixteen);
    await fails(replaced(sixteen, 3, 1n));
    await fails(replaced([], 65_536, 1n));
  });

  test("an instrument unpacks and packs at its extremes, and ends at its widths", async () => {
    const wide = {
      id: 65_535,
      kind: 255,
      mode: 255,
      initialPpm: power(32) - 1n,
      maintenancePpm: power(32) - 1n,
      tickValue: power(64) - 1n,
      index: 0n,
      openInterest: power(64) - 1n,
    };
    for (const [fee, signed] of [
      [-power(31), -power(63)],
      [power(31) - 1n, power(63) - 1n],
    ] as const) {
      const one = {
        ...wide,
        makerFee: fee,
        takerFee: fee,
        mark: BigInt.asUintN(64, signed),
        fundingIndex: signed,
        fundingPool: signed,
      };
      expect(BigInt((await shared({ words: instrumentWords(one).map(hex) })) as string)).toBe(toField(fee));
    }
    for (const [at, bits] of [160, 64, 128, 96, 64, 64].entries()) {
      const over = new Array<bigint>(6).fill(0n);
      over[at] = power(bits);
      await fails(shared({ words: over.map(hex) }), `word ${at}`);
    }
  });
});

describe("Schnorr over Grumpkin", () => {
  let run: Run;
  const secret = 987_654_321n;
  const [x, y] = publicKey(secret);
  const inputs = (message: bigint, change: Record<string, bigint> = {}) => {
    const { s, e } = sign(secret, message);
    const all = { x, y, message, s_low: s & (power(128) - 1n), s_high: s >> 128n, e, ...change };
    return Object.fromEntries(Object.entries(all).map(([name, value]) => [name, hex(value)]));
  };
  beforeAll(async () => {
    run = await gadget(`use gadgets::schnorr::{assert_signed, Signature};
fn main(x: Field, y: Field, message: Field, s_low: Field, s_high: Field, e: Field) {
    assert_signed([x, y], message, Signature { s_low, s_high, e });
}`);
  }, 60_000);

  test("accepts what the key signed", async () => {
    for (const message of [0n, 1n, MODULUS - 1n]) await run(inputs(message));
  });
  test("rejects any other message, key or signature", async () => {
    const { s, e } = sign(secret, 5n);
    const changes: Record<string, bigint>[] = [
      { message: 6n },
      { s_low: (s & (power(128) - 1n)) ^ 1n },
      { s_high: (s >> 128n) ^ 1n },
      { e: e + 1n },
      { x: publicKey(2n)[0], y: publicKey(2n)[1] },
      { x: 0n, y: 0n },
      { y: y + 1n },
      { y: MODULUS - y },
      { s_low: power(128) },
      { s_high: power(126) },
    ];
    for (const change of changes) await fails(run(inputs(5n, change)), JSON.stringify(Object.keys(change)));
  });
});
