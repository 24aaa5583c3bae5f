// Generated from wire/schema.ts by `npm run wire`. Do not edit.

/** Part of an order in its group. */
export const Link = {
  "none": 0,
  /** what it fills, the others of its kind lose */
  "one-cancels-other": 1,
  /** its fills wake the secondaries */
  "primary": 2,
  /** waits for the primary, then is one-cancels-other */
  "secondary": 3,
} as const;

export type Link = keyof typeof Link;

/** Names by value. */
export const LINK_NAMES: readonly (Link | undefined)[] = ["none", "one-cancels-other", "primary", "secondary"];
