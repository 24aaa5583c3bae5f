//! One suite for every book: the fast one and its naive twin must do the same things in the same order.

use alloc::vec::Vec;

use sealbook_wire::Side;

use super::{Book, LadderBook, NaiveBook};
use crate::orders::{Handle, NewOrder, Orders};

struct Bench<B> {
    book: B,
    orders: Orders,
}

impl<B: Book> Bench<B> {
    fn new() -> Bench<B> {
        Bench { book: B::new(), orders: Orders::new(20_000) }
    }

    fn add(&mut self, side: Side, price_ticks: u32, lots: u32) -> Handle {
        let handle = self.orders.take_slot();
        let new = NewOrder {
            price_ticks,
            lots,
            account: 1,
            instrument: 1,
            slot: 0,
            side,
            is_reduce_only: false,
            is_post_only: false,
            is_advanced: false,
            is_waiting: false,
            client: 0,
        };
        self.orders.open(handle, &new);
        self.book.insert(&mut self.orders, handle);
        handle
    }

    fn remove(&mut self, handle: Handle) {
        self.book.remove(&mut self.orders, handle);
        self.orders.close(handle);
    }

    /// Takes the first `count` orders of the best level in one go, and one lot of the next; fewer if it has fewer.
    fn drop_front(&mut self, side: Side, count: u64) -> Vec<Handle> {
        let mut gone = Vec::new();
        let (mut handle, mut lots) = (self.book.head(&self.orders, side), 0);
        while handle != 0 && (gone.len() as u64) < count {
            let order = *self.orders.get(handle);
            lots += u64::from(order.lots);
            gone.push(handle);
            handle = self.book.after_in_level(self.orders.get(handle), handle);
        }
        if handle != 0 && self.orders.get(handle).lots > 1 {
            self.orders.get_mut(handle).lots -= 1;
            lots += 1;
        }
        gone.iter().for_each(|&handle| self.orders.close(handle));
        self.book.drop_front(&mut self.orders, side, handle, lots);
        gone
    }

    /// (handle, price, lots) of a side in priority.
    fn queue(&self, side: Side) -> Vec<(Handle, u32, u32)> {
        let mut handle = self.book.head(&self.orders, side);
        core::iter::from_fn(|| {
            (handle != 0).then(|| {
                let order = self.orders.get(handle);
                let entry = (handle, order.price_ticks, order.lots);
                handle = self.book.after(&self.orders, handle);
                entry
            })
        })
        .collect()
    }
}

fn price_then_time<B: Book>() {
    let mut bench = Bench::<B>::new();
    let a = bench.add(Side::Buy, 10, 1);
    let b = bench.add(Side::Buy, 11, 2);
    let c = bench.add(Side::Buy, 11, 3);
    let d = bench.add(Side::Sell, 13, 4);
    let e = bench.add(Side::Sell, 12, 5);
    assert_eq!(bench.queue(Side::Buy), [(b, 11, 2), (c, 11, 3), (a, 10, 1)]);
    assert_eq!(bench.queue(Side::Sell), [(e, 12, 5), (d, 13, 4)]);
    bench.book.reduce(&mut bench.orders, c, 1);
    assert_eq!(bench.book.lots_at(&bench.orders, Side::Buy, 11), 4);
    bench.remove(b);
    bench.remove(e);
    assert_eq!((bench.book.best(Side::Buy), bench.book.best(Side::Sell)), (Some(11), Some(13)));
    for handle in [a, c, d] {
        bench.remove(handle);
    }
    assert_eq!((bench.book.best(Side::Buy), bench.book.best(Side::Sell)), (None, None));
    assert_eq!(bench.book.lots_at(&bench.orders, Side::Buy, 11), 0);
}

fn the_ends_of_the_price_range<B: Book>() {
    let mut bench = Bench::<B>::new();
    let top = u32::MAX - 1;
    for side in Side::ALL {
        let handles = [1, top, 2, top - 1, 1 << 31].map(|price| bench.add(side, price, 1));
        let mut prices: Vec<u32> = bench.queue(side).iter().map(|entry| entry.1).collect();
        if side == Side::Buy {
            prices.reverse();
        }
        assert_eq!(prices, [1, 2, 1 << 31, top - 1, top]);
        handles.into_iter().for_each(|handle| bench.remove(handle));
    }
}

#[test]
fn both_books_keep_price_time_priority() {
    price_then_time::<NaiveBook>();
    price_then_time::<LadderBook>();
    the_ends_of_the_price_range::<NaiveBook>();
    the_ends_of_the_price_range::<LadderBook>();
}

/// Random inserts, removals and reductions around a price that jumps far beyond the window and back.
#[test]
fn the_twins_agree_while_the_price_jumps() {
    let mut state = 7_u64;
    let mut next = move |n: u64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % n
    };
    let mut fast = Bench::<LadderBook>::new();
    let mut naive = Bench::<NaiveBook>::new();
    let mut live: Vec<Handle> = Vec::new();
    let mut mid = 1_000_000_u64;
    for step in 0..60_000 {
        if next(2_000) == 0 {
            mid = [20_000, 1_000_000, 1_012_000, 1_030_000, 4_000_000_000][next(5) as usize];
        }
        let spread = [50, 3_000, 40_000][next(3) as usize];
        if live.len() < 200 || (live.len() < 600 && next(2) == 0) {
            let side = if next(2) == 0 { Side::Buy } else { Side::Sell };
            let price = (mid - 19_999 + next(spread)).max(1) as u32;
            let lots = 1 + next(9) as u32;
            let handle = fast.add(side, price, lots);
            assert_eq!(naive.add(side, price, lots), handle);
            live.push(handle);
        } else {
            let handle = live[next(live.len() as u64) as usize];
            if next(10) == 0 {
                let side = fast.orders.get(handle).side();
                let count = 1 + next(3);
                let gone = fast.drop_front(side, count);
                assert_eq!(naive.drop_front(side, count), gone, "step {step}");
                live.retain(|other| !gone.contains(other));
            } else if next(4) == 0 && fast.orders.get(handle).lots > 1 {
                fast.book.reduce(&mut fast.orders, handle, 1);
                naive.book.reduce(&mut naive.orders, handle, 1);
            } else {
                live.retain(|other| *other != handle);
                fast.remove(handle);
                naive.remove(handle);
            }
        }
        for side in Side::ALL {
            assert_eq!(fast.book.best(side), naive.book.best(side), "step {step}");
            if step % 500 == 0 {
                let queue = naive.queue(side);
                assert_eq!(fast.queue(side), queue, "step {step}");
                for (_, price, _) in queue {
                    let expected = naive.book.lots_at(&naive.orders, side, price);
                    assert_eq!(fast.book.lots_at(&fast.orders, side, price), expected);
                }
            }
        }
    }
}
