// Generated from wire/schema.ts by `npm run wire`. Do not edit.

/** Refusals by name: 1–99 the frame never became a command, 100–199 authorisation, 200–399 the engine. */
export const REJECTS = {
  "bad-frame": { code: 1, wire: "BAD_FRAME", doc: "Not a well-formed frame or message. Detail: byte offset. Check arity, minimal integers, trailing bytes, nesting." },
  "bad-type": { code: 2, wire: "BAD_TYPE", doc: "A field has the wrong msgpack type (floats are never allowed). Detail: byte offset." },
  "out-of-range": { code: 3, wire: "OUT_OF_RANGE", doc: "An integer does not fit its field. Detail: byte offset." },
  "bad-string": { code: 4, wire: "BAD_STRING", doc: "Client ids are [A-Za-z0-9_-]{1,36}. Detail: byte offset." },
  "unknown-op": { code: 5, wire: "UNKNOWN_OP", doc: "No command has this code. Detail: the code." },
  "frame-too-large": { code: 6, wire: "FRAME_TOO_LARGE", doc: "The frame exceeds the cap; the connection closes (1009). Detail: the cap." },
  "duplicate": { code: 7, wire: "DUPLICATE", doc: "Already executed; nothing happened now. Detail: the last counter or nonce." },
  "counter-gap": { code: 8, wire: "COUNTER_GAP", doc: "A frame was lost or reordered; reconnect. Detail: the expected counter." },
  "unknown-session": { code: 9, wire: "UNKNOWN_SESSION", doc: "No such session (the enclave may have restarted); open a new one." },
  "bad-seal": { code: 10, wire: "BAD_SEAL", doc: "The frame does not open under the session key; the connection closes." },
  "overloaded": { code: 11, wire: "OVERLOADED", doc: "Queue full; the command was not sequenced. Retry after the detail, in µs." },
  "poison": { code: 12, wire: "E_POISON", doc: "This command stopped the enclave before and is refused. Report it." },
  "head-ahead": { code: 13, wire: "HEAD_AHEAD", doc: "The client has seen a later or different history than this enclave has: it is rolled back or forked. The client must stop trading here and keep both heads." },
  "bad-signature": { code: 100, wire: "BAD_SIGNATURE", doc: "The delegation is not signed by the owner." },
  "bad-domain": { code: 101, wire: "BAD_DOMAIN", doc: "Signed for another chain or settlement contract." },
  "key-expired": { code: 102, wire: "KEY_EXPIRED", doc: "The delegation has expired. Detail: its expiry. Sign a new one." },
  "key-revoked": { code: 103, wire: "KEY_REVOKED", doc: "The delegation was revoked. Detail: the lowest nonce still valid." },
  "scope": { code: 104, wire: "SCOPE", doc: "The session key's scopes do not allow this command." },
  "no-account": { code: 105, wire: "NO_ACCOUNT", doc: "Nothing was ever deposited for this owner and sub-account." },
  "sessions-full": { code: 106, wire: "SESSIONS_FULL", doc: "The venue's session table is full; try later." },
  "bad-price": { code: 200, wire: "BAD_PRICE", doc: "Price must be 1 to the instrument's maximum. Detail: that maximum in ticks." },
  "bad-lots": { code: 201, wire: "BAD_QTY", doc: "Size must be 1 to the instrument's maximum. Detail: that maximum in lots." },
  "notional-limit": { code: 202, wire: "NOTIONAL_LIMIT", doc: "Price × size exceeds what an account may hold." },
  "no-market": { code: 203, wire: "NO_MARKET", doc: "No instrument has this id." },
  "market-closed": { code: 204, wire: "MARKET_CLOSED", doc: "The instrument's mode does not allow this order. Detail: the mode." },
  "client-id-conflict": { code: 205, wire: "CLIENT_ID_CONFLICT", doc: "This client id was used with other content. Detail: the order id it names." },
  "no-order": { code: 206, wire: "NO_ORDER", doc: "No open order of this account has that id." },
  "would-cross": { code: 207, wire: "WOULD_CROSS", doc: "A post-only order would trade. Detail: the opposite best price in ticks." },
  "would-not-fill": { code: 208, wire: "WOULD_NOT_FILL", doc: "Fill-or-kill: not enough size within the limit. Detail: lots available." },
  "not-reducing": { code: 209, wire: "NOT_REDUCING", doc: "A reduce-only order has no opposite position to reduce." },
  "margin": { code: 210, wire: "MARGIN", doc: "Equity would fall below the initial requirement. Detail: the shortfall in 1e-6." },
  "positions-full": { code: 211, wire: "POSITIONS_FULL", doc: "An account holds at most 16 instruments; use another sub-account." },
  "orders-full": { code: 212, wire: "ORDERS_FULL", doc: "The account's open-order cap is reached. Detail: the cap." },
  "capacity": { code: 213, wire: "E_CAPACITY", doc: "The venue's pool for this is full; nothing changed." },
  "withdraw-nonce": { code: 214, wire: "NONCE_WINDOW", doc: "A withdrawal nonce must be the last + 1. Detail: the expected nonce." },
  "withdraw-amount": { code: 215, wire: "WITHDRAW_AMOUNT", doc: "Zero, or more than is withdrawable. Detail: what is, in 1e-6." },
  "stale-round": { code: 216, wire: "STALE_ROUND", doc: "An oracle round must be newer than the last and not too old. Detail: the last round." },
  "bad-oracle": { code: 217, wire: "BAD_ORACLE", doc: "Too few valid oracle signatures, unsorted signers or prices, or a price that is not positive." },
  "inbox-order": { code: 218, wire: "INBOX_ORDER", doc: "Inbox entries are consumed in order. Detail: the expected index." },
  "self-trade": { code: 219, wire: "SELF_TRADE", doc: "The order would trade with the account's own order. Detail: that order's id." },
  "nothing-to-amend": { code: 220, wire: "NOTHING_TO_AMEND", doc: "An amend must change price or size." },
  "too-many-fills": { code: 221, wire: "TOO_MANY_FILLS", doc: "The order would need more fills than one command may make; the rest was cancelled or refused. Detail: the cap." },
  "bad-expiry": { code: 222, wire: "BAD_EXPIRY", doc: "The expiry has passed, or the order could not live that long: only good-till-cancel orders expire. Detail: engine time in µs." },
  "bad-trigger": { code: 223, wire: "BAD_TRIGGER", doc: "The trigger could never act as meant: out of range, met already, or beyond the price at which the account is liquidated first. Detail: the source's price, collateral per lot." },
  "bad-combination": { code: 224, wire: "BAD_COMBINATION", doc: "These fields contradict each other (docs/orders.md). Detail: the number of the rule." },
  "bad-group": { code: 225, wire: "BAD_GROUP", doc: "The group is full, has a primary already, or has none. Detail: how many orders a group may have." },
  "no-label": { code: 226, wire: "NO_LABEL", doc: "Label 0 names nothing." },
  "bad-quote": { code: 227, wire: "BAD_QUOTE", doc: "Quotes must ascend by instrument, name listed instruments and not cross themselves. Detail: the instrument." },
  "no-protection": { code: 228, wire: "NO_PROTECTION", doc: "The account has no such protection group; set it first." },
  "frozen": { code: 229, wire: "FROZEN", doc: "Market-maker protection tripped. Detail: engine time in µs at which it ends, or the largest integer until reset." },
  "bad-protection": { code: 230, wire: "BAD_PROTECTION", doc: "Group 0, no limit at all, or a window longer than an hour. Detail: the longest window in µs." },
  "bad-timeout": { code: 231, wire: "BAD_TIMEOUT", doc: "A dead-man timer is at most a day. Detail: that in µs." },
  "same-account": { code: 253, wire: "SAME_ACCOUNT", doc: "A transfer goes to another sub-account." },
  "bad-option": { code: 250, wire: "BAD_OPTION", doc: "An option needs a listed underlying, a positive strike, and an expiry at 08:00 UTC that is ahead." },
  "bad-smile": { code: 251, wire: "BAD_SMILE", doc: "A volatility smile is out of range, out of order or admits arbitrage. Detail: the underlying." },
  "not-expired": { code: 252, wire: "NOT_EXPIRED", doc: "The option has not expired, or its settlement window was extended. Detail: when it settles, in µs." },
} as const;

export type RejectName = keyof typeof REJECTS;

export interface RejectEntry {
  name: RejectName;
  /** The stable number. */
  code: number;
  /** What people read: `BAD_FRAME`. */
  wire: string;
  /** What was wrong, and what to do. */
  doc: string;
}

/** Refusals by code. */
export const REJECT_BY_CODE: ReadonlyMap<number, RejectEntry> = new Map(
  Object.entries(REJECTS).map(([name, entry]) => [entry.code, { name: name as RejectName, ...entry }]),
);
