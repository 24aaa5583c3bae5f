// Generated from wire/schema.ts by `npm run wire`. Do not edit.

/** Durability of an acknowledgement. */
export const Level = {
  /** survives nothing */
  "executed": 0,
  /** survives kill -9 of the host */
  "written": 1,
  /** survives power loss */
  "synced": 2,
} as const;

export type Level = keyof typeof Level;

/** Names by value. */
export const LEVEL_NAMES: readonly (Level | undefined)[] = ["executed", "written", "synced"];
