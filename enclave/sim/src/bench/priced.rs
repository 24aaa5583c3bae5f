//! The priced floor: the floor, and what no venue with margin can leave out.
//!
//! A 64-byte event for each acknowledgement, trade and cancel; a 128-bit margin check and a reservation for each order; a release and
//! a position for both parties of each trade; 1,024 accounts of one cache line. No other feature, no other check.

use super::script::{ACCOUNTS, Kind, Step};
use crate::floor::FloorBook;
use crate::workload::Tape;

const MARK: i64 = 30_000_000;
const TICK_VALUE: i64 = 1_000;
const INITIAL_PPM: i128 = 50_000;
/// Events kept: 64 KiB, written round and round.
const EVENTS: usize = 1_024;

#[derive(Clone, Copy, Default)]
#[repr(align(64))]
struct Account {
    collateral: i64,
    size: i64,
    cost: i64,
    bid_lots: i64,
    ask_lots: i64,
    open_value: i64,
}

/// What a reader would be told.
#[derive(Clone, Copy, Default)]
#[repr(align(64))]
#[expect(dead_code, reason = "written for a reader this floor does not have")]
struct Event {
    kind: u32,
    order: u32,
    maker: u32,
    account: u32,
    maker_account: u32,
    price: u32,
    lots: u32,
    rest: u32,
    sequence: u64,
    trade: u64,
    fee: i64,
    value: i64,
}

const _: () = assert!(size_of::<Event>() == 64);

/// The priced floor.
pub struct PricedBook {
    book: FloorBook,
    accounts: Vec<Account>,
    /// Account of each order, by script id.
    owners: Vec<u16>,
    events: Vec<Event>,
    sequence: u64,
    trades: u64,
    /// Orders whose margin did not suffice.
    pub refused: u64,
}

impl PricedBook {
    /// For script ids from 1 to `orders`.
    pub fn new(orders: usize) -> PricedBook {
        let funded = Account { collateral: 10_000_000_000_000, ..Account::default() };
        PricedBook {
            book: FloorBook::new(orders),
            accounts: vec![funded; ACCOUNTS as usize + 1],
            owners: vec![0; orders + 1],
            events: vec![Event::default(); EVENTS],
            sequence: 0,
            trades: 0,
            refused: 0,
        }
    }

    /// One command.
    #[inline]
    pub fn step(&mut self, tape: &mut Tape, step: &Step) {
        if step.kind == Kind::Cancel { self.cancel(step) } else { self.place(tape, step) }
    }

    fn cancel(&mut self, step: &Step) {
        let (price, lots, is_sell) = self.book.order(step.script);
        release(&mut self.accounts[usize::from(step.account)], is_sell, price, lots);
        self.book.cancel(step.script);
        let Step { script, account, .. } = *step;
        self.sequence += 1;
        self.events[self.sequence as usize % EVENTS] = Event {
            kind: 3,
            order: script,
            account: account.into(),
            price,
            lots,
            sequence: self.sequence,
            ..Event::default()
        };
    }

    fn place(&mut self, tape: &mut Tape, step: &Step) {
        let Step { script, price, lots, is_sell, kind, account, .. } = *step;
        let PricedBook { book, accounts, owners, events, sequence, trades, refused } = self;
        let taker = usize::from(account);
        owners[script as usize] = account;
        reserve(&mut accounts[taker], is_sell, price, lots);
        *refused += u64::from(!is_healthy(&accounts[taker]));
        let mut open = lots;
        let rest =
            book.submit(script, is_sell, price, lots, kind == Kind::Ioc, |maker, at, fill, _| {
                let maker_account = owners[maker as usize];
                let value = i64::from(at) * TICK_VALUE * i64::from(fill);
                let other = &mut accounts[usize::from(maker_account)];
                release(other, !is_sell, at, fill);
                move_position(other, !is_sell, fill, value);
                move_position(&mut accounts[taker], is_sell, fill, value);
                open -= fill;
                *trades += 1;
                *sequence += 1;
                events[*sequence as usize % EVENTS] = Event {
                    kind: 2,
                    order: script,
                    maker,
                    account: account.into(),
                    maker_account: maker_account.into(),
                    price: at,
                    lots: fill,
                    rest: open,
                    sequence: *sequence,
                    trade: *trades,
                    fee: value / 2_000,
                    value,
                };
                tape.record(maker, script, at, fill);
            });
        // What does not rest is no longer open.
        release(&mut accounts[taker], is_sell, price, lots - rest);
        *sequence += 1;
        events[*sequence as usize % EVENTS] = Event {
            kind: 1,
            order: script,
            account: account.into(),
            price,
            lots,
            rest,
            sequence: *sequence,
            ..Event::default()
        };
    }
}

#[inline]
fn reserve(account: &mut Account, is_sell: bool, price: u32, lots: u32) {
    let open = if is_sell { &mut account.ask_lots } else { &mut account.bid_lots };
    *open += i64::from(lots);
    account.open_value += i64::from(price) * TICK_VALUE * i64::from(lots);
}

#[inline]
fn release(account: &mut Account, is_sell: bool, price: u32, lots: u32) {
    let open = if is_sell { &mut account.ask_lots } else { &mut account.bid_lots };
    *open -= i64::from(lots);
    account.open_value -= i64::from(price) * TICK_VALUE * i64::from(lots);
}

#[inline]
fn move_position(account: &mut Account, is_sell: bool, lots: u32, value: i64) {
    let sign = if is_sell { -1 } else { 1 };
    account.size += sign * i64::from(lots);
    account.cost += sign * value;
    account.collateral -= value / 2_000;
}

/// Equity covers the initial requirement of the worse side.
#[inline]
fn is_healthy(account: &Account) -> bool {
    let equity = i128::from(account.collateral) + i128::from(account.size) * i128::from(MARK)
        - i128::from(account.cost);
    let worst =
        (account.size + account.bid_lots).abs().max((account.size - account.ask_lots).abs());
    equity * 1_000_000 >= i128::from(worst) * i128::from(MARK) * INITIAL_PPM
}
