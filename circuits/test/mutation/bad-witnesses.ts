/** Witnesses that one constraint alone forbids: a prover who writes them himself, and hints that lie. */
import type { InputMap } from "@noir-lang/noir_js";
import type { Batch, Prices } from "../../src/batch.ts";
import { hash, MODULUS, toField } from "../../src/field.ts";
import { type Operation, orderMessage } from "../../src/orders.ts";
import { publicKey } from "../../src/schnorr.ts";
import { statement } from "../../src/source.ts";
import { putAccount, putInstrument, type State } from "../../src/state.ts";
import { batchOf, domain, instrument, listed, openScenario, order, prices, trade } from "../scenario.ts";
import { takeover, withAccount, withPosition } from "./bad-batches.ts";
import type { Bad, Lie } from "./runner.ts";

const main = statement("batch2");
const hex = (value: bigint): string => `0x${toField(value).toString(16)}`;
const LAST = (1 << 24) - 1;

/** The inputs as JSON, whose numbers are hexadecimal text. */
// biome-ignore lint/suspicious/noExplicitAny: a witness is what its main file says
type Witness = any;

/** A batch's witness with a change, its public inputs fitted to it. */
function forged(
  name: string,
  kills: string | readonly string[],
  batch: () => Batch,
  change: (witness: Witness, batch: Batch) => void,
  lies: readonly Lie[] = [],
  isReclosed = false,
): Bad {
  return {
    name,
    main,
    kills: [kills].flat(),
    lies,
    isFitted: true,
    isReclosed,
    inputs: () => {
      const one = batch();
      const witness = structuredClone(one.inputs) as Witness;
      change(witness, one);
      return witness as InputMap;
    },
  };
}
const of = (operation: Operation, change: { state?: State; prices?: Prices } = {}) =>
  batchOf([operation], change);
/** Opens an account and leaves it as it is. */
const untouched = (account: number, state = openScenario()) =>
  batchOf([{ kind: "forced", account, asked: 0n }], { state });
const quiet: Prices = { ...prices, round: 7n, quotes: [] };
/** Only the first instrument is quoted, as it was; so one row of the header is blank. */
const still = (state = openScenario()): Batch => {
  const { id, mark, index, fundingIndex } = state.instruments.get(instrument)!;
  return batchOf([], {
    state,
    prices: { ...quiet, quotes: [{ instrument: id, mark, index, fundingIndex }] },
  });
};
const bits = (value: number, count: number): bigint[] =>
  Array.from({ length: count }, (_, at) => BigInt((value >> at) & 1));
const once =
  (nth: number, said: readonly bigint[]) =>
  (_: readonly bigint[], call: number): readonly bigint[] | undefined =>
    call === nth ? said : undefined;
/** An account of the ledger which nobody has, as it is in the trees. */
const unusedSlot = (witness: Witness, state: State, account: number): Witness => ({
  ...structuredClone(witness.slots.at(-1)),
  account: hex(BigInt(account)),
  path: state.accountTree.path(account).slice(0, 23).map(hex),
  fills_path: state.fillTree.path(account).slice(0, 23).map(hex),
});

export const badWitnesses: readonly Bad[] = [
  // Header.
  forged(
    "a blank after an instrument",
    "blanks_come_first",
    () => still(),
    ({ header }) => {
      for (const rows of [header.words, header.prices, header.paths]) rows.reverse();
    },
  ),
  forged(
    "an instrument twice",
    "(terms.id - last - 1)",
    () => still(),
    ({ header }) => {
      for (const rows of [header.words, header.prices, header.paths]) rows[0] = rows[1];
    },
  ),
  forged(
    "an instrument's leaf at another's place",
    "ids[at].to_le_bits()",
    () => {
      const state = openScenario();
      const { set, path } = state.instrumentTree;
      const moved = (at: number) => (at === instrument ? 900 : at);
      state.instrumentTree.set(instrument, 0n);
      state.instrumentTree.set = (at, value) => set.call(state.instrumentTree, moved(at), value);
      state.instrumentTree.path = (at) => path.call(state.instrumentTree, moved(at));
      putInstrument(state, state.instruments.get(instrument)!);
      return still(state);
    },
    () => {},
    [{ hint: "ids[at].to_le_bits()", tell: once(1, bits(900, 10)) }],
  ),
  forged(
    "an instrument that is not in the tree",
    "instrument_is_in_the_tree",
    () => still(),
    ({ header }) => {
      header.words[1][1] = hex(11n);
    },
  ),
  // Accounts.
  forged(
    "no insurance fund",
    "insurance_fund_is_first",
    () => batchOf([{ kind: "skip" }]),
    (witness) => {
      witness.slots = [unusedSlot(witness, openScenario(), LAST - 3), ...witness.slots.slice(1)];
    },
  ),
  forged(
    "an account twice",
    "(slot.account - slots[at - 1].account - 1)",
    () => untouched(1),
    ({ slots }) => {
      slots[2] = slots[1];
    },
  ),
  forged(
    "flags that became part of the owner",
    "slot.identity.assert",
    () => of({ kind: "forced", account: 3, asked: 0n }, { state: withAccount(3, { flags: 1 }) }),
    ({ slots, operations }) => {
      slots[1].identity = hex(0xaaacn + (1n << 168n));
      slots[1].flags = "0x0";
      operations[0].kind.forced = false;
      operations[0].kind.skip = true;
    },
  ),
  forged(
    "another owner, and flags that make up for it",
    "slot.flags.assert",
    () => of({ kind: "forced", account: 3, asked: 5n }),
    ({ slots, operations }) => {
      const thief = 0xbadn;
      const over = BigInt(slots[1].identity) - thief;
      slots[1].identity = hex(thief);
      slots[1].flags = hex(over * inverse(1n << 168n));
      operations[0].identity = hex(thief);
    },
  ),
  forged(
    "an instrument's places twice",
    ["assert_ascending(slot.tags)", "instruments[at] - instruments[at - 1] - 1"],
    () => untouched(1),
    ({ slots }) => {
      slots[1].tags[14] = slots[1].tags[15];
    },
  ),
  forged(
    "a place of instrument 65,536",
    "instruments[15].assert",
    () => untouched(1),
    ({ slots }) => {
      slots[1].tags[15] = hex(65_536n);
    },
  ),
  forged(
    "a place of a negative instrument",
    "instruments[0].assert",
    () => untouched(1),
    ({ slots }) => {
      slots[2].tags = Array.from({ length: 16 }, (_, at) => hex(BigInt(at) - 1n));
    },
  ),
  forged(
    "another instrument's mark for a position",
    "position_is_marked",
    () => untouched(1),
    () => {},
    [{ hint: "place_hint(table, tag)", tell: once(16, [1n]) }],
  ),
  forged(
    "another account's leaf",
    "account_is_its_place",
    () => untouched(2),
    ({ slots }) => {
      slots[1].account = "0x1";
    },
    [{ hint: "low_hint(slot.account)", tell: once(1, bits(2, 23)) }],
  ),
  forged(
    "the leaf in the other half of the tree",
    "account_is_its_place",
    () => untouched(1),
    (witness) => {
      const at = unusedSlot(witness, openScenario(), 2 ** 23 - 1);
      witness.slots[3] = { ...at, account: hex(BigInt(LAST)) };
    },
    [{ hint: "high_hint::<L>(slot.account)", tell: once(3, [0n]) }],
  ),
  forged(
    "collateral out of nothing",
    "account_is_in_the_tree",
    () => untouched(1),
    ({ slots }) => {
      slots[1].collateral = hex(2_000_000_000n);
    },
  ),
  forged(
    "an order whose fills are forgotten",
    "fills_are_in_the_tree",
    () => {
      const state = openScenario();
      batchOf([trade({ lots: 99n })], { state });
      return of(trade({ lots: 2n }), { state, prices: { ...prices, round: 9n } });
    },
    ({ slots }) => {
      for (const at of [1, 2]) slots[at].fills = slots[at].fills.map(() => "0x0");
    },
  ),
  // Operations.
  forged(
    "two kinds at once, which read as a third",
    "kind_is_one",
    () => of({ kind: "key", account: 3, isY: false, data: 7n }),
    ({ operations }) => {
      operations[0].kind.insurance = true;
      operations[0].amount = "0x5";
    },
    [],
    true,
  ),
  forged(
    "a limit below zero and one lot more",
    "party.order.price.assert",
    // Signed above the highest price: nobody could have filled it.
    () => of(trade({ maker: order(1, { price: 1_000_001n }) })),
    ({ operations }) => {
      const { order: maker } = operations[0].parties[0];
      maker.price = hex(BigInt(maker.price) - (1n << 32n));
      maker.lots = hex(BigInt(maker.lots) + 1n);
    },
  ),
  forged(
    "an order's fills in the next account's words",
    ["(self.word as Field)"],
    () => of(trade()),
    ({ operations }) => {
      const { id } = operations[0].parties[0].order;
      id.word = hex(BigInt(id.word) + 8n);
      id.high = hex(BigInt(id.high) - 1n);
    },
    [],
    true,
  ),
  forged(
    "a position in the next account's place",
    "(party.place as Field)",
    () => of(trade({ lots: 1n })),
    ({ operations }) => {
      operations[0].parties[0].place = hex(16n);
    },
    [],
    true,
  ),
  forged(
    "a second position in the same instrument",
    "position_is_of_the_instrument",
    () => of(trade({ lots: 1n })),
    ({ operations }) => {
      operations[0].parties[0].place = "0x1";
    },
    [],
    true,
  ),
  forged(
    "terms the taker's key did not sign",
    "assert_signed_if(kind.trade",
    () => of(trade()),
    ({ operations }) => {
      operations[0].parties[1].order.lots = hex(101n);
    },
  ),
  {
    name: "an order signed without a key",
    main,
    kills: ["key_is_on_the_curve"],
    isFitted: true,
    inputs: () => {
      const state = withAccount(1, { key: [0n, 0n] });
      const { inputs } = of(trade(), { state });
      const witness = structuredClone(inputs) as Witness;
      // R = s G, and a challenge times no point adds nothing to it.
      const s = 99n;
      const [x, y] = publicKey(s);
      const message = orderMessage(domain, order(1));
      witness.operations[0].parties[0].signature = {
        s_low: hex(s),
        s_high: "0x0",
        e: hex(hash([x, y, 0n, 0n, message])),
      };
      return witness as InputMap;
    },
  },
  // Takeovers.
  forged(
    "a strain that is called none",
    "assert_bits_if::<140>(is_wanted, borne)",
    () => of(takeover(40n), { state: withPosition(20_000n, 10n) }),
    () => {},
    [{ hint: "!is_negative_hint(strain - 1)", tell: once(0, [0n]) }],
  ),
  forged(
    "a loss that is called none",
    "if is_loss { loss }",
    () => of(takeover(40n), { state: withPosition(-20_000n) }),
    () => {},
    [{ hint: "!is_negative_hint(loss)", tell: once(0, [0n]) }],
  ),
  forged(
    "a takeover by somebody else",
    "insurance_fund_takes_over",
    () => of(takeover(40n), { state: withPosition(20_000n) }),
    ({ slots, operations }) => {
      slots[2].tags[0] = hex(BigInt(instrument));
      operations[0].parties[1].slot = "0x2";
      operations[0].parties[1].place = "0x0";
    },
    [],
    true,
  ),
  forged(
    "a takeover in no instrument",
    "instrument_is_listed",
    () => {
      const state = withPosition(20_000n);
      const { positions } = state.accounts.get(3)!;
      const nowhere = { instrument: 0, size: 5n, cost: 0n, fundingIndex: 0n };
      state.instruments.set(0, listed({ id: 0, mark: 0n, index: 0n }));
      putAccount(state, 3, { ...state.accounts.get(3)!, positions: [nowhere, ...positions] });
      const quotes = prices.quotes.slice(0, 1);
      return of({ ...takeover(5n), instrument: 0 } as Operation, { state, prices: { ...prices, quotes } });
    },
    () => {},
  ),
];

function inverse(value: bigint): bigint {
  let [base, exponent, result] = [value, MODULUS - 2n, 1n];
  for (; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % MODULUS;
    base = (base * base) % MODULUS;
  }
  return result;
}
