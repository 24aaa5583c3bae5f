//! Every limit of the engine, and the relations between them as compile-time facts.

/// Positions (instruments with a position or an open order) an account can hold. The leaf has this many slots.
pub const POSITIONS_PER_ACCOUNT_MAX: usize = 16;

/// Open orders of one account over all instruments.
///
/// Cancel-all and a liquidation close all of them inside one command, so they must fit the level changes of one market message.
pub const ORDERS_PER_ACCOUNT_MAX: u16 = 256;

/// Resting reduce-only orders of one account in one instrument.
///
/// A fill that takes the position away cancels them at once, so a fill can cost this many extra closes.
pub const REDUCE_ONLY_PER_POSITION_MAX: u8 = 4;

/// Fills one command may make; a larger order ends with `TOO_MANY_FILLS`.
pub const FILLS_PER_COMMAND_MAX: u16 = 400;

/// Entries of `market.levels` and of `market.trades` (wire/schema.ts).
pub const LEVELS_PER_COMMAND_MAX: usize = 512;

/// Orders of one group (OCO, OTO, OTOCO).
pub const GROUP_ORDERS_MAX: usize = 4;

/// Level changes to keep free before each further fill: the maker's level, both parties' reduce-only orders and groups, the residue.
pub const LEVELS_PER_FILL_RESERVE: usize =
    2 + 2 * REDUCE_ONLY_PER_POSITION_MAX as usize + 2 * GROUP_ORDERS_MAX;

/// Orders of a venue with terms of their own: an expiry, a label, a trigger, a group, a protection.
pub const ADVANCED_ORDERS_MAX: u32 = 1 << 16;

/// Orders whose expiry one command carries out before it does its own deed; the next command goes on.
pub const EXPIRIES_PER_COMMAND_MAX: usize = 128;

/// Waiting orders one command may set off; the next command goes on.
pub const TRIGGERS_PER_COMMAND_MAX: usize = 32;

/// Fills that must be left for a command to set off another waiting order.
pub const FILLS_PER_TRIGGER_RESERVE: u16 = 100;

/// Pairs of a mass quote.
pub const QUOTE_PAIRS_MAX: usize = 16;

/// Market-maker protections of a venue.
pub const PROTECTIONS_MAX: usize = 4_096;

/// Market-maker protections of an account.
pub const PROTECTIONS_PER_ACCOUNT_MAX: usize = 8;

/// Longest window of a protection, µs.
pub const PROTECTION_WINDOW_US_MAX: u64 = 3_600_000_000;

/// Longest dead-man timer, µs.
pub const DEAD_MAN_US_MAX: u64 = 86_400_000_000;

/// Instruments a venue can list.
///
/// Five hundred options and a few perpetuals (FORMULAS 1.4's figure). The instrument tree has 1,024 leaves. A round prices each
/// option's 33 scenarios in 1.4 µs (docs/pricing.md): 0.7 ms for all. A book's window takes 0.5 MiB, so a venue that lists as many
/// needs 0.26 GB for them; `instruments_max` of its configuration says how many it wants.
pub const INSTRUMENTS_MAX: usize = 512;

/// Liquidations closed out by one command; the sweep resumes with the next tick.
pub const LIQUIDATIONS_PER_COMMAND_MAX: usize = 64;

/// Accounts one bankrupt position is closed against at most, in one command.
pub const DELEVERAGES_PER_LIQUIDATION_MAX: usize = 128;

/// Receipts of deleveraging one command may emit; the sweep resumes with the next tick.
pub const DELEVERAGES_PER_COMMAND_MAX: usize = 512;

/// Receipts of an option's expiry one command emits; it settles every position all the same.
pub const EXPIRY_RECEIPTS_PER_COMMAND_MAX: usize = 512;

/// Partial liquidation ends this far above maintenance (Derive keeps a buffer for the same reason: not to come back at once).
pub const LIQUIDATION_BUFFER_PPM: i128 = 200_000;

/// Share of maintenance below which equity is no longer nursed and positions are taken over (Lighter's close-out level).
pub const CLOSE_OUT_PPM: i128 = 666_667;

/// A position worth more than this (100,000 tokens, in 1e-6) is reduced a slice at a time.
pub const SLICE_VALUE: u64 = 100_000 * 1_000_000;

/// The slice (Hyperliquid).
pub const SLICE_PPM: i128 = 200_000;

/// Time between two slices of one account (Hyperliquid).
pub const SLICE_COOL_DOWN_US: u64 = 30_000_000;

/// What the insurance fund may lose to one liquidated position, in 1e-6 of the token.
pub const INSURANCE_LOSS_PER_LIQUIDATION_MAX: u64 = 250_000 * 1_000_000;

/// What it may lose in one oracle round (dYdX: a million a block).
pub const INSURANCE_LOSS_PER_ROUND_MAX: u64 = 1_000_000 * 1_000_000;

/// Positions whose funding one command settles: both of a fill or of a deleveraging, the liquidated one and the fund's. (Options,
/// which expiry touches without limit, have no funding.)
pub const FUNDING_SETTLED_PER_COMMAND_MAX: usize = 2 * FILLS_PER_COMMAND_MAX as usize
    + 2 * DELEVERAGES_PER_COMMAND_MAX
    + 2 * LIQUIDATIONS_PER_COMMAND_MAX * POSITIONS_PER_ACCOUNT_MAX;

/// Events one command may emit: one for each fill, close and level change, three tickers per instrument, for each liquidated
/// account one receipt per position, and the receipts of deleveraging and of an option's expiry; a tripped protection for each level
/// it empties; what triggered and what opened; funding settled, deficits covered.
pub const EVENTS_PER_COMMAND_MAX: usize = FILLS_PER_COMMAND_MAX as usize
    + 2 * LEVELS_PER_COMMAND_MAX
    + 3 * INSTRUMENTS_MAX
    + LIQUIDATIONS_PER_COMMAND_MAX * POSITIONS_PER_ACCOUNT_MAX
    + LEVELS_PER_COMMAND_MAX
    + 2 * TRIGGERS_PER_COMMAND_MAX
    + 2 * QUOTE_PAIRS_MAX
    + DELEVERAGES_PER_COMMAND_MAX
    + EXPIRY_RECEIPTS_PER_COMMAND_MAX
    + FUNDING_SETTLED_PER_COMMAND_MAX
    + LIQUIDATIONS_PER_COMMAND_MAX
    + 4;

/// Closed client order ids the venue remembers, at least.
///
/// An id closed by a command must still be readable while that command's events are encoded.
pub const CLIENT_IDS_RECENT_MIN: u32 = 16_384;

/// Lots of one position with all its open orders: keeps `lots × mark × ppm` inside 128 bits.
pub const POSITION_LOTS_MAX: u64 = 1 << 40;

/// Collateral value of one position's cost plus all its open orders. With 16 positions the sum stays inside an i64.
pub const POSITION_VALUE_MAX: u64 = 1 << 55;

/// Collateral value after which a taker stops: with the cost it already had it still fits an i64.
pub const TAKEN_VALUE_MAX: u64 = 1 << 60;

/// Collateral per lot of any price, mark or index.
pub const UNIT_VALUE_MAX: i64 = 1 << 40;

/// What a lot gains or loses in a scenario: an option is worth at most its forward, which the grid raises by 18 %.
pub const SCENARIO_GAIN_MAX: u64 = 2 << 40;

/// All collateral a venue may hold, in 1e-6 of the token.
pub const COLLATERAL_MAX: u64 = 1 << 56;

/// Bound of the funding index (collateral × 2^-32 per lot): it must fit 96 bits in the leaf and, times a position, 128 bits.
pub const FUNDING_INDEX_MAX: i128 = 1 << 80;

/// Bits of an order id that name the slot; the rest is its generation.
pub const ORDER_SLOT_BITS: u32 = 24;

/// Generations of a slot. At the last one the slot is retired instead of repeating an order id.
pub const ORDER_GENERATION_MAX: u64 = (1 << (64 - ORDER_SLOT_BITS)) - 1;

/// Accounts the tree has leaves for (depth 24).
pub const ACCOUNTS_MAX: u32 = 1 << 24;

/// How far from the mark a forced close may trade.
pub const FORCED_CLOSE_BOUND_PPM: u32 = 50_000;

/// How far from its mark an option of a portfolio is reduced at worst: 30 % (Derive's auction ends at 70 % of the mark).
pub const OPTION_CLOSE_BOUND_PPM: u32 = 300_000;

/// One market message holds all level changes of one command: closing every order of an account, then sweeping the book.
const _: () =
    assert!(ORDERS_PER_ACCOUNT_MAX as usize + LEVELS_PER_FILL_RESERVE <= LEVELS_PER_COMMAND_MAX);
/// Expiries leave room for the command that carries them out, be it a cancel-all or a mass quote.
const _: () = assert!(
    EXPIRIES_PER_COMMAND_MAX
        + ORDERS_PER_ACCOUNT_MAX as usize
        + 2 * QUOTE_PAIRS_MAX
        + LEVELS_PER_FILL_RESERVE
        <= LEVELS_PER_COMMAND_MAX
);
/// The orders that deleveraging takes away fit an otherwise empty command.
const _: () = assert!(
    DELEVERAGES_PER_LIQUIDATION_MAX * REDUCE_ONLY_PER_POSITION_MAX as usize
        <= LEVELS_PER_COMMAND_MAX
);
/// One liquidation's receipts fit a command's.
const _: () = assert!(DELEVERAGES_PER_LIQUIDATION_MAX <= DELEVERAGES_PER_COMMAND_MAX);
/// Trades of one command fit its market message.
const _: () = assert!(FILLS_PER_COMMAND_MAX as usize <= LEVELS_PER_COMMAND_MAX);
/// A client id closed by a command survives that command.
const _: () = assert!(CLIENT_IDS_RECENT_MIN as usize > EVENTS_PER_COMMAND_MAX);
/// Sixteen positions' costs and the venue's collateral together stay inside an i64.
const _: () = assert!(
    (POSITION_VALUE_MAX as i128) * 2 * (POSITIONS_PER_ACCOUNT_MAX as i128)
        + (COLLATERAL_MAX as i128)
        < i64::MAX as i128
);
/// `lots × unit value × ppm`, over sixteen positions, stays inside 128 bits.
const _: () = assert!(
    (POSITION_LOTS_MAX as i128)
        .checked_mul(2 * UNIT_VALUE_MAX as i128)
        .unwrap()
        .checked_mul(1_000_000 * POSITIONS_PER_ACCOUNT_MAX as i128)
        .is_some()
);
/// `lots × funding index difference` stays inside 128 bits.
const _: () = assert!((2 * FUNDING_INDEX_MAX).checked_mul(POSITION_LOTS_MAX as i128).is_some());
/// Every instrument has a leaf (the instrument tree has depth 10, ids start at 1).
const _: () = assert!(INSTRUMENTS_MAX < 1 << 10);
/// The funding index fits the leaf's 96 bits, two's complement.
const _: () = assert!(FUNDING_INDEX_MAX < 1 << 95);

/// Sizes of the pools, fixed for the life of the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Accounts, the insurance fund included. At most [`ACCOUNTS_MAX`].
    pub accounts_max: u32,
    /// Resting orders of the venue. Below `2^24`.
    pub orders_max: u32,
    /// Instruments the venue can list. At most [`INSTRUMENTS_MAX`].
    pub instruments_max: u16,
    /// Closed client order ids to remember. At least [`CLIENT_IDS_RECENT_MIN`].
    pub client_ids_recent: u32,
    /// Largest age of an oracle round when it is sequenced, in µs.
    pub oracle_age_us_max: u64,
    /// Secret salt of the tables keyed by client input; part of the state, so it must not change between replays.
    pub hash_seed: u64,
}

impl Limits {
    /// Limits brought into the range the engine can serve.
    pub fn clamped(self) -> Limits {
        Limits {
            accounts_max: self.accounts_max.clamp(2, ACCOUNTS_MAX),
            orders_max: self.orders_max.clamp(1, (1 << ORDER_SLOT_BITS) - 1),
            instruments_max: self.instruments_max.clamp(1, INSTRUMENTS_MAX as u16),
            client_ids_recent: self.client_ids_recent.clamp(CLIENT_IDS_RECENT_MIN, 1 << 24),
            ..self
        }
    }
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            accounts_max: 4_096,
            orders_max: 65_536,
            instruments_max: 8,
            client_ids_recent: 16_384,
            oracle_age_us_max: 60_000_000,
            hash_seed: 0,
        }
    }
}
