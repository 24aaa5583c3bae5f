//! The fast book: price levels in an array window with a two-level bitmap; an ordered overflow outside it.
//!
//! A side is a ladder of *keys*, best first: an ask's key is its price, a bid's its price's complement, so one code path
//! serves both sides and the best level is always the lowest key. Orders of a level are an intrusive list in the order pool.
//! The window follows the market: when much happens outside it, it moves, and levels migrate.

use alloc::boxed::Box;
use alloc::vec;
use core::hint::select_unpredictable;

use sealbook_wire::Side;

use super::Book;
use super::overflow::Overflow;
use crate::orders::{Handle, Order, Orders};

/// Levels in the window of one side.
const WINDOW: u32 = 16_384;
const WORDS: usize = WINDOW as usize / 64;
const SUMMARY: usize = WORDS / 64;
/// No level: above every key.
const NONE: u32 = u32::MAX;
/// Accesses outside the window that pay for moving it, besides one for each level that has to migrate.
const STRAYS_MIN: u32 = 64;

/// The orders at one price. All zero when empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Level {
    pub head: Handle,
    pub tail: Handle,
    pub lots: u64,
}

impl Level {
    #[inline(always)]
    fn append(&mut self, orders: &mut Orders, handle: Handle) {
        let (slots, previous) = (orders.slots_mut(), self.tail);
        let order = &mut slots[handle as usize];
        (order.previous, order.next) = (previous, 0);
        self.lots += u64::from(order.lots);
        slots[previous as usize].next = handle;
        self.head = select_unpredictable(previous == 0, handle, self.head);
        self.tail = handle;
    }

    /// Without a branch, as [`Orders::unlink`].
    #[inline(always)]
    fn unlink(&mut self, orders: &mut Orders, handle: Handle) {
        let slots = orders.slots_mut();
        let Order { next, previous, lots, .. } = slots[handle as usize];
        self.lots -= u64::from(lots);
        slots[previous as usize].next = next;
        slots[next as usize].previous = previous;
        self.head = select_unpredictable(previous == 0, next, self.head);
        self.tail = select_unpredictable(next == 0, previous, self.tail);
    }
}

#[derive(Debug)]
struct Ladder {
    /// Lowest occupied key, or [`NONE`].
    best: u32,
    /// Key of the window's first level.
    base: u32,
    /// Occupied levels in the window.
    occupied: u32,
    /// Accesses outside the window since it last stood well.
    strays: u32,
    summary: [u64; SUMMARY],
    words: Box<[u64; WORDS]>,
    levels: Box<[Level; WINDOW as usize]>,
    overflow: Overflow,
}

impl Ladder {
    fn new() -> Ladder {
        let levels = vec![Level::default(); WINDOW as usize].into_boxed_slice();
        let Ok(levels) = levels.try_into() else { crate::reject::fault("window_has_its_size") };
        Ladder {
            best: NONE,
            base: 0,
            occupied: 0,
            strays: 0,
            summary: [0; SUMMARY],
            words: Box::new([0; WORDS]),
            levels,
            overflow: Overflow::default(),
        }
    }

    #[inline]
    fn index(&self, key: u32) -> Option<usize> {
        let index = key.wrapping_sub(self.base);
        (index < WINDOW).then_some(index as usize)
    }

    #[inline]
    fn mark(&mut self, index: usize) {
        self.words[index / 64] |= 1 << (index % 64);
        self.summary[index / 4096] |= 1 << (index / 64 % 64);
        self.occupied += 1;
    }

    #[inline]
    fn unmark(&mut self, index: usize) {
        self.words[index / 64] &= !(1 << (index % 64));
        if self.words[index / 64] == 0 {
            self.summary[index / 4096] &= !(1 << (index / 64 % 64));
        }
        self.occupied -= 1;
    }

    /// Lowest occupied index of at least `from`.
    #[inline]
    fn occupied_from(&self, from: usize) -> Option<usize> {
        if from >= WINDOW as usize {
            return None;
        }
        let word = self.words[from / 64] >> (from % 64);
        if word != 0 {
            return Some(from + word.trailing_zeros() as usize);
        }
        let next = from / 64 + 1;
        let mut group = next / 64;
        let mut mask = u64::MAX << (next % 64);
        while group < SUMMARY {
            let bits = self.summary[group] & mask;
            if bits != 0 {
                let word = group * 64 + bits.trailing_zeros() as usize;
                return Some(word * 64 + self.words[word].trailing_zeros() as usize);
            }
            group += 1;
            mask = u64::MAX;
        }
        None
    }

    /// Lowest occupied key of at least `from`, or [`NONE`].
    #[inline]
    fn key_from(&self, orders: &Orders, from: u32) -> u32 {
        let start = from.saturating_sub(self.base) as usize;
        let windowed = self.occupied_from(start).map_or(NONE, |index| self.base + index as u32);
        if self.overflow.is_empty() {
            return windowed;
        }
        windowed.min(self.overflow.first_from(&orders.nodes, from).unwrap_or(NONE))
    }

    #[inline]
    fn level(&self, orders: &Orders, key: u32) -> Level {
        match self.index(key) {
            Some(index) => self.levels[index],
            None => self.overflow.get(&orders.nodes, key).unwrap_or_default(),
        }
    }

    #[inline(always)]
    fn insert(&mut self, orders: &mut Orders, key: u32, handle: Handle) {
        if let Some(index) = self.index(key) {
            if self.levels[index].head == 0 {
                self.mark(index);
            }
            self.levels[index].append(orders, handle);
        } else {
            self.insert_outside(orders, key, handle);
        }
        self.best = self.best.min(key);
    }

    #[cold]
    fn insert_outside(&mut self, orders: &mut Orders, key: u32, handle: Handle) {
        let mut level = self.overflow.get(&orders.nodes, key).unwrap_or_default();
        level.append(orders, handle);
        self.overflow.set(&mut orders.nodes, key, level);
        self.stray(orders, key);
    }

    /// Whether the level is empty now.
    #[cold]
    fn remove_outside(&mut self, orders: &mut Orders, key: u32, handle: Handle) -> bool {
        let mut level = self.overflow.get(&orders.nodes, key).unwrap_or_default();
        level.unlink(orders, handle);
        self.overflow.set(&mut orders.nodes, key, level);
        self.stray(orders, key);
        level.head == 0
    }

    #[inline(always)]
    fn remove(&mut self, orders: &mut Orders, key: u32, handle: Handle) {
        let is_empty = if let Some(index) = self.index(key) {
            self.levels[index].unlink(orders, handle);
            let is_empty = self.levels[index].head == 0;
            if is_empty {
                self.unmark(index);
            }
            is_empty
        } else {
            self.remove_outside(orders, key, handle)
        };
        if is_empty && key == self.best {
            self.best = self.key_from(orders, key);
        }
    }

    /// See [`Book::drop_front`].
    #[inline]
    fn drop_front(&mut self, orders: &mut Orders, next: Handle, lots: u64) {
        let key = self.best;
        orders.get_mut(next).previous = 0;
        if let Some(index) = self.index(key) {
            let level = &mut self.levels[index];
            level.head = next;
            level.lots -= lots;
            if next == 0 {
                level.tail = 0;
                self.unmark(index);
            }
        } else {
            let level = self.overflow.get(&orders.nodes, key).unwrap_or_default();
            let tail = if next == 0 { 0 } else { level.tail };
            let level = Level { head: next, tail, lots: level.lots - lots };
            self.overflow.set(&mut orders.nodes, key, level);
            self.stray(orders, key);
        }
        if next == 0 {
            self.best = self.key_from(orders, key);
        }
    }

    #[inline]
    fn reduce(&mut self, orders: &mut Orders, key: u32, lots: u32) {
        if let Some(index) = self.index(key) {
            self.levels[index].lots -= u64::from(lots);
        } else {
            let mut level = self.overflow.get(&orders.nodes, key).unwrap_or_default();
            level.lots -= u64::from(lots);
            self.overflow.set(&mut orders.nodes, key, level);
        }
    }

    /// Counts an access outside the window; moves the window once that pays.
    #[cold]
    fn stray(&mut self, orders: &mut Orders, key: u32) {
        self.strays += 1;
        if self.strays < STRAYS_MIN + self.occupied {
            return;
        }
        self.strays = 0;
        let best = self.key_from(orders, 0).min(key);
        let base = best.saturating_sub(WINDOW / 4);
        if base.abs_diff(self.base) >= WINDOW / 8 {
            self.move_window(orders, base);
        }
    }

    fn move_window(&mut self, orders: &mut Orders, base: u32) {
        let mut next = self.occupied_from(0);
        while let Some(index) = next {
            let key = self.base + index as u32;
            if key.wrapping_sub(base) >= WINDOW {
                self.overflow.set(&mut orders.nodes, key, self.levels[index]);
                self.levels[index] = Level::default();
                self.unmark(index);
            }
            next = self.occupied_from(index + 1);
        }
        self.slide(base);
        while let Some((key, level)) =
            self.overflow.take_between(&mut orders.nodes, base, base.saturating_add(WINDOW))
        {
            let index = (key - base) as usize;
            self.levels[index] = level;
            self.mark(index);
        }
    }

    /// Re-bases the levels that stay in the window. They are read from the end they move towards.
    fn slide(&mut self, base: u32) {
        let (old, count) = (self.base, WINDOW as usize);
        let shift = base.abs_diff(old) as usize;
        if shift < count {
            if base > old {
                self.levels.copy_within(shift.., 0);
                self.levels[count - shift..].fill(Level::default());
            } else {
                self.levels.copy_within(..count - shift, shift);
                self.levels[..shift].fill(Level::default());
            }
        }
        self.base = base;
        self.occupied = 0;
        self.words.fill(0);
        self.summary.fill(0);
        for index in 0..count {
            if self.levels[index].head != 0 {
                self.mark(index);
            }
        }
    }
}

/// Bids and asks of one instrument.
#[derive(Debug)]
pub struct LadderBook {
    ladders: [Ladder; 2],
}

/// Rank of a price on its side, best first.
#[inline]
fn key_of(side: Side, price_ticks: u32) -> u32 {
    match side {
        Side::Buy => !price_ticks,
        Side::Sell => price_ticks,
    }
}

impl Book for LadderBook {
    fn new() -> LadderBook {
        LadderBook { ladders: [Ladder::new(), Ladder::new()] }
    }

    #[inline]
    fn best(&self, side: Side) -> Option<u32> {
        let best = self.ladders[side as usize].best;
        // A key and its price are each other's complement, or equal.
        (best != NONE).then(|| key_of(side, best))
    }

    #[inline]
    fn head(&self, orders: &Orders, side: Side) -> Handle {
        let ladder = &self.ladders[side as usize];
        if ladder.best == NONE { 0 } else { ladder.level(orders, ladder.best).head }
    }

    fn after(&self, orders: &Orders, handle: Handle) -> Handle {
        let order = orders.get(handle);
        if order.next != 0 {
            return order.next;
        }
        let ladder = &self.ladders[order.side() as usize];
        let key = ladder.key_from(orders, key_of(order.side(), order.price_ticks) + 1);
        if key == NONE { 0 } else { ladder.level(orders, key).head }
    }

    #[inline(always)]
    fn after_in_level(&self, order: &Order, _handle: Handle) -> Handle {
        order.next
    }

    #[inline(always)]
    fn insert(&mut self, orders: &mut Orders, handle: Handle) {
        let order = orders.get(handle);
        let (side, key) = (order.side(), key_of(order.side(), order.price_ticks));
        self.ladders[side as usize].insert(orders, key, handle);
    }

    #[inline(always)]
    fn remove(&mut self, orders: &mut Orders, handle: Handle) {
        let order = orders.get(handle);
        let (side, key) = (order.side(), key_of(order.side(), order.price_ticks));
        self.ladders[side as usize].remove(orders, key, handle);
    }

    #[inline]
    fn reduce(&mut self, orders: &mut Orders, handle: Handle, lots: u32) {
        let order = orders.get_mut(handle);
        order.lots -= lots;
        let (side, key) = (order.side(), key_of(order.side(), order.price_ticks));
        self.ladders[side as usize].reduce(orders, key, lots);
    }

    #[inline]
    fn drop_front(&mut self, orders: &mut Orders, side: Side, next: Handle, lots: u64) {
        self.ladders[side as usize].drop_front(orders, next, lots);
    }

    #[inline]
    fn lots_at(&self, orders: &Orders, side: Side, price_ticks: u32) -> u64 {
        self.ladders[side as usize].level(orders, key_of(side, price_ticks)).lots
    }
}
