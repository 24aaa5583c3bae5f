/** A small venue to prove things about: a perpetual, an option, two traders with keys, funding that has moved, fees with a rebate. */
import { applyBatch, type Batch, type Prices, type Shape } from "../src/batch.ts";
import { emptyAccount, type Instrument } from "../src/leaf.ts";
import {
  type Operation,
  type Order,
  orderMessage,
  type SignedOrder,
  withdrawMessage,
} from "../src/orders.ts";
import { shortRequirements } from "../src/requirement.ts";
import { samplePerpetual } from "../src/sample.ts";
import { publicKey, type Signature, sign } from "../src/schnorr.ts";
import { shapes } from "../src/shapes.ts";
import { openState, putAccount, putInstrument, type State } from "../src/state.ts";

/** Secrets of accounts 1, 2 and 3. */
export const secrets = [1_234_567n, 7_654_321n, 1_111n] as const;
export const domain = 0xabcdefn;
export const instrument = 3;
export const option = 5;

/** An instrument with nothing special about it. */
export function listed(change: Partial<Instrument> & { id: number }): Instrument {
  const one = samplePerpetual({
    makerFee: -200n,
    takerFee: 501n,
    tickValue: 10n,
    mark: 50_000n,
    index: 50_000n,
    priceTicksMax: 1_000_000n,
    ...change,
  });
  return { ...one, ...shortRequirements(one) };
}

export const prices: Prices = {
  time: 1_700_000_000_000_000n,
  round: 8n,
  quotes: [
    { instrument, mark: 50_010n, index: 50_005n, fundingIndex: (5n << 32n) + 12_345n },
    { instrument: option, mark: 900n, index: 50_005n, fundingIndex: 0n },
  ],
};

/** Accounts 1 (short 7) and 2 (long 7) with collateral 10^9 each; account 3 with little; the fund with some. */
export function openScenario(): State {
  const state = openState();
  putInstrument(
    state,
    listed({ id: instrument, fundingPool: -3n, openInterest: 7n, rampPpm: 37n, rampShift: 3n }),
  );
  putInstrument(
    state,
    listed({
      id: option,
      kind: 1,
      mark: 800n,
      strike: 51_000n,
      expiryUs: prices.time + 1n,
      underlying: instrument,
      isCall: true,
      tickValue: 1n,
    }),
  );
  putAccount(state, 0, { ...emptyAccount(), collateral: 5_000_000n });
  for (const [at, secret] of secrets.entries()) {
    const size = at === 0 ? -7n : 7n;
    putAccount(state, at + 1, {
      ...emptyAccount(),
      identity: 0xaaaan + BigInt(at),
      key: publicKey(secret),
      collateral: at === 2 ? 1_000n : 1_000_000_000n,
      positions: at === 2 ? [] : [{ instrument, size, cost: size * 49_990n, fundingIndex: -(1n << 31n) }],
    });
  }
  state.round = 7n;
  state.held = 2_005_001_000n;
  return state;
}

/** Account 1 sells, account 2 buys. */
export function order(account: 1 | 2 | 3, change: Partial<Order> = {}): SignedOrder {
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
  return { ...wanted, signature: sign(secrets[account - 1]!, orderMessage(domain, wanted)) };
}

/** Account 1's signed order, made first, meets account 2's. */
export function trade(change: Partial<Extract<Operation, { kind: "trade" }>> = {}): Operation {
  return { kind: "trade", maker: order(1), taker: order(2), price: 5_001n, lots: 33n, ...change };
}

/** A withdrawal with a nonce, the first unless told. */
export function withdrawal(account: 1 | 2 | 3, amount: bigint, nonce = 1n): Operation {
  const message = withdrawMessage(domain, account, nonce, amount);
  const signature: Signature = sign(secrets[account - 1]!, message);
  return { kind: "withdraw", account, amount, signature };
}

/** The scenario's first batch. */
export function batchOf(
  operations: readonly Operation[],
  change: { state?: State; prices?: Prices; shape?: Shape; domain?: bigint } = {},
): Batch {
  const state = change.state ?? openScenario();
  const { batch2 } = shapes;
  return applyBatch(
    state,
    change.shape ?? batch2,
    change.domain ?? domain,
    change.prices ?? prices,
    operations,
  );
}
