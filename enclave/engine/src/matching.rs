//! Taking liquidity: the one loop in which money changes hands.

use sealbook_wire::{CloseReason, OrderStatus, SelfTradeMode, Side};

use crate::book::{Book, crosses, opposite};
use crate::event::{Event, Events, Party};
use crate::limits::{LEVELS_PER_FILL_RESERVE, TAKEN_VALUE_MAX};
use crate::orders::{Handle, Order};
use crate::state::advanced::Terms;
use crate::state::{INSURANCE, State};
use crate::sweep::{Run, moved};
use crate::units::{Lots, Rate, signed};

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

impl<B: Book> State<B> {
    /// Matches until the taker is filled, nothing crosses, or the command's room for events is used up.
    #[inline]
    pub(crate) fn take(&mut self, taker: &Taker, events: &mut Events) -> Taken {
        let resting = opposite(taker.side);
        let book = usize::from(taker.instrument);
        let mut taken = Taken::default();
        let mut run = Run::default();
        while taken.lots + taken.cancelled < taker.lots {
            let best = match self.books[book].best(resting) {
                Some(best) if crosses(taker.side, taker.limit_ticks, best) => best,
                _ => break,
            };
            let is_full = events.fills_room() == 0
                || events.levels_room() < LEVELS_PER_FILL_RESERVE
                || taken.value > TAKEN_VALUE_MAX;
            if is_full {
                (taken.is_capped, taken.is_over) = (true, true);
                break;
            }
            if !self.sweep_level(taker, best, &mut taken, &mut run, events) {
                self.meet(taker, &mut taken, &mut run, events);
                if taken.is_over {
                    break;
                }
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

    /// The taker meets one order that is not plain, or whose owner is not.
    #[inline(never)]
    fn meet(&mut self, taker: &Taker, taken: &mut Taken, run: &mut Run, events: &mut Events) {
        let book = &self.books[usize::from(taker.instrument)];
        let maker = book.head(&self.orders, opposite(taker.side));
        let order = *self.orders.get(maker);
        let lots = order.lots.min(taker.lots - taken.lots - taken.cancelled);
        if order.account == taker.account {
            return self.meet_own(taker, maker, lots, taken, events);
        }
        if order.is_advanced() && !self.admit(maker, lots, taken, events) {
            return;
        }
        taken.lots += lots;
        let rest = taker.lots - taken.lots - taken.cancelled;
        if run.trade_id == 0 {
            self.begin(taker, run, events);
        }
        let terms = order.is_advanced().then(|| *self.advanced.terms(maker));
        taken.value += self.trade(taker, maker, &order, lots, rest, run, events);
        if let Some(terms) = terms {
            self.after_fill(maker, &order, &terms, lots, events);
        }
    }

    /// The taker meets its owner's own order.
    #[cold]
    fn meet_own(
        &mut self,
        taker: &Taker,
        own: Handle,
        lots: u32,
        taken: &mut Taken,
        events: &mut Events,
    ) {
        match taker.self_trade {
            SelfTradeMode::CancelMaker => self.close_order(own, CloseReason::SelfTrade, events),
            SelfTradeMode::Decrement => {
                taken.cancelled += lots;
                self.reduce_order(own, lots, CloseReason::SelfTrade, events);
            }
            SelfTradeMode::CancelBoth => {
                self.close_order(own, CloseReason::SelfTrade, events);
                taken.is_over = true;
            }
            // Refused before the first effect: nobody gets here.
            SelfTradeMode::Refuse => taken.is_over = true,
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
    pub(crate) fn begin(&mut self, taker: &Taker, run: &mut Run, events: &mut Events) {
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
        let interest = run.interest + run.size.max(0) - position.size.max(0);
        (position.size, position.cost) = (run.size, run.cost);
        self.venue.trade_id = run.trade_id;
        self.advanced.last_ticks[at] = run.price_ticks;
        let instrument = &mut self.instruments[at];
        instrument.last_price = instrument.unit_value(run.price_ticks).0;
        instrument.open_interest = instrument.open_interest.wrapping_add_signed(interest);
        self.add_collateral(taker.account, run.amount);
        self.add_collateral(INSURANCE, run.fees);
    }

    /// One trade at the maker's price; its value.
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

        run.add(-maker_lots, -maker_cost);
        run.amount -= taker_fee;
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
}
