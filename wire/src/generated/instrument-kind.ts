// Generated from wire/schema.ts by `npm run wire`. Do not edit.

/** Values of `instrument-kind`. */
export const InstrumentKind = {
  /** linear perpetual */
  "perpetual": 0,
  /** European, cash-settled */
  "option": 1,
} as const;

export type InstrumentKind = keyof typeof InstrumentKind;

/** Names by value. */
export const INSTRUMENT_KIND_NAMES: readonly (InstrumentKind | undefined)[] = ["perpetual", "option"];
