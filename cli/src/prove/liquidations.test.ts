import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import {
  type Account,
  accountOf,
  emptyAccount,
  instrumentOf,
  openState,
  publicKey,
  putAccount,
  putInstrument,
  type Quote,
  type State,
  samplePerpetual,
  shapes,
} from "@sealbook/circuits";
import { describe, expect, it } from "vitest";
import { takeoversOf } from "./liquidations.ts";
import { planBatch } from "./plan.ts";

/** Built by `npm test`'s first steps; a debug build serves too. */
const simulator = ["release", "debug"]
  .map((profile) => resolve(import.meta.dirname, `../../../enclave/target/${profile}/sealbook-sim`))
  .find((path) => existsSync(path));

interface Line {
  readonly round: string;
  readonly held: string;
  readonly quotes: Record<keyof Quote, string | number>[];
  readonly operations: { kind: string; account: number; instrument: number; lots: string }[];
  readonly accounts: string[][];
  readonly instruments: string[][];
}

function flow(seed: number): Line[] {
  const keys = join(mkdtempSync(join(tmpdir(), "sealbook-keys-")), "keys");
  const hex = (word: bigint) => word.toString(16).padStart(64, "0");
  const secrets = Array.from({ length: 10 }, (_, at) => 1_000_003n * BigInt(at + 1));
  writeFileSync(keys, secrets.map((secret) => publicKey(secret).map(hex).join(" ")).join("\n"));
  const how = ["proof-flow", "--keys", keys, "--seed", `${seed}`, "--rounds", "40", "--commands", "8"];
  return execFileSync(simulator!, how, { maxBuffer: 1 << 28 })
    .toString()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
}

/** Leaves alone: trees of sixty batches would take half a minute. */
function stateAfter(line: Line): State {
  const state = openState();
  const words = (leaf: string[]) => leaf.map(BigInt);
  for (const [id, leaf] of line.accounts.entries()) state.accounts.set(id, accountOf(words(leaf)));
  for (const leaf of line.instruments) {
    const one = instrumentOf(words(leaf));
    state.instruments.set(one.id, one);
  }
  state.round = BigInt(line.round);
  state.nextAccount = line.accounts.length;
  return state;
}

const quotesOf = (line: Line) =>
  line.quotes.map(
    (one): Quote => ({
      instrument: Number(one.instrument),
      mark: BigInt(one.mark),
      index: BigInt(one.index),
      fundingIndex: BigInt(one.fundingIndex),
    }),
  );

describe.skipIf(!simulator)("takeovers at a new round", () => {
  it("are the engine's: the same accounts, instruments and lots in the same order", () => {
    let met = 0;
    for (let seed = 1; seed <= 3; seed++) {
      const lines = flow(seed);
      for (const [at, line] of lines.slice(1).entries()) {
        const before = stateAfter(lines[at]!);
        const isNew = BigInt(line.round) > before.round;
        const expected = line.operations
          .filter(({ kind }) => kind === "liquidate")
          .map(({ account, instrument, lots }) => ({
            kind: "liquidate",
            account,
            instrument,
            lots: BigInt(lots),
          }));
        const found = isNew ? takeoversOf(before, BigInt(line.round), quotesOf(line)) : [];
        expect(found, `seed ${seed}, batch ${at}`).toEqual(expected);
        met += found.length;
      }
    }
    expect(met, "liquidations met on the way").toBeGreaterThan(5);
  }, 120_000);
});

const btc = samplePerpetual({ makerFee: 0n });

/** Five traders, each long ten lots on six tokens, against one that is short all of it. */
function crowd(fund: bigint): State {
  const state = openState();
  const holder = (identity: bigint, collateral: bigint, size: bigint): Account => ({
    ...emptyAccount(),
    identity,
    collateral,
    positions: [{ instrument: 1, size, cost: size * 50_000_000n, fundingIndex: 0n }],
  });
  putInstrument(state, { ...btc });
  putAccount(state, 0, { ...emptyAccount(), collateral: fund });
  for (let id = 1; id <= 5; id++) putAccount(state, id, holder(BigInt(id), 60_000_000n, 10n));
  putAccount(state, 6, holder(6n, 10_000_000_000n, -50n));
  return state;
}

/** Half a token above bankruptcy: below two thirds of maintenance, which is 22. */
const fallen: Quote = { instrument: 1, mark: 44_050_000n, index: 44_050_000n, fundingIndex: 0n };

describe("a plan with a new round", () => {
  it("liquidates first, by account, as many as the batch holds; the rest waits", () => {
    const state = crowd(10_000_000_000n);
    const plan = planBatch(state, shapes.batch2, [], { round: 1n, quotes: [fallen] });
    expect(plan.operations).toEqual([
      { kind: "liquidate", account: 1, instrument: 1, lots: 10n },
      { kind: "liquidate", account: 2, instrument: 1, lots: 10n },
    ]);
    expect([plan.left, plan.liquidationsLeft]).toEqual([3, 3]);
  });

  it("takes what the fund can bear and no more", () => {
    // A lot at 44.05 requires 2.2025 of maintenance; at the zero price of 44 the fund gains 0.05 on each.
    const plan = planBatch(crowd(25_000_000n), shapes.batch8, [], { round: 1n, quotes: [fallen] });
    const lots = plan.operations.map((one) => (one.kind === "liquidate" ? one.lots : 0n));
    expect(lots.reduce((sum, one) => sum + one, 0n)).toBeLessThan(50n);
    expect(lots[0]).toBe(10n);
    expect(planBatch(crowd(0n), shapes.batch8, [], { round: 1n, quotes: [fallen] }).operations).toEqual([]);
  });

  it("leaves everybody alone whom the prices leave above the share, and without a new round", () => {
    const calm = { ...fallen, mark: 50_000_000n, index: 50_000_000n };
    const state = crowd(10_000_000_000n);
    expect(planBatch(state, shapes.batch8, [], { round: 1n, quotes: [calm] }).operations).toEqual([]);
    expect(planBatch(state, shapes.batch8, []).operations).toEqual([]);
  });
});
