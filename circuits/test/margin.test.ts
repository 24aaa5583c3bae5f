import { beforeAll, describe, expect, test } from "vitest";
import { ceilDivide } from "../src/batch.ts";
import { toField } from "../src/field.ts";
import { WitnessError } from "../src/prover.ts";
import { gadget } from "./circuit-of.ts";

const hex = (value: bigint) => `0x${toField(value).toString(16)}`;
const inputs = (values: Record<string, bigint>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, hex(value)]));
const fails = (run: Promise<unknown>, what?: string) => expect(run, what).rejects.toThrow(WitnessError);

describe("a fill", () => {
  let fill: (values: Record<string, bigint>) => Promise<bigint[]>;
  const none = { size: 0n, cost: 0n, since: 0n, lots: 1n, paid: 10n, fee: 0n, index: 0n };
  beforeAll(async () => {
    const run = await gadget(`use gadgets::margin;
use gadgets::packing::Position;
fn main(size: Field, cost: Field, since: Field, lots: Field, paid: Field, fee: Field, index: Field) -> pub [Field; 5] {
    margin::assert_funding_index(index);
    let before = Position { instrument: 1, size, cost, funding_index: since };
    let done = margin::fill(before, lots, paid, fee, index);
    [done.position.size, done.position.cost, done.owed, done.amount, done.long_change]
}`);
    fill = async (values) => ((await run(inputs(values))) as string[]).map(BigInt);
  }, 60_000);

  test("keeps the cost until the position is closed, then realizes it", async () => {
    expect(await fill({ ...none, fee: 3n })).toEqual([1n, 10n, 0n, toField(-3n), 1n]);
    expect(await fill({ ...none, size: -1n, cost: -4n })).toEqual([0n, 0n, 0n, toField(-6n), 0n]);
    expect(await fill({ ...none, size: -1n, lots: 3n })).toEqual([2n, 10n, 0n, 0n, 2n]);
  });

  test("settles funding rounded up, both ways", async () => {
    for (const size of [3n, -3n])
      for (const index of [1n, -1n, 1n << 32n, (1n << 80n) - 1n, -(1n << 80n)]) {
        const owed = ceilDivide(size * index, 1n << 32n);
        expect((await fill({ ...none, size, index }))[2], `${size} at ${index}`).toBe(toField(owed));
      }
    await fails(fill({ ...none, index: 1n << 80n }));
    await fails(fill({ ...none, index: -(1n << 80n) - 1n }));
  });

  test("leaves at most 2^40 lots and 2^55 of cost on either side", async () => {
    for (const sign of [1n, -1n]) {
      const [lots, paid] = [sign << 40n, sign << 55n];
      await fill({ ...none, lots, paid });
      await fails(fill({ ...none, lots: lots + sign, paid }), "lots");
      await fails(fill({ ...none, lots, paid: paid + sign }), "cost");
    }
  });
});

describe("health", () => {
  let health: (values: Record<string, bigint>) => Promise<unknown>;
  const position = { id: 2n, collateral: 0n, size: -4n, cost: -400n, reserved: 0n };
  beforeAll(async () => {
    const run = await gadget(`use gadgets::instrument::unpack_instrument;
use gadgets::margin;
use gadgets::packing::Position;
fn main(id: Field, collateral: Field, size: Field, cost: Field, reserved: Field) {
    let mut known = unpack_instrument([0; 6]);
    known.id = 2;
    known.mark = 101;
    known.initial_ppm = 100000;
    let blank = Position { instrument: 0, size: 0, cost: 0, funding_index: 0 };
    let mut positions = [blank; 16];
    positions[15] = Position { instrument: id, size, cost, funding_index: 0 };
    margin::assert_healthy(margin::free_scaled(collateral, positions, [known]), reserved);
}`);
    health = (values) => run(inputs(values));
  }, 60_000);

  test("equity covers the requirement and what is reserved, to the unit", async () => {
    // Equity is collateral − 404 + 400; the requirement 40.4: 44.4 is needed.
    await health({ ...position, collateral: 45n });
    await fails(health({ ...position, collateral: 44n }));
    await health({ ...position, collateral: 50n, reserved: 5n });
    await fails(health({ ...position, collateral: 50n, reserved: 6n }));
  });

  test("a position without a mark fails", async () => {
    await fails(health({ ...position, collateral: 1_000_000n, id: 3n }));
  });
});
