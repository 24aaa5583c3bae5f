/** Batches that one constraint alone forbids. Most are what the plain arithmetic makes of a bad operation; it checks nothing. */
import type { InputMap } from "@noir-lang/noir_js";
import { type Batch, type Prices, type Shape, withdrawable } from "../../src/batch.ts";
import { leaf, MODULUS } from "../../src/field.ts";
import { emptyAccount } from "../../src/leaf.ts";
import type { Operation } from "../../src/orders.ts";
import { shapes } from "../../src/shapes.ts";
import { statement } from "../../src/source.ts";
import { applyQuotes, fillsAt, putAccount, putInstrument, type State } from "../../src/state.ts";
import {
  batchOf,
  instrument,
  listed,
  openScenario,
  option,
  order,
  prices,
  trade,
  withdrawal,
} from "../scenario.ts";
import type { Bad } from "./runner.ts";

const main = statement("batch2");
const bad = (name: string, kills: string | readonly string[], batch: () => Batch): Bad => ({
  name,
  main,
  kills: [kills].flat(),
  inputs: () => batch().inputs,
});
const of = (operation: Operation, change: { state?: State; prices?: Prices } = {}) =>
  batchOf([operation], change);
const deposit = (account: number, amount: bigint, identity: bigint, isNew?: boolean): Operation => ({
  kind: "deposit",
  account,
  identity,
  amount,
  ...(isNew === undefined ? {} : { isNew }),
});
const optionTrade = () =>
  trade({
    maker: order(1, { instrument: option, price: 800n }),
    taker: order(2, { instrument: option, price: 900n }),
    price: 850n,
  });
export const withInstrument = (id: number, change: object): State => {
  const state = openScenario();
  putInstrument(state, { ...state.instruments.get(id)!, ...change });
  return state;
};
export const withAccount = (id: number, change: object): State => {
  const state = openScenario();
  putAccount(state, id, { ...state.accounts.get(id)!, ...change });
  return state;
};
const with_ = (change: Partial<State>): State => Object.assign(openScenario(), change);
/** Account 3 long 40 lots with so much collateral. */
export function withPosition(collateral: bigint, fund = 50_000_000n): State {
  const state = openScenario();
  putAccount(state, 0, { ...emptyAccount(), collateral: fund });
  const fundingIndex = prices.quotes[0]!.fundingIndex;
  const positions = [{ instrument, size: 40n, cost: 40n * 50_010n, fundingIndex }];
  putAccount(state, 3, { ...state.accounts.get(3)!, collateral, positions });
  return state;
}
export const takeover = (lots: bigint): Operation => ({ kind: "liquidate", account: 3, instrument, lots });
const selling = (price: bigint, lots: bigint) =>
  trade({
    maker: order(3, { isBuy: false, price: 3_000n }),
    taker: order(2, { price: 5_010n }),
    price,
    lots,
  });
const settled = (state: State): State => {
  applyQuotes(state, prices.quotes);
  for (const one of state.instruments.values()) putInstrument(state, one);
  state.round = prices.round;
  return state;
};
const withoutPositions = (): State => {
  const state = openScenario();
  for (const id of [1, 2]) putAccount(state, id, { ...state.accounts.get(id)!, positions: [] });
  return state;
};
/** The header's first instrument at another price. */
const quoted = (change: Partial<Prices["quotes"][number]>): Batch => {
  const [first, second] = prices.quotes;
  return batchOf([], {
    state: withoutPositions(),
    prices: { ...prices, quotes: [{ ...first!, ...change }, second!] },
  });
};
/** Orders of account 1 of before: an entry of its fills. */
const filled = (id: bigint, lots: bigint): State => {
  const state = openScenario();
  const place = Number(id % 32n);
  fillsAt(state, 1)[place >> 2] = (id + (lots << 30n)) << BigInt(62 * (place & 3));
  state.fillTree.set(1, leaf(fillsAt(state, 1)));
  return state;
};
const MAX_ID = 1n << 30n;
/** `batch2` with room for more operations. */
const five: Shape = { ...shapes.batch2, operations: 5 };
const mainOfFive = main
  .replace("Operation; 2]", "Operation; 5]")
  .replace("4, 2, 2, 23, 2, 11", "4, 2, 5, 23, 2, 17");

export const badBatches: readonly Bad[] = [
  // Header.
  bad("prices of before changed", "prices_need_a_new_round", () =>
    batchOf([], { prices: { ...prices, round: 7n } }),
  ),
  bad("a round before the last", "(header.round - header.round_before)", () =>
    batchOf([], { prices: { ...prices, round: 6n } }),
  ),
  bad("a time that reads as a round", "header.time.assert", () =>
    batchOf([], { prices: { ...prices, time: 1n << 64n } }),
  ),
  bad("a round of before that is negative", "header.round_before.assert", () =>
    batchOf([], { state: with_({ round: -1n }) }),
  ),
  bad("a round of 65 bits", "check: header.round.assert", () =>
    batchOf([], { state: with_({ round: (1n << 64n) - 1n }), prices: { ...prices, round: 1n << 64n } }),
  ),
  bad("a next account of 26 bits", "header.next_before.assert", () =>
    batchOf([], { state: with_({ nextAccount: 1 << 25 }) }),
  ),
  bad("less than nothing held", "header.held.assert", () =>
    batchOf([], { state: with_({ held: MODULUS - 5n }) }),
  ),
  bad("a mark above the bound", "(listed * UNIT_VALUE_MAX - price)", () =>
    quoted({ mark: (1n << 40n) + 1n }),
  ),
  bad("an index of zero", "(price - listed)", () => quoted({ index: 0n })),
  bad("a funding index below the bound", "(prices.funding_index + INDEX_MAX)", () =>
    quoted({ fundingIndex: -(1n << 80n) - 1n }),
  ),
  bad("a funding index above the bound", "(INDEX_MAX - prices.funding_index)", () =>
    quoted({ fundingIndex: (1n << 80n) + 1n }),
  ),
  // Inbox.
  bad("a deposit to another's account", ["account_is_the_owners", "assert_zero_if: assert("], () =>
    of(deposit(1, 1n, 0xaaabn)),
  ),
  bad("a deposit to the insurance fund's leaf", "insurance_is_nobodys", () => of(deposit(0, 1n, 0n, false))),
  bad("a deposit of nothing", "amount_is_positive", () => of(deposit(1, 0n, 0xaaaan))),
  bad("a deposit to an account nobody has", ["assert_bits_if::<24>", "assert_bits_if: ((is_wanted"], () =>
    of(deposit(9, 1n, 0n, false)),
  ),
  bad("a deposit that skips an id", "new_account_is_next", () => of(deposit(5, 1n, 9n, true))),
  bad("a deposit for an owner of 169 bits", ["operation.identity.assert", "check_widths(operation)"], () =>
    of(deposit(4, 1n, 5n + (1n << 168n), true)),
  ),
  bad("a deposit beyond what a venue may hold", "(COLLATERAL_MAX - venue.held)", () =>
    of(deposit(1, (1n << 56n) - 1n, 0xaaaan)),
  ),
  bad("a deposit of 57 bits", "deposited.assert", () =>
    of(deposit(1, 1n << 56n, 0xaaaan), { state: with_({ held: 0n }) }),
  ),
  bad("a forced withdrawal of 65 bits", "operation.amount.assert", () =>
    of({ kind: "forced", account: 3, asked: 1n << 64n }),
  ),
  // Withdrawals.
  bad(
    "a withdrawal of another amount than signed",
    ["signature_is_of_the_key", "assert_signed_if(is_signed"],
    () => of({ ...withdrawal(2, 5n), amount: 6n } as Operation),
  ),
  {
    // The circuit would debit what is free: less than was signed.
    ...bad("a withdrawal of more than is free", "withdrawal_is_covered", () => {
      const state = openScenario();
      applyQuotes(state, prices.quotes);
      return of(withdrawal(2, withdrawable(state, 2) + 1n));
    }),
    isFitted: true,
  },
  bad("a withdrawal of nothing, good for ever", "withdrawal_pays", () => of(withdrawal(2, 0n))),
  bad("a withdrawal of 57 bits", "paid.assert", () => {
    const state = withAccount(2, { collateral: 1n << 57n, positions: [] });
    state.held = 1n << 56n;
    return of(withdrawal(2, 1n << 56n), { state });
  }),
  bad("a nonce of 65 bits", "ledger.nonces[at].assert", () =>
    of(withdrawal(2, 5n, 1n << 64n), { state: withAccount(2, { nonce: (1n << 64n) - 1n }) }),
  ),
  // Orders.
  bad("more lots than the order", "assert_bits_if::<32>(is_wanted, size - filled)", () =>
    batchOf([trade({ lots: 99n }), trade({ lots: 2n })]),
  ),
  bad("an order whose place a later one took", "assert_bits_if::<30>(is_wanted, order - filled_id)", () =>
    batchOf([trade({ maker: order(1, { id: 333n }), taker: order(2, { id: 400n }) }), trade()]),
  ),
  bad("an order id of 31 bits", ["self.high.assert", "party.order.id.check()"], () =>
    of(trade({ maker: order(1, { id: MAX_ID + 13n }) }), { state: filled(MAX_ID - 19n, 5n) }),
  ),
  bad("above the buyer's limit", "if is_buy { room } else { -room }", () => of(trade({ price: 5_011n }))),
  bad("an expired order", "order.expiry - time", () =>
    of(trade({ maker: order(1, { expiry: prices.time - 1n }) })),
  ),
  bad("an order above the highest price", "terms.price_max - order.price", () =>
    of(trade({ taker: order(2, { price: 1_000_001n }) })),
  ),
  bad("an order above the largest size", "terms.lots_max - order.lots", () =>
    of(trade({ taker: order(2, { lots: 1_000_001n }) })),
  ),
  // Trades.
  bad("a trade of no lots", "assert_bits_if::<32>(kind.trade, operation.lots - 1)", () =>
    of(trade({ lots: 0n })),
  ),
  bad("a trade with oneself", "parties_differ", () =>
    of(trade({ maker: order(2, { id: 9n, isBuy: false, price: 4_990n }) })),
  ),
  bad("a trade for nothing", "assert_bits_if::<41>(kind.trade, unit - 1)", () =>
    of(trade({ maker: order(1, { price: 0n }), price: 0n })),
  ),
  bad("a trade above the largest value of a lot", "UNIT_VALUE_MAX - unit", () => {
    const state = withInstrument(instrument, { tickValue: 1n << 20n, priceTicksMax: (1n << 32n) - 1n });
    for (const id of [1, 2]) putAccount(state, id, { ...state.accounts.get(id)!, collateral: 1n << 50n });
    const price = (1n << 20n) + 1n;
    return of(trade({ taker: order(2, { price }), price, lots: 1n }), { state });
  }),
  bad("a trade while the instrument is not open", "instrument_is_open", () =>
    of(trade(), { state: withInstrument(instrument, { mode: 1 }) }),
  ),
  bad("a trade past the option's expiry", "terms.expires_after - 1 - venue.time", () =>
    of(optionTrade(), { state: withInstrument(option, { expiryUs: prices.time }) }),
  ),
  bad("a trade by an account with flags", "account_is_margined_alone", () =>
    of(trade(), { state: withAccount(1, { flags: 1 }) }),
  ),
  bad("a position beyond the initial margin", "room + reducing * (lack - room)", () =>
    of(trade({ maker: order(1, { lots: 400_000n }), taker: order(2, { lots: 400_000n }), lots: 400_000n })),
  ),
  bad("an unhealthy account that gets worse", "equity_after * maintenance - equity * maintenance_after", () =>
    of(selling(4_000n, 20n), { state: withPosition(120_000n) }),
  ),
  bad("an unhealthy account that grows", "before.lots - after.lots - 1", () =>
    of(
      trade({
        maker: order(3, { isBuy: true, price: 4_000n }),
        taker: order(2, { isBuy: false, price: 4_000n }),
        price: 4_000n,
        lots: 10n,
      }),
      { state: withPosition(20_000n) },
    ),
  ),
  bad("an unhealthy account that turns", "reducing_keeps_the_side", () =>
    of(selling(5_002n, 60n), { state: withPosition(60_000n) }),
  ),
  bad("a position without a mark", "position_is_marked", () => {
    const state = openScenario();
    putInstrument(state, listed({ id: 9 }));
    const position = { instrument: 9, size: 1n, cost: 0n, fundingIndex: 0n };
    putAccount(state, 3, { ...state.accounts.get(3)!, positions: [position] });
    return batchOf([withdrawal(3, 1n)], { state });
  }),
  // Takeovers.
  bad("a takeover above the close-out share", "maintenance * CLOSE_OUT_PPM", () =>
    of(takeover(40n), { state: withPosition(200_000n) }),
  ),
  bad("a takeover without a new round", "liquidation_needs_a_new_round", () =>
    of(takeover(40n), { state: settled(withPosition(20_000n)) }),
  ),
  bad("a takeover of more lots than there are", "position.lots - operation.lots", () =>
    of(takeover(41n), { state: withPosition(20_000n) }),
  ),
  bad("a takeover of no lots", "assert_bits_if::<41>(is_wanted, operation.lots - 1)", () =>
    of(takeover(0n), { state: withPosition(20_000n) }),
  ),
  bad("a takeover beyond what the fund can bear", "assert_bits_if::<140>(is_wanted, borne)", () =>
    of(takeover(40n), { state: withPosition(20_000n, 10n) }),
  ),
  bad("a takeover at a loss above the cap", "(LOSS_PER_LIQUIDATION_MAX - lost)", () =>
    of(takeover(40n), { state: withPosition(-251_000_000_000n, 1n << 50n) }),
  ),
  {
    ...bad("takeovers above a round's cap", "(LOSS_PER_ROUND_MAX - venue.lost)", () =>
      batchOf([8n, 8n, 8n, 8n, 8n].map(takeover), {
        state: withPosition(-1_200_000_000_000n, 1n << 50n),
        shape: five,
      }),
    ),
    main: mainOfFive,
  },
  // Roots and fingerprints.
  ...(
    [
      ["before", "state_root_before"],
      ["after", "state_root_after"],
      ["d", "digest_of_the_words"],
      ["p", "fingerprint_of_the_words"],
    ] as const
  ).map(
    ([input, name]): Bad => ({
      name: `another ${input}`,
      main,
      kills: [name],
      inputs: () => ({ ...of(trade()).inputs, [input]: "0x7" }) as InputMap,
    }),
  ),
];
