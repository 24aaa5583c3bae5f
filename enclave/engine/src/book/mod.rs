//! The matching engine's book: price-time priority over the orders of one instrument.
//!
//! [`ladder::LadderBook`] is the fast one, [`naive::NaiveBook`] the obvious one. Both pass `conformance`, and the engine runs
//! on either, so that a whole venue on one can be compared with a whole venue on the other.

use sealbook_wire::Side;

use crate::orders::{Handle, Order, Orders};

#[cfg(test)]
mod conformance;
pub mod ladder;
pub mod naive;
pub(crate) mod overflow;

pub use ladder::LadderBook;
pub use naive::NaiveBook;

/// Price-time priority over one instrument's orders. Sizes and prices stay in the order pool.
pub trait Book {
    /// An empty book.
    fn new() -> Self;

    /// Best price of a side.
    fn best(&self, side: Side) -> Option<u32>;

    /// First order at the best price; 0 if the side is empty.
    fn head(&self, orders: &Orders, side: Side) -> Handle;

    /// The order that follows in priority on the same side, across levels; 0 at the end.
    fn after(&self, orders: &Orders, handle: Handle) -> Handle;

    /// As [`Book::after`], but 0 at the end of the level.
    fn after_in_level(&self, order: &Order, handle: Handle) -> Handle;

    /// Appends an open order at the back of its level.
    fn insert(&mut self, orders: &mut Orders, handle: Handle);

    /// Takes an order out.
    fn remove(&mut self, orders: &mut Orders, handle: Handle);

    /// Lowers an order's size by `lots`, fewer than it has, keeping its place.
    fn reduce(&mut self, orders: &mut Orders, handle: Handle, lots: u32);

    /// At the best level of a side every order ahead of `next` is gone, and `lots` with them; 0: the whole level. Those orders may be
    /// closed in the pool already.
    fn drop_front(&mut self, orders: &mut Orders, side: Side, next: Handle, lots: u64);

    /// Lots resting at a price.
    fn lots_at(&self, orders: &Orders, side: Side, price_ticks: u32) -> u64;
}

/// The other side.
#[inline]
pub fn opposite(side: Side) -> Side {
    match side {
        Side::Buy => Side::Sell,
        Side::Sell => Side::Buy,
    }
}

/// Whether a taker of `side` with this limit trades at `price_ticks`.
#[inline]
pub fn crosses(side: Side, limit_ticks: u32, price_ticks: u32) -> bool {
    // Complements turn the order round. No branch: see `units::signed`.
    let mask = u32::from(side as u8).wrapping_neg();
    price_ticks ^ mask <= limit_ticks ^ mask
}
