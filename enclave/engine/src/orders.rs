//! The orders of the venue: one pool, handles instead of pointers, ids that are never used twice.
//!
//! An order id is `generation × 2^24 + slot`: looking one up is an index and a compare. Each use of a slot raises its
//! generation; at the last generation the slot is retired. An order is one cache line: filling it or cancelling it touches its own
//! line and those of its neighbours, in its level and in its owner's list. What only some orders have lives in `state/advanced.rs`.

use alloc::vec;
use alloc::vec::Vec;
use core::hint::select_unpredictable;

use sealbook_wire::Side;

use crate::book::overflow::Node;
use crate::limits::{ORDER_GENERATION_MAX, ORDER_SLOT_BITS};

/// A slot of the pool; 0 is none.
pub type Handle = u32;

const FLAG_SELL: u8 = 1;
const FLAG_REDUCE_ONLY: u8 = 2;
const FLAG_LIVE: u8 = 4;
const FLAG_POST_ONLY: u8 = 8;
const FLAG_ADVANCED: u8 = 16;
const FLAG_WAITING: u8 = 32;
/// Only while a snapshot is read: finds a slot named twice.
const FLAG_FREE: u8 = 128;

/// An order.
#[derive(Clone, Copy, Debug, Default)]
#[repr(align(64))]
pub struct Order {
    /// Next in the queue of its level.
    pub next: Handle,
    /// Previous in the queue of its level.
    pub previous: Handle,
    /// Limit.
    pub price_ticks: u32,
    /// Open size.
    pub lots: u32,
    /// Owner.
    pub account: u32,
    /// Instrument.
    pub instrument: u16,
    /// Index of the owner's position slot; it cannot move while the order is open.
    pub slot: u8,
    flags: u8,
    generation: u64,
    /// Next of the same owner.
    younger: Handle,
    /// Previous of the same owner.
    older: Handle,
    /// Client id entry, 0 for none.
    pub client: u32,
}

const _: () = assert!(size_of::<Order>() == 64);

impl Order {
    /// Side.
    #[inline]
    pub fn side(&self) -> Side {
        if self.flags & FLAG_SELL == 0 { Side::Buy } else { Side::Sell }
    }

    /// Never opens or grows a position.
    #[inline]
    pub fn is_reduce_only(&self) -> bool {
        self.flags & FLAG_REDUCE_ONLY != 0
    }

    /// Was placed post-only: an amend must not make it trade.
    pub fn is_post_only(&self) -> bool {
        self.flags & FLAG_POST_ONLY != 0
    }

    /// Filling it concerns nobody but its owner's account: it has no terms of its own and no position to cover.
    #[inline]
    pub fn is_plain(&self) -> bool {
        self.flags & (FLAG_ADVANCED | FLAG_REDUCE_ONLY) == 0
    }

    /// Whether the slot holds an order.
    #[inline]
    pub fn is_live(&self) -> bool {
        self.flags & FLAG_LIVE != 0
    }

    /// Has terms of its own (`state/advanced.rs`).
    #[inline]
    pub fn is_advanced(&self) -> bool {
        self.flags & FLAG_ADVANCED != 0
    }

    /// Open, but not in a book: holds no margin.
    #[inline]
    pub fn is_waiting(&self) -> bool {
        self.flags & FLAG_WAITING != 0
    }

    /// Id of the order, given the slot it is in.
    #[inline]
    pub fn id(&self, handle: Handle) -> u64 {
        self.generation << ORDER_SLOT_BITS | u64::from(handle)
    }

    /// Uses of the slot so far.
    pub fn generation(&self) -> u64 {
        self.generation
    }
}

/// What a new order is.
#[derive(Clone, Copy, Debug)]
pub struct NewOrder {
    /// Limit.
    pub price_ticks: u32,
    /// Size.
    pub lots: u32,
    /// Owner.
    pub account: u32,
    /// Instrument.
    pub instrument: u16,
    /// Owner's position slot.
    pub slot: u8,
    /// Side.
    pub side: Side,
    /// Never opens or grows a position.
    pub is_reduce_only: bool,
    /// Must not take.
    pub is_post_only: bool,
    /// Has terms of its own.
    pub is_advanced: bool,
    /// Open, but not in a book.
    pub is_waiting: bool,
    /// Client id entry, 0 for none.
    pub client: u32,
}

/// The pool.
#[derive(Debug)]
pub struct Orders {
    hot: Vec<Order>,
    /// Levels outside the books' windows (`book/overflow.rs`), under their head orders' handles.
    pub(crate) nodes: Vec<Node>,
    free: Vec<Handle>,
    used: u32,
    max: u32,
    live: u32,
}

impl Orders {
    /// A pool for `max` open orders.
    pub fn new(max: u32) -> Orders {
        let slots = max as usize + 1;
        Orders {
            hot: vec![Order::default(); slots],
            nodes: vec![Node::default(); slots],
            free: Vec::with_capacity(slots),
            used: 0,
            max,
            live: 0,
        }
    }

    /// Open orders.
    pub fn live(&self) -> u32 {
        self.live
    }

    /// Whether another order can be named at all.
    #[inline]
    pub fn has_room(&self) -> bool {
        !self.free.is_empty() || self.used < self.max
    }

    /// The order id the next [`Orders::take_slot`] will give.
    #[inline(always)]
    pub fn next_id(&self) -> u64 {
        let handle = self.free.last().copied().unwrap_or(self.used + 1);
        (self.hot[handle as usize].generation + 1) << ORDER_SLOT_BITS | u64::from(handle)
    }

    /// Takes a slot and raises its generation. The caller asked [`Orders::has_room`].
    #[inline(always)]
    pub fn take_slot(&mut self) -> Handle {
        let handle = self.free.pop().unwrap_or_else(|| {
            self.used += 1;
            self.used
        });
        self.hot[handle as usize].generation += 1;
        handle
    }

    /// Gives a slot back, unless its ids are used up.
    #[inline(always)]
    pub fn release_slot(&mut self, handle: Handle) {
        self.parts().release_slot(handle);
    }

    /// Fills a taken slot.
    #[inline(always)]
    pub fn open(&mut self, handle: Handle, new: &NewOrder) {
        let order = &mut self.hot[handle as usize];
        *order = Order {
            next: 0,
            previous: 0,
            price_ticks: new.price_ticks,
            lots: new.lots,
            account: new.account,
            instrument: new.instrument,
            slot: new.slot,
            flags: FLAG_LIVE
                | if new.side == Side::Sell { FLAG_SELL } else { 0 }
                | if new.is_reduce_only { FLAG_REDUCE_ONLY } else { 0 }
                | if new.is_post_only { FLAG_POST_ONLY } else { 0 }
                | if new.is_advanced { FLAG_ADVANCED } else { 0 }
                | if new.is_waiting { FLAG_WAITING } else { 0 },
            generation: order.generation,
            younger: 0,
            older: 0,
            client: new.client,
        };
        self.live += 1;
    }

    /// Empties a slot but keeps it: the order comes back under the same id, or the slot is released.
    pub fn suspend(&mut self, handle: Handle) {
        self.hot[handle as usize].flags = 0;
        self.live -= 1;
    }

    /// Empties a slot and gives it back.
    #[inline(always)]
    pub fn close(&mut self, handle: Handle) {
        self.parts().close(handle);
    }

    /// The order in a slot.
    #[inline]
    pub fn get(&self, handle: Handle) -> &Order {
        &self.hot[handle as usize]
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, handle: Handle) -> &mut Order {
        &mut self.hot[handle as usize]
    }

    /// Every slot. The first is nobody's: what is linked to nothing is linked to it, which saves asking.
    #[inline(always)]
    pub(crate) fn slots_mut(&mut self) -> &mut [Order] {
        &mut self.hot
    }

    /// The pool by its parts, for whoever ends one order after another.
    #[inline(always)]
    pub(crate) fn parts(&mut self) -> Parts<'_> {
        Parts { slots: &mut self.hot, free: &mut self.free, live: &mut self.live }
    }

    /// Id of the order in a slot.
    #[inline]
    pub fn id(&self, handle: Handle) -> u64 {
        self.hot[handle as usize].id(handle)
    }

    /// Client id entry of the order in a slot, 0 for none.
    #[inline]
    pub fn client(&self, handle: Handle) -> u32 {
        self.hot[handle as usize].client
    }

    /// The open order with this id.
    #[inline]
    pub fn find(&self, id: u64) -> Option<Handle> {
        let handle = (id & ((1 << ORDER_SLOT_BITS) - 1)) as Handle;
        let order = self.hot.get(handle as usize)?;
        (handle != 0 && order.is_live() && order.generation == id >> ORDER_SLOT_BITS)
            .then_some(handle)
    }

    /// Appends an order to its owner's list, of which `tail` is the last.
    #[inline(always)]
    pub fn link(&mut self, handle: Handle, head: &mut Handle, tail: &mut Handle) {
        let slots = self.slots_mut();
        let older = *tail;
        let order = &mut slots[handle as usize];
        (order.younger, order.older) = (0, older);
        slots[older as usize].younger = handle;
        *head = select_unpredictable(older == 0, handle, *head);
        *tail = handle;
    }

    /// Takes an order out of its owner's list.
    #[inline(always)]
    pub fn unlink(&mut self, handle: Handle, head: &mut Handle, tail: &mut Handle) {
        self.parts().unlink(handle, head, tail);
    }

    /// Next order of the same owner, oldest first.
    pub fn next_of_account(&self, handle: Handle) -> Handle {
        self.hot[handle as usize].younger
    }

    /// Previous order of the same owner.
    pub fn previous_of_account(&self, handle: Handle) -> Handle {
        self.hot[handle as usize].older
    }

    /// Slots used at least once, and the free ones in the order in which they will be used last.
    pub(crate) fn slots(&self) -> (u32, &[Handle]) {
        (self.used, &self.free)
    }

    /// Restores generations and the free list from a snapshot: `None` if they cannot be right.
    pub(crate) fn restore_slots(
        &mut self,
        generations: impl ExactSizeIterator<Item = u64>,
        free: impl Iterator<Item = Handle>,
    ) -> Option<()> {
        self.used = u32::try_from(generations.len()).ok().filter(|&used| used <= self.max)?;
        for (index, generation) in generations.enumerate() {
            if generation == 0 || generation > ORDER_GENERATION_MAX {
                return None;
            }
            self.hot[index + 1].generation = generation;
        }
        for handle in free {
            if handle == 0 || handle > self.used || self.hot[handle as usize].flags != 0 {
                return None;
            }
            self.hot[handle as usize].flags = FLAG_FREE;
            self.free.push(handle);
        }
        for order in &mut self.hot {
            order.flags = 0;
        }
        Some(())
    }
}

/// The pool by its parts: where its slots are is looked up once, not again after each store.
pub(crate) struct Parts<'a> {
    pub slots: &'a mut [Order],
    free: &'a mut Vec<Handle>,
    live: &'a mut u32,
}

impl Parts<'_> {
    /// Takes an order out of its owner's list.
    ///
    /// Whether it is the oldest or the newest of a dozen is as hard to guess as dice, so nothing branches on it: the neighbour it
    /// does not have is slot 0.
    #[inline(always)]
    pub fn unlink(&mut self, handle: Handle, head: &mut Handle, tail: &mut Handle) {
        let Order { younger, older, .. } = self.slots[handle as usize];
        self.slots[older as usize].younger = younger;
        self.slots[younger as usize].older = older;
        *head = select_unpredictable(older == 0, younger, *head);
        *tail = select_unpredictable(younger == 0, older, *tail);
    }

    /// Empties a slot and gives it back.
    #[inline(always)]
    pub fn close(&mut self, handle: Handle) {
        self.slots[handle as usize].flags = 0;
        *self.live -= 1;
        self.release_slot(handle);
    }

    /// Gives a slot back, unless its ids are used up.
    #[inline(always)]
    fn release_slot(&mut self, handle: Handle) {
        if self.slots[handle as usize].generation < ORDER_GENERATION_MAX {
            self.free.push(handle);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new_order(account: u32) -> NewOrder {
        NewOrder {
            price_ticks: 5,
            lots: 7,
            account,
            instrument: 1,
            slot: 0,
            side: Side::Sell,
            is_reduce_only: false,
            is_post_only: true,
            is_advanced: false,
            is_waiting: false,
            client: 0,
        }
    }

    #[test]
    fn an_id_is_never_used_twice() {
        let mut orders = Orders::new(2);
        let mut seen = alloc::collections::BTreeSet::new();
        for _ in 0..100 {
            let promised = orders.next_id();
            let handle = orders.take_slot();
            orders.open(handle, &new_order(1));
            assert_eq!(orders.id(handle), promised);
            assert_eq!(orders.find(promised), Some(handle));
            assert!(seen.insert(promised));
            orders.close(handle);
            assert_eq!(orders.find(promised), None);
        }
    }

    #[test]
    fn a_slot_out_of_generations_is_retired() {
        let mut orders = Orders::new(1);
        let handle = orders.take_slot();
        orders.get_mut(handle).generation = ORDER_GENERATION_MAX;
        orders.open(handle, &new_order(1));
        assert_eq!(orders.id(handle) >> ORDER_SLOT_BITS, ORDER_GENERATION_MAX);
        orders.close(handle);
        assert!(!orders.has_room());
    }

    #[test]
    fn foreign_bits_find_nothing() {
        let mut orders = Orders::new(1);
        let handle = orders.take_slot();
        orders.open(handle, &new_order(1));
        for id in [0, 1, u64::MAX, orders.id(handle) + 1, orders.id(handle) + (1 << 24)] {
            assert_eq!(orders.find(id), None, "{id}");
        }
    }
}
