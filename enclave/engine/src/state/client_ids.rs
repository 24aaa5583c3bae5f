//! Client order ids: what makes a repeated `place` harmless.
//!
//! An id lives as long as its order is open, and then until `recent` more ids have closed. The same id with the same content
//! returns the stored result; with other content it is a conflict. Entries are pooled; the table is open addressing with
//! backward shift, so it holds no tombstones and needs no rebuilding.

use alloc::vec;
use alloc::vec::Vec;

use sealbook_wire::{ClientId, OrderKind, OrderStatus, Place, Side, TimeInForce};

use super::owners::mix;
use crate::engine::Outcome;

/// What is remembered of a client id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Owner.
    pub account: u32,
    /// The command as it was placed.
    pub place: Place,
    /// Digest of what `place-advanced` said beyond it, 0 for a lean order.
    pub advanced: u64,
    /// Its result.
    pub outcome: Outcome,
    /// State of the order now.
    pub status: OrderStatus,
    /// Lots filled or still open; amends change it.
    pub lots: u32,
    /// Lots still open when the order closed; of an open order the book knows.
    pub remaining_lots: u32,
    pub(super) next: u32,
    pub(super) hash: u64,
}

/// The table, the pool and the queue of closed ids, oldest first. Entry 0 is none.
#[derive(Debug)]
pub struct ClientIds {
    entries: Vec<Entry>,
    table: Vec<u32>,
    free: u32,
    oldest: u32,
    newest: u32,
    closed: u32,
    recent: u32,
    seed: u64,
}

impl Entry {
    /// Nothing remembered.
    pub(super) const BLANK: Entry = Entry {
        account: 0,
        place: Place {
            client_id: None,
            instrument: 0,
            side: Side::Buy,
            kind: OrderKind::Limit,
            time_in_force: TimeInForce::GoodTillCancel,
            price_ticks: 0,
            lots: 0,
            post_only: false,
            reduce_only: false,
        },
        advanced: 0,
        outcome: Outcome::NONE,
        status: OrderStatus::None,
        lots: 0,
        remaining_lots: 0,
        next: 0,
        hash: 0,
    };
}

impl ClientIds {
    /// Remembers every open order's id and `recent` closed ones.
    pub fn new(orders_max: u32, recent: u32, seed: u64) -> ClientIds {
        let count = orders_max as usize + recent as usize + 2;
        ClientIds {
            entries: Vec::with_capacity(count),
            table: vec![0; (count * 2).next_power_of_two()],
            free: 0,
            oldest: 0,
            newest: 0,
            closed: 0,
            recent,
            seed,
        }
    }

    fn hash(&self, account: u32, id: &ClientId) -> u64 {
        let words = id.words();
        let hash = words.iter().fold(mix(self.seed, account.into()), |hash, word| mix(hash, *word));
        hash ^ (hash >> 29)
    }

    /// Entry of an account's client id, 0 if unknown.
    pub fn find(&self, account: u32, id: &ClientId) -> u32 {
        let (mask, hash) = (self.table.len() - 1, self.hash(account, id));
        let mut at = hash as usize & mask;
        loop {
            let index = self.table[at];
            if index == 0 {
                return 0;
            }
            let entry = self.get(index);
            if entry.hash == hash && entry.account == account && entry.place.client_id == Some(*id)
            {
                return index;
            }
            at = (at + 1) & mask;
        }
    }

    /// An entry; indices come from this table only.
    #[inline]
    pub fn get(&self, index: u32) -> &Entry {
        &self.entries[index as usize - 1]
    }

    /// As [`ClientIds::get`].
    #[inline]
    pub fn get_mut(&mut self, index: u32) -> &mut Entry {
        &mut self.entries[index as usize - 1]
    }

    /// The client id behind an event's handle.
    pub fn client_id(&self, index: u32) -> Option<ClientId> {
        self.entries.get((index as usize).wrapping_sub(1))?.place.client_id
    }

    /// Adds an id that [`ClientIds::find`] did not find. The order counts as open until [`ClientIds::close`].
    ///
    /// Never full: open orders hold at most `orders_max` entries, closed ones at most `recent`, and one is being added.
    pub fn insert(&mut self, account: u32, id: &ClientId, place: &Place, advanced: u64) -> u32 {
        let hash = self.hash(account, id);
        let lots = place.lots;
        let entry = Entry { account, place: *place, advanced, hash, lots, ..Entry::BLANK };
        let index = if self.free != 0 {
            let index = self.free;
            self.free = self.get(index).next;
            *self.get_mut(index) = entry;
            index
        } else {
            self.entries.push(entry);
            self.entries.len() as u32
        };
        let mask = self.table.len() - 1;
        let mut at = hash as usize & mask;
        while self.table[at] != 0 {
            at = (at + 1) & mask;
        }
        self.table[at] = index;
        index
    }

    /// The order is no longer open: from now on the id may be forgotten, oldest first.
    pub fn close(&mut self, index: u32, status: OrderStatus, remaining_lots: u32) {
        let entry = self.get_mut(index);
        (entry.status, entry.remaining_lots, entry.next) = (status, remaining_lots, 0);
        if self.newest == 0 {
            self.oldest = index;
        } else {
            let newest = self.newest;
            self.get_mut(newest).next = index;
        }
        self.newest = index;
        self.closed += 1;
        if self.closed > self.recent {
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        let index = self.oldest;
        self.oldest = self.get(index).next;
        if self.oldest == 0 {
            self.newest = 0;
        }
        self.closed -= 1;
        self.untable(index);
        let free = self.free;
        self.get_mut(index).next = free;
        self.free = index;
    }

    /// Takes an entry out of the table, moving later ones back over the hole.
    fn untable(&mut self, index: u32) {
        let mask = self.table.len() - 1;
        let mut hole = self.get(index).hash as usize & mask;
        while self.table[hole] != index {
            hole = (hole + 1) & mask;
        }
        let mut at = hole;
        loop {
            at = (at + 1) & mask;
            let other = self.table[at];
            if other == 0 {
                break;
            }
            let home = self.get(other).hash as usize & mask;
            if (at.wrapping_sub(home) & mask) >= (at.wrapping_sub(hole) & mask) {
                self.table[hole] = other;
                hole = at;
            }
        }
        self.table[hole] = 0;
    }

    /// Closed ids, oldest first.
    pub(crate) fn closed(&self) -> impl Iterator<Item = &Entry> + '_ {
        let mut at = self.oldest;
        core::iter::from_fn(move || {
            (at != 0).then(|| {
                let entry = self.get(at);
                at = entry.next;
                entry
            })
        })
    }

    /// How many closed ids are remembered.
    pub(crate) fn closed_count(&self) -> u32 {
        self.closed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u32) -> ClientId {
        ClientId::from_bytes(alloc::format!("c-{n}").as_bytes()).expect("legal")
    }

    fn add(ids: &mut ClientIds, account: u32, n: u32) -> u32 {
        let place = Place { client_id: Some(id(n)), ..Entry::BLANK.place };
        ids.insert(account, &id(n), &place, 0)
    }

    #[test]
    fn open_ids_are_never_forgotten_and_closed_ones_in_order() {
        let mut ids = ClientIds::new(8, 4, 7);
        let open = add(&mut ids, 1, 0);
        for n in 1..1_000 {
            let entry = add(&mut ids, 1, n);
            ids.close(entry, OrderStatus::Filled, 0);
            assert_eq!(ids.find(1, &id(0)), open);
            for known in n.saturating_sub(3).max(1)..=n {
                assert_ne!(ids.find(1, &id(known)), 0, "{known} after {n}");
            }
            if n > 4 {
                assert_eq!(ids.find(1, &id(n - 4)), 0);
            }
        }
        assert!(ids.entries.len() <= 8 + 4 + 2);
    }

    #[test]
    fn accounts_do_not_share_ids() {
        let mut ids = ClientIds::new(8, 4, 0);
        let first = add(&mut ids, 1, 5);
        assert_eq!(ids.find(2, &id(5)), 0);
        let second = add(&mut ids, 2, 5);
        assert_ne!(first, second);
        assert_eq!((ids.find(1, &id(5)), ids.find(2, &id(5))), (first, second));
    }
}
