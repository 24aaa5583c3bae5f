//! What some orders have beyond the 32 bytes every order has: an expiry, a label, a trigger, links, market-maker protection.
//!
//! Kept apart so that an order without any of it costs nothing. An order *waits* when it is open but not in a book: for its trigger,
//! or, as a secondary, for the primary of its group. A waiting order holds no margin and no position slot.

use alloc::vec;
use alloc::vec::Vec;

use sealbook_wire::{
    CloseReason, Link, OrderKind, SelfTradeMode, TimeInForce, TriggerKind, TriggerSource,
};

use super::State;
use crate::book::Book;
use crate::event::{Event, Events};
use crate::heap::{self, Node};
use crate::limits::{ADVANCED_ORDERS_MAX, EXPIRIES_PER_COMMAND_MAX, LEVELS_PER_FILL_RESERVE};
use crate::orders::{Handle, Order};
use sealbook_wire::{OrderStatus, Side};

/// The terms of an advanced order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Age among advanced orders: the tie-break of everything that is ordered.
    pub number: u64,
    /// Engine time at which it is cancelled, µs; 0 for never.
    pub expiry_us: u64,
    /// The account's label, 0 for none.
    pub label: u32,
    /// The account's group, 0 for none.
    pub group: u32,
    /// Trigger price.
    pub trigger_ticks: u32,
    /// Lots filled so far: what a primary wakes its secondaries with.
    pub filled: u32,
    /// Protection, 0 for none (`state/protection.rs`).
    pub protection: u32,
    /// Limit or market.
    pub kind: OrderKind,
    /// Of the order once it is placed.
    pub time_in_force: TimeInForce,
    /// What happens when it meets its owner's own.
    pub self_trade: SelfTradeMode,
    /// Kind of the trigger.
    pub trigger: TriggerKind,
    /// What the trigger watches.
    pub source: TriggerSource,
    /// Part in the group.
    pub link: Link,
    /// A post-only order that would cross rests behind the best opposite price.
    pub is_slide: bool,
    /// Placed by a mass quote.
    pub is_quote: bool,
}

impl Terms {
    /// An order like any other.
    pub const PLAIN: Terms = Terms {
        number: 0,
        expiry_us: 0,
        label: 0,
        group: 0,
        trigger_ticks: 0,
        filled: 0,
        protection: 0,
        kind: OrderKind::Limit,
        time_in_force: TimeInForce::GoodTillCancel,
        self_trade: SelfTradeMode::Refuse,
        trigger: TriggerKind::None,
        source: TriggerSource::Mark,
        link: Link::None,
        is_slide: false,
        is_quote: false,
    };

    /// Whether a waiting order with these terms waits for its primary.
    pub fn is_asleep(&self) -> bool {
        self.link == Link::Secondary
    }
}

/// Whether the trigger fires when the source rises to it, not when it falls to it.
pub(crate) fn fires_above(trigger: TriggerKind, side: Side) -> bool {
    (trigger == TriggerKind::Stop) == (side == Side::Buy)
}

/// Of each instrument: source × direction.
const ROOTS: usize = 6;

/// The pool of terms and the heaps over it. Index 0 is none.
#[derive(Debug)]
pub struct Advanced {
    terms: Vec<Terms>,
    orders: Vec<Handle>,
    free: Vec<u32>,
    used: u32,
    max: u32,
    by_order: Vec<u32>,
    expiry_nodes: Vec<Node>,
    expiry_root: u32,
    wait_nodes: Vec<Node>,
    ready_root: u32,
    trigger_roots: Vec<[u32; ROOTS]>,
    waiting: u32,
    deadline_nodes: Vec<Node>,
    deadline_root: u32,
    /// Deadline of each account's dead-man timer, µs; 0 if disarmed.
    pub(crate) deadlines: Vec<u64>,
    /// Price of each instrument's last trade, 0 before the first.
    pub(crate) last_ticks: Vec<u32>,
    /// Instruments whose triggers have to be looked at.
    pub(crate) is_changed: Vec<bool>,
    /// Numbers given so far.
    pub(crate) numbers: u64,
}

impl Advanced {
    pub(crate) fn new(orders_max: u32, accounts_max: u32, instruments: usize) -> Advanced {
        let max = orders_max.min(ADVANCED_ORDERS_MAX);
        let slots = max as usize + 1;
        Advanced {
            terms: vec![Terms::PLAIN; slots],
            orders: vec![0; slots],
            free: Vec::with_capacity(slots),
            used: 0,
            max,
            by_order: vec![0; orders_max as usize + 1],
            expiry_nodes: vec![Node::default(); slots],
            expiry_root: 0,
            wait_nodes: vec![Node::default(); slots],
            ready_root: 0,
            trigger_roots: vec![[0; ROOTS]; instruments],
            waiting: 0,
            deadline_nodes: vec![Node::default(); accounts_max as usize + 1],
            deadline_root: 0,
            deadlines: vec![0; accounts_max as usize],
            last_ticks: vec![0; instruments],
            is_changed: vec![false; instruments],
            numbers: 0,
        }
    }

    pub(crate) fn has_room(&self) -> bool {
        !self.free.is_empty() || self.used < self.max
    }

    pub(crate) fn next_number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    /// Orders that are open and in no book.
    #[inline]
    pub(crate) fn waiting(&self) -> u32 {
        self.waiting
    }

    /// How many orders have terms.
    pub(crate) fn count(&self) -> u32 {
        self.used - self.free.len() as u32
    }

    /// Terms of an order in the pool; plain if it has none.
    pub(crate) fn terms(&self, handle: Handle) -> &Terms {
        &self.terms[self.by_order[handle as usize] as usize]
    }

    pub(crate) fn terms_mut(&mut self, handle: Handle) -> Option<&mut Terms> {
        let at = self.by_order[handle as usize] as usize;
        (at != 0).then(|| &mut self.terms[at])
    }

    /// Gives an open order its terms. The caller asked [`Advanced::has_room`].
    pub(crate) fn attach(&mut self, handle: Handle, order: &Order, terms: &Terms) {
        let at = self.free.pop().unwrap_or_else(|| {
            self.used += 1;
            self.used
        });
        self.terms[at as usize] = *terms;
        self.orders[at as usize] = handle;
        self.by_order[handle as usize] = at;
        if terms.expiry_us != 0 {
            let key = (terms.expiry_us, terms.number);
            heap::push(&mut self.expiry_nodes, &mut self.expiry_root, at, key);
        }
        if order.is_waiting() {
            self.waiting += 1;
            self.await_turn(at, order, terms);
        }
    }

    /// Files a waiting order under what it waits for; one that waits for its primary is found through its owner's list.
    fn await_turn(&mut self, at: u32, order: &Order, terms: &Terms) {
        if terms.is_asleep() {
            return;
        }
        if terms.trigger == TriggerKind::None {
            let key = (0, terms.number);
            heap::push(&mut self.wait_nodes, &mut self.ready_root, at, key);
            return;
        }
        let (root, key) = self.trigger_place(order, terms);
        let instrument = usize::from(order.instrument);
        let root = &mut self.trigger_roots[instrument][root];
        heap::push(&mut self.wait_nodes, root, at, key);
        self.is_changed[instrument] = true;
    }

    fn trigger_place(&self, order: &Order, terms: &Terms) -> (usize, (u64, u64)) {
        let is_above = fires_above(terms.trigger, order.side());
        let ticks = if is_above { terms.trigger_ticks } else { u32::MAX - terms.trigger_ticks };
        let root = 2 * terms.source as usize + usize::from(is_above);
        (root, (ticks.into(), terms.number))
    }

    /// Takes an order's terms from it.
    pub(crate) fn detach(&mut self, handle: Handle, order: &Order) -> Terms {
        let at = core::mem::take(&mut self.by_order[handle as usize]);
        let terms = self.terms[at as usize];
        heap::remove(&mut self.expiry_nodes, &mut self.expiry_root, at);
        if order.is_waiting() {
            self.waiting -= 1;
            if self.wait_nodes[at as usize].is_in() {
                let root = if terms.trigger == TriggerKind::None {
                    &mut self.ready_root
                } else {
                    let (root, _) = self.trigger_place(order, &terms);
                    &mut self.trigger_roots[usize::from(order.instrument)][root]
                };
                heap::remove(&mut self.wait_nodes, root, at);
            }
        }
        self.terms[at as usize] = Terms::PLAIN;
        self.orders[at as usize] = 0;
        self.free.push(at);
        terms
    }

    /// A secondary whose primary filled: from now on it is one of those that cancel each other.
    pub(crate) fn wake(&mut self, handle: Handle, order: &Order) {
        let at = self.by_order[handle as usize];
        let terms = &mut self.terms[at as usize];
        terms.link = Link::OneCancelsOther;
        let terms = *terms;
        self.await_turn(at, order, &terms);
    }

    /// The order whose expiry comes first.
    #[inline]
    pub(crate) fn first_expiry(&self) -> Option<(u64, Handle)> {
        let (expiry_us, _) = heap::first(&self.expiry_nodes, self.expiry_root)?;
        Some((expiry_us, self.orders[self.expiry_root as usize]))
    }

    /// The oldest order that waits for nothing any more.
    pub(crate) fn first_ready(&self) -> Option<Handle> {
        (self.ready_root != 0).then(|| self.orders[self.ready_root as usize])
    }

    /// The order of an instrument whose trigger is nearest, by source and direction.
    pub(crate) fn first_trigger(
        &self,
        instrument: u16,
        source: TriggerSource,
        is_above: bool,
    ) -> Option<(u32, Handle)> {
        let root = 2 * source as usize + usize::from(is_above);
        let root = self.trigger_roots[usize::from(instrument)][root];
        let (ticks, _) = heap::first(&self.wait_nodes, root)?;
        let ticks = ticks as u32;
        Some((if is_above { ticks } else { u32::MAX - ticks }, self.orders[root as usize]))
    }

    /// Arms, renews or (0) disarms an account's dead-man timer.
    pub(crate) fn set_deadline(&mut self, account: u32, deadline_us: u64) {
        let at = account + 1;
        heap::remove(&mut self.deadline_nodes, &mut self.deadline_root, at);
        self.deadlines[account as usize] = deadline_us;
        if deadline_us != 0 {
            let key = (deadline_us, account.into());
            heap::push(&mut self.deadline_nodes, &mut self.deadline_root, at, key);
        }
    }

    /// The account whose dead-man timer runs out first.
    pub(crate) fn first_deadline(&self) -> Option<(u64, u32)> {
        heap::first(&self.deadline_nodes, self.deadline_root).map(|key| (key.0, key.1 as u32))
    }
}

impl<B: Book> State<B> {
    /// Puts an order that waits into the pool and its owner's list.
    pub(crate) fn wait(&mut self, handle: Handle, terms: &Terms) {
        let order = *self.orders.get(handle);
        self.advanced.attach(handle, &order, terms);
        let account = &mut self.accounts[order.account as usize];
        account.orders += 1;
        self.orders.link(handle, &mut account.order_head, &mut account.order_tail);
    }

    /// Announces an open order with terms.
    pub(crate) fn announce(&self, handle: Handle, status: OrderStatus, events: &mut Events) {
        let order = self.orders.get(handle);
        events.push(Event::OrderOpened {
            account: order.account,
            client: self.orders.client(handle),
            instrument: order.instrument,
            order_id: self.orders.id(handle),
            side: order.side(),
            price_ticks: order.price_ticks,
            lots: order.lots,
            status,
        });
    }

    /// Cancels the orders whose time has come, earliest first.
    #[inline(always)]
    pub(crate) fn expire_orders(&mut self, events: &mut Events) {
        if self.advanced.first_expiry().is_some() {
            self.expire_due_orders(events);
        }
    }

    #[inline(never)]
    fn expire_due_orders(&mut self, events: &mut Events) {
        for _ in 0..EXPIRIES_PER_COMMAND_MAX {
            match self.advanced.first_expiry() {
                Some((expiry_us, handle)) if expiry_us <= self.venue.time_us => {
                    self.close_order(handle, CloseReason::Expired, events);
                }
                _ => return,
            }
        }
    }

    /// Cancels everything of the accounts whose dead-man timer ran out; who does not fit waits for the next tick.
    pub(crate) fn run_deadlines(&mut self, events: &mut Events) {
        while let Some((deadline_us, account)) = self.advanced.first_deadline() {
            let orders = usize::from(self.accounts[account as usize].orders);
            if deadline_us > self.venue.time_us
                || events.levels_room() < orders + LEVELS_PER_FILL_RESERVE
            {
                return;
            }
            self.advanced.set_deadline(account, 0);
            self.close_orders(account, None, CloseReason::DeadMan, events);
        }
    }

    /// What a fill of an advanced order does to the rest of its group.
    pub(crate) fn fill_linked(
        &mut self,
        account: u32,
        terms: &Terms,
        filling: Handle,
        lots: u32,
        is_done: bool,
        events: &mut Events,
    ) {
        match terms.link {
            Link::OneCancelsOther => self.reduce_group(account, terms.group, filling, lots, events),
            Link::Primary if is_done => self.end_primary(account, terms, events),
            _ => {}
        }
    }

    /// The other orders of a group lose what one of them filled.
    fn reduce_group(
        &mut self,
        account: u32,
        group: u32,
        filling: Handle,
        lots: u32,
        events: &mut Events,
    ) {
        let mut handle = self.accounts[account as usize].order_head;
        while handle != 0 {
            let next = self.orders.next_of_account(handle);
            let terms = self.advanced.terms(handle);
            let is_other = terms.group == group && terms.link == Link::OneCancelsOther;
            if handle != filling && is_other {
                self.reduce_order(handle, lots, CloseReason::Linked, events);
            }
            handle = next;
        }
    }

    /// An order loses lots without trading; it ends if none are left.
    pub(crate) fn reduce_order(
        &mut self,
        handle: Handle,
        lots: u32,
        reason: CloseReason,
        events: &mut Events,
    ) {
        let order = *self.orders.get(handle);
        if lots >= order.lots {
            self.close_order(handle, reason, events);
            return;
        }
        self.trim_order(handle, lots);
        self.announce_resized(handle, reason, events);
    }

    /// Tells that an order was trimmed.
    pub(crate) fn announce_resized(
        &self,
        handle: Handle,
        reason: CloseReason,
        events: &mut Events,
    ) {
        let order = self.orders.get(handle);
        events.push(Event::OrderResized {
            account: order.account,
            client: self.orders.client(handle),
            instrument: order.instrument,
            order_id: self.orders.id(handle),
            lots: order.lots,
            reason,
        });
        if order.is_waiting() {
            events.count_close();
        } else {
            events.touch_again(order.instrument, order.side(), order.price_ticks);
        }
    }

    /// A primary has ended: what it filled, its secondaries are woken with; if that is nothing, they end too.
    pub(crate) fn end_primary(&mut self, account: u32, terms: &Terms, events: &mut Events) {
        let mut handle = self.accounts[account as usize].order_head;
        while handle != 0 {
            let next = self.orders.next_of_account(handle);
            let order = *self.orders.get(handle);
            let other = *self.advanced.terms(handle);
            if order.is_waiting() && other.is_asleep() && other.group == terms.group {
                if terms.filled == 0 {
                    self.close_order(handle, CloseReason::Linked, events);
                } else {
                    if order.lots > terms.filled {
                        self.trim_order(handle, order.lots - terms.filled);
                        self.announce_resized(handle, CloseReason::Linked, events);
                    }
                    self.advanced.wake(handle, &order);
                }
            }
            handle = next;
        }
    }

    /// Cancels every order for which `matches` holds; how many.
    pub(crate) fn close_matching(
        &mut self,
        account: u32,
        reason: CloseReason,
        events: &mut Events,
        matches: impl Fn(&Order, &Terms) -> bool,
    ) -> u32 {
        let mut handle = self.accounts[account as usize].order_head;
        let mut closed = 0;
        while handle != 0 {
            let next = self.orders.next_of_account(handle);
            let order = *self.orders.get(handle);
            let terms = *self.advanced.terms(handle);
            if matches(&order, &terms) {
                self.close_order(handle, reason, events);
                closed += 1;
                if terms.link == Link::Primary {
                    // Its secondaries may be gone with it, the next one among them.
                    handle = self.accounts[account as usize].order_head;
                    continue;
                }
            }
            handle = next;
        }
        closed
    }
}
