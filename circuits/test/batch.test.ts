import { beforeAll, describe, expect, test } from "vitest";
import { applyBatch, type Batch, type Ledger, putAccount, putInstrument } from "../src/batch.ts";
import type { Operation } from "../src/batch-shape.ts";
import { MODULUS } from "../src/field.ts";
import { solve } from "../src/prover.ts";
import { compile, type Program, statement } from "../src/source.ts";
import { batchOf, instrument, openScenario, order, prices, trade, withdrawal } from "./scenario.ts";

const range = "assert_max_bit_size";
const unsigned = "signature_is_of_the_key";
const noop: Operation = { kind: "noop" };
let circuit: Program;
beforeAll(async () => {
  circuit = await compile(statement("batch2"));
}, 120_000);

const holds = (batch: Batch) => expect(solve(circuit, batch.inputs)).resolves.toBeInstanceOf(Uint8Array);
/** Refused, and for the reason named: a range has none of its own. */
const fails = (batch: Batch, reason: string) => expect(solve(circuit, batch.inputs)).rejects.toThrow(reason);
const one = (operation: (ledger: Ledger) => Operation): Batch =>
  batchOf((ledger) => [operation(ledger), noop]);

describe("what can be proven", () => {
  test("nothing", () => holds(batchOf(() => [noop, noop])));
  test("deposits: to a new account, to an old one", () =>
    holds(
      batchOf(() => [
        { kind: "deposit", account: 3, identity: 77n + (5n << 160n), amount: 5n },
        { kind: "deposit", account: 1, identity: 0xaaaan, amount: (1n << 56n) - 1n },
      ]),
    ));
  test("a trade and a withdrawal after it", () =>
    holds(batchOf((l) => [trade(l), withdrawal(l, 2, 1_000n)])));
  test("two fills of the same orders", () =>
    holds(batchOf((l) => [trade(l, { lots: 99n }), trade(l, { lots: 1n })])));
  test("a trade that closes both positions", () => {
    const closing = (l: Ledger) =>
      trade(l, {
        maker: order(l, 1, { isBuy: true, price: 5_001n }),
        taker: order(l, 2, { isBuy: false, price: 5_001n }),
        lots: 7n,
      });
    return holds(one(closing));
  });
  test("a withdrawal of all that is free", async () => {
    const free = withdrawable(openScenario(), 2);
    await holds(one((l) => withdrawal(l, 2, free)));
    await fails(
      one((l) => withdrawal(l, 2, free + 1n)),
      range,
    );
  });
});

describe("what cannot", () => {
  const cases: Record<string, [reason: string, (ledger: Ledger) => Operation]> = {
    "a deposit of nothing": [
      "amount_is_positive",
      () => ({ kind: "deposit", account: 1, identity: 0xaaaan, amount: 0n }),
    ],
    "a deposit to the insurance fund's leaf": [
      "insurance_is_nobodys",
      () => ({ kind: "deposit", account: 0, identity: 0n, amount: 1n }),
    ],
    "a deposit to another's account": [
      "account_is_the_owners",
      () => ({ kind: "deposit", account: 1, identity: 0xaaabn, amount: 1n }),
    ],
    "a deposit that skips an account id": [
      "account_exists",
      () => ({ kind: "deposit", account: 4, identity: 9n, amount: 1n }),
    ],
    "a withdrawal signed by another": [
      unsigned,
      (l) => ({ ...withdrawal(l, 2, 5n), account: 1 }) as Operation,
    ],
    "a withdrawal of another amount than signed": [
      unsigned,
      (l) => ({ ...withdrawal(l, 2, 5n), amount: 6n }) as Operation,
    ],
    "more lots than the order": [range, (l) => trade(l, { lots: 101n })],
    "no lots": [range, (l) => trade(l, { lots: 0n })],
    "above the buyer's limit": [range, (l) => trade(l, { price: 5_011n })],
    "below the seller's limit": [range, (l) => trade(l, { price: 4_989n })],
    "an order expired by a microsecond": [
      range,
      (l) => trade(l, { maker: order(l, 1, { expiry: prices.time - 1n }) }),
    ],
    "two buyers": [unsigned, (l) => trade(l, { maker: order(l, 1, { isBuy: true, price: 6_000n }) })],
    "an order in another instrument": [
      unsigned,
      (l) => ({ ...trade(l), taker: order(l, 2, { instrument: 4 }) }) as Operation,
    ],
    "a trade with oneself": [
      "parties_differ",
      (l) => trade(l, { maker: order(l, 2, { id: 9n, isBuy: false, price: 4_990n }) }),
    ],
    "terms the key did not sign": [unsigned, (l) => trade(l, { maker: { ...order(l, 1), lots: 200n } })],
    "a position beyond the initial margin": [
      range,
      (l) =>
        trade(l, {
          maker: order(l, 1, { lots: 400_000n }),
          taker: order(l, 2, { lots: 400_000n }),
          lots: 400_000n,
        }),
    ],
  };
  for (const [name, [reason, operation]] of Object.entries(cases))
    test(name, () => fails(one(operation), reason));

  test("one lot more than is left of an order", () =>
    fails(
      batchOf((l) => [trade(l, { lots: 99n }), trade(l, { lots: 2n })]),
      range,
    ));
  test("an order whose slot a later one took", () =>
    fails(
      batchOf((l) => [trade(l, { maker: order(l, 1, { id: 557n }) }), trade(l)]),
      "order_id_is_not_superseded",
    ));
  test("a withdrawal twice", () =>
    fails(
      batchOf((l) => [withdrawal(l, 2, 5n), withdrawal(l, 2, 5n)]),
      unsigned,
    ));
  test("an oracle round before the last", () => {
    const ledger = openScenario();
    return fails(applyBatch(ledger, { ...prices, round: 6n }, [noop, noop]), range);
  });
  test("a mark of zero, or above the bound", async () => {
    for (const mark of [0n, (1n << 40n) + 1n]) {
      const at = { ...prices, instruments: new Map([[instrument, { mark, fundingIndex: 0n }]]) };
      await fails(applyBatch(openScenario(), at, [noop, noop]), range);
    }
  });
  test("a trade while the instrument is not open", () => {
    const ledger = openScenario();
    putInstrument(ledger, { ...ledger.instruments.get(instrument)!, mode: 1 });
    return fails(applyBatch(ledger, prices, [trade(ledger), noop]), "instrument_is_open");
  });
  test("a trade by an account without a key", () => {
    const ledger = openScenario();
    const signed = trade(ledger);
    putAccount(ledger, 1, { ...ledger.accounts.get(1)!, key: [0n, 0n] });
    return fails(applyBatch(ledger, prices, [signed, noop]), "key_is_on_the_curve");
  });

  test("any other root, digest or fingerprint", async () => {
    for (const [name, reason] of [
      ["d", "digest_of_the_words"],
      ["p", "fingerprint_of_the_words"],
      ["before", "state_root_before"],
      ["after", "state_root_after"],
    ] as const) {
      const batch = batchOf((l) => [trade(l), noop]);
      const other = (BigInt(batch.inputs[name] as string) + 1n) % MODULUS;
      await fails({ ...batch, inputs: { ...batch.inputs, [name]: `0x${other.toString(16)}` } }, reason);
    }
  });
});

/** The engine's formula (risk/margin.rs), after funding, at the scenario's prices. */
function withdrawable(ledger: Ledger, id: number): bigint {
  const account = ledger.accounts.get(id)!;
  const { mark, fundingIndex } = prices.instruments.get(instrument)!;
  const shared = ledger.instruments.get(instrument)!;
  let free = account.collateral * 1_000_000n;
  for (const { size, cost, fundingIndex: since } of account.positions) {
    const product = size * (fundingIndex - since);
    const owed = product > 0n ? (product + (1n << 32n) - 1n) >> 32n : -(-product >> 32n);
    free += (size * mark - cost - owed) * 1_000_000n;
    free -= (size < 0n ? -size : size) * mark * shared.initialPpm;
  }
  return free / 1_000_000n;
}
