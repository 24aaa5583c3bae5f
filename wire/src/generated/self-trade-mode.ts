// Generated from wire/schema.ts by `npm run wire`. Do not edit.

/** What happens when an order would meet its owner's own. */
export const SelfTradeMode = {
  /** the taker is refused */
  "refuse": 0,
  /** the resting order is cancelled */
  "cancel-maker": 1,
  /** the resting order and the rest of the taker */
  "cancel-both": 2,
  /** both lose the smaller size */
  "decrement": 3,
} as const;

export type SelfTradeMode = keyof typeof SelfTradeMode;

/** Names by value. */
export const SELF_TRADE_MODE_NAMES: readonly (SelfTradeMode | undefined)[] = ["refuse", "cancel-maker", "cancel-both", "decrement"];
