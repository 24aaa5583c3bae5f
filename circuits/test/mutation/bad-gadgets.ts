/** Calls of gadgets that one constraint alone forbids: values beyond a range, and hints that lie. */
import type { InputMap } from "@noir-lang/noir_js";
import { hash, MODULUS, toField } from "../../src/field.ts";
import { instrumentWords, positionWord } from "../../src/leaf.ts";
import { publicKey } from "../../src/schnorr.ts";
import { ARITHMETIC, INSTRUMENTS, LEAVES } from "../gadget-mains.ts";
import { listed } from "../scenario.ts";
import type { Bad, Lie } from "./runner.ts";

const hex = (value: bigint): string => `0x${toField(value).toString(16)}`;
const power = (bits: number): bigint => 1n << BigInt(bits);
const divided = (a: bigint, b: bigint): bigint => {
  // a / b in the field.
  let [base, exponent, result] = [toField(b), MODULUS - 2n, 1n];
  for (; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % MODULUS;
    base = (base * base) % MODULUS;
  }
  return toField(toField(a) * result);
};
const says = (hint: string, ...said: bigint[]): Lie => ({ hint, tell: () => said.map(toField) });

const arithmetic = (
  name: string,
  kills: string | readonly string[],
  which: number,
  a: bigint,
  lie?: Lie,
  b = 1n,
): Bad => ({
  name,
  main: ARITHMETIC,
  kills: [kills].flat(),
  lies: lie ? [lie] : [],
  inputs: () => ({ which: hex(BigInt(which)), a: hex(a), b: hex(b), is_wanted: true }),
});

const held = positionWord({ instrument: 3, size: 5n, cost: 7n, fundingIndex: 1n });
const leaves = (
  name: string,
  kills: string | readonly string[],
  change: Record<string, unknown>,
  lie?: Lie,
): Bad => ({
  name,
  main: LEAVES,
  kills: [kills].flat(),
  lies: lie ? [lie] : [],
  inputs: () => ({
    word: hex(held),
    size: "0x1",
    cost: "0x1",
    places: Array.from({ length: 16 }, (_, at) => (at === 4 ? "0x64" : "0x0")),
    fills: "0x0",
    low: [false, false],
    id_word: "0x0",
    high: "0x1",
    most: "0xa",
    lots: "0x1",
    is_wanted: true,
    ...change,
  }),
});
const sixteen = (...first: bigint[]): bigint[] => [
  ...first,
  ...new Array<bigint>(16 - first.length).fill(0n),
];
/** A word of fills with one order, of place 0 or 1. */
const entry = (id: bigint, lots: bigint, place = 0): bigint => (id + (lots << 30n)) << BigInt(62 * place);

const instruments = (
  name: string,
  kills: string | readonly string[],
  change: Record<string, unknown>,
  lies: Lie[] = [],
): Bad => ({
  name,
  main: INSTRUMENTS,
  kills: [kills].flat(),
  lies,
  inputs: () => ({
    words: instrumentWords(ramped).map(hex),
    mark: "0x64",
    index: "0x65",
    funding_index: "0x5",
    lots: "0x9",
    is_short: false,
    interest: "0x7",
    pool: "0x3",
    owed: "0x0",
    ...change,
  }),
});
const ramped = listed({ id: 3, rampPpm: 37n, rampShift: 3n });
const wordsOf = (change: Parameters<typeof listed>[0]): string[] => instrumentWords(listed(change)).map(hex);
const blank = new Array<string>(9).fill("0x0");
const blankWith = (change: Record<string, unknown>) => ({
  words: blank,
  mark: "0x0",
  index: "0x0",
  funding_index: "0x0",
  lots: "0x0",
  ...change,
});
/** Words with a byte of the seventh more. */
const withByte = (at: number, byte: bigint, id = 3): string[] =>
  instrumentWords(listed({ id, kind: 1, strike: 90n, expiryUs: 9n, underlying: 2 })).map((word, place) =>
    hex(place === 7 ? word + (byte << BigInt(8 * at)) : word),
  );

const SIGNATURES = `mod gadgets;
use gadgets::schnorr::{assert_signed_if, Signature};
fn main(x: Field, y: Field, message: Field, s_low: Field, s_high: Field, e: Field) {
    assert_signed_if(true, [x, y], message, Signature { s_low, s_high, e });
}`;

const FLOOR = "unsafe { floor_hint(value, 1000000) }";
const CEIL = "divide_ceil_million: unsafe";
const CEIL_32 = "divide_ceil_2_32: unsafe";
const FLOOR_IF = "divide_floor_if: unsafe";

export const badGadgets: readonly Bad[] = [
  // Signs and ranges.
  arithmetic("a number of 42 bits with sign", "magnitude: (size - ", 1, power(42)),
  arithmetic("a negative zero", "magnitude: (size - ", 1, 0n, says("magnitude: unsafe", 1n)),
  arithmetic(
    "a positive number called negative",
    "magnitude: (size - ",
    1,
    5n,
    says("magnitude: unsafe", 1n),
  ),
  arithmetic("a signed number of 65 bits", "assert_signed: (value + half)", 2, power(63)),
  // Divisions: one more, one less, and a quotient modulo the field.
  arithmetic("ceiling less one", "divide_ceil_million: rest.assert", 3, 1n, says(CEIL, -0n)),
  arithmetic("ceiling and one", "divide_ceil_million: (999999 - rest)", 3, 0n, says(CEIL, -1n)),
  arithmetic(
    "ceiling by the field",
    "divide_ceil_million: assert_signed",
    3,
    1n,
    says(CEIL, -divided(1n + 5n, 1_000_000n)),
  ),
  arithmetic("floor and one", "divide_floor_million: rest.assert", 4, 999_999n, says(FLOOR, 1n)),
  arithmetic("floor less one", "divide_floor_million: (999999 - rest)", 4, 0n, says(FLOOR, -1n)),
  arithmetic(
    "floor by the field",
    "divide_floor_million: assert_signed",
    4,
    1n,
    says(FLOOR, divided(1n - 5n, 1_000_000n)),
  ),
  arithmetic("ceiling by 2^32 and one", "(quotient * 0x100000000 - value)", 5, 1n, says(CEIL_32, -2n)),
  arithmetic(
    "ceiling by 2^32 by the field",
    "divide_ceil_2_32: assert_signed",
    5,
    1n,
    says(CEIL_32, -divided(1n + 5n, power(32))),
  ),
  arithmetic("floor by a value and one", "divide_floor_if: rest.assert", 6, 5n, says(FLOOR_IF, 2n), 3n),
  arithmetic(
    "floor by a value less one",
    "assert_bits_if::<112>(is_wanted, divisor - 1 - rest)",
    6,
    5n,
    says(FLOOR_IF, 0n),
    3n,
  ),
  arithmetic(
    "floor by a value by the field",
    "divide_floor_if: assert_signed",
    6,
    5n,
    says(FLOOR_IF, divided(5n - 1n, 3n)),
    3n,
  ),
  arithmetic("a quotient of 66 bits", "divide_floor_if: assert_signed", 6, power(64)),
  arithmetic("the greater for the lesser", "lesser: gap", 7, 4n, says("lesser: unsafe", 1n), 3n),
  // Positions in places and in leaves.
  leaves(
    "a leaf of other positions",
    "leaf_holds_the_positions",
    {},
    says("compact_hint(places)", ...sixteen(101n)),
  ),
  leaves(
    "a leaf with one position more",
    "leaf_ends_empty",
    {},
    says("compact_hint(places)", ...sixteen(100n, 7n)),
  ),
  {
    ...leaves("a leaf that says it is longer", "leaf_is_as_long_as_the_positions", {}),
    lies: [
      says("compact_hint(places)", ...sixteen(100n, 7n)),
      { hint: "is_below_hint(at, total)", tell: (_, at) => [at < 2 ? 1n : 0n] },
    ],
  },
  leaves(
    "a position's parts of another word",
    "position_is_packed",
    {},
    says("parts_hint(word)", 6n, 7n, 1n),
  ),
  leaves("a size above the engine's", "(LOTS_MAX - lots)", { size: hex(-power(40) - 1n) }),
  leaves("a cost above the engine's", "(VALUE_MAX - paid)", { cost: hex(-power(55) - 1n) }),
  // Fills: another reading of the word for each part.
  leaves(
    "fills that are not the word",
    "fills_word_is_packed",
    { fills: hex(entry(32n, 3n)) },
    says("split_hint(word, at)", 0n, 32n, 2n, 0n),
  ),
  leaves(
    "less below an order",
    "below.assert",
    { fills: hex(entry(33n, 3n, 1)), high: "0x2", low: [true, false] },
    says("split_hint(word, at)", -power(62), 34n, 3n, 0n),
  ),
  leaves(
    "more below an order",
    "(weight - 1 - below)",
    { fills: hex(entry(33n, 3n, 1)), high: "0x2", low: [true, false] },
    says("split_hint(word, at)", power(62), 32n, 3n, 0n),
  ),
  leaves(
    "a dead order revived",
    "filled_id.assert",
    { fills: hex(entry(64n, 3n)) },
    says("split_hint(word, at)", 0n, 64n - power(30), 4n, 0n),
  ),
  leaves(
    "a full order filled again",
    "filled_lots.assert",
    { fills: hex(entry(32n, 10n)) },
    says("split_hint(word, at)", 0n, 32n, 10n - power(32), 1n),
  ),
  leaves(
    "another word modulo the field",
    "(room - 1 - above)",
    { high: "0x1", low: [true, false], is_wanted: false },
    says("split_hint(word, at)", ...digits(MODULUS)),
  ),
  leaves(
    "another word below zero",
    "above.assert",
    { high: "0x1", low: [true, false], is_wanted: false },
    says("split_hint(word, at)", ...digits(-MODULUS)),
  ),
  // Instruments.
  instruments("bytes of another word", "bytes_of: assert(sum == word", {}, [
    {
      hint: "unsafe { bytes_hint(word) }",
      tell: (honest, nth) => (nth === 0 ? honest.map((byte, at) => byte ^ (at === 8 ? 1n : 0n)) : undefined),
    },
  ]),
  instruments(
    "a rebate that is a fee",
    "signed_32: (bytes[from + 3]",
    { words: wordsOf({ id: 3, makerFee: -5n }) },
    [{ hint: "signed_32: unsafe", tell: (_, nth) => (nth === 0 ? [0n] : undefined) }],
  ),
  instruments(
    "a ramp of a power of 64",
    "(shift as Field).to_le_bits()",
    {
      words: wordsOf({ id: 3, rampPpm: 1n, rampShift: 64n }),
    },
    [says("(shift as Field).to_le_bits()", 0n, 0n, 0n, 0n, 0n, 0n)],
  ),
  instruments(
    "the lesser for the greater",
    "greater: gap",
    { words: wordsOf({ id: 3, kind: 1, strike: 90n, expiryUs: 9n, underlying: 2 }) },
    [{ hint: "greater: unsafe", tell: ([honest], nth) => (nth === 0 ? [1n - honest!] : undefined) }],
  ),
  instruments("a tick's value of 65 bits", "words[1].assert", {
    words: instrumentWords(ramped).map((word, at) => hex(at === 1 ? word + power(64) : word)),
  }),
  instruments(
    "a blank with a word",
    "assert((1 - listed) * words[at] == 0",
    blankWith({ words: blank.map((zero, at) => (at === 3 ? "0x1" : zero)) }),
  ),
  instruments(
    "a blank with funding",
    "assert((1 - listed) * prices.funding_index == 0",
    blankWith({ funding_index: "0x1" }),
  ),
  instruments("a mark of zero", "(price - listed)", { mark: "0x0" }),
  instruments("a blank with a mark", "(listed * UNIT_VALUE_MAX - price)", blankWith({ mark: "0x1" })),
  instruments("a funding index called negative", "priced: (size - (is_negative", {}, [
    says("is_negative_hint(prices.funding_index)", 1n),
  ]),
  instruments("a third kind of instrument", "instrument_kind_is_known", {
    words: wordsOf({ id: 3, kind: 2 }),
  }),
  instruments("a third side of an option", "option_side_is_known", { words: withByte(18, 2n) }),
  instruments("a third end of an option", "option_end_is_known", { words: withByte(19, 2n) }),
  instruments("a pool that runs over", "signed_64: (bytes[7]", { pool: hex(power(63) - 1n), owed: "0x1" }, [
    says("signed_64: unsafe", 1n),
  ]),
  instruments("an open interest below zero", "open_interest.assert", { interest: hex(-1n) }),
  // Requirements.
  instruments(
    "a fraction above one",
    "excess.assert",
    { words: wordsOf({ id: 3, initialNowPpm: 1_000_001n }) },
    [{ hint: "at_most_one: unsafe", tell: (_, nth) => (nth === 0 ? [1n] : undefined) }],
  ),
  instruments("a ramp less one step", "ramp: rest.assert", {}, [
    { hint: "ramp: unsafe", tell: ([steps]) => [steps! - 1n] },
  ]),
  instruments("a ramp and one step", "(power - 1 - rest)", {}, [
    { hint: "ramp: unsafe", tell: ([steps]) => [steps! + 1n] },
  ]),
  instruments("a ramp by the field", "excess.assert", {}, [says("ramp: unsafe", divided(9n * 37n + 2n, 8n))]),
  // Signatures.
  {
    name: "a challenge with another scalar",
    main: SIGNATURES,
    kills: ["EmbeddedCurveScalar::from_field"],
    lies: [says("EmbeddedCurveScalar::from_field", 0n, 0n)],
    inputs: (): InputMap => {
      const [x, y] = publicKey(987n);
      const [rx, ry] = publicKey(55n);
      const e = hash([rx, ry, x, y, 5n]);
      return { x: hex(x), y: hex(y), message: "0x5", s_low: hex(55n), s_high: "0x0", e: hex(e) };
    },
  },
];

/** Parts of `word` modulo the field in place 1 when the word is 0: below, id, lots, above. */
function digits(word: bigint): bigint[] {
  const [below, id, lots] = [
    [0, 62],
    [62, 30],
    [92, 32],
  ].map(([at, bits]) => BigInt.asUintN(bits!, word >> BigInt(at!)));
  return [below!, id!, lots!, word >> 124n];
}
