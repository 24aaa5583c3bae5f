/** Orders and withdrawals that need no enclave: signed by a session key on Grumpkin, provable by anyone (docs/proof.md). */
import {
  ORDER_ID_MAX,
  type Order,
  orderMessage,
  type SessionKey,
  type Signature,
  type SignedOrder,
  sessionKeyOf,
  signMessage,
  withdrawMessage,
} from "@sealbook/wire/validity";
import { SdkError } from "../errors.ts";

export interface ValidityAccount {
  readonly account: number;
  /** `ValidityPath.domain()`: chain, settlement and epoch. When an enclave opens another epoch, what was signed for this one is void. */
  readonly domain: bigint;
  /** Of the session key registered by `Inbox.registerKey`; above 0 and below the order of Grumpkin. */
  readonly secret: bigint;
  /** Highest order id used in this epoch; 0 if none. */
  readonly lastOrderId?: bigint;
}

/** Price in ticks, size in lots, expiry in µs. */
export interface ValidityOrderInput {
  readonly instrument: number;
  readonly isBuy: boolean;
  readonly price: bigint;
  readonly lots: bigint;
  readonly expiry: bigint;
  /** By default the next. Ids that are equal modulo 32 share a place: a fill of the larger ends the smaller. */
  readonly id?: bigint;
}

/** Signs for one account. Keep one of these an account: it counts the ids. */
export class ValiditySigner {
  readonly account: number;
  readonly key: SessionKey;
  readonly #domain: bigint;
  readonly #secret: bigint;
  #lastOrderId: bigint;

  constructor({ account, domain, secret, lastOrderId = 0n }: ValidityAccount) {
    this.account = account;
    this.key = sessionKeyOf(secret);
    this.#domain = domain;
    this.#secret = secret;
    this.#lastOrderId = lastOrderId;
  }

  /** @throws {SdkError} `E_ARGUMENT` for a part that is wider than what is signed, before anything is */
  order(input: ValidityOrderInput): SignedOrder {
    const id = input.id ?? this.#lastOrderId + 1n;
    const order: Order = {
      account: this.account,
      id,
      instrument: input.instrument,
      isBuy: input.isBuy,
      price: input.price,
      lots: input.lots,
      expiry: input.expiry,
    };
    within("id", id, 1n, ORDER_ID_MAX);
    within("instrument", BigInt(order.instrument), 1n, 0xffffn);
    within("price", order.price, 1n, 0xffff_ffffn);
    within("lots", order.lots, 1n, 0xffff_ffffn);
    within("expiry", order.expiry, 0n, (1n << 64n) - 1n);
    if (id > this.#lastOrderId) this.#lastOrderId = id;
    return { ...order, signature: signMessage(this.#secret, orderMessage(this.#domain, order)) };
  }

  /** @param nonce the account's last withdrawal nonce plus one. @throws {SdkError} `E_ARGUMENT` */
  withdrawal(amount: bigint, nonce: bigint): { account: number; amount: bigint; signature: Signature } {
    within("amount", amount, 1n, (1n << 56n) - 1n);
    within("nonce", nonce, 1n, (1n << 64n) - 1n);
    const message = withdrawMessage(this.#domain, this.account, nonce, amount);
    return { account: this.account, amount, signature: signMessage(this.#secret, message) };
  }
}

function within(name: string, value: bigint, low: bigint, high: bigint): void {
  if (value < low || value > high)
    throw new SdkError("E_ARGUMENT", `${name} is ${value}: it must be from ${low} to ${high}`);
}
