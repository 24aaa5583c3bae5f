// Generated from wire/schema.ts by `npm run wire`. Do not edit.

/** Values of `role`. */
export const Role = {
  "maker": 0,
  "taker": 1,
  /** taken over by the insurance fund */
  "liquidation": 2,
} as const;

export type Role = keyof typeof Role;

/** Names by value. */
export const ROLE_NAMES: readonly (Role | undefined)[] = ["maker", "taker", "liquidation"];
