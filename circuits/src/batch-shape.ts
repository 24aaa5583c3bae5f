/** What a batch is asked to do, and the numbers shared with batch.nr. */
import { hash } from "./field.ts";
import type { Signature } from "./schnorr.ts";

/** Instruments a batch can touch or mark. */
export const BATCH_INSTRUMENTS = 4;

/** What a key signs to trade. Prices in ticks, sizes in lots, expiry in µs. */
export interface Order {
  readonly account: number;
  readonly id: bigint;
  readonly instrument: number;
  readonly isBuy: boolean;
  readonly price: bigint;
  readonly lots: bigint;
  readonly expiry: bigint;
}

export interface SignedOrder extends Order {
  readonly signature: Signature;
}

export type Operation =
  | { readonly kind: "noop" }
  | { readonly kind: "deposit"; readonly account: number; readonly identity: bigint; readonly amount: bigint }
  | {
      readonly kind: "withdraw";
      readonly account: number;
      readonly amount: bigint;
      readonly signature: Signature;
    }
  | {
      readonly kind: "trade";
      readonly maker: SignedOrder;
      readonly taker: SignedOrder;
      readonly price: bigint;
      readonly lots: bigint;
    };

/** The order's message. */
export function orderMessage(domain: bigint, order: Order): bigint {
  return hash([
    domain,
    1n + (BigInt(order.account) << 8n) + (order.id << 40n) + (BigInt(order.instrument) << 104n),
    BigInt(order.isBuy) + (order.price << 8n) + (order.lots << 40n) + (order.expiry << 72n),
  ]);
}

/** The withdrawal's message; `nonce` is the account's last plus one. */
export function withdrawMessage(domain: bigint, account: number, nonce: bigint, amount: bigint): bigint {
  return hash([domain, 2n + (BigInt(account) << 8n) + (nonce << 40n), amount]);
}

/** The word an operation publishes. `identity` is the account's. */
export function operationWord(operation: Operation, identity: bigint): bigint {
  switch (operation.kind) {
    case "noop":
      return 0n;
    case "deposit":
      return 1n + (BigInt(operation.account) << 3n) + (operation.amount << 27n) + (identity << 83n);
    case "withdraw":
      return 2n + (BigInt(operation.account) << 3n) + (operation.amount << 27n) + (identity << 83n);
    case "trade":
      return (
        3n +
        (BigInt(operation.maker.account) << 3n) +
        (BigInt(operation.taker.account) << 27n) +
        (BigInt(operation.maker.instrument) << 51n) +
        (operation.price << 67n) +
        (operation.lots << 99n) +
        (BigInt(operation.taker.isBuy) << 131n)
      );
  }
}
