//! A state from its leaves alone: what the chain's data says when journal and snapshots are gone (docs/boundaries.md section 8).
//!
//! Leaves hold what an exit is paid by, and no more. What they do not hold begins anew, each time on the cautious side:
//!
//! | not in a leaf | begins as |
//! |---|---|
//! | orders, client ids, timers, protections | none |
//! | age of an index | never: guards that look at it hold until the next oracle round |
//! | averages of index and book | the index, no premium |
//! | funding samples of the hour | none; the hour is the one of the start |
//! | an option's volatility, its settlement samples | none: no orders before a smile, missing samples carry the index |
//! | open-interest bounds and guards of an instrument | off, until an `instrument-risk` command sets them again |
//! | what a wallet revoked | every delegation with a nonce below the start's Unix second (the SDK's nonces are such seconds) |
//! | trade ids | above every id the old sequence can have given |

use sealbook_wire::{InstrumentKind, MarketMode};

use super::account::{Account, Slot};
use super::instrument::{Instrument, OptionTerms, Parameters};
use super::leaf::{ACCOUNT_WORDS, INSTRUMENT_WORDS, Word};
use super::records::is_possible;
use super::{INSURANCE, State, Venue};
use crate::book::Book;
use crate::limits::{Limits, POSITIONS_PER_ACCOUNT_MAX};
use crate::units::{Rate, TickValue, UnitValue};

/// Trades one command can make, rounded up to a power of two: `sequence × this` is above every trade id given so far.
const TRADES_PER_COMMAND: u64 = 1 << 10;
const _: () = assert!(crate::limits::FILLS_PER_COMMAND_MAX as u64 <= TRADES_PER_COMMAND);

/// Where the chain stood when the leaves were committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeafHead {
    /// Last epoch.
    pub epoch: u64,
    /// Last sequence.
    pub sequence: u64,
    /// Engine time to go on from, µs.
    pub time_us: u64,
    /// Last oracle round.
    pub oracle_round: u64,
    /// Inbox entries consumed.
    pub inbox_cursor: u64,
}

/// Why leaves are no state of this engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeafError {
    /// More accounts or instruments than the venue has room for, or an account index out of order.
    NoRoom,
    /// A word holds what no engine would have committed.
    Impossible,
    /// Two accounts have one owner and sub-account.
    SharedOwner,
    /// Read in full, but this invariant does not hold.
    Invariant(&'static str),
}

/// Bits `at .. at + width` of a word, `width` at most 128.
fn bits(word: &Word, at: usize, width: usize) -> u128 {
    let mut value = 0_u128;
    let mut got = 0;
    while got < width {
        let (limb, shift) = ((at + got) / 64, (at + got) % 64);
        let take = (64 - shift).min(width - got);
        let part = (word[limb] >> shift) & (u64::MAX >> (64 - take));
        value |= u128::from(part) << got;
        got += take;
    }
    value
}

fn unsigned(word: &Word, at: usize) -> u64 {
    bits(word, at, 64) as u64
}

fn signed(word: &Word, at: usize) -> i64 {
    unsigned(word, at) as i64
}

fn half(word: &Word, at: usize) -> u32 {
    bits(word, at, 32) as u32
}

/// 96 bits, two's complement.
fn signed_96(word: &Word, at: usize) -> i128 {
    (bits(word, at, 96) << 32) as i128 >> 32
}

fn big_endian(word: &Word) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (chunk, limb) in bytes.chunks_exact_mut(8).zip(word.iter().rev()) {
        chunk.copy_from_slice(&limb.to_be_bytes());
    }
    bytes
}

fn account(words: &[Word; ACCOUNT_WORDS], delegation_nonce_min: u64) -> Option<Account> {
    let first = big_endian(&words[0]);
    let mut owner = [0; 20];
    owner.copy_from_slice(&first[12..]);
    let mut account = Account::new(owner, first[11]);
    (account.flags, account.delegation_nonce_min) = (first[10], delegation_nonce_min);
    account.key = [big_endian(&words[1]), big_endian(&words[2])];
    (account.collateral, account.nonce) = (signed(&words[3], 0), unsigned(&words[3], 64));
    for (at, word) in words[4..].iter().enumerate() {
        let (instrument, size) = (bits(word, 0, 16) as u16, signed(word, 16));
        if (instrument == 0) != (*word == [0; 4]) || (instrument != 0) != (size != 0) {
            return None;
        }
        account.instruments[at] = instrument;
        let (cost, funding_index) = (signed(word, 80), signed_96(word, 144));
        account.slots[at] = Slot { size, cost, funding_index, ..Slot::default() };
    }
    Some(account)
}

fn instrument(id: u16, words: &[Word; INSTRUMENT_WORDS], time_us: u64) -> Option<Instrument> {
    let [terms, tick_value, prices, funding, pool, interest, limits, option, shorts] = words;
    let kind = InstrumentKind::from_u8(bits(terms, 16, 8) as u8)?;
    let mode = MarketMode::from_u8(bits(terms, 24, 8) as u8)?;
    let (mark, index) = (UnitValue(signed(prices, 0)), UnitValue(signed(prices, 64)));
    let option = OptionTerms {
        underlying: bits(option, 128, 16) as u16,
        is_call: bits(option, 144, 8) != 0,
        is_settled: bits(option, 152, 8) != 0,
        strike: signed(option, 0),
        expiry_us: unsigned(option, 64),
        window_end_us: unsigned(option, 64),
        initial_short: unsigned(shorts, 0),
        maintenance_short: unsigned(shorts, 64),
        ..OptionTerms::default()
    };
    let ramp_shift = bits(limits, 64, 8) as u8;
    let guard = match kind {
        InstrumentKind::Perpetual => MarketMode::Open,
        InstrumentKind::Option => MarketMode::CancelOnly,
    };
    // Before anything is computed from it: a leaf of a lying data folder may hold any number.
    if !index.is_legal() {
        return None;
    }
    let instrument = Instrument {
        id,
        kind,
        mode,
        tick_value: TickValue(tick_value[0]),
        lots_max: half(limits, 136),
        price_ticks_max: half(limits, 104),
        initial_ppm: half(terms, 32),
        maintenance_ppm: half(terms, 64),
        maker_fee: Rate(half(terms, 96) as i32),
        taker_fee: Rate(half(terms, 128) as i32),
        liquidation_fee_ppm: half(limits, 72),
        mark,
        index,
        funding_index: signed_96(funding, 0),
        funding_pool: signed(pool, 0),
        open_interest: interest[0],
        premium_minute: time_us / 60_000_000,
        funding_hour: time_us / 3_600_000_000,
        index_ema: index.0 << 16,
        initial_now_ppm: half(limits, 0),
        guard,
        risk: Parameters { ramp_ppm: half(limits, 32), ramp_shift, ..Parameters::default() },
        option,
        ..Instrument::BLANK
    };
    (bits(terms, 0, 16) as u16 == id && is_possible(&instrument)).then_some(instrument)
}

impl<B: Book> State<B> {
    /// The state whose leaves these are: every account from 0 on, in order, and every listed instrument.
    ///
    /// # Errors
    /// `LeafError`; a state that is returned satisfies every invariant.
    pub fn from_leaves(
        limits: Limits,
        head: &LeafHead,
        accounts: &[[Word; ACCOUNT_WORDS]],
        instruments: &[(u16, [Word; INSTRUMENT_WORDS])],
    ) -> Result<State<B>, LeafError> {
        let mut state = State::<B>::new(limits);
        let has_room = (1..=state.limits.accounts_max as usize).contains(&accounts.len());
        if !has_room {
            return Err(LeafError::NoRoom);
        }
        for (id, words) in instruments {
            let place = state.instruments.get_mut(usize::from(*id)).ok_or(LeafError::NoRoom)?;
            *place = instrument(*id, words, head.time_us).ok_or(LeafError::Impossible)?;
        }
        state.accounts.clear();
        for (id, words) in (0..).zip(accounts) {
            let account = account(words, head.time_us / 1_000_000).ok_or(LeafError::Impossible)?;
            state.adopt(id, account)?;
        }
        state.venue = Venue {
            time_us: head.time_us,
            sequence: head.sequence,
            epoch: head.epoch,
            oracle_round: head.oracle_round,
            trade_id: head.sequence.saturating_mul(TRADES_PER_COMMAND),
            inbox_cursor: head.inbox_cursor,
            deposited: state.held().ok_or(LeafError::Impossible)?,
            ..Venue::default()
        };
        state.check_invariants().map_err(LeafError::Invariant)?;
        Ok(state)
    }

    fn adopt(&mut self, id: u32, account: Account) -> Result<(), LeafError> {
        let is_listed = |&id: &u16| id == 0 || self.instrument(id).is_some();
        if !account.instruments[..POSITIONS_PER_ACCOUNT_MAX].iter().all(is_listed) {
            return Err(LeafError::Impossible);
        }
        if id != INSURANCE {
            let (owner, subaccount) = (&account.owner, account.subaccount);
            if self.owners.find(&self.accounts, owner, subaccount).is_some() {
                return Err(LeafError::SharedOwner);
            }
            self.owners.insert(id, owner, subaccount);
        }
        self.accounts.push(account);
        Ok(())
    }

    /// What the venue holds: deposits less withdrawals, by the conservation of collateral.
    fn held(&self) -> Option<u64> {
        let collateral: i128 = self.accounts.iter().map(|at| i128::from(at.collateral)).sum();
        let slots = self.accounts.iter().flat_map(|account| &account.slots);
        let costs: i128 = slots.map(|slot| i128::from(slot.cost)).sum();
        let pools: i128 = self.instruments.iter().map(|at| i128::from(at.funding_pool)).sum();
        u64::try_from(collateral - costs + pools).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Engine;
    use crate::book::LadderBook;
    use crate::testing::{TestVenue, order};
    use alloc::vec::Vec;
    use sealbook_wire::Side;

    type Leaves = (Vec<[Word; ACCOUNT_WORDS]>, Vec<(u16, [Word; INSTRUMENT_WORDS])>);

    fn leaves_of(engine: &Engine) -> Leaves {
        let state = engine.state();
        let accounts =
            (0..state.accounts().len() as u32).filter_map(|id| state.leaf_words(id)).collect();
        let instruments = (1..state.instruments().len() as u16)
            .filter_map(|id| Some((id, state.instrument_words(id)?)))
            .collect();
        (accounts, instruments)
    }

    fn traded() -> TestVenue {
        let mut venue = TestVenue::new(&[1_000_000, 1_000_000, 500]);
        venue.place(1, order(Side::Buy, 990, 70));
        venue.place(2, order(Side::Sell, 985, 40));
        venue.place(2, order(Side::Sell, 1_020, 9));
        venue
    }

    fn head(venue: &TestVenue) -> LeafHead {
        let at = venue.engine.state().venue();
        LeafHead {
            epoch: at.epoch,
            sequence: at.sequence,
            time_us: at.time_us,
            oracle_round: at.oracle_round,
            inbox_cursor: at.inbox_cursor,
        }
    }

    #[test]
    fn gives_the_same_leaves_without_the_books() {
        let venue = traded();
        let limits = Limits { accounts_max: 16, orders_max: 2_000, ..Limits::default() };
        let (accounts, instruments) = leaves_of(&venue.engine);
        let state =
            State::<LadderBook>::from_leaves(limits, &head(&venue), &accounts, &instruments)
                .expect("a state");
        assert_eq!(state.orders().live(), 0);
        let restored = Engine::restored(state);
        assert_eq!(leaves_of(&restored), (accounts, instruments));
        let (old, new) = (venue.engine.statement(1), restored.statement(1));
        assert_eq!(old.map(|at| at.equity), new.map(|at| at.equity));
        // And it goes on: the same two trade again.
        let mut venue = TestVenue { engine: restored, ..venue };
        venue.header.delegation_nonce = 1_000_000;
        assert_eq!(venue.place(1, order(Side::Buy, 1_000, 5)).code, 0);
        assert_eq!(venue.place(2, order(Side::Sell, 1_000, 5)).filled_lots, 5);
        let trade_id = venue.engine.state().venue().trade_id;
        assert!(trade_id > TRADES_PER_COMMAND, "{trade_id}");
    }

    #[test]
    fn refuses_what_no_engine_commits() {
        let venue = traded();
        let limits = Limits { accounts_max: 16, orders_max: 2_000, ..Limits::default() };
        let (accounts, instruments) = leaves_of(&venue.engine);
        let read = |accounts: &[_], instruments: &[_]| {
            State::<LadderBook>::from_leaves(limits, &head(&venue), accounts, instruments).err()
        };
        assert_eq!(read(&[], &instruments), Some(LeafError::NoRoom));
        let mut twice = accounts.clone();
        twice.push(accounts[1]);
        assert_eq!(read(&twice, &instruments), Some(LeafError::SharedOwner));
        assert_eq!(read(&accounts, &[]), Some(LeafError::Impossible));
        let mut longer = accounts.clone();
        longer[1][4][0] += 1 << 16;
        assert_eq!(
            read(&longer, &instruments),
            Some(LeafError::Invariant("positions_sum_to_zero"))
        );
        let mut unlisted = instruments.clone();
        unlisted[0].0 = 60_000;
        assert_eq!(read(&accounts, &unlisted), Some(LeafError::NoRoom));
    }
}
