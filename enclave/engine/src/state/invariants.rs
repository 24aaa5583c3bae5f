//! What must hold after every command, by name. Tests check all of them after each; the auditor, the circuits and the contracts
//! know some by the same names.

use alloc::vec;

use sealbook_wire::Side;

use super::account::{Slot, loss_at};
use super::{INSURANCE, State};
use crate::book::Book;
use crate::limits::{ORDERS_PER_ACCOUNT_MAX, REDUCE_ONLY_PER_POSITION_MAX};
use crate::risk::margin::assess;

impl<B: Book> State<B> {
    /// The first invariant that does not hold.
    pub fn check_invariants(&self) -> Result<(), &'static str> {
        let checks: [(&'static str, bool); 10] = [
            ("collateral_is_conserved", self.collateral_is_conserved()),
            ("positions_sum_to_zero", self.positions_sum_to_zero()),
            ("open_interest_matches_positions", self.open_interest_matches_positions()),
            ("book_is_uncrossed", self.book_is_uncrossed()),
            ("books_hold_every_order", self.books_hold_every_order()),
            ("margin_reserved_matches_orders", self.margin_reserved_matches_orders()),
            ("reduce_only_is_covered", self.reduce_only_is_covered()),
            ("advanced_orders_have_terms", self.advanced_orders_have_terms()),
            ("protections_count_their_orders", self.protections_count_their_orders()),
            ("watch_misses_nobody", self.watch_misses_nobody()),
        ];
        checks.iter().find(|check| !check.1).map_or(Ok(()), |check| Err(check.0))
    }

    /// Collateral, less what unrealized positions cost, plus the funding pools, is what came in less what went out.
    fn collateral_is_conserved(&self) -> bool {
        let held: i128 = self.accounts.iter().map(|account| i128::from(account.collateral)).sum();
        let costs: i128 = self.slots().map(|(_, _, slot)| i128::from(slot.cost)).sum();
        let pools: i128 =
            self.instruments.iter().map(|instrument| i128::from(instrument.funding_pool)).sum();
        held - costs + pools == i128::from(self.venue.deposited) - i128::from(self.venue.withdrawn)
    }

    fn positions_sum_to_zero(&self) -> bool {
        self.sums(|slot| i128::from(slot.size)).all(|sum| sum == 0)
    }

    fn open_interest_matches_positions(&self) -> bool {
        let mut longs = self.sums(|slot| i128::from(slot.size.max(0)));
        self.instruments.iter().all(|at| longs.next() == Some(i128::from(at.open_interest)))
    }

    fn book_is_uncrossed(&self) -> bool {
        self.books.iter().all(|book| match (book.best(Side::Buy), book.best(Side::Sell)) {
            (Some(bid), Some(ask)) => bid < ask,
            _ => true,
        })
    }

    /// Every open order is met once in its book, best first, and once in its owner's list.
    fn books_hold_every_order(&self) -> bool {
        let mut met = 0;
        for (id, book) in self.books.iter().enumerate() {
            for side in Side::ALL {
                let mut handle = book.head(&self.orders, side);
                let mut last = None;
                while handle != 0 {
                    let order = self.orders.get(handle);
                    let is_sorted = last.is_none_or(|last| match side {
                        Side::Buy => order.price_ticks <= last,
                        Side::Sell => order.price_ticks >= last,
                    });
                    if !order.is_live()
                        || order.lots == 0
                        || usize::from(order.instrument) != id
                        || !is_sorted
                        || order.is_waiting()
                        || met > self.orders.live()
                    {
                        return false;
                    }
                    last = Some(order.price_ticks);
                    met += 1;
                    handle = book.after(&self.orders, handle);
                }
            }
        }
        let owned: u32 = self.accounts.iter().map(|account| u32::from(account.orders)).sum();
        met + self.advanced.waiting() == self.orders.live() && owned == self.orders.live()
    }

    /// What each slot holds for open orders is what its orders need.
    fn margin_reserved_matches_orders(&self) -> bool {
        self.accounts.iter().enumerate().all(|(id, account)| {
            let mut expected = account.slots;
            for slot in &mut expected {
                *slot = Slot {
                    size: slot.size,
                    cost: slot.cost,
                    funding_index: slot.funding_index,
                    ..Slot::default()
                };
            }
            let (mut handle, mut count) = (account.order_head, 0);
            while handle != 0 && count <= ORDERS_PER_ACCOUNT_MAX {
                let order = self.orders.get(handle);
                if order.is_waiting() {
                    count += 1;
                    handle = self.orders.next_of_account(handle);
                    continue;
                }
                let index = usize::from(order.slot);
                let shared = &self.instruments[usize::from(order.instrument)];
                let unit = shared.unit_value(order.price_ticks);
                let slot = &mut expected[index];
                slot.reserve(order.side(), order.lots, unit, shared.mark);
                if order.is_reduce_only() {
                    slot.reduce_only_lots += u64::from(order.lots);
                    slot.reduce_only_orders += 1;
                }
                let is_own = order.account as usize == id
                    && account.instruments[index] == order.instrument
                    && loss_at(order.side(), order.lots, unit, shared.mark) >= 0;
                if !is_own {
                    return false;
                }
                count += 1;
                handle = self.orders.next_of_account(handle);
            }
            count == account.orders && expected == account.slots
        })
    }

    /// Exactly the open orders that say so have terms.
    fn advanced_orders_have_terms(&self) -> bool {
        let (mut count, mut waiting) = (0, 0);
        for (_, handle) in self.owned_orders() {
            let (order, terms) = (self.orders.get(handle), self.advanced.terms(handle));
            if order.is_advanced() != (terms.number != 0) || terms.number > self.advanced.numbers {
                return false;
            }
            if order.is_waiting() && !order.is_advanced() {
                return false;
            }
            count += u32::from(order.is_advanced());
            waiting += u32::from(order.is_waiting());
        }
        count == self.advanced.count() && waiting == self.advanced.waiting()
    }

    fn protections_count_their_orders(&self) -> bool {
        let guarded: usize = self.protections.iter().map(|guard| usize::from(guard.orders)).sum();
        let tagged = self.owned_orders().filter(|&(account, handle)| {
            let protection = self.advanced.terms(handle).protection;
            protection != 0 && self.protections.get(protection).account == account
        });
        guarded == tagged.count()
    }

    /// Every open order by its owner's list: account, handle.
    fn owned_orders(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        self.accounts.iter().enumerate().flat_map(|(id, account)| {
            let first = Some(account.order_head).filter(|&handle| handle != 0);
            let next = |&handle: &u32| {
                Some(self.orders.next_of_account(handle)).filter(|&handle| handle != 0)
            };
            let list = core::iter::successors(first, next);
            list.take(account.orders.into()).map(move |handle| (id as u32, handle))
        })
    }

    /// Reduce-only orders never exceed the position they reduce, and lie on the side that reduces it.
    fn reduce_only_is_covered(&self) -> bool {
        self.slots().all(|(_, account, slot)| {
            slot.reduce_only_orders <= REDUCE_ONLY_PER_POSITION_MAX
                && slot.reduce_only_lots <= slot.size.unsigned_abs()
                && (account != INSURANCE || slot.reduce_only_orders == 0)
        })
    }

    /// An account below maintenance is always due at the next sweep.
    fn watch_misses_nobody(&self) -> bool {
        self.accounts.iter().enumerate().skip(1).all(|(id, account)| {
            self.watch.is_due(id as u32) || !assess(account, &self.instruments).is_liquidatable()
        })
    }

    /// Every slot in use: instrument, account, slot.
    fn slots(&self) -> impl Iterator<Item = (u16, u32, &Slot)> + '_ {
        self.accounts.iter().enumerate().flat_map(|(id, account)| {
            account.used().map(move |(at, instrument)| (instrument, id as u32, &account.slots[at]))
        })
    }

    /// A sum over the slots of each instrument, in order of instruments, the blank one first. Allocates: only for checking.
    fn sums(&self, value: impl Fn(&Slot) -> i128) -> impl Iterator<Item = i128> {
        let mut sums = vec![0; self.instruments.len()];
        for (id, _, slot) in self.slots() {
            sums[usize::from(id)] += value(slot);
        }
        sums.into_iter()
    }
}
