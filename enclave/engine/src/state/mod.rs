//! The state of the venue and the few ways to change it.
//!
//! - [`account`], [`instrument`]: what is held; [`owners`], [`client_ids`]: how it is found.
//! - [`leaf`]: the committed view (docs/state.md), [`from_leaves`]: a state from nothing else; [`snapshot`]: all of it as bytes (`records` one by one); [`invariants`]: what must always hold.

pub mod account;
pub mod advanced;
mod checksum;
pub mod client_ids;
pub mod from_leaves;
pub mod instrument;
pub mod invariants;
pub mod leaf;
pub mod owners;
pub mod protection;
mod records;
pub mod snapshot;

use alloc::vec;
use alloc::vec::Vec;

use sealbook_wire::{CloseReason, Link, OrderStatus};

use crate::book::{Book, LadderBook};
use crate::event::{Event, Events};
use crate::limits::Limits;
use crate::orders::{Handle, NewOrder, Order, Orders};
use crate::reject::{Refusal, Reject, fault};
use crate::risk::watch::Watch;
use account::Account;
use advanced::{Advanced, Terms};
use client_ids::ClientIds;
use instrument::Instrument;
use owners::Owners;
use protection::Protections;

/// The insurance fund; it also receives fees.
pub const INSURANCE: u32 = 0;

/// Everything the engine knows.
#[derive(Debug)]
pub struct State<B: Book = LadderBook> {
    pub(crate) limits: Limits,
    pub(crate) accounts: Vec<Account>,
    pub(crate) owners: Owners,
    pub(crate) instruments: Vec<Instrument>,
    pub(crate) books: Vec<B>,
    pub(crate) orders: Orders,
    pub(crate) client_ids: ClientIds,
    pub(crate) advanced: Advanced,
    pub(crate) protections: Protections,
    pub(crate) venue: Venue,
    pub(crate) watch: Watch,
    pub(crate) dirty_accounts: Vec<u32>,
    dirty_instruments: Vec<u16>,
}

/// Counters of the venue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Venue {
    /// Engine time, µs.
    pub time_us: u64,
    /// Sequence of the last applied command.
    pub sequence: u64,
    /// Epoch.
    pub epoch: u64,
    /// Last oracle round.
    pub oracle_round: u64,
    /// Its time, µs.
    pub oracle_time_us: u64,
    /// Last trade id.
    pub trade_id: u64,
    /// Inbox entries consumed.
    pub inbox_cursor: u64,
    /// Sum of all deposits.
    pub deposited: u64,
    /// Sum of all withdrawals.
    pub withdrawn: u64,
    /// Next account the liquidation sweep looks at; 0 when the sweep is done.
    pub sweep_next: u32,
    /// What the insurance fund lost to liquidations since the last oracle round.
    pub insurance_spent: u64,
    /// Last volatility round.
    pub volatility_round: u64,
    /// Its time, µs.
    pub volatility_time_us: u64,
    /// Last signed order to the venue: a listing, a market's mode, an instrument's risk.
    pub order_number: u64,
}

impl<B: Book> State<B> {
    /// A venue with nothing listed and only the insurance fund.
    pub fn new(limits: Limits) -> State<B> {
        let limits = limits.clamped();
        let instruments = usize::from(limits.instruments_max) + 1;
        let mut accounts = Vec::with_capacity(limits.accounts_max as usize);
        accounts.push(Account::new([0; 20], 0));
        State {
            accounts,
            owners: Owners::new(limits.accounts_max, limits.hash_seed),
            instruments: vec![Instrument::BLANK; instruments],
            books: (0..instruments).map(|_| B::new()).collect(),
            orders: Orders::new(limits.orders_max),
            client_ids: ClientIds::new(
                limits.orders_max,
                limits.client_ids_recent,
                limits.hash_seed,
            ),
            advanced: Advanced::new(limits.orders_max, limits.accounts_max, instruments),
            protections: Protections::new(limits.accounts_max),
            venue: Venue::default(),
            watch: Watch::new(limits.accounts_max),
            dirty_accounts: Vec::with_capacity(limits.accounts_max as usize),
            dirty_instruments: Vec::with_capacity(instruments),
            limits,
        }
    }

    /// The listed instrument with this id.
    #[inline]
    pub fn instrument(&self, id: u16) -> Option<&Instrument> {
        self.instruments.get(usize::from(id)).filter(|instrument| instrument.id != 0)
    }

    /// All instruments; index is the id, blank where nothing is listed.
    pub fn instruments(&self) -> &[Instrument] {
        &self.instruments
    }

    /// All accounts; index is the id.
    pub fn accounts(&self) -> &[Account] {
        &self.accounts
    }

    /// Counters of the venue.
    pub fn venue(&self) -> &Venue {
        &self.venue
    }

    /// The book of a listed instrument.
    pub fn book(&self, instrument: u16) -> &B {
        &self.books[usize::from(instrument)]
    }

    /// Price of an instrument's last trade, 0 before the first.
    pub fn last_ticks(&self, instrument: u16) -> u32 {
        self.advanced.last_ticks[usize::from(instrument)]
    }

    /// The order pool.
    pub fn orders(&self) -> &Orders {
        &self.orders
    }

    /// Whether a signed order to the venue is newer than the last; number 0 is the enclave's own.
    pub(crate) fn check_number(&self, number: u64) -> Result<(), Refusal> {
        let last = self.venue.order_number;
        if number == 0 || number > last {
            Ok(())
        } else {
            Err(Refusal::with(Reject::StaleRound, last))
        }
    }

    /// The order was carried out.
    pub(crate) fn note_number(&mut self, number: u64) {
        self.venue.order_number = self.venue.order_number.max(number);
    }

    /// Notes that an account's leaf changed.
    #[inline]
    pub(crate) fn mark_account(&mut self, account: u32) {
        self.watch.touch(account);
        let flag = &mut self.accounts[account as usize].is_dirty;
        if !*flag {
            *flag = true;
            self.dirty_accounts.push(account);
        }
    }

    /// Notes that an instrument's leaf changed.
    #[inline]
    pub(crate) fn mark_instrument(&mut self, instrument: u16) {
        let flag = &mut self.instruments[usize::from(instrument)].is_dirty;
        if !*flag {
            *flag = true;
            self.dirty_instruments.push(instrument);
        }
    }

    /// Accounts whose leaf changed since the last drain.
    pub fn dirty_accounts(&self) -> usize {
        self.dirty_accounts.len()
    }

    /// Visits every account whose leaf changed since the last drain.
    pub fn drain_dirty_accounts(&mut self, mut visit: impl FnMut(u32, &Account)) {
        while let Some(id) = self.dirty_accounts.pop() {
            let account = &mut self.accounts[id as usize];
            account.is_dirty = false;
            visit(id, account);
        }
    }

    /// Visits every instrument whose leaf changed since the last drain.
    pub fn drain_dirty_instruments(&mut self, mut visit: impl FnMut(u16, &Instrument)) {
        while let Some(id) = self.dirty_instruments.pop() {
            let instrument = &mut self.instruments[usize::from(id)];
            instrument.is_dirty = false;
            visit(id, instrument);
        }
    }

    /// Adds to an account's collateral.
    #[inline]
    pub(crate) fn add_collateral(&mut self, account: u32, amount: i64) {
        self.accounts[account as usize].add_collateral(amount);
        self.mark_account(account);
    }

    /// Realizes the funding of a position since it was last settled: rounded up for the account, so the pool never lacks dust.
    #[inline]
    pub(crate) fn settle_funding(
        &mut self,
        account: u32,
        slot: usize,
        instrument: u16,
        events: &mut Events,
    ) {
        let shared = &self.instruments[usize::from(instrument)];
        let position = &self.accounts[account as usize].slots[slot];
        if position.funding_index != shared.funding_index {
            self.realize_funding(account, slot, instrument, events);
        }
    }

    #[inline(never)]
    fn realize_funding(&mut self, account: u32, slot: usize, instrument: u16, events: &mut Events) {
        let shared = &mut self.instruments[usize::from(instrument)];
        let position = &mut self.accounts[account as usize].slots[slot];
        let owed = position.funding_owed(shared.funding_index);
        position.funding_index = shared.funding_index;
        let owed = i64::try_from(owed).ok();
        let pool = owed.and_then(|owed| shared.funding_pool.checked_add(owed));
        match (owed, pool) {
            (Some(owed), Some(pool)) => {
                shared.funding_pool = pool;
                self.mark_instrument(instrument);
                self.add_collateral(account, -owed);
                if owed != 0 {
                    events.push(Event::FundingSettled { account, instrument, amount: owed });
                }
            }
            _ => fault("funding_fits_its_type"),
        }
    }

    /// Fills a slot of the order pool, and puts the order into the book and its owner's list, holding provisions.
    #[inline(always)]
    pub(crate) fn rest(&mut self, handle: Handle, new: &NewOrder) {
        let State { accounts, orders, books, instruments, .. } = self;
        let instrument = &instruments[usize::from(new.instrument)];
        let (unit, mark) = (instrument.unit_value(new.price_ticks), instrument.mark);
        let account = &mut accounts[new.account as usize];
        let slot = &mut account.slots[usize::from(new.slot)];
        slot.reserve(new.side, new.lots, unit, mark);
        if new.is_reduce_only {
            slot.reduce_only_lots += u64::from(new.lots);
            slot.reduce_only_orders += 1;
        }
        account.orders += 1;
        orders.open(handle, new);
        orders.link(handle, &mut account.order_head, &mut account.order_tail);
        books[usize::from(new.instrument)].insert(orders, handle);
    }

    /// Takes an order out of the book and its owner's list, releasing what its remaining lots held.
    pub(crate) fn unrest(&mut self, handle: Handle) {
        let order = *self.orders.get(handle);
        self.unrest_inline(handle, &order);
    }

    #[inline(always)]
    fn unrest_inline(&mut self, handle: Handle, order: &Order) {
        let State { accounts, orders, books, instruments, .. } = self;
        let account = &mut accounts[order.account as usize];
        account.orders -= 1;
        orders.unlink(handle, &mut account.order_head, &mut account.order_tail);
        if order.is_waiting() {
            return;
        }
        let at = usize::from(order.instrument);
        let (unit, mark) = (instruments[at].unit_value(order.price_ticks), instruments[at].mark);
        let slot = &mut account.slots[usize::from(order.slot)];
        slot.release(order.side(), order.lots, unit, mark);
        if order.is_reduce_only() {
            slot.reduce_only_lots -= u64::from(order.lots);
            slot.reduce_only_orders -= 1;
        }
        books[at].remove(orders, handle);
    }

    /// Cancels an open order.
    pub(crate) fn close_order(&mut self, handle: Handle, reason: CloseReason, events: &mut Events) {
        self.close_order_inline(handle, reason, events);
    }

    /// The same, for the one command that does nothing else.
    #[inline(always)]
    pub(crate) fn close_order_inline(
        &mut self,
        handle: Handle,
        reason: CloseReason,
        events: &mut Events,
    ) {
        let order = *self.orders.get(handle);
        self.unrest_inline(handle, &order);
        if order.client != 0 {
            self.client_ids.close(order.client, OrderStatus::Cancelled, order.lots);
        }
        events.push(Event::OrderClosed {
            account: order.account,
            client: order.client,
            instrument: order.instrument,
            order_id: order.id(handle),
            lots: order.lots,
            reason,
        });
        if order.is_waiting() {
            events.count_close();
        } else {
            events.touch_again(order.instrument, order.side(), order.price_ticks);
        }
        if order.is_advanced() {
            let terms = self.detach(handle, &order);
            self.orders.close(handle);
            if terms.link == Link::Primary {
                self.end_primary(order.account, &terms, events);
            }
        } else {
            self.orders.close(handle);
        }
    }

    /// Takes the terms from an order that is about to end.
    pub(crate) fn detach(&mut self, handle: Handle, order: &Order) -> Terms {
        let terms = self.advanced.detach(handle, order);
        if terms.protection != 0 {
            self.protections.get_mut(terms.protection).orders -= 1;
        }
        terms
    }

    /// Cancels every open order of an account, in one instrument or in all; how many.
    pub(crate) fn close_orders(
        &mut self,
        account: u32,
        instrument: Option<u16>,
        reason: CloseReason,
        events: &mut Events,
    ) -> u32 {
        self.close_matching(account, reason, events, |order, _| {
            instrument.is_none_or(|id| id == order.instrument)
        })
    }

    /// Cancels or trims reduce-only orders, newest first, until the position covers them again.
    ///
    /// So a resting reduce-only order can always fill in full, and nobody's size on the book is a phantom.
    pub(crate) fn cover_reduce_only(&mut self, account: u32, slot: usize, events: &mut Events) {
        let owner = &self.accounts[account as usize];
        let instrument = owner.instruments[slot];
        let mut handle = owner.order_tail;
        while handle != 0 {
            let previous = self.orders.previous_of_account(handle);
            let order = *self.orders.get(handle);
            if order.is_reduce_only() && order.instrument == instrument && !order.is_waiting() {
                let position = &self.accounts[account as usize].slots[slot];
                let covered = position.reducible(order.side());
                let excess = position.reduce_only_lots.saturating_sub(covered);
                if excess == 0 {
                    return;
                }
                if excess >= u64::from(order.lots) {
                    self.close_order(handle, CloseReason::ReduceOnly, events);
                } else {
                    self.trim_order(handle, excess as u32);
                    self.announce_resized(handle, CloseReason::ReduceOnly, events);
                }
            }
            handle = previous;
        }
    }

    /// Lowers an order's size, keeping its place.
    pub(crate) fn trim_order(&mut self, handle: Handle, lots: u32) {
        let order = *self.orders.get(handle);
        if order.is_waiting() {
            self.orders.get_mut(handle).lots -= lots;
        } else {
            let instrument = &self.instruments[usize::from(order.instrument)];
            let (unit, mark) = (instrument.unit_value(order.price_ticks), instrument.mark);
            let slot = &mut self.accounts[order.account as usize].slots[usize::from(order.slot)];
            slot.release(order.side(), lots, unit, mark);
            if order.is_reduce_only() {
                slot.reduce_only_lots -= u64::from(lots);
            }
            self.books[usize::from(order.instrument)].reduce(&mut self.orders, handle, lots);
        }
        let client = self.orders.client(handle);
        if client != 0 {
            self.client_ids.get_mut(client).lots -= lots;
        }
    }
}
