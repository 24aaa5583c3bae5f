/** A small venue to prove things about: one perpetual, two traders with keys, funding that has moved, fees with a rebate. */
import {
  applyBatch,
  type Batch,
  type Ledger,
  openLedger,
  type Prices,
  putAccount,
  putInstrument,
} from "../src/batch.ts";
import {
  type Operation,
  type Order,
  orderMessage,
  type SignedOrder,
  withdrawMessage,
} from "../src/batch-shape.ts";
import { emptyAccount } from "../src/leaf.ts";
import { publicKey, type Signature, sign } from "../src/schnorr.ts";

/** Secrets of accounts 1 and 2. */
export const secrets = [1_234_567n, 7_654_321n] as const;
export const instrument = 3;
export const prices: Prices = {
  time: 1_700_000_000_000_000n,
  round: 8n,
  instruments: new Map([[instrument, { mark: 50_010n, fundingIndex: (5n << 32n) + 12_345n }]]),
};

/** Accounts 1 (short 7) and 2 (long 7) with collateral 10^9 each. */
export function openScenario(): Ledger {
  const ledger = openLedger(0xabcdefn);
  putInstrument(ledger, {
    id: instrument,
    kind: 0,
    mode: 0,
    initialPpm: 100_000n,
    maintenancePpm: 50_000n,
    makerFee: -200n,
    takerFee: 501n,
    tickValue: 10n,
    mark: 50_000n,
    index: 50_000n,
    fundingIndex: 0n,
    fundingPool: -3n,
    openInterest: 7n,
  });
  for (const [at, secret] of secrets.entries()) {
    const size = at === 0 ? -7n : 7n;
    putAccount(ledger, at + 1, {
      ...emptyAccount(),
      identity: 0xaaaan + BigInt(at),
      key: publicKey(secret),
      collateral: 1_000_000_000n,
      positions: [{ instrument, size, cost: size * 49_990n, fundingIndex: -(1n << 31n) }],
    });
  }
  ledger.round = 7n;
  return ledger;
}

/** Account 1 sells, account 2 buys. */
export function order(ledger: Ledger, account: 1 | 2, change: Partial<Order> = {}): SignedOrder {
  const wanted: Order = {
    account,
    id: 300n + BigInt(account),
    instrument,
    isBuy: account === 2,
    price: account === 2 ? 5_010n : 4_990n,
    lots: 100n,
    expiry: prices.time,
    ...change,
  };
  return { ...wanted, signature: sign(secrets[account - 1]!, orderMessage(ledger.domain, wanted)) };
}

/** Account 1's signed order, made first, meets account 2's. */
export function trade(
  ledger: Ledger,
  change: Partial<Extract<Operation, { kind: "trade" }>> = {},
): Operation {
  return {
    kind: "trade",
    maker: order(ledger, 1),
    taker: order(ledger, 2),
    price: 5_001n,
    lots: 33n,
    ...change,
  };
}

/** A withdrawal by account 1 or 2 with its first nonce. */
export function withdrawal(ledger: Ledger, account: 1 | 2, amount: bigint): Operation {
  const message = withdrawMessage(ledger.domain, account, 1n, amount);
  const signature: Signature = sign(secrets[account - 1]!, message);
  return { kind: "withdraw", account, amount, signature };
}

/** The scenario's first batch. */
export function batchOf(operations: (ledger: Ledger) => Operation[]): Batch {
  const ledger = openScenario();
  return applyBatch(ledger, prices, operations(ledger));
}
