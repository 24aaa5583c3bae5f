//! The obvious book: one sorted vector a side. Slow, allocating, and easy to believe.

use alloc::vec::Vec;

use sealbook_wire::Side;

use super::Book;
use crate::orders::{Handle, Order, Orders};

/// (price, handle), best first; within a price, oldest first.
#[derive(Debug, Default)]
pub struct NaiveBook {
    bids: Vec<(u32, Handle)>,
    asks: Vec<(u32, Handle)>,
}

impl NaiveBook {
    fn side(&self, side: Side) -> &Vec<(u32, Handle)> {
        match side {
            Side::Buy => &self.bids,
            Side::Sell => &self.asks,
        }
    }
}

impl Book for NaiveBook {
    fn new() -> NaiveBook {
        NaiveBook::default()
    }

    fn best(&self, side: Side) -> Option<u32> {
        self.side(side).first().map(|entry| entry.0)
    }

    fn head(&self, _orders: &Orders, side: Side) -> Handle {
        self.side(side).first().map_or(0, |entry| entry.1)
    }

    fn after(&self, orders: &Orders, handle: Handle) -> Handle {
        let queue = self.side(orders.get(handle).side());
        let at = queue.iter().position(|entry| entry.1 == handle);
        at.and_then(|at| queue.get(at + 1)).map_or(0, |entry| entry.1)
    }

    fn after_in_level(&self, order: &Order, handle: Handle) -> Handle {
        let queue = self.side(order.side());
        let at = queue.iter().position(|entry| entry.1 == handle);
        let next = at.and_then(|at| queue.get(at + 1));
        next.filter(|next| next.0 == order.price_ticks).map_or(0, |next| next.1)
    }

    fn insert(&mut self, orders: &mut Orders, handle: Handle) {
        let order = orders.get(handle);
        let price = order.price_ticks;
        match order.side() {
            Side::Buy => {
                let at = self.bids.iter().position(|entry| entry.0 < price);
                self.bids.insert(at.unwrap_or(self.bids.len()), (price, handle));
            }
            Side::Sell => {
                let at = self.asks.iter().position(|entry| entry.0 > price);
                self.asks.insert(at.unwrap_or(self.asks.len()), (price, handle));
            }
        }
    }

    fn remove(&mut self, orders: &mut Orders, handle: Handle) {
        match orders.get(handle).side() {
            Side::Buy => self.bids.retain(|entry| entry.1 != handle),
            Side::Sell => self.asks.retain(|entry| entry.1 != handle),
        }
    }

    fn reduce(&mut self, orders: &mut Orders, handle: Handle, lots: u32) {
        orders.get_mut(handle).lots -= lots;
    }

    fn drop_front(&mut self, _orders: &mut Orders, side: Side, next: Handle, _lots: u64) {
        let queue = match side {
            Side::Buy => &mut self.bids,
            Side::Sell => &mut self.asks,
        };
        let Some(best) = queue.first().map(|entry| entry.0) else { return };
        while queue.first().is_some_and(|entry| entry.0 == best && entry.1 != next) {
            queue.remove(0);
        }
    }

    fn lots_at(&self, orders: &Orders, side: Side, price_ticks: u32) -> u64 {
        let level = self.side(side).iter().filter(|entry| entry.0 == price_ticks);
        level.map(|entry| u64::from(orders.get(entry.1).lots)).sum()
    }
}
