/** Every range that a gadget states, at its ends: the last value inside holds, the first outside does not, on both sides of zero. */
import { beforeAll, describe, expect, test } from "vitest";
import { MODULUS, toField } from "../src/field.ts";
import { instrumentWords, positionWord } from "../src/leaf.ts";
import { WitnessError } from "../src/prover.ts";
import { gadget } from "./circuit-of.ts";
import { ARITHMETIC, INSTRUMENTS, LEAVES } from "./gadget-mains.ts";
import { listed } from "./scenario.ts";

type Run = (inputs: Record<string, unknown>) => Promise<unknown>;
const hex = (value: bigint): string => `0x${toField(value).toString(16)}`;
const power = (bits: number): bigint => 1n << BigInt(bits);
/** @param call of one value, which must hold at `inside` and fail at `outside` */
async function ends(call: (value: bigint) => Promise<unknown>, inside: bigint[], outside: bigint[]) {
  for (const value of inside) await expect(call(value), `${value} inside`).resolves.toBeDefined();
  for (const value of outside) await expect(call(value), `${value} outside`).rejects.toThrow(WitnessError);
}
/** Far from every range: where sums modulo the field would come around. */
const far = [MODULUS / 2n, MODULUS / 2n + 1n];

describe("arithmetic", () => {
  let run: Run;
  const call =
    (which: number, change: { b?: bigint; isWanted?: boolean } = {}) =>
    (a: bigint) =>
      run({
        which: hex(BigInt(which)),
        a: hex(a),
        b: hex(change.b ?? 1n),
        is_wanted: change.isWanted ?? true,
      });
  beforeAll(async () => {
    run = await gadget(ARITHMETIC);
  }, 120_000);

  test("magnitude and sign", () =>
    ends(call(1), [-power(41), -1n, 0n, 1n, power(41) - 1n], [-power(41) - 1n, power(41), ...far]));
  test("signed numbers", () =>
    ends(call(2), [-power(63), -1n, 0n, power(63) - 1n], [-power(63) - 1n, power(63), ...far]));
  test("ceiling by a million", () => {
    const most = power(81) * 1_000_000n;
    // The quotient, rounded up, is what has the range.
    return ends(
      call(3),
      [-most - 999_999n, -1n, 0n, 1n, most - 1_000_000n],
      [-most - 1_000_000n, most - 999_999n, ...far],
    );
  });
  test("floor by a million", () => {
    const most = power(111) * 1_000_000n;
    return ends(call(4), [-most, -1n, 0n, 1n, most - 1n], [-most - 1n, most, ...far]);
  });
  test("ceiling by 2^32", () => {
    const most = power(96 + 32);
    const unit = power(32);
    return ends(
      call(5),
      [-most - unit + 1n, -1n, 0n, 1n, most - unit],
      [-most - unit, most - unit + 1n, ...far],
    );
  });
  test("floor by a value", async () => {
    await ends(call(6), [-power(63), -1n, 0n, power(63) - 1n], [-power(63) - 1n, power(63), ...far]);
    const by = (b: bigint) => call(6, { b })(power(112));
    await ends(by, [power(112), power(111)], [0n, -1n, -3n, power(112) + 1n]);
    await ends(call(6, { b: 0n, isWanted: false }), [0n, power(64), -1n], []);
  });
  test("the lesser of two", async () => {
    await ends(call(7), [1n, 0n, -1n, power(64), -power(64) + 2n], [power(64) + 1n, -power(64) + 1n, ...far]);
  });
  test("bits if wanted", async () => {
    await ends(call(8), [0n, 1n, 255n], [256n, -1n, ...far]);
    await ends(call(8, { isWanted: false }), [256n, -1n], []);
  });
  test("zero if wanted", async () => {
    await ends(call(9), [0n], [1n, -1n, ...far]);
    await ends(call(9, { isWanted: false }), [0n, 1n, -1n], []);
  });
});

describe("leaves", () => {
  let run: Run;
  const zeros = new Array<string>(16).fill("0x0");
  const call = (change: Record<string, unknown>) =>
    run({
      word: "0x0",
      size: "0x0",
      cost: "0x0",
      places: zeros,
      fills: "0x0",
      low: [false, false],
      id_word: "0x0",
      high: "0x1",
      most: "0xa",
      lots: "0x1",
      is_wanted: true,
      ...change,
    }) as Promise<string[]>;
  const of =
    (name: string, more: Record<string, unknown> = {}) =>
    (value: bigint) =>
      call({ ...more, [name]: hex(value) });
  beforeAll(async () => {
    run = await gadget(LEAVES);
  }, 120_000);

  test("a position that is read", async () => {
    const word = (change: object) =>
      call({ word: hex(positionWord({ instrument: 3, size: 1n, cost: 0n, fundingIndex: 0n, ...change })) });
    await ends((size) => word({ size }), [1n, -1n, power(41) - 1n, -power(41)], [power(41), -power(41) - 1n]);
    await ends((cost) => word({ cost }), [0n, -1n, power(56) - 1n, -power(56)], [power(56), -power(56) - 1n]);
    await ends(
      (fundingIndex) => word({ fundingIndex }),
      [0n, -1n, power(81) - 1n, -power(81)],
      [power(81), -power(81) - 1n],
    );
    await ends((instrument) => word({ instrument: Number(instrument) }), [3n], [0n, 2n, 4n, 65_535n]);
    await ends(of("word"), [0n], [1n, -1n, power(240), ...far]);
  });

  test("a position that is written", async () => {
    const most = [power(40), power(55)] as const;
    await ends(of("size"), [0n, 1n, -1n, most[0], -most[0]], [most[0] + 1n, -most[0] - 1n, ...far]);
    const cost = of("cost", { size: "0x1" });
    await ends(cost, [0n, 1n, -1n, most[1], -most[1]], [most[1] + 1n, -most[1] - 1n, ...far]);
    // Nothing held: all of the cost is realized, whatever it is.
    await ends(of("cost"), [most[1] + 1n, -most[1] - 1n], []);
  });

  test("an order's id", async () => {
    await ends(of("id_word"), [0n, 7n], [8n, 255n]);
    await ends(of("high"), [0n, power(25) - 1n], [power(25), -1n, ...far]);
  });

  test("fills add up to the order's size, in each of the four places", async () => {
    for (const place of [0, 1, 2, 3]) {
      const low = [(place & 1) === 1, (place & 2) === 2];
      const id = 32n + BigInt(place);
      const entry = (lots: bigint, of_ = id) => (of_ + (lots << 30n)) << BigInt(62 * place);
      // Neighbours that are full keep what they have.
      const around = (power(248) - 1n) ^ ((power(62) - 1n) << BigInt(62 * place));
      const after = async (change: Record<string, unknown>) => BigInt((await call({ low, ...change }))[3]!);
      expect(await after({ fills: hex(around + entry(9n)) })).toBe(around + entry(10n));
      expect(await after({ fills: hex(around + entry(7n, id - 32n)) })).toBe(around + entry(1n));
      await ends((lots) => after({ fills: hex(entry(9n)), lots: hex(lots) }), [0n, 1n], [2n, power(32)]);
      await ends((filled) => after({ fills: hex(entry(filled)) }), [0n, 9n], [10n, power(32) - 1n]);
      const last = power(32) - 1n;
      const whole = { most: hex(last), lots: hex(last) };
      await ends((filled) => after({ ...whole, fills: hex(entry(filled)) }), [0n], [1n]);
      // A later order has the place: ids go up only.
      await ends((other) => after({ fills: hex(entry(0n, other)) }), [0n, id, id - 32n], [id + 32n]);
    }
    await ends(of("fills", { is_wanted: false }), [0n, power(248) - 1n], [power(248), ...far]);
    await ends(of("most", { lots: "0x0" }), [0n, 1n, power(32) - 1n], [power(32), -1n, ...far]);
  });
});

describe("instruments", () => {
  let run: Run;
  const words = (change: object = {}) => instrumentWords(listed({ id: 3, ...change })).map(hex);
  const call = (change: Record<string, unknown>) =>
    run({
      words: words(),
      mark: "0x64",
      index: "0x64",
      funding_index: "0x0",
      lots: "0x1",
      is_short: false,
      interest: "0x0",
      pool: "0x0",
      owed: "0x0",
      ...change,
    });
  const of =
    (name: string, more: Record<string, unknown> = {}) =>
    (value: bigint) =>
      call({ ...more, [name]: hex(value) });
  beforeAll(async () => {
    run = await gadget(INSTRUMENTS);
  }, 120_000);

  test("prices", async () => {
    const most = power(40);
    await ends(of("mark"), [1n, most], [0n, most + 1n, -1n, ...far]);
    await ends(of("index"), [1n, most], [0n, most + 1n, -1n, ...far]);
    const index = power(80);
    await ends(of("funding_index"), [0n, 1n, -1n, index, -index], [index + 1n, -index - 1n, ...far]);
    const blank = { words: new Array<string>(9).fill("0x0"), mark: "0x0", index: "0x0" };
    for (const name of ["mark", "index", "funding_index"]) await ends(of(name, blank), [0n], [1n, -1n]);
  });

  test("words", async () => {
    const changed = (at: number) => (value: bigint) =>
      call({ words: words().map((word, place) => (place === at ? hex(value) : word)) });
    await ends(changed(1), [0n, 1n, power(64) - 1n], [power(64), -1n, ...far]);
    for (const [at, bits] of [
      [0, 160],
      [6, 168],
      [7, 160],
    ] as const)
      await ends(changed(at), [BigInt(words()[at]!)], [power(bits), -1n, ...far]);
    await ends((kind) => call({ words: words({ kind: Number(kind) }) }), [0n, 1n], [2n, 255n]);
    await ends((shift) => call({ words: words({ rampShift: shift }) }), [0n, 1n, 41n], [64n, 255n]);
    await ends((shift) => call({ words: words({ rampPpm: 1n, rampShift: shift }) }), [0n, 41n], [42n, 63n]);
  });

  test("totals", async () => {
    await ends(of("interest"), [0n, 1n, power(64) - 1n], [power(64), -1n, ...far]);
    await ends(of("pool"), [0n, 1n, power(63) - 1n, power(63), power(64) - 1n], [power(64), -1n, ...far]);
    const full = { pool: hex(power(63) - 1n) };
    await ends(of("owed", full), [0n, -1n], [1n]);
    await ends(of("owed", { pool: hex(power(63)) }), [0n, 1n], [-1n]);
  });

  /** Lots are a magnitude of a position: that they are not negative is said there. */
  test("requirements", async () => {
    const steep = { words: words({ rampPpm: 1_000_000n, rampShift: 0n }) };
    await ends(of("lots", steep), [0n, 1n, power(41), power(42)], [power(43)]);
  });
});
