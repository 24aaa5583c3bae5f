//! An account: collateral, positions, and what its open orders hold.

use sealbook_wire::{MarginMode, Side};

use crate::limits::POSITIONS_PER_ACCOUNT_MAX;
use crate::orders::Handle;
use crate::reject::fault;
use crate::rounding::div_ceil;
use crate::state::instrument::Instrument;
use crate::units::{Lots, UnitValue, signed};

/// A position and the open orders of the same instrument.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Slot {
    /// Signed lots.
    pub size: i64,
    /// Signed collateral paid for `size`; nothing is realized until the size returns to 0.
    pub cost: i64,
    /// Funding index at which the position was last settled.
    pub funding_index: i128,
    /// What the open orders would lose at the mark if they all filled: Σ lots × what each price is worse than the mark.
    pub open_loss: i128,
    /// Lots of all bids, lots of all asks: by [`Side`].
    pub open_lots: [u64; 2],
    /// Collateral value of all open orders.
    pub open_value: u64,
    /// Lots of the reduce-only orders among them.
    pub reduce_only_lots: u64,
    /// How many reduce-only orders.
    pub reduce_only_orders: u8,
}

impl Slot {
    /// No position, no orders.
    pub const EMPTY: Slot = Slot {
        size: 0,
        cost: 0,
        funding_index: 0,
        open_loss: 0,
        open_lots: [0; 2],
        open_value: 0,
        reduce_only_lots: 0,
        reduce_only_orders: 0,
    };
}

/// What an order would lose at `mark` if it filled at `price`: a provision, so that a fill never costs more than was held.
#[inline]
pub fn loss_at(side: Side, lots: u32, price: UnitValue, mark: UnitValue) -> i128 {
    let worse = signed(side, price.0 - mark.0).max(0);
    // Neither is negative: one product of 64 bits instead of one of 128.
    (u128::from(worse as u64) * u128::from(lots)) as i128
}

impl Slot {
    /// Whether the slot may be given to another instrument.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.size == 0 && self.open_lots == [0; 2]
    }

    /// Holds provisions for an open order.
    #[inline(always)]
    pub fn reserve(&mut self, side: Side, lots: u32, price: UnitValue, mark: UnitValue) {
        self.open_lots[side as usize] += u64::from(lots);
        self.open_value += price.value(Lots(lots)).0;
        self.open_loss += loss_at(side, lots, price, mark);
    }

    /// Releases what [`Slot::reserve`] held for as many lots.
    #[inline(always)]
    pub fn release(&mut self, side: Side, lots: u32, price: UnitValue, mark: UnitValue) {
        self.open_lots[side as usize] -= u64::from(lots);
        self.open_value -= price.value(Lots(lots)).0;
        self.open_loss -= loss_at(side, lots, price, mark);
    }

    /// Lots the account would hold at most, on either side, if its orders filled.
    #[inline]
    pub fn lots_worst(&self) -> u64 {
        let [bids, asks] = self.open_lots;
        let long = self.size.saturating_add_unsigned(bids).unsigned_abs();
        let short = self.size.saturating_sub_unsigned(asks).unsigned_abs();
        long.max(short)
    }

    /// Lots an order of `side` could take off the position.
    #[inline]
    pub fn reducible(&self, side: Side) -> u64 {
        match side {
            Side::Buy => self.size.min(0).unsigned_abs(),
            Side::Sell => self.size.max(0).unsigned_abs(),
        }
    }

    /// Funding the position owes since it was last settled, rounded up; negative is due to it.
    #[inline]
    pub fn funding_owed(&self, index: i128) -> i128 {
        if index == self.funding_index {
            return 0;
        }
        div_ceil(i128::from(self.size) * (index - self.funding_index), 1 << 32)
    }
}

/// An account.
///
/// What every command of it reads is the first cache line, and its first position follows; what only withdrawals, batches and
/// liquidations read comes last.
#[derive(Clone, Debug, PartialEq, Eq)]
#[repr(C, align(64))]
pub struct Account {
    /// Instrument of each slot, 0 if unused.
    pub instruments: [u16; POSITIONS_PER_ACCOUNT_MAX],
    /// 1e-6 of the token. May be negative while a position carries the profit.
    pub collateral: i64,
    /// Lowest delegation nonce still valid.
    pub delegation_nonce_min: u64,
    /// Oldest open order.
    pub order_head: Handle,
    /// Newest open order.
    pub order_tail: Handle,
    /// Open orders.
    pub orders: u16,
    /// [`FLAG_PORTFOLIO`], [`FLAG_UNCOVERED`].
    pub flags: u8,
    /// Sub-account.
    pub subaccount: u8,
    /// Whether the leaf changed since it was last drained.
    pub is_dirty: bool,
    /// Positions and open orders.
    pub slots: [Slot; POSITIONS_PER_ACCOUNT_MAX],
    /// Last withdrawal nonce.
    pub nonce: u64,
    /// When the account's last liquidation slice was closed, µs; 0 if never.
    pub sliced_at_us: u64,
    /// The wallet.
    pub owner: [u8; 20],
    /// Validity-mode session key, x and y, big-endian.
    pub key: [[u8; 32]; 2],
}

const _: () = assert!(core::mem::offset_of!(Account, slots) == 64);

/// Slots in use, four at a time: most accounts have one, and the others must not cost a look each.
#[derive(Debug)]
pub struct Used<'a> {
    instruments: &'a [u16; POSITIONS_PER_ACCOUNT_MAX],
    /// Slots before this one are in `word` or behind.
    base: usize,
    /// The instruments of the four slots before `base` that are still to come.
    word: u64,
}

impl Iterator for Used<'_> {
    type Item = (usize, u16);

    #[inline]
    fn next(&mut self) -> Option<(usize, u16)> {
        while self.word == 0 {
            let four = self.instruments.get(self.base..self.base + 4)?;
            self.base += 4;
            let lanes = [four[0], four[1], four[2], four[3]];
            let at = |lane: usize| u64::from(lanes[lane]) << (16 * lane);
            self.word = at(0) | at(1) | at(2) | at(3);
        }
        let lane = self.word.trailing_zeros() / 16;
        let instrument = (self.word >> (16 * lane)) as u16;
        self.word &= !(0xffff << (16 * lane));
        Some((self.base - 4 + lane as usize, instrument))
    }
}

/// Flag: portfolio margin (`risk/portfolio.rs`), else standard.
pub const FLAG_PORTFOLIO: u8 = 1;

/// Flag: below zero, and neither the insurance fund nor anybody else could take all of it over yet.
pub const FLAG_UNCOVERED: u8 = 2;

impl Account {
    /// An account without collateral.
    pub fn new(owner: [u8; 20], subaccount: u8) -> Account {
        Account {
            collateral: 0,
            instruments: [0; POSITIONS_PER_ACCOUNT_MAX],
            orders: 0,
            flags: 0,
            subaccount,
            is_dirty: false,
            order_head: 0,
            order_tail: 0,
            nonce: 0,
            delegation_nonce_min: 0,
            sliced_at_us: 0,
            owner,
            key: [[0; 32]; 2],
            slots: [Slot::default(); POSITIONS_PER_ACCOUNT_MAX],
        }
    }

    /// Slot of an instrument.
    #[inline]
    pub fn slot_of(&self, instrument: u16) -> Option<usize> {
        self.instruments.iter().position(|&id| id == instrument)
    }

    /// Slot of an instrument, or one that could become it. `None`: positions full.
    #[inline(always)]
    pub fn slot_for(&self, instrument: u16) -> Option<usize> {
        if self.instruments[0] == instrument { Some(0) } else { self.search_slot_for(instrument) }
    }

    #[inline(never)]
    fn search_slot_for(&self, instrument: u16) -> Option<usize> {
        self.slot_of(instrument).or_else(|| {
            (0..POSITIONS_PER_ACCOUNT_MAX)
                .find(|&index| self.instruments[index] == 0 || self.slots[index].is_empty())
        })
    }

    /// Adds to the collateral. The caller marks the account.
    ///
    /// Cannot overflow: 16 costs and the venue's collateral together fit an i64 (limits.rs).
    #[inline]
    pub fn add_collateral(&mut self, amount: i64) {
        match self.collateral.checked_add(amount) {
            Some(sum) => self.collateral = sum,
            None => fault("collateral_fits_its_type"),
        }
    }

    /// Gives a slot of [`Account::slot_for`] to the instrument.
    #[inline]
    pub fn claim(&mut self, slot: usize, instrument: u16) {
        if self.instruments[slot] != instrument {
            self.instruments[slot] = instrument;
            self.slots[slot] = Slot::default();
        }
    }

    /// Whether no slot but this one is in use: the ids of all slots add up to its own.
    ///
    /// Four lanes of 16 bits at a time; ids are below 2^10, so no lane overflows into the next.
    #[inline(always)]
    pub fn is_alone(&self, slot: usize) -> bool {
        let four = |at: usize| {
            let lane = |lane: usize| u64::from(self.instruments[at + lane]) << (16 * lane);
            lane(0) | lane(1) | lane(2) | lane(3)
        };
        let own = self.instruments.get(slot).map_or(0, |&id| u64::from(id));
        four(0) + four(4) + four(8) + four(12) == own << (16 * (slot % 4))
    }

    /// Slots in use: (index, instrument).
    #[inline]
    pub fn used(&self) -> Used<'_> {
        Used { instruments: &self.instruments, base: 0, word: 0 }
    }

    /// How its requirement is computed.
    pub fn margin_mode(&self) -> MarginMode {
        if self.flags & FLAG_PORTFOLIO == 0 { MarginMode::Standard } else { MarginMode::Portfolio }
    }

    /// Whether any position is open.
    pub fn has_positions(&self) -> bool {
        self.slots.iter().any(|slot| slot.size != 0)
    }
}

/// What `account-query` tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountStatement {
    /// Account id.
    pub account: u32,
    /// Collateral.
    pub collateral: i64,
    /// Collateral plus unrealized PnL minus funding owed.
    pub equity: i64,
    /// Initial requirement, open orders included, rounded up.
    pub margin_initial: i64,
    /// Maintenance requirement, rounded up.
    pub margin_maintenance: i64,
    /// What a withdrawal may take.
    pub withdrawable: i64,
    /// Last withdrawal nonce.
    pub nonce: u64,
    /// How the requirements are computed.
    pub margin_mode: MarginMode,
    /// Open positions, ascending by instrument, in the first `positions_count` entries.
    pub positions: [PositionStatement; POSITIONS_PER_ACCOUNT_MAX],
    /// How many.
    pub positions_count: usize,
}

/// One position of a statement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PositionStatement {
    /// Instrument.
    pub instrument: u16,
    /// Signed size.
    pub lots: i64,
    /// Cost basis.
    pub cost: i64,
    /// Positive is owed by the account.
    pub funding_owed: i64,
}

/// Open positions of an account, ascending by instrument: the order of the leaf.
pub fn positions_sorted(
    account: &Account,
    instruments: &[Instrument],
) -> ([PositionStatement; POSITIONS_PER_ACCOUNT_MAX], usize) {
    let mut positions = [PositionStatement::default(); POSITIONS_PER_ACCOUNT_MAX];
    let mut count = 0;
    for (index, instrument) in account.used() {
        let slot = &account.slots[index];
        if slot.size != 0 {
            let owed = slot.funding_owed(instruments[usize::from(instrument)].funding_index);
            positions[count] = PositionStatement {
                instrument,
                lots: slot.size,
                cost: slot.cost,
                funding_owed: clamp_i64(owed),
            };
            count += 1;
        }
    }
    positions[..count].sort_unstable_by_key(|position| position.instrument);
    (positions, count)
}

/// For display only: what does not fit is shown as the bound.
pub fn clamp_i64(value: i128) -> i64 {
    value.clamp(i64::MIN.into(), i64::MAX.into()) as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    /// Against the obvious filter, over every set of slots.
    #[test]
    fn used_slots_come_in_order() {
        let mut account = Account::new([0; 20], 0);
        for set in 0..1_u32 << POSITIONS_PER_ACCOUNT_MAX {
            let id = |at: usize| if set >> at & 1 == 0 { 0 } else { 1_023 - 61 * at as u16 };
            (0..POSITIONS_PER_ACCOUNT_MAX).for_each(|at| account.instruments[at] = id(at));
            let obvious = account.instruments.iter().copied().enumerate().filter(|at| at.1 != 0);
            assert!(account.used().eq(obvious), "{set:b}");
            for at in 0..POSITIONS_PER_ACCOUNT_MAX {
                assert_eq!(account.is_alone(at), set & !(1 << at) == 0, "{at} of {set:b}");
            }
        }
        assert_eq!(account.used().collect::<Vec<_>>().len(), POSITIONS_PER_ACCOUNT_MAX);
    }
}
