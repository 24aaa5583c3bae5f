// Generated from wire/schema.ts by `npm run wire`. Do not edit.

/** Values of `market-mode`. */
export const MarketMode = {
  "open": 0,
  "post-only": 1,
  "cancel-only": 2,
  /** only orders that reduce */
  "close-only": 3,
  /** nothing but withdrawals */
  "halted": 4,
} as const;

export type MarketMode = keyof typeof MarketMode;

/** Names by value. */
export const MARKET_MODE_NAMES: readonly (MarketMode | undefined)[] = ["open", "post-only", "cancel-only", "close-only", "halted"];
