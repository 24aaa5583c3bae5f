// Generated from wire/schema.ts by `npm run wire`. Do not edit.

/** Values of `inbox-kind`. */
export const InboxKind = {
  "deposit": 1,
  "forced-withdraw": 2,
  "forced-close": 3,
  "forced-cancel-all": 4,
  "register-key": 5,
  "insurance-deposit": 6,
} as const;

export type InboxKind = keyof typeof InboxKind;

/** Names by value. */
export const INBOX_KIND_NAMES: readonly (InboxKind | undefined)[] = [undefined, "deposit", "forced-withdraw", "forced-close", "forced-cancel-all", "register-key", "insurance-deposit"];
