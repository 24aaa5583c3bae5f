// Generated from wire/schema.ts by `npm run wire`. Do not edit.

/** Values of `order-kind`. */
export const OrderKind = {
  /** `price_ticks` is the limit */
  "limit": 0,
  /** `price_ticks` is the stated bound; never rests */
  "market": 1,
} as const;

export type OrderKind = keyof typeof OrderKind;

/** Names by value. */
export const ORDER_KIND_NAMES: readonly (OrderKind | undefined)[] = ["limit", "market"];
