// Generated from wire/schema.ts by `npm run wire`. Do not edit.

/** Values of `trigger-kind`. */
export const TriggerKind = {
  "none": 0,
  /** a buy when the source is at or above, a sell when at or below */
  "stop": 1,
  /** a buy when the source is at or below, a sell when at or above */
  "take-profit": 2,
} as const;

export type TriggerKind = keyof typeof TriggerKind;

/** Names by value. */
export const TRIGGER_KIND_NAMES: readonly (TriggerKind | undefined)[] = ["none", "stop", "take-profit"];
