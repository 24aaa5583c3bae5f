//! The flow of commands a load is made of: deterministic, so that two runs send the same.

use sealbook_wire::{
    Cancel, ClientId, Command, OrderKind, OrderRef, OrderStatus, Ping, Place, Side, TimeInForce,
};

/// Where and how wide the orders of a flow rest.
#[derive(Clone, Copy, Debug)]
pub struct Book {
    /// Instrument id.
    pub instrument: u16,
    /// Centre of both sides, in ticks.
    pub price_ticks: u32,
    /// Distance of the nearest order from the centre: far enough never to trade, or the load measures matching.
    pub spread_ticks: u32,
    /// Orders that rest at any time.
    pub depth: u64,
}

/// What a load consists of.
#[derive(Clone, Copy, Debug)]
pub enum Flow {
    /// Fills the book to its depth, then places one order and cancels the oldest, in turn, on alternating sides and over
    /// sixteen prices a side. The orders have client ids, so a cancel need not wait for its order's result.
    PlaceCancel(Book),
    /// Commands that touch nothing: the path without the engine.
    Ping,
}

const PRICES: u64 = 16;

/// Commands of a flow, in order.
pub struct Commands {
    flow: Flow,
    /// Client ids are unique in the account's recent past, so every run has its own.
    run: u32,
    next: u64,
}

impl Commands {
    /// The flow from its start.
    pub const fn new(flow: Flow, run: u32) -> Self {
        Self { flow, run, next: 0 }
    }

    /// The next command, and what its order should have become.
    pub fn next(&mut self) -> (Command<'static>, OrderStatus) {
        let step = self.next;
        self.next += 1;
        let Flow::PlaceCancel(book) = self.flow else {
            return (Command::Ping(Ping { token: step }), OrderStatus::None);
        };
        // Behind the first `depth` places, odd steps cancel what was placed `depth` orders ago.
        match step.checked_sub(book.depth) {
            None => self.place(&book, step),
            Some(after) if after % 2 == 0 => self.place(&book, book.depth + after / 2),
            Some(after) => self.cancel(after / 2),
        }
    }

    fn place(&self, book: &Book, number: u64) -> (Command<'static>, OrderStatus) {
        let offset = book.spread_ticks + (number / 2 % PRICES) as u32;
        let (side, price_ticks) = match number % 2 {
            0 => (Side::Buy, book.price_ticks.saturating_sub(offset).max(1)),
            _ => (Side::Sell, book.price_ticks.saturating_add(offset)),
        };
        let place = Place {
            client_id: self.id(number),
            instrument: book.instrument,
            side,
            kind: OrderKind::Limit,
            time_in_force: TimeInForce::GoodTillCancel,
            price_ticks,
            lots: 1,
            post_only: true,
            reduce_only: false,
        };
        (Command::Place(place), OrderStatus::Resting)
    }

    fn cancel(&self, number: u64) -> (Command<'static>, OrderStatus) {
        // `id` is a legal id for every number, so the fallback is never sent.
        let order = self.id(number).map_or(OrderRef::Id(0), OrderRef::Client);
        (Command::Cancel(Cancel { order }), OrderStatus::Cancelled)
    }

    /// `run-number`, both in hex, without an allocation a command.
    fn id(&self, number: u64) -> Option<ClientId> {
        let mut text = [b'-'; 25];
        hex(&mut text[..8], self.run.into());
        hex(&mut text[9..], number);
        ClientId::from_bytes(&text)
    }
}

fn hex(out: &mut [u8], mut value: u64) {
    for digit in out.iter_mut().rev() {
        *digit = b"0123456789abcdef"[(value & 15) as usize];
        value >>= 4;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    const BOOK: Book = Book { instrument: 1, price_ticks: 1000, spread_ticks: 100, depth: 5 };

    #[test]
    fn every_cancel_names_an_order_that_rests_and_the_depth_holds() {
        let mut commands = Commands::new(Flow::PlaceCancel(BOOK), 0xfeed);
        let mut resting = BTreeSet::new();
        for step in 0..1000u64 {
            match commands.next() {
                (Command::Place(place), OrderStatus::Resting) => {
                    let distance = place.price_ticks.abs_diff(1000);
                    assert!((100..100 + PRICES as u32).contains(&distance));
                    assert_eq!(place.side == Side::Buy, place.price_ticks < 1000);
                    let id = place.client_id.map(|id| id.as_str().to_owned());
                    assert!(id.is_some_and(|id| resting.insert(id)), "an id twice");
                }
                (
                    Command::Cancel(Cancel { order: OrderRef::Client(id) }),
                    OrderStatus::Cancelled,
                ) => {
                    assert!(resting.remove(id.as_str()), "nothing to cancel");
                }
                other => panic!("{other:?}"),
            }
            let depth = (step + 1).min(5) as usize;
            assert!((depth..=6).contains(&resting.len()), "{step}: {}", resting.len());
        }
    }

    #[test]
    fn pings_are_all_different() {
        let mut commands = Commands::new(Flow::Ping, 1);
        assert_eq!(commands.next(), (Command::Ping(Ping { token: 0 }), OrderStatus::None));
        assert_eq!(commands.next(), (Command::Ping(Ping { token: 1 }), OrderStatus::None));
    }
}
