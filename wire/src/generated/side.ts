// Generated from wire/schema.ts by `npm run wire`. Do not edit.

/** Direction of an order or of the taker. */
export const Side = {
  "buy": 0,
  "sell": 1,
} as const;

export type Side = keyof typeof Side;

/** Names by value. */
export const SIDE_NAMES: readonly (Side | undefined)[] = ["buy", "sell"];
