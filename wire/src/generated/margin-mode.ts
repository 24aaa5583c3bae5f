// Generated from wire/schema.ts by `npm run wire`. Do not edit.

/** How an account's requirement is computed (docs/risk.md). */
export const MarginMode = {
  /** each position by itself */
  "standard": 0,
  /** what all positions on one underlying lose together in the worst of 33 scenarios */
  "portfolio": 1,
} as const;

export type MarginMode = keyof typeof MarginMode;

/** Names by value. */
export const MARGIN_MODE_NAMES: readonly (MarginMode | undefined)[] = ["standard", "portfolio"];
