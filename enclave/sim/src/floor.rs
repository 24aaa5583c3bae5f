//! The floor: a throwaway array book without any feature, for comparing with in the same run. Also the reference book that
//! generates the workloads.
//!
//! Ticks 0 to 65,535, a two-level bitmap a side, intrusive queues, order ids as direct indices. No accounts, no checks.

const TICKS: usize = 65_536;

#[derive(Clone, Copy, Default)]
struct Order {
    next: u32,
    previous: u32,
    lots: u32,
    price: u16,
    is_sell: bool,
}

#[derive(Clone, Copy, Default)]
struct Level {
    head: u32,
    tail: u32,
}

struct Side {
    levels: Vec<Level>,
    words: [u64; TICKS / 64],
    summary: [u64; TICKS / 4096],
}

impl Side {
    fn new() -> Side {
        Side {
            levels: vec![Level::default(); TICKS],
            words: [0; TICKS / 64],
            summary: [0; TICKS / 4096],
        }
    }

    fn set(&mut self, price: usize) {
        self.words[price / 64] |= 1 << (price % 64);
        self.summary[price / 4096] |= 1 << (price / 64 % 64);
    }

    fn clear(&mut self, price: usize) {
        self.words[price / 64] &= !(1 << (price % 64));
        if self.words[price / 64] == 0 {
            self.summary[price / 4096] &= !(1 << (price / 64 % 64));
        }
    }

    /// Lowest occupied price from `from` up.
    fn up(&self, from: usize) -> Option<usize> {
        let word = self.words[from / 64] >> (from % 64);
        if word != 0 {
            return Some(from + word.trailing_zeros() as usize);
        }
        let next = from / 64 + 1;
        let mut mask = u64::MAX << (next % 64);
        for group in next / 64..self.summary.len() {
            let bits = self.summary[group] & mask;
            if bits != 0 {
                let word = group * 64 + bits.trailing_zeros() as usize;
                return Some(word * 64 + self.words[word].trailing_zeros() as usize);
            }
            mask = u64::MAX;
        }
        None
    }

    /// Highest occupied price from `from` down.
    fn down(&self, from: usize) -> Option<usize> {
        let word = self.words[from / 64] << (63 - from % 64);
        if word != 0 {
            return Some(from - word.leading_zeros() as usize);
        }
        let mut end = from / 64;
        while end > 0 {
            let group = (end - 1) / 64;
            let bits = self.summary[group] << (63 - (end - 1) % 64);
            if bits != 0 {
                let word = end - 1 - bits.leading_zeros() as usize;
                return Some(word * 64 + 63 - self.words[word].leading_zeros() as usize);
            }
            end = group * 64;
        }
        None
    }
}

/// The book.
pub struct FloorBook {
    orders: Vec<Order>,
    bids: Side,
    asks: Side,
    best_bid: Option<usize>,
    best_ask: Option<usize>,
}

impl FloorBook {
    /// A book for ids from 1 to `ids`.
    pub fn new(ids: usize) -> FloorBook {
        FloorBook {
            orders: vec![Order::default(); ids + 1],
            bids: Side::new(),
            asks: Side::new(),
            best_bid: None,
            best_ask: None,
        }
    }

    /// Makes room for an id.
    pub(crate) fn grow(&mut self, id: u32) {
        if self.orders.len() <= id as usize {
            self.orders.resize(id as usize + 1, Order::default());
        }
    }

    /// Price, open size and side of a resting order.
    #[inline]
    pub(crate) fn order(&self, id: u32) -> (u32, u32, bool) {
        let Order { price, lots, is_sell, .. } = self.orders[id as usize];
        (price.into(), lots, is_sell)
    }

    /// Highest bid.
    pub fn best_bid(&self) -> Option<u32> {
        self.best_bid.map(|price| price as u32)
    }

    /// Lowest ask.
    pub fn best_ask(&self) -> Option<u32> {
        self.best_ask.map(|price| price as u32)
    }

    /// Matches an order, then rests the residue unless it is immediate-or-cancel. `on_trade(maker, price, lots, is_maker_gone)`.
    /// Lots that rest afterwards.
    #[inline]
    pub fn submit(
        &mut self,
        id: u32,
        is_sell: bool,
        limit: u32,
        mut lots: u32,
        is_ioc: bool,
        mut on_trade: impl FnMut(u32, u32, u32, bool),
    ) -> u32 {
        while lots > 0 {
            let best = if is_sell { self.best_bid } else { self.best_ask };
            let Some(price) = best else { break };
            if if is_sell { price < limit as usize } else { price > limit as usize } {
                break;
            }
            let side = if is_sell { &self.bids } else { &self.asks };
            let maker = side.levels[price].head;
            let order = &mut self.orders[maker as usize];
            let fill = order.lots.min(lots);
            lots -= fill;
            order.lots -= fill;
            let is_gone = order.lots == 0;
            if is_gone {
                self.unlink(maker);
            }
            on_trade(maker, price as u32, fill, is_gone);
        }
        if lots > 0 && !is_ioc {
            self.rest(id, is_sell, limit, lots);
            return lots;
        }
        0
    }

    fn rest(&mut self, id: u32, is_sell: bool, price: u32, lots: u32) {
        let at = price as usize;
        let side = if is_sell { &mut self.asks } else { &mut self.bids };
        let level = &mut side.levels[at];
        let previous = level.tail;
        self.orders[id as usize] = Order { next: 0, previous, lots, price: price as u16, is_sell };
        level.tail = id;
        if previous == 0 {
            level.head = id;
            side.set(at);
            if is_sell {
                self.best_ask = Some(self.best_ask.map_or(at, |best| best.min(at)));
            } else {
                self.best_bid = Some(self.best_bid.map_or(at, |best| best.max(at)));
            }
        } else {
            self.orders[previous as usize].next = id;
        }
    }

    fn unlink(&mut self, id: u32) {
        let Order { next, previous, price, is_sell, .. } = self.orders[id as usize];
        let at = usize::from(price);
        let side = if is_sell { &mut self.asks } else { &mut self.bids };
        if previous == 0 {
            side.levels[at].head = next;
        } else {
            self.orders[previous as usize].next = next;
        }
        if next == 0 {
            side.levels[at].tail = previous;
        } else {
            self.orders[next as usize].previous = previous;
        }
        self.orders[id as usize].lots = 0;
        if side.levels[at].head != 0 {
            return;
        }
        side.clear(at);
        if is_sell && self.best_ask == Some(at) {
            self.best_ask = self.asks.up(at);
        } else if !is_sell && self.best_bid == Some(at) {
            self.best_bid = self.bids.down(at);
        }
    }

    /// Takes a resting order out.
    #[inline]
    pub fn cancel(&mut self, id: u32) {
        self.unlink(id);
    }
}
