// Generated from wire/schema.ts by `npm run wire`. Do not edit.

/** Values of `time-in-force`. */
export const TimeInForce = {
  /** the residue rests */
  "good-till-cancel": 0,
  /** the residue is cancelled */
  "immediate-or-cancel": 1,
  /** all or nothing */
  "fill-or-kill": 2,
} as const;

export type TimeInForce = keyof typeof TimeInForce;

/** Names by value. */
export const TIME_IN_FORCE_NAMES: readonly (TimeInForce | undefined)[] = ["good-till-cancel", "immediate-or-cancel", "fill-or-kill"];
