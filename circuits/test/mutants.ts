/** Constraints by name, each with a batch that it alone forbids: without the constraint, the batch has a witness. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Batch, Prices } from "../src/batch.ts";
import { emptyAccount } from "../src/leaf.ts";
import type { Operation } from "../src/orders.ts";
import { room, type Sources } from "../src/source.ts";
import { applyQuotes, putAccount, putInstrument, type State } from "../src/state.ts";
import { batchOf, instrument, openScenario, option, order, prices, trade, withdrawal } from "./scenario.ts";

export interface Mutant {
  readonly name: string;
  readonly file: string;
  /** Text that must be there once. */
  readonly from: string;
  readonly to: string;
  readonly batch: () => Batch;
}

/** The room's sources with the constraint taken away. @throws if its text is not there exactly once */
export function sourcesOf({ name, file, from, to }: Mutant): Sources {
  const source = readFileSync(join(room, file), "utf8");
  const times = source.split(from).length - 1;
  if (times !== 1)
    throw new Error(`MUTANT_TEXT: ${name} finds its text ${times} times in ${file}, not once.`);
  return { [file]: source.replace(from, () => to) };
}

const without = (name: string, file: string, from: string, batch: () => Batch): Mutant => ({
  name,
  file,
  from,
  to: "",
  batch,
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
const withInstrument = (id: number, change: object): State => {
  const state = openScenario();
  putInstrument(state, { ...state.instruments.get(id)!, ...change });
  return state;
};
const withAccount = (id: number, change: object): State => {
  const state = openScenario();
  putAccount(state, id, { ...state.accounts.get(id)!, ...change });
  return state;
};
function withPosition(collateral: bigint, fund = 50_000_000n): State {
  const state = openScenario();
  putAccount(state, 0, { ...emptyAccount(), collateral: fund });
  const fundingIndex = prices.quotes[0]!.fundingIndex;
  const positions = [{ instrument, size: 40n, cost: 40n * 50_010n, fundingIndex }];
  putAccount(state, 3, { ...state.accounts.get(3)!, collateral, positions });
  return state;
}
const takeover = (lots: bigint): Operation => ({ kind: "liquidate", account: 3, instrument, lots });
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

export const mutants: readonly Mutant[] = [
  without(
    "signature",
    "gadgets/schnorr.nr",
    '    assert((is_wanted as Field) * (challenge - signature.e) == 0, "signature_is_of_the_key");\n',
    () => of({ ...withdrawal(2, 5n), amount: 6n } as Operation),
  ),
  without("over_fill", "gadgets/fills.nr", "    assert_bits_if::<32>(is_wanted, size - filled);\n", () =>
    batchOf([trade({ lots: 99n }), trade({ lots: 2n })]),
  ),
  without("superseded", "gadgets/fills.nr", "    assert_bits_if::<30>(is_wanted, order - filled_id);\n", () =>
    batchOf([trade({ maker: order(1, { id: 333n }), taker: order(2, { id: 400n }) }), trade()]),
  ),
  without(
    "limit",
    "operation.nr",
    "        assert_bits_if::<32>(is_trade, if is_buy { room } else { -room });\n",
    () => of(trade({ price: 5_011n })),
  ),
  without("expiry", "operation.nr", "        assert_bits_if::<64>(is_trade, order.expiry - time);\n", () =>
    of(trade({ maker: order(1, { expiry: prices.time - 1n }) })),
  ),
  without(
    "price_max",
    "operation.nr",
    "        assert_bits_if::<32>(is_trade, terms.price_max - order.price);\n",
    () => of(trade({ taker: order(2, { price: 1_000_001n }) })),
  ),
  without(
    "lots_max",
    "operation.nr",
    "        assert_bits_if::<32>(is_trade, terms.lots_max - order.lots);\n",
    () => of(trade({ taker: order(2, { lots: 1_000_001n }) })),
  ),
  without("some_lots", "operation.nr", "    assert_bits_if::<32>(kind.trade, operation.lots - 1);\n", () =>
    of(trade({ lots: 0n })),
  ),
  without(
    "instrument_open",
    "operation.nr",
    '    assert_zero_if(kind.trade, 1 - terms.is_open, "instrument_is_open");\n',
    () => of(trade(), { state: withInstrument(instrument, { mode: 1 }) }),
  ),
  without(
    "option_expiry",
    "operation.nr",
    "    assert_bits_if::<65>(kind.trade, terms.expires_after - 1 - venue.time);\n",
    () => of(optionTrade(), { state: withInstrument(option, { expiryUs: prices.time }) }),
  ),
  without(
    "flags_trade",
    "operation.nr",
    '    assert_zero_if(is_wanted, maker_flags + taker_flags, "account_is_margined_alone");\n',
    () => of(trade(), { state: withAccount(1, { flags: 1 }) }),
  ),
  without(
    "healthy",
    "operation.nr",
    "    assert_bits_if::<120>(is_judged, room + reducing * (lack - room));\n",
    () =>
      of(
        trade({
          maker: order(1, { lots: 400_000n }),
          taker: order(2, { lots: 400_000n }),
          lots: 400_000n,
        }),
      ),
  ),
  without(
    "improves",
    "operation.nr",
    "    assert_bits_if::<206>(is_forgiven, equity_after * maintenance - equity * maintenance_after);\n",
    () => of(selling(4_000n, 20n), { state: withPosition(120_000n) }),
  ),
  {
    name: "keeps_side",
    file: "operation.nr",
    from: "        before.is_short as Field - after.is_short as Field,\n",
    to: "        0,\n",
    batch: () => of(selling(5_002n, 60n), { state: withPosition(60_000n) }),
  },
  without(
    "covered",
    "operation.nr",
    '    assert_zero_if(operation.kind.withdraw, operation.amount - debit, "withdrawal_is_covered");\n',
    () => {
      // The plain arithmetic debits all of it; what is free is what the circuit would debit: the words differ unless it is checked.
      const state = withAccount(3, { collateral: 0n });
      state.held = 2_005_000_000n;
      return of(withdrawal(3, 1n), { state });
    },
  ),
  without(
    "close_out",
    "operation.nr",
    "    assert_bits_if::<140>(is_wanted, maintenance * CLOSE_OUT_PPM - 1 - equity * MILLION * MILLION);\n",
    () => of(takeover(40n), { state: withPosition(200_000n) }),
  ),
  without(
    "new_round",
    "operation.nr",
    '    assert_zero_if(is_wanted, 1 - venue.is_new_round as Field, "liquidation_needs_a_new_round");\n',
    () => of(takeover(40n), { state: settled(withPosition(20_000n)) }),
  ),
  without(
    "lots_held",
    "operation.nr",
    "    assert_bits_if::<41>(is_wanted, position.lots - operation.lots);\n",
    () => of(takeover(41n), { state: withPosition(20_000n) }),
  ),
  without("lots_taken", "operation.nr", "    assert_bits_if::<41>(is_wanted, operation.lots - 1);\n", () =>
    of(takeover(0n), { state: withPosition(20_000n) }),
  ),
  without("fund_bears", "operation.nr", "    assert_bits_if::<140>(is_wanted, borne);\n", () =>
    of(takeover(40n), { state: withPosition(20_000n, 10n) }),
  ),
  without(
    "owner",
    "operation.nr",
    '    assert_zero_if(is_personal, ledger.identities[at] - operation.identity, "account_is_the_owners");\n',
    () => of(deposit(1, 1n, 0xaaabn)),
  ),
  without(
    "insurance_nobodys",
    "operation.nr",
    '    assert_zero_if(is_personal, (maker.slot == 0) as Field, "insurance_is_nobodys");\n',
    () => of(deposit(0, 1n, 0n, false)),
  ),
  without(
    "amount_positive",
    "operation.nr",
    '    assert_zero_if(kind.deposit | kind.insurance, (operation.amount == 0) as Field, "amount_is_positive");\n',
    () => of(deposit(1, 0n, 0xaaaan)),
  ),
  without(
    "account_exists",
    "operation.nr",
    "    assert_bits_if::<24>(kind.deposit & !operation.is_new, venue.next - 1 - ledger.accounts[at]);\n",
    () => of(deposit(9, 1n, 0n, false)),
  ),
  without(
    "collateral_max",
    "operation.nr",
    "    (COLLATERAL_MAX - venue.held).assert_max_bit_size::<57>();\n",
    () => of(deposit(1, (1n << 56n) - 1n, 0xaaaan)),
  ),
  without(
    "mark_bound",
    "gadgets/instrument.nr",
    "        (listed * UNIT_VALUE_MAX - price).assert_max_bit_size::<41>();\n",
    () => {
      const state = openScenario();
      for (const id of [1, 2]) putAccount(state, id, { ...state.accounts.get(id)!, positions: [] });
      const [first, second] = prices.quotes;
      return batchOf([], {
        state,
        prices: { ...prices, quotes: [{ ...first!, mark: (1n << 40n) + 1n }, second!] },
      });
    },
  ),
  without(
    "same_prices",
    "batch.nr",
    '            assert(is_old * (words[word] - header.words[at][word]) == 0, "prices_need_a_new_round");\n',
    () => batchOf([], { prices: { ...prices, round: 7n } }),
  ),
  without(
    "round",
    "batch.nr",
    "    (header.round - header.round_before).assert_max_bit_size::<64>();\n",
    () => batchOf([], { prices: { ...prices, round: 6n } }),
  ),
  ...(["before", "after", "d", "p"] as const).map(
    (input): Mutant => ({
      name: `input_${input}`,
      file: "batch.nr",
      from: {
        before: '    assert(opening == before, "state_root_before");\n',
        after: '    assert(closing == after, "state_root_after");\n',
        d: '    assert(hash(words) == d, "digest_of_the_words");\n',
        p: '    assert(fingerprint(words, c) == p, "fingerprint_of_the_words");\n',
      }[input],
      to: "",
      batch: () => {
        const batch = of(trade());
        return { ...batch, inputs: { ...batch.inputs, [input]: "0x7" } };
      },
    }),
  ),
  {
    // Collateral out of nothing: the leaf before is not asked for.
    name: "conserved",
    file: "ledger.nr",
    from: '        assert(after.accounts[high as u32] == old_root, "account_is_in_the_tree");\n',
    to: "",
    batch: () => {
      const batch = of({ kind: "skip" });
      const richer = withAccount(1, { collateral: 2_000_000_000n });
      const other = of({ kind: "skip" }, { state: richer });
      const { before, header } = batch.inputs as Record<string, unknown>;
      return { ...other, inputs: { ...other.inputs, before, header } as typeof other.inputs };
    },
  },
];
