// Generated from wire/schema.ts by `npm run wire`. Do not edit.

/** State of the order after the command. */
export const OrderStatus = {
  /** the command has no order */
  "none": 0,
  "resting": 1,
  "filled": 2,
  /** ended with lots unfilled */
  "cancelled": 3,
  /** for its trigger, or for the order it is linked to; not in the book */
  "waiting": 4,
} as const;

export type OrderStatus = keyof typeof OrderStatus;

/** Names by value. */
export const ORDER_STATUS_NAMES: readonly (OrderStatus | undefined)[] = ["none", "resting", "filled", "cancelled", "waiting"];
