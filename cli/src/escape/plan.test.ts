import { packWords, VenueState, writeAccount } from "@sealbook/wire/state";
import { describe, expect, it } from "vitest";
import { hatchAbi } from "../chain/abi.ts";
import { parseAccount } from "./escape.ts";
import { amountOf } from "./inbox-steps.ts";
import { debtorsOf, type PlanInput, planEscape } from "./plan.ts";
import { expectedScale, type HatchStatus } from "./status.ts";

/** Insurance 100, a winner, a loser who owes, one without positions; a perpetual (1) and an option (2). */
function venue(): VenueState {
  const state = new VenueState();
  const account = (index: number, collateral: bigint, positions: [number, bigint, bigint][] = []) => ({
    index,
    packed: writeAccount({
      owner: `0x${String(index).padStart(40, "0")}`,
      subaccount: 0,
      flags: 0,
      keyX: 0n,
      keyY: 0n,
      collateral,
      nonce: 0n,
      positions: positions.map(([instrument, size, cost]) => ({ instrument, size, cost, fundingIndex: 0n })),
    }),
  });
  const instrument = (id: number, mark: bigint) => ({
    index: id,
    packed: packWords([
      BigInt(id) | (BigInt(id - 1) << 16n),
      1n,
      mark | (mark << 64n),
      0n,
      0n,
      0n,
      0n,
      0n,
      0n,
    ]),
  });
  state.apply({
    oracleRound: 3n,
    nextAccount: 4,
    accounts: [
      account(0, 100n),
      account(1, 50n, [
        [1, 10n, 1_000n],
        [2, 5n, 20n],
      ]),
      account(2, 500n, [
        [1, -10n, -1_000n],
        [2, -5n, -20n],
      ]),
      account(3, 350n),
    ],
    instruments: [instrument(1, 160n), instrument(2, 9n)],
    withdrawals: [],
  });
  return state;
}

const status = (own: Partial<HatchStatus> = {}): HatchStatus => ({
  hatch: `0x${"e5".repeat(20)}`,
  now: 1_000,
  frozenAt: 0,
  freezeReason: "none",
  silentFrom: 2_000,
  windowUntil: 0,
  isWindowOver: false,
  isSplit: false,
  scale: undefined,
  held: 1_000n,
  net: 1_000n,
  ...own,
});

const plan = (own: Partial<PlanInput> = {}) =>
  planEscape({
    state: venue(),
    status: status(),
    exits: new Map(),
    settled: new Set(),
    wanted: [1],
    canFreeze: true,
    provesDeficits: true,
    ...own,
  });

const calls = (own: Partial<PlanInput> = {}) =>
  plan(own).map(({ call, data }) => {
    const args = hatchAbi.decodeFunctionData(call, data);
    return call === "escape" || call === "collect"
      ? `${call} ${args[0]}`
      : call === "settleInstruments"
        ? `${call} ${args[0]}`
        : call;
  });

describe("the way out as transactions", () => {
  it("exit values are those of positions closed at the marks, options like perpetuals", () => {
    const state = venue();
    const equities = [...state.accounts()].map(({ account }) => state.equity(account));
    expect(equities).toEqual([100n, 675n, -125n, 350n]);
    expect(debtorsOf(state)).toEqual([2]);
  });

  it("nothing before the time has come, and nothing without leave to freeze", () => {
    expect(calls()).toEqual([]);
    expect(calls({ status: status({ freezeReason: "silence" }), canFreeze: false })).toEqual([]);
  });

  it("freeze, split, settle, then insurance fund and debtors before who wants out", () => {
    expect(calls({ status: status({ freezeReason: "silence" }) })).toEqual([
      "freeze",
      "splitRoot",
      "settleInstruments 1,2",
      "escape 0",
      "escape 2",
      "escape 1",
    ]);
  });

  it("only what is missing is done", () => {
    const frozen = status({ frozenAt: 900, windowUntil: 1_900, isSplit: true });
    expect(calls({ status: frozen, settled: new Set([1]), exits: new Map([[0, "proven"]]) })).toEqual([
      "settleInstruments 2",
      "escape 2",
      "escape 1",
    ]);
    expect(calls({ status: frozen, provesDeficits: false, wanted: [3] })).toEqual(["escape 0", "escape 3"]);
    const proven = new Map([
      [0, "proven"],
      [1, "proven"],
      [2, "proven"],
    ] as const);
    expect(calls({ status: frozen, settled: new Set([1, 2]), exits: new Map(proven) })).toEqual([]);
  });

  it("after the window the proven are paid, the late are proven and paid, debtors are left alone", () => {
    const over = status({ frozenAt: 900, windowUntil: 950, isWindowOver: true, isSplit: true });
    const exits = new Map([
      [0, "proven"],
      [1, "proven"],
      [3, "none"],
    ] as const);
    expect(calls({ status: over, settled: new Set([1, 2]), exits: new Map(exits), wanted: [1, 3] })).toEqual([
      "escape 3",
      "collect 1",
    ]);
    expect(
      calls({
        status: over,
        settled: new Set([1, 2]),
        exits: new Map([
          [0, "proven"],
          [1, "paid"],
        ]),
        wanted: [1],
      }),
    ).toEqual([]);
  });

  it("what an account should get: to the unit while the vault has it, a share when it has not", () => {
    const state = venue();
    expect(expectedScale(status(), state)).toEqual({ numerator: 1_000n, denominator: 1_025n });
    expect(expectedScale(status({ held: 1_025n }), state)).toEqual({ numerator: 1n, denominator: 1n });
    const fixed = { numerator: 3n, denominator: 4n };
    expect(expectedScale(status({ scale: fixed }), state)).toBe(fixed);
  });
});

describe("what a person types", () => {
  it("accounts", () => {
    const owner = `0x${"aB".repeat(20)}`;
    expect(parseAccount(owner)).toEqual({ owner: owner.toLowerCase(), subaccount: undefined });
    expect(parseAccount(`${owner}/7`)).toEqual({ owner: owner.toLowerCase(), subaccount: 7 });
    for (const bad of ["", "0x12", `${owner}/256`, `${owner}/x`, owner.slice(2)])
      expect(() => parseAccount(bad)).toThrow(/not an account/);
  });

  it("amounts", () => {
    expect(amountOf("12.5")).toBe(12_500_000n);
    expect(amountOf("0.000001")).toBe(1n);
    expect(amountOf("7")).toBe(7_000_000n);
    for (const bad of ["", "-1", "1.0000001", "1e6", "1,5"])
      expect(() => amountOf(bad)).toThrow(/not an amount/);
  });
});
