//! Taking liquidity: the one loop in which money changes hands.

use sealbook_wire::{CloseReason, Link, OrderStatus, SelfTradeMode, Side};

use crate::book::{Book, crosses, opposite};
use crate::event::{Event, Events, Party};
use crate::limits::{
    FILLS_PER_COMMAND_MAX, GROUP_ORDERS_MAX, LEVELS_PER_COMMAND_MAX, LEVELS_PER_FILL_RESERVE,
    TAKEN_VALUE_MAX,
};
use crate::orders::{Handle, Order};
use crate::reject::fault;
use crate::state::advanced::Terms;
use crate::state::protection::Protection;
use crate::state::{INSURANCE, State};
use crate::units::{Lots, Rate};

/// An aggressor, already allowed to do all of this.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Taker {
    pub account: u32,
    pub slot: usize,
    pub instrument: u16,
    pub side: Side,
    pub limit_ticks: u32,
    pub lots: u32,
    pub order_id: u64,
    pub client: u32,
    pub fee: Rate,
    pub self_trade: SelfTradeMode,
}

/// What a taker got.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Taken {
    pub lots: u32,
    pub value: u64,
    /// Lots it lost to its owner's own orders.
    pub cancelled: u32,
    /// More would have matched, but the command may not make more fills.
    pub is_capped: bool,
    /// The rest is cancelled: capped, or stopped by the owner's own order.
    pub is_over: bool,
}

/// What a taker would get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Preview {
    pub lots: u32,
    pub value: u64,
    pub fee: i64,
    /// The taker's own order, if it would be met.
    pub own: Handle,
    /// Whether taking gives exactly this. Reduce-only orders that other fills may trim are left out and make it inexact.
    pub is_exact: bool,
    /// More would match, but a command may not make more fills.
    pub is_capped: bool,
}

/// What will become of an advanced order that a taker meets.
enum Foreseen {
    /// It fills like any other.
    Fills,
    /// It leaves without a fill, and closes this many orders.
    Leaves(usize),
    /// Depends on fills before it.
    Unknown,
}

/// Protections a preview follows: the most that are on one side of a book at once, in practice. Beyond them it does not know.
const GUARDS_MAX: usize = 8;

/// Copies of the protections a preview has met; one that tripped is marked by its group number 0.
#[derive(Default)]
struct Guards {
    indices: [u32; GUARDS_MAX],
    copies: [Protection; GUARDS_MAX],
}

/// What the fills of one taker add up to, until all are made.
///
/// Nothing a fill sets off looks at the taker's position, at the last price or at the open interest, and the insurance fund is nobody's
/// maker: so they are written once, after the last fill, and a sweep keeps them at hand.
#[derive(Clone, Copy, Default)]
struct Run {
    size: i64,
    cost: i64,
    /// Change of the taker's collateral.
    amount: i64,
    /// Fees of both parties.
    fees: i64,
    /// Change of the open interest.
    interest: i64,
    /// Of the last trade.
    trade_id: u64,
    price_ticks: u32,
}

impl Run {
    /// The taker's half of a fill.
    #[inline(always)]
    fn add(&mut self, lots: i64, cost: i64, fee: i64) {
        let moved = moved(self.size, self.cost, lots, cost);
        (self.size, self.cost) = (moved.size, moved.cost);
        self.amount += moved.realized - fee;
        self.interest += moved.interest;
    }
}

/// A position after a change, and what the change did besides.
struct Moved {
    size: i64,
    cost: i64,
    /// To the collateral.
    realized: i64,
    /// To the open interest.
    interest: i64,
}

/// Moves a position. Realizes only when the size returns to 0, so nothing is divided and nothing rounds.
///
/// Cost and size cannot overflow: placing an order checked both with every open order filled (limits.rs).
#[inline(always)]
fn moved(size: i64, cost: i64, by_lots: i64, by_cost: i64) -> Moved {
    let (Some(after), Some(cost)) = (size.checked_add(by_lots), cost.checked_add(by_cost)) else {
        fault("positions_fit_their_type")
    };
    let interest = after.max(0) - size.max(0);
    if after == 0 {
        Moved { size: 0, cost: 0, realized: -cost, interest }
    } else {
        Moved { size: after, cost, realized: 0, interest }
    }
}

/// Positive for a buyer.
#[inline]
fn signed(side: Side, amount: i64) -> i64 {
    match side {
        Side::Buy => amount,
        Side::Sell => -amount,
    }
}

impl<B: Book> State<B> {
    /// Matches until the taker is filled, nothing crosses, or the command's room for events is used up.
    #[inline]
    pub(crate) fn take(&mut self, taker: &Taker, events: &mut Events) -> Taken {
        let resting = opposite(taker.side);
        let book = usize::from(taker.instrument);
        let mut taken = Taken::default();
        let mut run = Run::default();
        while taken.lots + taken.cancelled < taker.lots {
            match self.books[book].best(resting) {
                Some(best) if crosses(taker.side, taker.limit_ticks, best) => {}
                _ => break,
            }
            let is_full = events.fills_room() == 0
                || events.levels_room() < LEVELS_PER_FILL_RESERVE
                || taken.value > TAKEN_VALUE_MAX;
            if is_full {
                (taken.is_capped, taken.is_over) = (true, true);
            }
            if taken.is_over {
                break;
            }
            if self.sweep_level(taker, &mut taken, &mut run, events) {
                continue;
            }
            let maker = self.books[book].head(&self.orders, resting);
            let order = *self.orders.get(maker);
            let lots = order.lots.min(taker.lots - taken.lots - taken.cancelled);
            if order.account == taker.account {
                if self.meet_own(taker, maker, lots, &mut taken, events) {
                    continue;
                }
                break;
            }
            if order.is_advanced() && !self.admit(maker, lots, &mut taken, events) {
                continue;
            }
            taken.lots += lots;
            let rest = taker.lots - taken.lots - taken.cancelled;
            if run.trade_id == 0 {
                self.begin(taker, &mut run, events);
            }
            if order.is_advanced() {
                let terms = *self.advanced.terms(maker);
                taken.value += self.trade(taker, maker, &order, lots, rest, &mut run, events);
                self.after_fill(maker, &order, &terms, lots, events);
            } else {
                taken.value += self.trade(taker, maker, &order, lots, rest, &mut run, events);
            }
        }
        if taken.lots > 0 {
            self.end(taker, &run);
            self.mark_instrument(taker.instrument);
            self.note_price(taker.instrument);
            if self.accounts[taker.account as usize].slots[taker.slot].reduce_only_orders > 0 {
                self.cover_reduce_only(taker.account, taker.slot, events);
            }
        }
        taken
    }

    /// Fills plain orders from the front of the best level for as long as nothing else has to be thought of; whether there was one.
    ///
    /// Plain: no terms of its own, not reduce-only, not the taker's owner's, no reduce-only orders beside it that a fill could
    /// leave uncovered, no funding to settle. Then a fill touches the order and its owner's account, and the level as a whole can
    /// be brought up to date after the last one.
    #[inline(always)]
    fn sweep_level(
        &mut self,
        taker: &Taker,
        taken: &mut Taken,
        run: &mut Run,
        events: &mut Events,
    ) -> bool {
        let resting = opposite(taker.side);
        let at = usize::from(taker.instrument);
        let mut handle = self.books[at].head(&self.orders, resting);
        let first = *self.orders.get(handle);
        if !first.is_plain() || first.account == taker.account {
            return false;
        }
        if run.trade_id == 0 {
            self.begin(taker, run, events);
        }
        let State { accounts, orders, books, instruments, client_ids, .. } = self;
        let (watch, dirty) = (&mut self.watch, &mut self.dirty_accounts);
        let instrument = &instruments[at];
        let (price_ticks, unit, mark) =
            (first.price_ticks, instrument.unit_value(first.price_ticks), instrument.mark);
        let (maker_rate, funding_index) = (instrument.maker_fee, instrument.funding_index);
        let mut has_room = true;
        let (mut level_lots, mut value_all) = (0_u64, taken.value);
        let mut open = taker.lots - taken.lots - taken.cancelled;
        // At hand, so that it can stay in registers.
        let mut at_hand = *run;
        let mut fills_left = events.fills_room();
        while open > 0 && handle != 0 && has_room && value_all <= TAKEN_VALUE_MAX {
            let order = *orders.get(handle);
            let account = &mut accounts[order.account as usize];
            let position = &mut account.slots[usize::from(order.slot)];
            if fills_left == 0
                || !order.is_plain()
                || order.account == taker.account
                || position.reduce_only_orders > 0
                || position.funding_index != funding_index
            {
                break;
            }
            let lots = order.lots.min(open);
            open -= lots;
            level_lots += u64::from(lots);
            let value = unit.value(Lots(lots));
            value_all += value.0;
            let (maker_fee, taker_fee) = (value.fee_ceil(maker_rate), value.fee_ceil(taker.fee));

            position.release(resting, lots, unit, mark);
            let maker_lots = signed(resting, lots.into());
            let maker_cost = signed(resting, value.0 as i64);
            let moved = moved(position.size, position.cost, maker_lots, maker_cost);
            (position.size, position.cost) = (moved.size, moved.cost);
            account.add_collateral(moved.realized - maker_fee);
            watch.touch(order.account);
            if !account.is_dirty {
                account.is_dirty = true;
                dirty.push(order.account);
            }
            at_hand.add(-maker_lots, -maker_cost, taker_fee);
            at_hand.interest += moved.interest;
            at_hand.fees += maker_fee + taker_fee;
            at_hand.trade_id += 1;
            fills_left -= 1;
            events.push(Event::Traded {
                trade_id: at_hand.trade_id,
                instrument: taker.instrument,
                price_ticks,
                lots,
                taker_side: taker.side,
                maker: Party {
                    account: order.account,
                    client: order.client,
                    order_id: order.id(handle),
                    remaining_lots: order.lots - lots,
                    fee: maker_fee,
                },
                taker: Party {
                    account: taker.account,
                    client: taker.client,
                    order_id: taker.order_id,
                    remaining_lots: open,
                    fee: taker_fee,
                },
            });
            if level_lots == u64::from(lots) {
                events.touch(taker.instrument, resting, price_ticks);
                has_room = events.levels_room() >= LEVELS_PER_FILL_RESERVE;
            }
            if lots < order.lots {
                orders.get_mut(handle).lots -= lots;
                break;
            }
            let next = books[at].after_in_level(orders, handle);
            account.orders -= 1;
            orders.unlink(handle, &mut account.order_head, &mut account.order_tail);
            if order.client != 0 {
                client_ids.close(order.client, OrderStatus::Filled, 0);
            }
            orders.close(handle);
            handle = next;
        }
        if level_lots == 0 {
            return false;
        }
        at_hand.price_ticks = price_ticks;
        *run = at_hand;
        events.count_fills_to(fills_left);
        taken.lots = taker.lots - taken.cancelled - open;
        taken.value = value_all;
        books[at].drop_front(orders, resting, handle, level_lots);
        true
    }

    /// The taker meets its owner's own order: whether it may go on.
    #[cold]
    fn meet_own(
        &mut self,
        taker: &Taker,
        own: Handle,
        lots: u32,
        taken: &mut Taken,
        events: &mut Events,
    ) -> bool {
        match taker.self_trade {
            SelfTradeMode::CancelMaker => {
                self.close_order(own, CloseReason::SelfTrade, events);
                true
            }
            SelfTradeMode::Decrement => {
                taken.cancelled += lots;
                self.reduce_order(own, lots, CloseReason::SelfTrade, events);
                true
            }
            SelfTradeMode::CancelBoth => {
                self.close_order(own, CloseReason::SelfTrade, events);
                taken.is_over = true;
                false
            }
            // Refused before the first effect: nobody gets here.
            SelfTradeMode::Refuse => {
                taken.is_over = true;
                false
            }
        }
    }

    /// Whether an advanced order may fill now. If not, it has left the book, or the command has no room to take it out.
    fn admit(&mut self, maker: Handle, lots: u32, taken: &mut Taken, events: &mut Events) -> bool {
        let order = *self.orders.get(maker);
        let Terms { expiry_us, protection, .. } = *self.advanced.terms(maker);
        if expiry_us != 0 && expiry_us <= self.venue.time_us {
            self.close_order(maker, CloseReason::Expired, events);
            return false;
        }
        if protection == 0 {
            return true;
        }
        let each = self.sensitivity(order.instrument);
        let time_us = self.venue.time_us;
        let guard = self.protections.get_mut(protection);
        let room = usize::from(guard.orders) + LEVELS_PER_FILL_RESERVE;
        if guard.admit(time_us, order.side(), lots, each) {
            return true;
        }
        // A trip closes the whole group; without room for that the taker ends here, and the next one trips it.
        if events.levels_room() < room {
            (taken.is_capped, taken.is_over) = (true, true);
        } else {
            self.trip(protection, events);
        }
        false
    }

    /// What a fill of an advanced order means for its group.
    fn after_fill(
        &mut self,
        maker: Handle,
        order: &Order,
        terms: &Terms,
        lots: u32,
        events: &mut Events,
    ) {
        let is_done = lots == order.lots;
        let terms = Terms { filled: terms.filled + lots, ..*terms };
        let filling = if is_done { 0 } else { maker };
        if let Some(kept) = self.advanced.terms_mut(filling) {
            kept.filled = terms.filled;
        }
        self.fill_linked(order.account, &terms, filling, lots, is_done, events);
    }

    /// Before the taker's first fill: the funding of its position settled, and the position at hand.
    #[inline]
    fn begin(&mut self, taker: &Taker, run: &mut Run, events: &mut Events) {
        self.settle_funding(taker.account, taker.slot, taker.instrument, events);
        let position = &self.accounts[taker.account as usize].slots[taker.slot];
        (run.size, run.cost) = (position.size, position.cost);
        run.trade_id = self.venue.trade_id;
    }

    /// After its last one: what the fills added up to is written.
    #[inline]
    fn end(&mut self, taker: &Taker, run: &Run) {
        let at = usize::from(taker.instrument);
        let position = &mut self.accounts[taker.account as usize].slots[taker.slot];
        (position.size, position.cost) = (run.size, run.cost);
        self.venue.trade_id = run.trade_id;
        self.advanced.last_ticks[at] = run.price_ticks;
        let instrument = &mut self.instruments[at];
        instrument.last_price = instrument.unit_value(run.price_ticks).0;
        instrument.open_interest = instrument.open_interest.wrapping_add_signed(run.interest);
        self.add_collateral(taker.account, run.amount);
        self.add_collateral(INSURANCE, run.fees);
    }

    /// One trade at the maker's price; its value.
    #[inline(always)]
    #[expect(clippy::too_many_arguments, reason = "the facts of a fill")]
    fn trade(
        &mut self,
        taker: &Taker,
        maker: Handle,
        order: &Order,
        lots: u32,
        taker_remaining: u32,
        run: &mut Run,
        events: &mut Events,
    ) -> u64 {
        let instrument = &self.instruments[usize::from(taker.instrument)];
        let (unit, mark) = (instrument.unit_value(order.price_ticks), instrument.mark);
        let value = unit.value(Lots(lots));
        let (maker_fee, taker_fee) =
            (value.fee_ceil(instrument.maker_fee), value.fee_ceil(taker.fee));
        let order_id = order.id(maker);

        let slot = usize::from(order.slot);
        self.settle_funding(order.account, slot, taker.instrument, events);
        let maker_lots = signed(order.side(), lots.into());
        let maker_cost = signed(order.side(), value.0 as i64);
        let is_done = lots == order.lots;
        let account = &mut self.accounts[order.account as usize];
        let position = &mut account.slots[slot];
        position.release(order.side(), lots, unit, mark);
        if order.is_reduce_only() {
            position.reduce_only_lots -= u64::from(lots);
            position.reduce_only_orders -= u8::from(is_done);
        }
        let is_covering = position.reduce_only_orders > 0;
        let moved = moved(position.size, position.cost, maker_lots, maker_cost);
        (position.size, position.cost) = (moved.size, moved.cost);
        if is_done {
            account.orders -= 1;
            self.orders.unlink(maker, &mut account.order_head, &mut account.order_tail);
            self.books[usize::from(taker.instrument)].remove(&mut self.orders, maker);
            if order.client != 0 || order.is_advanced() {
                self.fill_out(maker, order);
            }
            self.orders.close(maker);
        } else {
            self.books[usize::from(taker.instrument)].reduce(&mut self.orders, maker, lots);
        }
        self.add_collateral(order.account, moved.realized - maker_fee);

        run.add(-maker_lots, -maker_cost, taker_fee);
        run.interest += moved.interest;
        run.fees += maker_fee + taker_fee;
        run.trade_id += 1;
        run.price_ticks = order.price_ticks;
        events.push_trade(Event::Traded {
            trade_id: run.trade_id,
            instrument: taker.instrument,
            price_ticks: order.price_ticks,
            lots,
            taker_side: taker.side,
            maker: Party {
                account: order.account,
                client: order.client,
                order_id,
                remaining_lots: order.lots - lots,
                fee: maker_fee,
            },
            taker: Party {
                account: taker.account,
                client: taker.client,
                order_id: taker.order_id,
                remaining_lots: taker_remaining,
                fee: taker_fee,
            },
        });
        events.touch(taker.instrument, order.side(), order.price_ticks);
        if is_covering {
            self.cover_reduce_only(order.account, slot, events);
        }
        value.0
    }

    /// What a filled order leaves behind besides its place: its client id's result, its terms.
    #[cold]
    fn fill_out(&mut self, maker: Handle, order: &Order) {
        if order.client != 0 {
            self.client_ids.close(order.client, OrderStatus::Filled, 0);
        }
        if order.is_advanced() {
            self.detach(maker, order);
        }
    }

    /// Adds signed lots at a signed cost to a position, and an amount to the collateral.
    #[inline]
    #[expect(clippy::too_many_arguments, reason = "the facts of a move")]
    pub(crate) fn move_position(
        &mut self,
        account: u32,
        slot: usize,
        instrument: u16,
        lots: i64,
        cost: i64,
        amount: i64,
        events: &mut Events,
    ) {
        self.settle_funding(account, slot, instrument, events);
        let position = &mut self.accounts[account as usize].slots[slot];
        let moved = moved(position.size, position.cost, lots, cost);
        (position.size, position.cost) = (moved.size, moved.cost);
        let interest = &mut self.instruments[usize::from(instrument)].open_interest;
        *interest = interest.wrapping_add_signed(moved.interest);
        self.add_collateral(account, amount + moved.realized);
    }

    /// What taking `lots` of an advanced order would do.
    fn foresee(&self, handle: Handle, lots: u32, guards: &mut Guards) -> Foreseen {
        let order = self.orders.get(handle);
        let terms = self.advanced.terms(handle);
        if terms.expiry_us != 0 && terms.expiry_us <= self.venue.time_us {
            return Foreseen::Leaves(1);
        }
        if terms.link == Link::OneCancelsOther {
            return Foreseen::Unknown;
        }
        if terms.protection == 0 {
            return Foreseen::Fills;
        }
        let known = guards.indices.iter().position(|&at| at == terms.protection || at == 0);
        let Some(at) = known else { return Foreseen::Unknown };
        if guards.indices[at] == 0 {
            guards.indices[at] = terms.protection;
            guards.copies[at] = *self.protections.get(terms.protection);
        }
        let guard = &mut guards.copies[at];
        if guard.group == 0 {
            return Foreseen::Leaves(0);
        }
        let each = self.sensitivity(order.instrument);
        if guard.admit(self.venue.time_us, order.side(), lots, each) {
            return Foreseen::Fills;
        }
        guard.group = 0;
        Foreseen::Leaves(guard.orders.into())
    }

    /// What [`State::take`] would do, from an empty event buffer.
    pub(crate) fn preview(&self, taker: &Taker) -> Preview {
        let instrument = &self.instruments[usize::from(taker.instrument)];
        let book = &self.books[usize::from(taker.instrument)];
        let mut preview =
            Preview { lots: 0, value: 0, fee: 0, own: 0, is_exact: true, is_capped: false };
        let (mut fills, mut levels) = (0, LEVELS_PER_FILL_RESERVE);
        let mut guards = Guards::default();
        let mut handle = book.head(&self.orders, opposite(taker.side));
        while handle != 0 && preview.lots < taker.lots {
            let order = self.orders.get(handle);
            let maker = &self.accounts[order.account as usize].slots[usize::from(order.slot)];
            levels += 1 + usize::from(maker.reduce_only_orders);
            if !crosses(taker.side, taker.limit_ticks, order.price_ticks) {
                break;
            }
            preview.is_capped = fills == FILLS_PER_COMMAND_MAX
                || levels > LEVELS_PER_COMMAND_MAX
                || preview.value > TAKEN_VALUE_MAX;
            if preview.is_capped {
                break;
            }
            if order.account == taker.account {
                preview.own = handle;
                match taker.self_trade {
                    SelfTradeMode::CancelMaker | SelfTradeMode::Decrement => {
                        handle = book.after(&self.orders, handle);
                        continue;
                    }
                    SelfTradeMode::Refuse | SelfTradeMode::CancelBoth => return preview,
                }
            }
            if order.is_advanced() {
                let lots = order.lots.min(taker.lots - preview.lots);
                match self.foresee(handle, lots, &mut guards) {
                    Foreseen::Fills => {}
                    Foreseen::Leaves(closes) => {
                        levels += closes;
                        handle = book.after(&self.orders, handle);
                        continue;
                    }
                    Foreseen::Unknown => {
                        preview.is_exact = false;
                        levels += GROUP_ORDERS_MAX;
                        fills += 1;
                        handle = book.after(&self.orders, handle);
                        continue;
                    }
                }
            }
            let side_lots = match order.side() {
                Side::Buy => maker.bid_lots,
                Side::Sell => maker.ask_lots,
            };
            if order.is_reduce_only() && maker.reduce_only_lots != side_lots {
                preview.is_exact = false;
            } else {
                let lots = order.lots.min(taker.lots - preview.lots);
                let value = instrument.unit_value(order.price_ticks).value(Lots(lots));
                preview.lots += lots;
                preview.value += value.0;
                preview.fee += value.fee_ceil(taker.fee);
            }
            fills += 1;
            handle = book.after(&self.orders, handle);
        }
        preview
    }
}
