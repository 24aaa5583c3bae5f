// Generated from wire/schema.ts by `npm run wire`. Do not edit.

/** Values of `trigger-source`. */
export const TriggerSource = {
  "mark": 0,
  "index": 1,
  /** last trade */
  "last": 2,
} as const;

export type TriggerSource = keyof typeof TriggerSource;

/** Names by value. */
export const TRIGGER_SOURCE_NAMES: readonly (TriggerSource | undefined)[] = ["mark", "index", "last"];
