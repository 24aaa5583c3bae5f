import type { InputMap } from "@noir-lang/noir_js";
import { beforeAll, describe, expect, test } from "vitest";
import { applyBatch, type Batch, type Prices, withdrawable } from "../src/batch.ts";
import { MODULUS } from "../src/field.ts";
import { emptyAccount } from "../src/leaf.ts";
import type { Operation } from "../src/orders.ts";
import { solve } from "../src/prover.ts";
import { health } from "../src/requirement.ts";
import { shapes } from "../src/shapes.ts";
import { compile, type Program, statement } from "../src/source.ts";
import { applyQuotes, putAccount, putInstrument, type State } from "../src/state.ts";
import {
  batchOf,
  domain,
  instrument,
  listed,
  openScenario,
  option,
  order,
  prices,
  trade,
  withdrawal,
} from "./scenario.ts";

/** A range has no name of its own. */
const range = /Failed|assert_max_bit_size|Cannot satisfy/;
const unsigned = "signature_is_of_the_key";
let circuit: Program;
beforeAll(async () => {
  circuit = await compile(statement("batch2"));
}, 120_000);

const holds = (batch: Batch) => expect(solve(circuit, batch.inputs)).resolves.toBeInstanceOf(Uint8Array);
/** Refused, and for the reason named. */
const fails = (batch: Batch, reason: string | RegExp) =>
  expect(solve(circuit, batch.inputs)).rejects.toThrow(reason);

const owned = (account: number) => 0xaaa9n + BigInt(account);
const deposit = (account: number, amount: bigint, identity = owned(account)): Operation => ({
  kind: "deposit",
  account,
  identity,
  amount,
});

/** Account 3 long 40 lots with so much collateral; the fund large enough to take it over. */
function withPosition(collateral: bigint, change: { fund?: bigint; flags?: number } = {}): State {
  const state = openScenario();
  putAccount(state, 0, { ...emptyAccount(), collateral: change.fund ?? 50_000_000n });
  const account = state.accounts.get(3)!;
  const fundingIndex = prices.quotes[0]!.fundingIndex;
  putAccount(state, 3, {
    ...account,
    collateral,
    flags: change.flags ?? 0,
    positions: [{ instrument, size: 40n, cost: 40n * 50_010n, fundingIndex }],
  });
  return state;
}
const liquidation = (lots: bigint): Operation => ({ kind: "liquidate", account: 3, instrument, lots });

describe("what can be proven", () => {
  test("nothing", () => holds(batchOf([])));
  test("deposits: to a new account, to an old one", () =>
    holds(batchOf([deposit(4, 5n, 77n + (5n << 160n)), deposit(1, (1n << 55n) - 1n)])));
  test("a gift to the insurance fund, an entry without effect", () =>
    holds(batchOf([{ kind: "insurance", amount: 5n }, { kind: "skip" }])));
  test("a key", () =>
    holds(
      batchOf([
        { kind: "key", account: 3, isY: false, data: MODULUS - 1n },
        { kind: "key", account: 3, isY: true, data: 7n },
      ]),
    ));
  test("a trade and a withdrawal after it", () => holds(batchOf([trade(), withdrawal(2, 1_000n)])));
  test("two fills of the same orders", () => holds(batchOf([trade({ lots: 99n }), trade({ lots: 1n })])));
  test("a later order in an earlier one's place", () =>
    holds(batchOf([trade(), trade({ maker: order(1, { id: 301n + 32n }) })])));
  test("a trade that closes both positions", () =>
    holds(
      batchOf([
        trade({
          maker: order(1, { isBuy: true, price: 5_001n }),
          taker: order(2, { isBuy: false, price: 5_001n }),
          lots: 7n,
        }),
      ]),
    ));
  test("a trade in an option", () =>
    holds(
      batchOf([
        trade({
          maker: order(1, { instrument: option, price: 800n }),
          taker: order(2, { instrument: option, price: 900n }),
          price: 850n,
        }),
      ]),
    ));
  test("a withdrawal of all that is free, and a unit more is none", async () => {
    const state = openScenario();
    applyQuotes(state, prices.quotes);
    const free = withdrawable(state, 2);
    await holds(batchOf([withdrawal(2, free)]));
    await fails(batchOf([withdrawal(2, free + 1n)]), "withdrawal_is_covered");
  });
  test("a forced withdrawal of more than there is, then of nothing", () =>
    holds(
      batchOf([
        { kind: "forced", account: 3, asked: (1n << 64n) - 1n },
        { kind: "forced", account: 3, asked: 1n },
      ]),
    ));
  test("withdrawals at a share while the fund owes", async () => {
    const state = openScenario();
    putAccount(state, 0, { ...emptyAccount(), collateral: -1_000_000_000n });
    const batch = batchOf([withdrawal(1, 1_000_000n), { kind: "forced", account: 3, asked: 900n }], {
      state,
    });
    const [signed, forced] = batch.published.effects as unknown as { debit: bigint; paid: bigint }[];
    expect(signed).toMatchObject({ debit: 1_000_000n, paid: (1_000_000n * 2_005_001_000n) / 3_005_001_000n });
    expect(forced!.paid).toBeLessThan(900n);
    await holds(batch);
  });
  test("a takeover at the zero price", () =>
    holds(batchOf([liquidation(40n)], { state: withPosition(20_000n) })));
  test("a takeover of a part, of an account in debt", () =>
    holds(batchOf([liquidation(13n), liquidation(27n)], { state: withPosition(-20_000n) })));
  test("an unhealthy account that only gets better", () => {
    const state = withPosition(120_000n);
    const selling = trade({
      maker: order(3, { isBuy: false, price: 5_002n }),
      taker: order(2, { price: 5_002n }),
      price: 5_002n,
      lots: 20n,
    });
    return holds(batchOf([selling], { state }));
  });
});

describe("what cannot", () => {
  const other = (account: 1 | 2) => trade({ maker: order(account, { id: 9n, isBuy: false, price: 4_990n }) });
  const cases: Record<string, [reason: string | RegExp, operation: Operation]> = {
    "a deposit of nothing": ["amount_is_positive", deposit(1, 0n)],
    "a deposit to the insurance fund's leaf": ["insurance_is_nobodys", deposit(0, 1n, 0n)],
    "a deposit to another's account": ["account_is_the_owners", deposit(1, 1n, 0xaaabn)],
    "a deposit that skips an account id": [range, deposit(5, 1n, 9n)],
    "a deposit that opens an account somebody has": [
      "new_account_is_next",
      { ...deposit(1, 1n), isNew: true } as Operation,
    ],
    "a deposit beyond what a venue may hold": [range, deposit(1, 1n << 56n)],
    "a withdrawal signed by another": [unsigned, { ...withdrawal(2, 5n), account: 1 } as Operation],
    "a withdrawal of another amount than signed": [
      unsigned,
      { ...withdrawal(2, 5n), amount: 6n } as Operation,
    ],
    "a withdrawal with a nonce of before": [unsigned, withdrawal(2, 5n, 0n)],
    "more lots than the order": [range, trade({ lots: 101n })],
    "no lots": [range, trade({ lots: 0n })],
    "above the buyer's limit": [range, trade({ price: 5_011n })],
    "below the seller's limit": [range, trade({ price: 4_989n })],
    "an order expired by a microsecond": [range, trade({ maker: order(1, { expiry: prices.time - 1n }) })],
    "an order above the highest price": [range, trade({ taker: order(2, { price: 1_000_001n }) })],
    "an order above the largest size": [range, trade({ taker: order(2, { lots: 1_000_001n }) })],
    "two buyers": [unsigned, trade({ maker: order(1, { isBuy: true, price: 6_000n }) })],
    "an order in another instrument": [unsigned, trade({ taker: order(2, { instrument: option }) })],
    "a trade with oneself": ["parties_differ", other(2)],
    "terms the key did not sign": [unsigned, trade({ maker: { ...order(1), lots: 200n } })],
    "a position beyond the initial margin": [
      range,
      trade({
        maker: order(1, { lots: 400_000n }),
        taker: order(2, { lots: 400_000n }),
        lots: 400_000n,
      }),
    ],
    "a takeover of a healthy account": [range, { kind: "liquidate", account: 2, instrument, lots: 7n }],
  };
  for (const [name, [reason, operation]] of Object.entries(cases))
    test(name, () => fails(batchOf([operation]), reason));

  test("one lot more than is left of an order", () =>
    fails(batchOf([trade({ lots: 99n }), trade({ lots: 2n })]), range));
  test("an order whose place a later one took", () =>
    fails(batchOf([trade({ maker: order(1, { id: 301n + 32n }) }), trade()]), range));
  test("a withdrawal twice", () => fails(batchOf([withdrawal(2, 5n), withdrawal(2, 5n)]), unsigned));
  test("a trade by an account without a key", () => {
    const state = openScenario();
    putAccount(state, 1, { ...state.accounts.get(1)!, key: [0n, 0n] });
    return fails(batchOf([trade()], { state }), "key_is_on_the_curve");
  });
  test("a trade by an account with flags, and its withdrawal with a position", async () => {
    for (const operation of [trade(), withdrawal(1, 5n)]) {
      const state = openScenario();
      putAccount(state, 1, { ...state.accounts.get(1)!, flags: 1 });
      const reason = operation.kind === "trade" ? "account_is_margined_alone" : "withdrawal_is_covered";
      await fails(batchOf([operation], { state }), reason);
    }
  });

  describe("liquidations", () => {
    const refused = (state: State, operation: Operation, change: { prices?: Prices } = {}) =>
      fails(batchOf([operation], { state, ...change }), range);
    /** Below the close-out share of its maintenance by one unit of equity, and at it. */
    test("at the close-out share and not a unit above", async () => {
      // 40 lots at 50,010 with the ramp: maintenance is what health says; equity is the collateral.
      const state = withPosition(0n);
      applyQuotes(state, prices.quotes);
      const { maintenance } = health(state.accounts.get(3)!, state.instruments);
      const limit = (maintenance * 666_667n - 1n) / 10n ** 12n;
      await holds(batchOf([liquidation(40n)], { state: withPosition(limit) }));
      await refused(withPosition(limit + 1n), liquidation(40n));
    });
    test("of more lots than there are, of none", async () => {
      await refused(withPosition(20_000n), liquidation(41n));
      await refused(withPosition(20_000n), liquidation(0n));
    });
    test("beyond what the fund can bear", () =>
      refused(withPosition(20_000n, { fund: 10n }), liquidation(40n)));
    test("at another price than the zero price", async () => {
      const batch = batchOf([liquidation(40n)], { state: withPosition(20_000n) });
      const cheaper = batchOf([liquidation(40n)], { state: withPosition(20_001n) });
      const mixed = { ...batch, inputs: { ...batch.inputs, after: cheaper.inputs.after! } };
      await fails(mixed, "state_root_after");
    });
    test("without a new round", async () => {
      const state = withPosition(20_000n);
      applyQuotes(state, prices.quotes);
      for (const one of state.instruments.values()) putInstrument(state, one);
      state.round = prices.round;
      await fails(batchOf([liquidation(40n)], { state }), "liquidation_needs_a_new_round");
    });
    test("of an account with flags", () =>
      fails(
        batchOf([liquidation(40n)], { state: withPosition(20_000n, { flags: 1 }) }),
        "account_is_margined_alone",
      ));
  });

  test("an unhealthy account that reduces but gets worse, or grows", async () => {
    const selling = (price: bigint, lots: bigint) =>
      trade({
        maker: order(3, { isBuy: false, price: 3_000n }),
        taker: order(2, { price: 5_010n }),
        price,
        lots,
      });
    await fails(batchOf([selling(4_000n, 20n)], { state: withPosition(120_000n) }), range);
    const flipped = batchOf([selling(5_002n, 60n)], { state: withPosition(60_000n) });
    await fails(flipped, "reducing_keeps_the_side");
  });

  test("an oracle round before the last", () =>
    fails(batchOf([], { prices: { ...prices, round: 6n } }), range));
  test("other prices without a new round", () =>
    fails(batchOf([], { prices: { ...prices, round: 7n } }), "prices_need_a_new_round"));
  test("a mark or index of zero, or above the bound; a funding index beyond it", async () => {
    const [first, second] = prices.quotes;
    for (const change of [
      { mark: 0n },
      { mark: (1n << 40n) + 1n },
      { index: 0n },
      { index: (1n << 40n) + 1n },
      { fundingIndex: (1n << 80n) + 1n },
      { fundingIndex: -(1n << 80n) - 1n },
    ]) {
      const state = openScenario();
      for (const id of [1, 2]) putAccount(state, id, { ...state.accounts.get(id)!, positions: [] });
      const at = { ...prices, quotes: [{ ...first!, ...change }, second!] };
      await fails(batchOf([], { state, prices: at }), range);
    }
  });
  test("a trade while the instrument is not open, or past an option's expiry, or settled", async () => {
    const optionTrade = trade({
      maker: order(1, { instrument: option, price: 800n }),
      taker: order(2, { instrument: option, price: 900n }),
      price: 850n,
    });
    for (const [id, change, reason] of [
      [instrument, { mode: 1 }, "instrument_is_open"],
      [option, { isSettled: true }, "instrument_is_open"],
      [option, { expiryUs: prices.time }, range],
    ] as const) {
      const state = openScenario();
      putInstrument(state, { ...state.instruments.get(id)!, ...change });
      await fails(batchOf([id === option ? optionTrade : trade()], { state }), reason);
    }
  });
  test("an account whose position has no mark in the header", () => {
    const state = openScenario();
    putInstrument(state, listed({ id: 9 }));
    const account = state.accounts.get(3)!;
    const position = { instrument: 9, size: 1n, cost: 0n, fundingIndex: 0n };
    putAccount(state, 3, { ...account, positions: [position] });
    // The plain arithmetic knows the mark; the circuit may not.
    return fails(batchOf([withdrawal(3, 1n)], { state }), "position_is_marked");
  });

  test("any other root, digest or fingerprint", async () => {
    for (const [name, reason] of [
      ["d", "digest_of_the_words"],
      ["p", "fingerprint_of_the_words"],
      ["before", "state_root_before"],
      ["after", "state_root_after"],
    ] as const) {
      const batch = batchOf([trade()]);
      const changed = (BigInt(batch.inputs[name] as string) + 1n) % MODULUS;
      await fails({ ...batch, inputs: { ...batch.inputs, [name]: `0x${changed.toString(16)}` } }, reason);
    }
  });

  /** Collateral is conserved: a witness that gives an account a unit has other roots than the state's. */
  test("a unit of collateral out of nothing", async () => {
    const inputs = batchOf([trade()]).inputs as InputMap & { slots: { collateral: string }[] };
    const slots = structuredClone(inputs.slots);
    slots[1]!.collateral = `0x${(BigInt(slots[1]!.collateral) + 1n).toString(16)}`;
    await expect(solve(circuit, { ...inputs, slots })).rejects.toThrow("account_is_in_the_tree");
  });

  test("more than the statement holds is said before it is tried", () => {
    const many = new Array<Operation>(3).fill({ kind: "skip" });
    expect(() => applyBatch(openScenario(), shapes.batch2, domain, prices, many)).toThrow("BATCH_SIZE");
  });
});
