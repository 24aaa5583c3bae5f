// biome-ignore-all format: a message is read as a table, a few fields a line
/**
 * The one source of every message that crosses a boundary. `npm run wire` turns it into the Rust crate's structs and codec
 * (`enclave/wire/src/generated/`), the TypeScript codec (`wire/src/generated/`) and `docs/wire.md`.
 *
 * A message is a msgpack array: `[code, field, field, …]`, positional and strict (docs/boundaries.md). Changing a line here is a
 * protocol change: append fields or codes, never reorder them.
 */

export type Scalar =
  | "bool"
  | "u8"
  | "u16"
  | "u32"
  | "u64"
  | "i32"
  | "i64"
  | "bin16"
  | "bin20"
  | "bin32"
  | "bin65"
  | "clientId" // str, [A-Za-z0-9_-]{1,36}
  | "text"; // str, printable ASCII, at most 64 bytes

export type FieldType =
  | Scalar
  | { enum: string }
  | { optional: FieldType } // nil or the value
  | { list: string; max: number; min?: number } // array of a named record
  | { listOf: Scalar; max: number; min?: number }
  | { orderRef: true }; // uint order id, or str client id

export interface Field {
  name: string; // snake_case, unit last
  type: FieldType;
  doc: string;
}

export interface Message {
  name: string; // kebab-case; also the file name in both codecs
  code: number;
  doc: string;
  fields: Field[];
}

/** A record nested in a list: an array without a code. */
export interface RecordType {
  name: string;
  doc: string;
  fields: Field[];
}

export interface Enumeration {
  name: string;
  doc: string;
  values: { name: string; value: number; doc: string }[];
}

export interface Reject {
  name: string; // Rust and TypeScript derive PascalCase; the wire name is the SCREAMING form below
  code: number;
  wire: string; // what people read: BAD_FRAME
  doc: string; // what was wrong, and what to do
}

const f = (name: string, type: FieldType, doc: string): Field => ({ name, type, doc });
const opt = (type: FieldType): FieldType => ({ optional: type });
const e = (name: string): FieldType => ({ enum: name });

export const enumerations: Enumeration[] = [
  { name: "side", doc: "Direction of an order or of the taker.", values: [
    { name: "buy", value: 0, doc: "" }, { name: "sell", value: 1, doc: "" } ] },
  { name: "order-kind", doc: "", values: [
    { name: "limit", value: 0, doc: "`price_ticks` is the limit" },
    { name: "market", value: 1, doc: "`price_ticks` is the stated bound; never rests" } ] },
  { name: "time-in-force", doc: "", values: [
    { name: "good-till-cancel", value: 0, doc: "the residue rests" },
    { name: "immediate-or-cancel", value: 1, doc: "the residue is cancelled" },
    { name: "fill-or-kill", value: 2, doc: "all or nothing" } ] },
  { name: "instrument-kind", doc: "", values: [
    { name: "perpetual", value: 0, doc: "linear perpetual" }, { name: "option", value: 1, doc: "European, cash-settled" } ] },
  { name: "market-mode", doc: "", values: [
    { name: "open", value: 0, doc: "" }, { name: "post-only", value: 1, doc: "" }, { name: "cancel-only", value: 2, doc: "" },
    { name: "close-only", value: 3, doc: "only orders that reduce" }, { name: "halted", value: 4, doc: "nothing but withdrawals" } ] },
  { name: "level", doc: "Durability of an acknowledgement.", values: [
    { name: "executed", value: 0, doc: "survives nothing" }, { name: "written", value: 1, doc: "survives kill -9 of the host" },
    { name: "synced", value: 2, doc: "survives power loss" } ] },
  { name: "order-status", doc: "State of the order after the command.", values: [
    { name: "none", value: 0, doc: "the command has no order" }, { name: "resting", value: 1, doc: "" },
    { name: "filled", value: 2, doc: "" }, { name: "cancelled", value: 3, doc: "ended with lots unfilled" },
    { name: "waiting", value: 4, doc: "for its trigger, or for the order it is linked to; not in the book" } ] },
  { name: "close-reason", doc: "Why an order left the book.", values: [
    { name: "filled", value: 0, doc: "" }, { name: "cancelled-by-user", value: 1, doc: "" }, { name: "residue", value: 2, doc: "IOC or market residue" },
    { name: "liquidation", value: 3, doc: "" }, { name: "reduce-only", value: 4, doc: "the position it reduced is gone" },
    { name: "self-trade", value: 5, doc: "" }, { name: "forced", value: 6, doc: "by an inbox command" }, { name: "market-mode", value: 7, doc: "" },
    { name: "expired", value: 20, doc: "its time came" }, { name: "linked", value: 21, doc: "an order of its group filled, triggered or ended" },
    { name: "refused", value: 22, doc: "it triggered, and could not be placed then" }, { name: "protection", value: 23, doc: "market-maker protection" },
    { name: "dead-man", value: 24, doc: "`cancel-after` ran out" }, { name: "disconnect", value: 25, doc: "cancel-on-disconnect" }, { name: "replaced", value: 26, doc: "by a newer mass quote" } ] },
  { name: "role", doc: "", values: [ { name: "maker", value: 0, doc: "" }, { name: "taker", value: 1, doc: "" }, { name: "liquidation", value: 2, doc: "taken over by the insurance fund" } ] },
  { name: "inbox-kind", doc: "", values: [
    { name: "deposit", value: 1, doc: "" }, { name: "forced-withdraw", value: 2, doc: "" }, { name: "forced-close", value: 3, doc: "" },
    { name: "forced-cancel-all", value: 4, doc: "" }, { name: "register-key", value: 5, doc: "" }, { name: "insurance-deposit", value: 6, doc: "" } ] },
  { name: "self-trade-mode", doc: "What happens when an order would meet its owner's own.", values: [
    { name: "refuse", value: 0, doc: "the taker is refused" }, { name: "cancel-maker", value: 1, doc: "the resting order is cancelled" },
    { name: "cancel-both", value: 2, doc: "the resting order and the rest of the taker" }, { name: "decrement", value: 3, doc: "both lose the smaller size" } ] },
  { name: "trigger-kind", doc: "", values: [
    { name: "none", value: 0, doc: "" }, { name: "stop", value: 1, doc: "a buy when the source is at or above, a sell when at or below" },
    { name: "take-profit", value: 2, doc: "a buy when the source is at or below, a sell when at or above" } ] },
  { name: "trigger-source", doc: "", values: [
    { name: "mark", value: 0, doc: "" }, { name: "index", value: 1, doc: "" }, { name: "last", value: 2, doc: "last trade" } ] },
  { name: "link", doc: "Part of an order in its group.", values: [
    { name: "none", value: 0, doc: "" }, { name: "one-cancels-other", value: 1, doc: "what it fills, the others of its kind lose" },
    { name: "primary", value: 2, doc: "its fills wake the secondaries" }, { name: "secondary", value: 3, doc: "waits for the primary, then is one-cancels-other" } ] },
  { name: "margin-mode", doc: "How an account's requirement is computed (docs/risk.md).", values: [
    { name: "standard", value: 0, doc: "each position by itself" }, { name: "portfolio", value: 1, doc: "what all positions on one underlying lose together in the worst of 33 scenarios" } ] },
];

export const records: RecordType[] = [
  { name: "head", doc: "A point of the venue's history that a client has seen.", fields: [
    f("epoch", "u64", ""), f("sequence", "u64", ""), f("chain_hash", "bin32", ""),
    f("signature", opt("bin65"), "of the enclave that signed it as a head (EIP-712 `Head`); nil for one taken from a result") ] },
  { name: "level-change", doc: "A price level after the command; `lots` 0 removes it.", fields: [
    f("side", e("side"), ""), f("price_ticks", "u32", ""), f("lots", "u64", "total resting after the command") ] },
  { name: "trade", doc: "", fields: [
    f("trade_id", "u64", "gap-free per venue"), f("price_ticks", "u32", "the maker's"), f("lots", "u32", ""), f("taker_side", e("side"), "") ] },
  { name: "oracle-price", doc: "", fields: [
    f("instrument", "u16", ""), f("index", "i64", "collateral per lot") ] },
  { name: "oracle-signature", doc: "", fields: [
    f("signer", "u8", "index into the configured signers; strictly ascending"), f("signature", "bin65", "r‖s‖v over the round's digest") ] },
  { name: "instrument-config", doc: "", fields: [
    f("instrument", "u16", "id, from 1"), f("symbol", "text", ""), f("kind", e("instrument-kind"), ""),
    f("tick_value", "u64", "collateral per tick and lot"), f("lots_max", "u32", "largest order"), f("price_ticks_max", "u32", "highest legal price"),
    f("initial_ppm", "u32", "initial margin fraction"), f("maintenance_ppm", "u32", "maintenance margin fraction"),
    f("maker_fee_ppm", "i32", "negative is a rebate, at most what the taker pays"), f("taker_fee_ppm", "i32", ""),
    f("liquidation_fee_ppm", "u32", "to the insurance fund, at most"), f("index", "i64", "price at listing, collateral per lot") ] },
  { name: "option-config", doc: "An option listed at genesis; the fields of `list-option`.", fields: [
    f("instrument", "u16", "id, from 1"), f("symbol", "text", ""), f("tick_value", "u64", "collateral per tick and lot"), f("lots_max", "u32", "largest order"),
    f("price_ticks_max", "u32", "highest legal price"), f("maker_fee_ppm", "i32", "negative is a rebate, at most what the taker pays"), f("taker_fee_ppm", "i32", ""),
    f("liquidation_fee_ppm", "u32", "to the insurance fund, at most"), f("mark", "i64", "first mark, collateral per lot"), f("underlying", "u16", "the perpetual whose index settles it"),
    f("is_call", "bool", ""), f("strike", "i64", "collateral per lot"), f("expiry_us", "u64", "08:00 UTC of a day") ] },
  { name: "poison", doc: "A command the enclave must refuse.", fields: [ f("sequence", "u64", ""), f("digest", "bin32", ""), f("tries", "u8", "") ] },
];

/** Commands of a session, codes 1–63: what an account may ask for. */
export const commands: Message[] = [
  { name: "place", code: 1, doc: "Places an order. The same client id with the same content returns the stored result; with other content `CLIENT_ID_CONFLICT`.", fields: [
    f("client_id", opt("clientId"), "unique per sub-account among open orders and the recent past"), f("instrument", "u16", ""), f("side", e("side"), ""),
    f("kind", e("order-kind"), ""), f("time_in_force", e("time-in-force"), ""), f("price_ticks", "u32", "limit, or the bound of a market order"),
    f("lots", "u32", ""), f("post_only", "bool", "rejected if it would cross"), f("reduce_only", "bool", "never opens or grows a position") ] },
  { name: "amend", code: 2, doc: "Changes price or size of a resting order. A smaller size at the same price keeps its place.", fields: [
    f("order", { orderRef: true }, ""), f("price_ticks", "u32", ""), f("lots", "u32", "new remaining size") ] },
  { name: "cancel", code: 3, doc: "Cancels one order. `NO_ORDER` if unknown, filled or another account's: the three are not told apart.", fields: [
    f("order", { orderRef: true }, "") ] },
  { name: "cancel-all", code: 4, doc: "Cancels every order of the account.", fields: [ f("instrument", opt("u16"), "nil: all instruments") ] },
  { name: "query", code: 5, doc: "What became of a client order id. Always answers.", fields: [ f("client_id", "clientId", "") ] },
  { name: "withdraw", code: 6, doc: "Withdraws collateral to the owner, claimable on chain once its batch is anchored.", fields: [
    f("nonce", "u64", "the account's last withdrawal nonce + 1; the last one again returns `DUPLICATE`"), f("amount", "u64", "1e-6 of the token") ] },
  { name: "ping", code: 7, doc: "Answers with engine time.", fields: [ f("token", "u64", "returned") ] },
  { name: "revoke", code: 8, doc: "Voids every delegation of the account whose nonce is below this.", fields: [ f("nonce", "u64", "") ] },
  { name: "account-query", code: 9, doc: "Asks for an `account` event.", fields: [] },
  { name: "place-advanced", code: 10, doc: "Places an order with everything `place` leaves out (docs/orders.md).", fields: [
    f("client_id", opt("clientId"), "as for `place`"), f("instrument", "u16", ""), f("side", e("side"), ""), f("kind", e("order-kind"), ""),
    f("time_in_force", e("time-in-force"), ""), f("price_ticks", "u32", "limit, or the bound of a market order"), f("lots", "u32", ""),
    f("post_only", "bool", "rejected if it would cross, unless it slides"), f("reduce_only", "bool", "never opens or grows a position"),
    f("self_trade", e("self-trade-mode"), ""), f("slide", "bool", "a post-only order that would cross rests one tick behind the best opposite price"),
    f("expiry_us", "u64", "engine time at which it is cancelled, 0 for never"), f("label", "u32", "the account's own, for cancelling together; 0 for none"),
    f("trigger", e("trigger-kind"), ""), f("trigger_source", e("trigger-source"), ""), f("trigger_ticks", "u32", "0 without a trigger"),
    f("group", "u32", "the account's own name of linked orders, 0 for none"), f("link", e("link"), ""),
    f("protection", "u8", "market-maker protection group, 0 for none") ] },
  { name: "cancel-label", code: 11, doc: "Cancels every order of the account with this label.", fields: [
    f("label", "u32", ""), f("instrument", opt("u16"), "nil: all instruments") ] },
  { name: "cancel-after", code: 12, doc: "Dead-man timer: unless renewed, every order of the account is cancelled at the first tick after this time.", fields: [
    f("timeout_us", "u64", "from now, in engine time; 0 disarms") ] },
  { name: "mass-quote", code: 13, doc: "Replaces the account's quotes under this label: for every instrument named, the older ones leave before the new ones are placed, post-only.", fields: [
    f("label", "u32", "not 0"), f("protection", "u8", "market-maker protection group, 0 for none"), f("slide", "bool", "a side that would cross rests one tick behind instead of being refused"),
    f("quotes", { list: "quote-pair", max: 16, min: 1 }, "ascending by instrument") ] },
  { name: "set-protection", code: 14, doc: "Market-maker protection of one group: a fill that would exceed a limit within the window does not happen; the group's orders are cancelled and it is frozen.", fields: [
    f("group", "u8", "not 0"), f("window_us", "u64", "0 removes the protection"), f("frozen_us", "u64", "0: until reset"),
    f("lots_max", "u64", "gross lots in the window, 0 for no limit"), f("delta_max", "u64", "net delta in millionths of a lot, 0 for no limit"),
    f("vega_max", "u64", "net vega, 0 for no limit") ] },
  { name: "reset-protection", code: 15, doc: "Unfreezes a group and starts its window afresh.", fields: [ f("group", "u8", "") ] },
  { name: "cancel-on-disconnect", code: 16, doc: "Whether the account's orders are cancelled when this connection ends. Off until asked for.", fields: [ f("is_on", "bool", "") ] },
  { name: "set-margin-mode", code: 17, doc: "Sets how the account's requirement is computed; refused if the account would not be healthy then.", fields: [ f("mode", e("margin-mode"), "") ] },
  { name: "transfer", code: 18, doc: "Moves collateral to another sub-account of the same owner, which it opens if need be. Needs the withdraw scope.", fields: [
    f("subaccount", "u8", "to"), f("amount", "u64", "1e-6 of the token, at most what is withdrawable") ] },
];
records.push({ name: "quote-pair", doc: "Both sides of one instrument; a side with 0 lots is only withdrawn.", fields: [
  f("instrument", "u16", ""), f("bid_ticks", "u32", ""), f("bid_lots", "u32", ""), f("ask_ticks", "u32", ""), f("ask_lots", "u32", "") ] });
records.push({ name: "quote-leg", doc: "What became of one pair.", fields: [
  f("instrument", "u16", ""), f("bid_order_id", "u64", "0 if it does not rest"), f("bid_code", "u16", "0, or a reject code"),
  f("ask_order_id", "u64", "0 if it does not rest"), f("ask_code", "u16", "0, or a reject code") ] });

/** Commands only the enclave itself sequences, codes 64–95. */
export const systemCommands: Message[] = [
  { name: "list-instrument", code: 64, doc: "From the attested configuration, at genesis.", fields: [ f("config", { list: "instrument-config", max: 1, min: 1 }, "") ] },
  { name: "tick", code: 65, doc: "Engine time moves to the header's time.", fields: [] },
  { name: "oracle-round", code: 66, doc: "Index prices signed by k of n oracles. Digest: keccak256 of `\"sealbook.oracle\" ‖ chain id u64 BE ‖ settlement 20 ‖ round u64 BE ‖ time u64 BE ‖ (instrument u16 BE ‖ index i64 BE)*`.", fields: [
    f("round", "u64", "strictly increasing"), f("time_us", "u64", ""), f("prices", { list: "oracle-price", max: 64 }, "ascending by instrument"),
    f("signatures", { list: "oracle-signature", max: 16 }, "") ] },
  { name: "inbox-entry", code: 67, doc: "One entry of the on-chain inbox, in order.", fields: [
    f("index", "u64", ""), f("kind", e("inbox-kind"), ""), f("owner", "bin20", ""), f("subaccount", "u8", ""), f("amount", "u64", "1e-6 of the token"),
    f("data", "bin32", ""), f("at", "u64", "block timestamp, s") ] },
  { name: "epoch-opened", code: 68, doc: "First record of an epoch.", fields: [
    f("epoch", "u64", ""), f("previous_sequence", "u64", ""), f("previous_chain_hash", "bin32", ""), f("signer", "bin20", "") ] },
  { name: "set-market-mode", code: 69, doc: "What a market takes from now on. From outside only signed (docs/boundaries.md section 12).", fields: [ f("instrument", "u16", ""), f("mode", e("market-mode"), ""),
    f("number", "u64", "of the order, strictly increasing over all three kinds; 0 from the enclave itself"), f("signatures", { list: "oracle-signature", max: 16 }, "") ] },
  { name: "connection-closed", code: 70, doc: "A connection ended whose session asked for cancel-on-disconnect.", fields: [ f("account", "u32", "") ] },
  { name: "instrument-risk", code: 75, doc: "Sets an instrument's margin ramps and oracle guards. All zero, the state at listing, switches them off.", fields: [
    f("instrument", "u16", ""), f("ramp_ppm", "u32", "added to both margin fractions for each 2^ramp_shift lots of a position"), f("ramp_shift", "u8", "at most 40"),
    f("interest_low_lots", "u64", "open interest from which the initial fraction rises"), f("interest_high_lots", "u64", "open interest at which it reaches one; 0: never"),
    f("stale_us", "u64", "age of the index from which the market is post-only; close-only at 4 times, cancel-only at 16 times; 0: never"),
    f("volatile_ppm", "u32", "distance of the index from its 5 minute average from which it is post-only; close-only at twice; 0: never"),
    f("number", "u64", "as for `set-market-mode`"), f("signatures", { list: "oracle-signature", max: 16 }, "") ] },
  { name: "list-option", code: 76, doc: "Lists a European, cash-settled option on a listed perpetual's index.", fields: [
    f("config", { list: "instrument-config", max: 1, min: 1 }, "kind option; `index` is the first mark; the margin fractions are not used"), f("underlying", "u16", "the perpetual whose index settles it"),
    f("is_call", "bool", ""), f("strike", "i64", "collateral per lot"), f("expiry_us", "u64", "08:00 UTC of a day"),
    f("number", "u64", "as for `set-market-mode`"), f("signatures", { list: "oracle-signature", max: 16 }, "") ] },
  { name: "volatility-round", code: 77, doc: "SVI smiles signed by k of n oracles. Digest: keccak256 of `\"sealbook.volatility\" ‖ chain id u64 BE ‖ settlement 20 ‖ round u64 BE ‖ time u64 BE ‖ (underlying u16 BE ‖ expiry u64 BE ‖ forward ‖ a ‖ b ‖ rho ‖ m ‖ s, i64 BE each)*`.", fields: [
    f("round", "u64", "strictly increasing"), f("time_us", "u64", ""), f("smiles", { list: "smile", max: 64 }, "ascending by underlying, then expiry"),
    f("signatures", { list: "oracle-signature", max: 16 }, "") ] },
  { name: "expire", code: 78, doc: "Settles an option whose expiry has passed, in cash. Anyone's host may send it; repeated until nothing is left.", fields: [ f("instrument", "u16", "") ] },
];

/** Session messages, codes 96–111. */
export const sessionMessages: Message[] = [
  { name: "open-session", code: 96, doc: "First message, inside HPKE.", fields: [
    f("chain_id", "u64", ""), f("settlement", "bin20", ""), f("owner", "bin20", "the wallet"), f("subaccount", "u8", ""), f("scopes", "u8", "bit 0 trade, 1 cancel, 2 withdraw"),
    f("expiry", "u64", "s"), f("nonce", "u64", "delegation nonce"), f("signature", "bin65", "EIP-712 Delegation by the wallet"), f("level", e("level"), "when to acknowledge"),
    f("head", { list: "head", max: 2 }, "highest heads this client has seen, if any: from a result, and signed") ] },
];

/** Events to a session, codes 128–159. */
export const events: Message[] = [
  { name: "session-opened", code: 128, doc: "", fields: [
    f("account", opt("u32"), "nil until the first deposit"), f("level", e("level"), ""), f("epoch", "u64", ""), f("sequence", "u64", "head at opening"),
    f("chain_hash", "bin32", ""), f("time_us", "u64", "") ] },
  { name: "result", code: 129, doc: "The outcome of one command; exactly one each, in order.", fields: [
    f("counter", "u64", "of the frame"), f("index", "u8", "of the command in it"), f("code", "u16", "0, or a reject code"), f("detail", "u64", "what the reject's text says, else 0"),
    f("order_id", "u64", "0 when the command has none"), f("status", e("order-status"), ""), f("filled_lots", "u32", "by this command"), f("remaining_lots", "u32", ""),
    f("epoch", "u64", ""), f("sequence", "u64", "0 if never sequenced"), f("chain_hash", "bin32", ""), f("time_us", "u64", "engine time"), f("level", e("level"), ""),
    f("result_digest", "bin32", "of outcome and events, as the record has it"), f("blind", "bin16", "of the record: with command, header and digest it is the record's plaintext") ] },
  { name: "fill", code: 130, doc: "", fields: [
    f("sequence", "u64", ""), f("trade_id", "u64", ""), f("instrument", "u16", ""), f("order_id", "u64", ""), f("client_id", opt("clientId"), ""), f("side", e("side"), ""),
    f("price_ticks", "u32", ""), f("lots", "u32", ""), f("remaining_lots", "u32", ""), f("fee", "i64", "positive is paid"), f("role", e("role"), "") ] },
  { name: "order-closed", code: 131, doc: "A resting order left the book other than by being filled.", fields: [
    f("sequence", "u64", ""), f("instrument", "u16", ""), f("order_id", "u64", ""), f("client_id", opt("clientId"), ""), f("lots", "u32", "unfilled"), f("reason", e("close-reason"), "") ] },
  { name: "credited", code: 132, doc: "A deposit arrived.", fields: [ f("sequence", "u64", ""), f("account", "u32", ""), f("amount", "u64", ""), f("inbox_index", "u64", "") ] },
  { name: "withdrawn", code: 133, doc: "A withdrawal was recorded; claim it once its batch is on chain.", fields: [
    f("sequence", "u64", ""), f("amount", "u64", ""), f("nonce", "u64", "") ] },
  { name: "liquidated", code: 134, doc: "", fields: [
    f("sequence", "u64", ""), f("instrument", "u16", ""), f("lots", "i64", "signed size taken over by the insurance fund or by deleveraging"), f("price", "i64", "zero price, collateral per lot"), f("fee", "i64", "") ] },
  { name: "account", code: 135, doc: "Answer to `account-query`.", fields: [
    f("sequence", "u64", ""), f("account", "u32", ""), f("collateral", "i64", ""), f("equity", "i64", ""), f("margin_initial", "i64", "open orders on the worse side included"),
    f("margin_maintenance", "i64", ""), f("withdrawable", "i64", ""), f("nonce", "u64", "last withdrawal nonce"), f("positions", { list: "position", max: 16 }, ""), f("margin_mode", e("margin-mode"), "") ] },
  { name: "error", code: 136, doc: "A frame that could not become commands.", fields: [ f("counter", "u64", "0 if unknown"), f("code", "u16", ""), f("detail", "u64", "byte offset, or what the code's text says") ] },
  { name: "order-resized", code: 137, doc: "An order lost lots without trading and stays.", fields: [
    f("sequence", "u64", ""), f("instrument", "u16", ""), f("order_id", "u64", ""), f("client_id", opt("clientId"), ""), f("lots", "u32", "now open"), f("reason", e("close-reason"), "") ] },
  { name: "order-triggered", code: 138, doc: "A waiting order's trigger was met; what it did follows.", fields: [
    f("sequence", "u64", ""), f("instrument", "u16", ""), f("order_id", "u64", ""), f("client_id", opt("clientId"), ""), f("source", e("trigger-source"), ""), f("price", "i64", "of the source, collateral per lot") ] },
  { name: "order-opened", code: 139, doc: "An order rests, or waits, with these terms.", fields: [
    f("sequence", "u64", ""), f("instrument", "u16", ""), f("order_id", "u64", ""), f("client_id", opt("clientId"), ""), f("side", e("side"), ""), f("price_ticks", "u32", ""),
    f("lots", "u32", ""), f("status", e("order-status"), "resting or waiting") ] },
  { name: "quote-result", code: 140, doc: "What became of each pair of a mass quote; sent to the session that asked.", fields: [
    f("sequence", "u64", ""), f("legs", { list: "quote-leg", max: 16 }, "in the order of the command") ] },
  { name: "protection-tripped", code: 141, doc: "Market-maker protection blocked a fill, cancelled the group's orders and froze it.", fields: [
    f("sequence", "u64", ""), f("group", "u8", ""), f("frozen_until_us", "u64", "engine time; the largest integer until reset") ] },
  { name: "deleveraged", code: 146, doc: "Part of a position was closed against a bankrupt account at that account's zero price: the highest leverages first, down to a common level.", fields: [
    f("sequence", "u64", ""), f("instrument", "u16", ""), f("lots", "i64", "signed change of the position"), f("price", "i64", "collateral per lot"),
    f("leverage_before_ppm", "u64", ""), f("leverage_after_ppm", "u64", "never above the one before") ] },
  { name: "socialised", code: 147, doc: "This withdrawal paid less than it took: the insurance fund owes more than it has, and who leaves bears a share.", fields: [
    f("sequence", "u64", ""), f("amount", "u64", "taken from the account and not paid out, 1e-6 of the token") ] },
  { name: "expired", code: 148, doc: "A position in an option was settled in cash.", fields: [
    f("sequence", "u64", ""), f("instrument", "u16", ""), f("lots", "i64", "signed size settled"), f("settlement", "i64", "average index of the last 30 minutes, collateral per lot"), f("payoff", "i64", "collateral per lot") ] },
  { name: "funding-settled", code: 149, doc: "Funding of a position since it was last settled left the collateral; sent before whatever touched the position.", fields: [
    f("sequence", "u64", ""), f("instrument", "u16", ""), f("amount", "i64", "positive is paid, negative received, 1e-6 of the token") ] },
  { name: "transferred", code: 150, doc: "Collateral moved between two sub-accounts of the owner.", fields: [
    f("sequence", "u64", ""), f("subaccount", "u8", "the other one"), f("amount", "i64", "positive came in, 1e-6 of the token") ] },
  { name: "covered", code: 151, doc: "The insurance fund paid what the account owed and had no position left to pay from.", fields: [
    f("sequence", "u64", ""), f("amount", "u64", "1e-6 of the token") ] },
];
records.push({ name: "smile", doc: "Volatility of one expiry: total variance w(k) = a + b(ρ(k − m) + √((k − m)² + s²)), k = ln(K/F).", fields: [
  f("underlying", "u16", ""), f("expiry_us", "u64", ""), f("forward", "i64", "collateral per lot"), f("a", "i64", "1e-9"), f("b", "i64", "1e-9"), f("rho", "i64", "1e-9"),
  f("m", "i64", "1e-9"), f("s", "i64", "1e-9") ] });
records.push({ name: "position", doc: "", fields: [ f("instrument", "u16", ""), f("lots", "i64", ""), f("cost", "i64", ""), f("funding_owed", "i64", "positive is owed by the account") ] });

/** Public messages, codes 160–175. */
export const publicMessages: Message[] = [
  { name: "market", code: 160, doc: "What one command changed in one book. Gap-free: `previous_sequence` is the last public sequence of this instrument.", fields: [
    f("epoch", "u64", ""), f("sequence", "u64", ""), f("previous_sequence", "u64", ""), f("instrument", "u16", ""), f("time_us", "u64", ""),
    f("levels", { list: "level-change", max: 512 }, ""), f("trades", { list: "trade", max: 512 }, "") ] },
  { name: "ticker", code: 161, doc: "After an oracle round.", fields: [
    f("epoch", "u64", ""), f("sequence", "u64", ""), f("instrument", "u16", ""), f("time_us", "u64", ""), f("mark", "i64", "collateral per lot"), f("index", "i64", ""),
    f("funding_rate_ppb", "i64", "last applied, per hour"), f("open_interest_lots", "u64", ""), f("mode", e("market-mode"), ""),
    f("sigma_nano", "u64", "volatility an option is priced at, 1e-9 a year; 0 for a perpetual"), f("delta_nano", "i64", "gain per unit of the index, 1e-9"),
    f("gamma_nano", "i64", "change of that when the index gains a whole token a lot, 1e-9"), f("vega_point", "i64", "gain per point (1 % a year) of volatility, collateral per lot"),
    f("theta_day", "i64", "gain by a day passing, collateral per lot"), f("book_sequence", "u64", "public sequence of the instrument's last `market` message"),
    f("book_checksum", "u32", "CRC-32C of the book as of it: for each side, bids first, its ten best levels, best first, each `u32 price in ticks ‖ u64 lots`, little-endian; after the bids one byte `2f`") ] },
  { name: "signed-head", code: 162, doc: "", fields: [ f("epoch", "u64", ""), f("sequence", "u64", ""), f("chain_hash", "bin32", ""), f("signature", "bin65", "") ] },
  { name: "terms", code: 163, doc: "What an instrument is: at its listing, and after a restart of the enclave.", fields: [
    f("epoch", "u64", ""), f("sequence", "u64", ""), f("instrument", "u16", ""), f("kind", e("instrument-kind"), ""), f("tick_value", "u64", "collateral per tick and lot"),
    f("lots_max", "u32", ""), f("price_ticks_max", "u32", ""), f("maker_fee_ppm", "i32", ""), f("taker_fee_ppm", "i32", ""), f("initial_ppm", "u32", "0 for an option"), f("maintenance_ppm", "u32", "0 for an option"),
    f("liquidation_fee_ppm", "u32", ""), f("underlying", "u16", "0 for a perpetual, as all that follows"), f("is_call", "bool", ""), f("strike", "i64", ""), f("expiry_us", "u64", ""), f("is_settled", "bool", "") ] },
];

/** Host–enclave control messages, codes 176–199. */
export const controlMessages: Message[] = [
  { name: "enclave-config", code: 176, doc: "Fixed for the life of a venue; its SHA-256 is attested.", fields: [
    f("chain_id", "u64", ""), f("registry", "bin20", ""), f("settlement", "bin20", ""), f("instruments", { list: "instrument-config", max: 512 }, "listed at genesis"),
    f("oracle_signers", { listOf: "bin20", max: 16 }, ""), f("oracle_threshold", "u8", ""), f("oracle_age_us_max", "u64", ""), f("tick_us_max", "u64", "largest step of engine time per tick"),
    f("accounts_max", "u32", ""), f("orders_max", "u32", ""), f("batch_commands_max", "u32", "a batch closes at this many commands"), f("batch_us_max", "u64", "or at this age"),
    f("platform_seed", "bin32", "simulated platform only: stands for the CPU's fuses"), f("is_simulated", "bool", ""),
    f("instruments_max", "u16", "highest instrument id the venue will ever list, at most 512; 0: the highest at genesis"), f("options", { list: "option-config", max: 512 }, "listed at genesis, behind the instruments") ] },
  { name: "boot-request", code: 177, doc: "", fields: [ f("block_hash", "bin32", "recent L1 block"), f("time_us", "u64", ""), f("is_debug", "bool", "launch with the DEBUG attribute: refused by every policy, used to prove it") ] },
  { name: "boot-reply", code: 178, doc: "", fields: [ f("signer", "bin20", ""), f("encryption_key", "bin32", "X25519"), f("config_hash", "bin32", ""), f("genesis_hash", "bin32", ""), f("state_root", "bin32", "of the genesis state, before any command") ] },
  { name: "recovery-end", code: 179, doc: "The chain's head.", fields: [ f("epoch", "u64", ""), f("batch_number", "u64", ""), f("last_sequence", "u64", ""), f("state_root", "bin32", ""), f("inbox_cursor", "u64", "") ] },
  { name: "open-epoch", code: 180, doc: "Reply of sealbook_open_epoch.", fields: [
    f("epoch", "u64", ""), f("previous_epoch", "u64", ""), f("batch_number", "u64", ""), f("last_sequence", "u64", ""), f("state_root", "bin32", ""), f("signature", "bin65", "") ] },
  { name: "poison-list", code: 181, doc: "", fields: [ f("poisons", { list: "poison", max: 64 }, "") ] },
  { name: "enclave-status", code: 182, doc: "", fields: [
    f("state", "u8", "0 loaded, 1 booted, 2 recovered, 3 running, 4 stopped, 5 faulted"), f("epoch", "u64", ""), f("sequence", "u64", ""), f("chain_hash", "bin32", ""), f("state_root", "bin32", "at the last closed batch"),
    f("batch_number", "u64", ""), f("inbox_cursor", "u64", ""), f("commands", "u64", "sequenced since start"), f("rejects", "u64", ""), f("trades", "u64", ""), f("accounts", "u32", ""), f("orders", "u32", "resting"),
    f("latency_ns_p50", "u64", "slot in to slot out, over the last window"), f("latency_ns_p99", "u64", ""), f("latency_ns_p999", "u64", ""), f("batch_close_us", "u64", "last batch, batch thread") ] },
];

/**
 * Rejects and frame errors: stable numbers. 1–99 the frame never became a command (connection closes where the text says so);
 * 100–199 authorisation; 200–399 the engine.
 */
export const rejects: Reject[] = [
  { name: "bad-frame", code: 1, wire: "BAD_FRAME", doc: "Not a well-formed frame or message. Detail: byte offset. Check arity, minimal integers, trailing bytes, nesting." },
  { name: "bad-type", code: 2, wire: "BAD_TYPE", doc: "A field has the wrong msgpack type (floats are never allowed). Detail: byte offset." },
  { name: "out-of-range", code: 3, wire: "OUT_OF_RANGE", doc: "An integer does not fit its field. Detail: byte offset." },
  { name: "bad-string", code: 4, wire: "BAD_STRING", doc: "Client ids are [A-Za-z0-9_-]{1,36}. Detail: byte offset." },
  { name: "unknown-op", code: 5, wire: "UNKNOWN_OP", doc: "No command has this code. Detail: the code." },
  { name: "frame-too-large", code: 6, wire: "FRAME_TOO_LARGE", doc: "The frame exceeds the cap; the connection closes (1009). Detail: the cap." },
  { name: "duplicate", code: 7, wire: "DUPLICATE", doc: "Already executed; nothing happened now. Detail: the last counter or nonce." },
  { name: "counter-gap", code: 8, wire: "COUNTER_GAP", doc: "A frame was lost or reordered; reconnect. Detail: the expected counter." },
  { name: "unknown-session", code: 9, wire: "UNKNOWN_SESSION", doc: "No such session (the enclave may have restarted); open a new one." },
  { name: "bad-seal", code: 10, wire: "BAD_SEAL", doc: "The frame does not open under the session key; the connection closes." },
  { name: "overloaded", code: 11, wire: "OVERLOADED", doc: "Queue full; the command was not sequenced. Retry after the detail, in µs." },
  { name: "poison", code: 12, wire: "E_POISON", doc: "This command stopped the enclave before and is refused. Report it." },
  { name: "head-ahead", code: 13, wire: "HEAD_AHEAD", doc: "The client has seen a later or different history than this enclave has: it is rolled back or forked. The client must stop trading here and keep both heads." },
  { name: "bad-signature", code: 100, wire: "BAD_SIGNATURE", doc: "The delegation is not signed by the owner." },
  { name: "bad-domain", code: 101, wire: "BAD_DOMAIN", doc: "Signed for another chain or settlement contract." },
  { name: "key-expired", code: 102, wire: "KEY_EXPIRED", doc: "The delegation has expired. Detail: its expiry. Sign a new one." },
  { name: "key-revoked", code: 103, wire: "KEY_REVOKED", doc: "The delegation was revoked. Detail: the lowest nonce still valid." },
  { name: "scope", code: 104, wire: "SCOPE", doc: "The session key's scopes do not allow this command." },
  { name: "no-account", code: 105, wire: "NO_ACCOUNT", doc: "Nothing was ever deposited for this owner and sub-account." },
  { name: "sessions-full", code: 106, wire: "SESSIONS_FULL", doc: "The venue's session table is full; try later." },
  { name: "bad-price", code: 200, wire: "BAD_PRICE", doc: "Price must be 1 to the instrument's maximum. Detail: that maximum in ticks." },
  { name: "bad-lots", code: 201, wire: "BAD_QTY", doc: "Size must be 1 to the instrument's maximum. Detail: that maximum in lots." },
  { name: "notional-limit", code: 202, wire: "NOTIONAL_LIMIT", doc: "Price × size exceeds what an account may hold." },
  { name: "no-market", code: 203, wire: "NO_MARKET", doc: "No instrument has this id." },
  { name: "market-closed", code: 204, wire: "MARKET_CLOSED", doc: "The instrument's mode does not allow this order. Detail: the mode." },
  { name: "client-id-conflict", code: 205, wire: "CLIENT_ID_CONFLICT", doc: "This client id was used with other content. Detail: the order id it names." },
  { name: "no-order", code: 206, wire: "NO_ORDER", doc: "No open order of this account has that id." },
  { name: "would-cross", code: 207, wire: "WOULD_CROSS", doc: "A post-only order would trade. Detail: the opposite best price in ticks." },
  { name: "would-not-fill", code: 208, wire: "WOULD_NOT_FILL", doc: "Fill-or-kill: not enough size within the limit. Detail: lots available." },
  { name: "not-reducing", code: 209, wire: "NOT_REDUCING", doc: "A reduce-only order has no opposite position to reduce." },
  { name: "margin", code: 210, wire: "MARGIN", doc: "Equity would fall below the initial requirement. Detail: the shortfall in 1e-6." },
  { name: "positions-full", code: 211, wire: "POSITIONS_FULL", doc: "An account holds at most 16 instruments; use another sub-account." },
  { name: "orders-full", code: 212, wire: "ORDERS_FULL", doc: "The account's open-order cap is reached. Detail: the cap." },
  { name: "capacity", code: 213, wire: "E_CAPACITY", doc: "The venue's pool for this is full; nothing changed." },
  { name: "withdraw-nonce", code: 214, wire: "NONCE_WINDOW", doc: "A withdrawal nonce must be the last + 1. Detail: the expected nonce." },
  { name: "withdraw-amount", code: 215, wire: "WITHDRAW_AMOUNT", doc: "Zero, or more than is withdrawable. Detail: what is, in 1e-6." },
  { name: "stale-round", code: 216, wire: "STALE_ROUND", doc: "An oracle round must be newer than the last and not too old. Detail: the last round." },
  { name: "bad-oracle", code: 217, wire: "BAD_ORACLE", doc: "Too few valid oracle signatures, unsorted signers or prices, or a price that is not positive." },
  { name: "inbox-order", code: 218, wire: "INBOX_ORDER", doc: "Inbox entries are consumed in order. Detail: the expected index." },
  { name: "self-trade", code: 219, wire: "SELF_TRADE", doc: "The order would trade with the account's own order. Detail: that order's id." },
  { name: "nothing-to-amend", code: 220, wire: "NOTHING_TO_AMEND", doc: "An amend must change price or size." },
  { name: "too-many-fills", code: 221, wire: "TOO_MANY_FILLS", doc: "The order would need more fills than one command may make; the rest was cancelled or refused. Detail: the cap." },
  { name: "bad-expiry", code: 222, wire: "BAD_EXPIRY", doc: "The expiry has passed, or the order could not live that long: only good-till-cancel orders expire. Detail: engine time in µs." },
  { name: "bad-trigger", code: 223, wire: "BAD_TRIGGER", doc: "The trigger could never act as meant: out of range, met already, or beyond the price at which the account is liquidated first. Detail: the source's price, collateral per lot." },
  { name: "bad-combination", code: 224, wire: "BAD_COMBINATION", doc: "These fields contradict each other (docs/orders.md). Detail: the number of the rule." },
  { name: "bad-group", code: 225, wire: "BAD_GROUP", doc: "The group is full, has a primary already, or has none. Detail: how many orders a group may have." },
  { name: "no-label", code: 226, wire: "NO_LABEL", doc: "Label 0 names nothing." },
  { name: "bad-quote", code: 227, wire: "BAD_QUOTE", doc: "Quotes must ascend by instrument, name listed instruments and not cross themselves. Detail: the instrument." },
  { name: "no-protection", code: 228, wire: "NO_PROTECTION", doc: "The account has no such protection group; set it first." },
  { name: "frozen", code: 229, wire: "FROZEN", doc: "Market-maker protection tripped. Detail: engine time in µs at which it ends, or the largest integer until reset." },
  { name: "bad-protection", code: 230, wire: "BAD_PROTECTION", doc: "Group 0, no limit at all, or a window longer than an hour. Detail: the longest window in µs." },
  { name: "bad-timeout", code: 231, wire: "BAD_TIMEOUT", doc: "A dead-man timer is at most a day. Detail: that in µs." },
  { name: "same-account", code: 253, wire: "SAME_ACCOUNT", doc: "A transfer goes to another sub-account." },
  { name: "bad-option", code: 250, wire: "BAD_OPTION", doc: "An option needs a listed underlying, a positive strike, and an expiry at 08:00 UTC that is ahead." },
  { name: "bad-smile", code: 251, wire: "BAD_SMILE", doc: "A volatility smile is out of range, out of order or admits arbitrage. Detail: the underlying." },
  { name: "not-expired", code: 252, wire: "NOT_EXPIRED", doc: "The option has not expired, or its settlement window was extended. Detail: when it settles, in µs." },
];
