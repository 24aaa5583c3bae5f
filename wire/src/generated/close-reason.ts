// Generated from wire/schema.ts by `npm run wire`. Do not edit.

/** Why an order left the book. */
export const CloseReason = {
  "filled": 0,
  "cancelled-by-user": 1,
  /** IOC or market residue */
  "residue": 2,
  "liquidation": 3,
  /** the position it reduced is gone */
  "reduce-only": 4,
  "self-trade": 5,
  /** by an inbox command */
  "forced": 6,
  "market-mode": 7,
  /** its time came */
  "expired": 20,
  /** an order of its group filled, triggered or ended */
  "linked": 21,
  /** it triggered, and could not be placed then */
  "refused": 22,
  /** market-maker protection */
  "protection": 23,
  /** `cancel-after` ran out */
  "dead-man": 24,
  /** cancel-on-disconnect */
  "disconnect": 25,
  /** by a newer mass quote */
  "replaced": 26,
} as const;

export type CloseReason = keyof typeof CloseReason;

/** Names by value. */
export const CLOSE_REASON_NAMES: readonly (CloseReason | undefined)[] = ["filled", "cancelled-by-user", "residue", "liquidation", "reduce-only", "self-trade", "forced", "market-mode", undefined, undefined, undefined, undefined, undefined, undefined, undefined, undefined, undefined, undefined, undefined, undefined, "expired", "linked", "refused", "protection", "dead-man", "disconnect", "replaced"];
