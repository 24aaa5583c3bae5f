/** What may be asked of a batch. */
import type { Signature, SignedOrder } from "@sealbook/wire/validity";

export {
  ORDER_ID_MAX,
  type Order,
  orderMessage,
  type SignedOrder,
  withdrawMessage,
} from "@sealbook/wire/validity";

export type Operation =
  | { readonly kind: "noop" }
  | {
      readonly kind: "deposit";
      readonly account: number;
      readonly identity: bigint;
      readonly amount: bigint;
      /** By default: whether the account is the next unused one. */
      readonly isNew?: boolean;
    }
  | { readonly kind: "insurance"; readonly amount: bigint }
  | { readonly kind: "forced"; readonly account: number; readonly asked: bigint }
  | { readonly kind: "skip" }
  | { readonly kind: "key"; readonly account: number; readonly isY: boolean; readonly data: bigint }
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
    }
  | {
      readonly kind: "liquidate";
      readonly account: number;
      readonly instrument: number;
      readonly lots: bigint;
    };
