/** Signed orders and withdrawals as a file: numbers are decimal strings, signatures `{ s, e }`. */
import type { SignedOrder } from "@sealbook/circuits";
import type { Signature } from "@sealbook/wire/validity";
import { ProveError } from "./errors.ts";

export interface SignedWithdrawal {
  readonly account: number;
  readonly amount: bigint;
  readonly signature: Signature;
}

/** Two orders that met: places in `orders`, the maker first. */
export interface Match {
  readonly maker: number;
  readonly taker: number;
  readonly price: bigint;
  readonly lots: bigint;
}

export interface OrdersFile {
  readonly withdrawals: readonly SignedWithdrawal[];
  readonly orders: readonly SignedOrder[];
  /** Who met whom; without it, the file's orders meet by price, then by their place in the file. */
  readonly matches?: readonly Match[];
}

type Json = Record<string, unknown>;

/** @throws {ProveError} that names the place */
export function parseOrdersFile(text: string): OrdersFile {
  let file: Json;
  try {
    file = JSON.parse(text) as Json;
  } catch (cause) {
    throw new ProveError("E_ORDERS_FILE", "the orders file is not JSON", { cause });
  }
  const orders = list(file, "orders").map((one, at) => orderOf(one, `orders[${at}]`));
  const withdrawals = list(file, "withdrawals").map((one, at) => ({
    account: small(one, "account", `withdrawals[${at}]`),
    amount: big(one, "amount", `withdrawals[${at}]`),
    signature: signatureOf(one, `withdrawals[${at}]`),
  }));
  if (file.matches === undefined) return { orders, withdrawals };
  const matches = list(file, "matches").map((one, at) => {
    const where = `matches[${at}]`;
    const match = {
      maker: small(one, "maker", where),
      taker: small(one, "taker", where),
      price: big(one, "price", where),
      lots: big(one, "lots", where),
    };
    if (!orders[match.maker] || !orders[match.taker])
      throw new ProveError("E_ORDERS_FILE", `${where} names an order that is not in the file`);
    return match;
  });
  return { orders, withdrawals, matches };
}

export function emitOrdersFile(file: OrdersFile): string {
  const plain = (_: string, value: unknown) => (typeof value === "bigint" ? `${value}` : value);
  return `${JSON.stringify(file, plain, 2)}\n`;
}

function list(file: Json, name: string): Json[] {
  const found = file[name] ?? [];
  if (!Array.isArray(found)) throw new ProveError("E_ORDERS_FILE", `${name} is not a list`);
  return found as Json[];
}

function orderOf(one: Json, where: string): SignedOrder {
  if (typeof one.isBuy !== "boolean")
    throw new ProveError("E_ORDERS_FILE", `${where}.isBuy is not true or false`);
  return {
    account: small(one, "account", where),
    id: big(one, "id", where),
    instrument: small(one, "instrument", where),
    isBuy: one.isBuy,
    price: big(one, "price", where),
    lots: big(one, "lots", where),
    expiry: big(one, "expiry", where),
    signature: signatureOf(one, where),
  };
}

function signatureOf(one: Json, where: string): Signature {
  const signature = (one.signature ?? {}) as Json;
  return { s: big(signature, "s", `${where}.signature`), e: big(signature, "e", `${where}.signature`) };
}

function big(one: Json, name: string, where: string): bigint {
  const value = one[name];
  if (typeof value !== "string" || !/^\d{1,80}$/.test(value))
    throw new ProveError("E_ORDERS_FILE", `${where}.${name} is not a decimal string`);
  return BigInt(value);
}

function small(one: Json, name: string, where: string): number {
  const value = one[name];
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0)
    throw new ProveError("E_ORDERS_FILE", `${where}.${name} is not a whole number`);
  return value;
}
