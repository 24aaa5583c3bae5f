/** What a session key signs in validity mode (docs/proof.md). */
import { hash } from "../state/poseidon2.ts";
import type { Signature } from "./schnorr.ts";

/** Order ids have 30 bits: they count from 1 in each epoch, and a larger id in the same place of 32 ends a smaller. */
export const ORDER_ID_MAX = (1n << 30n) - 1n;

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

/**
 * A cancellation's message: of the one id, or of every open order up to it. No proof carries it: it binds the sequencer's word alone, and
 * what surely ends an order is its expiry.
 */
export function cancelMessage(domain: bigint, account: number, id: bigint, isAll: boolean): bigint {
  return hash([domain, 3n + (BigInt(account) << 8n) + (id << 40n), BigInt(isAll)]);
}
