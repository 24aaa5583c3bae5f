//! Market-maker protection (FORMULAS 4.11): of each (account, group) what may fill within a window, in lots, delta and vega.
//!
//! A fill that would exceed a limit does not happen: the group's orders are cancelled in the same step and the group is frozen, for
//! a while or until reset. The window starts at its first fill and ends after its length; the next fill starts another.

use alloc::vec::Vec;

use sealbook_wire::{CloseReason, InstrumentKind, Side};

use super::State;
use crate::book::Book;
use crate::event::{Event, Events};
use crate::limits::{PROTECTIONS_MAX, PROTECTIONS_PER_ACCOUNT_MAX};
use crate::risk::option;

/// Of a frozen group: until reset.
pub const FROZEN_FOR_EVER: u64 = u64::MAX;

/// Delta of one lot of a linear contract, in millionths of a lot.
const DELTA_LINEAR: i128 = 1_000_000;

/// One (account, group).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Protection {
    /// Owner; 0 is none.
    pub account: u32,
    /// The owner's number of the group, from 1.
    pub group: u8,
    /// Next of the same account.
    pub(crate) next: u32,
    /// Length of the window, µs; 0 if removed.
    pub window_us: u64,
    /// How long a trip freezes, µs; 0 until reset.
    pub frozen_us: u64,
    /// Gross lots, 0 for no limit.
    pub lots_max: u64,
    /// Net delta in millionths of a lot, 0 for no limit.
    pub delta_max: u64,
    /// Net vega, 0 for no limit.
    pub vega_max: u64,
    /// Start of the window, µs.
    pub opened_us: u64,
    /// Gross lots filled in it.
    pub lots: u64,
    /// Net delta filled in it.
    pub delta: i128,
    /// Net vega filled in it.
    pub vega: i128,
    /// Frozen before this engine time, µs.
    pub frozen_until_us: u64,
    /// Open orders under it.
    pub orders: u16,
}

/// What one lot adds to a protection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sensitivity {
    /// Millionths of a lot.
    pub delta: i128,
    /// Collateral per unit (100 % a year) of volatility.
    pub vega: i128,
}

impl Protection {
    /// Whether orders may be placed under it.
    pub fn is_frozen(&self, time_us: u64) -> bool {
        time_us < self.frozen_until_us
    }

    /// Counts a fill, or refuses to: then nothing changed but the window.
    pub fn admit(&mut self, time_us: u64, side: Side, lots: u32, each: Sensitivity) -> bool {
        if time_us >= self.opened_us.saturating_add(self.window_us) {
            (self.opened_us, self.lots, self.delta, self.vega) = (time_us, 0, 0, 0);
        }
        let signed = if side == Side::Buy { i128::from(lots) } else { -i128::from(lots) };
        let (lots, delta) = (self.lots + u64::from(lots), self.delta + signed * each.delta);
        let vega = self.vega + signed * each.vega;
        let is_within = |value: u128, max: u64| max == 0 || value <= u128::from(max);
        let is_admitted = is_within(lots.into(), self.lots_max)
            && is_within(delta.unsigned_abs(), self.delta_max)
            && is_within(vega.unsigned_abs(), self.vega_max);
        if is_admitted {
            (self.lots, self.delta, self.vega) = (lots, delta, vega);
        }
        is_admitted
    }
}

/// All protections. Index 0 is none; a removed one keeps its place for its account.
#[derive(Debug)]
pub struct Protections {
    list: Vec<Protection>,
    first: Vec<u32>,
}

impl Protections {
    pub(crate) fn new(accounts_max: u32) -> Protections {
        let mut list = Vec::with_capacity(PROTECTIONS_MAX + 1);
        list.push(Protection::default());
        Protections { list, first: alloc::vec![0; accounts_max as usize] }
    }

    pub(crate) fn get(&self, index: u32) -> &Protection {
        &self.list[index as usize]
    }

    pub(crate) fn get_mut(&mut self, index: u32) -> &mut Protection {
        &mut self.list[index as usize]
    }

    /// Index of an account's group, 0 if it was never set.
    pub(crate) fn find(&self, account: u32, group: u8) -> u32 {
        let mut at = self.first[account as usize];
        while at != 0 && self.list[at as usize].group != group {
            at = self.list[at as usize].next;
        }
        at
    }

    /// Index of an account's group, new if need be; `None` if there is no room.
    pub(crate) fn find_or_add(&mut self, account: u32, group: u8) -> Option<u32> {
        let found = self.find(account, group);
        if found != 0 {
            return Some(found);
        }
        let (mut count, mut at) = (0, self.first[account as usize]);
        while at != 0 {
            (count, at) = (count + 1, self.list[at as usize].next);
        }
        if count == PROTECTIONS_PER_ACCOUNT_MAX || self.list.len() > PROTECTIONS_MAX {
            return None;
        }
        self.restore(Protection { account, group, ..Protection::default() })
    }

    /// Appends one read from a snapshot.
    pub(crate) fn restore(&mut self, protection: Protection) -> Option<u32> {
        let first = self.first.get_mut(protection.account as usize)?;
        if self.list.len() > PROTECTIONS_MAX {
            return None;
        }
        let index = self.list.len() as u32;
        self.list.push(Protection { next: *first, ..protection });
        *first = index;
        Some(index)
    }

    /// Every protection, in order of first use.
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = &Protection> {
        self.list[1..].iter()
    }
}

impl<B: Book> State<B> {
    /// What one lot of an instrument weighs in a protection.
    pub(crate) fn sensitivity(&self, instrument: u16) -> Sensitivity {
        let shared = &self.instruments[usize::from(instrument)];
        let linear = Sensitivity { delta: DELTA_LINEAR, vega: 0 };
        if shared.kind != InstrumentKind::Option {
            return linear;
        }
        let greeks = option::sensitivity(shared, self.venue.time_us);
        greeks.map_or(linear, |(delta, vega)| Sensitivity { delta, vega })
    }

    /// Cancels a group's orders and freezes it.
    pub(crate) fn trip(&mut self, index: u32, events: &mut Events) {
        let time_us = self.venue.time_us;
        let protection = self.protections.get_mut(index);
        protection.frozen_until_us = match protection.frozen_us {
            0 => FROZEN_FOR_EVER,
            frozen_us => time_us.saturating_add(frozen_us),
        };
        let Protection { account, group, frozen_until_us, .. } = *protection;
        self.close_matching(account, CloseReason::Protection, events, |_, terms| {
            terms.protection == index
        });
        events.push(Event::ProtectionTripped { account, group, frozen_until_us });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EACH: Sensitivity = Sensitivity { delta: DELTA_LINEAR, vega: 7 };

    #[test]
    fn each_limit_holds_by_itself() {
        let base = Protection { window_us: 100, ..Protection::default() };
        for (limited, admitted) in [
            (Protection { lots_max: 10, ..base }, [true, true, false]),
            (Protection { delta_max: 6_000_000, ..base }, [true, true, true]),
            (Protection { delta_max: 5_000_000, ..base }, [false, true, true]),
            (Protection { vega_max: 41, ..base }, [false, true, true]),
        ] {
            let mut protection = limited;
            let fills = [(Side::Buy, 6), (Side::Sell, 4), (Side::Sell, 1)];
            let got = fills.map(|(side, lots)| protection.admit(1_000, side, lots, EACH));
            assert_eq!(got, admitted, "{limited:?}");
        }
    }

    #[test]
    fn a_window_starts_at_its_first_fill() {
        let mut protection = Protection { window_us: 100, lots_max: 5, ..Protection::default() };
        assert!(protection.admit(1_000, Side::Buy, 5, EACH));
        assert!(!protection.admit(1_099, Side::Buy, 1, EACH));
        assert!(protection.admit(1_100, Side::Sell, 5, EACH));
        assert_eq!(protection.opened_us, 1_100);
    }
}
