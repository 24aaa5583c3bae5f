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
use crate::units::{Lots, Rate, Value};

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

impl<B: Book> State<B> {
    /// Matches until the taker is filled, nothing crosses, or the command's room for events is used up.
    #[inline]
    pub(crate) fn take(&mut self, taker: &Taker, events: &mut Events) -> Taken {
        let resting = opposite(taker.side);
        let book = usize::from(taker.instrument);
        let mut taken = Taken::default();
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
            let linked = order.is_advanced().then(|| *self.advanced.terms(maker));
            taken.value += self.trade(taker, maker, lots, rest, events);
            if let Some(terms) = linked {
                self.after_fill(maker, &order, &terms, lots, events);
            }
        }
        if taken.lots > 0 {
            self.mark_instrument(taker.instrument);
            self.note_price(taker.instrument);
            if self.accounts[taker.account as usize].slots[taker.slot].reduce_only_orders > 0 {
                self.cover_reduce_only(taker.account, taker.slot, events);
            }
        }
        taken
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

    /// One trade at the maker's price; its value.
    #[inline]
    fn trade(
        &mut self,
        taker: &Taker,
        maker: Handle,
        lots: u32,
        taker_remaining: u32,
        events: &mut Events,
    ) -> u64 {
        let order = *self.orders.get(maker);
        let instrument = &self.instruments[usize::from(taker.instrument)];
        let unit = instrument.unit_value(order.price_ticks);
        let value = unit.value(Lots(lots));
        let (maker_fee, taker_fee) =
            (value.fee_ceil(instrument.maker_fee), value.fee_ceil(taker.fee));
        let (maker_id, client) = (self.orders.id(maker), self.orders.client(maker));
        self.venue.trade_id += 1;
        self.instruments[usize::from(taker.instrument)].last_price = unit.0;

        self.fill_resting(maker, &order, lots, client);
        let slot = usize::from(order.slot);
        self.fill_position(
            order.account,
            slot,
            taker.instrument,
            order.side(),
            lots,
            value,
            maker_fee,
        );
        self.fill_position(
            taker.account,
            taker.slot,
            taker.instrument,
            taker.side,
            lots,
            value,
            taker_fee,
        );
        self.add_collateral(INSURANCE, maker_fee + taker_fee);

        self.advanced.last_ticks[usize::from(taker.instrument)] = order.price_ticks;
        events.push_trade(Event::Traded {
            trade_id: self.venue.trade_id,
            instrument: taker.instrument,
            price_ticks: order.price_ticks,
            lots,
            taker_side: taker.side,
            maker: Party {
                account: order.account,
                client,
                order_id: maker_id,
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
        if self.accounts[order.account as usize].slots[slot].reduce_only_orders > 0 {
            self.cover_reduce_only(order.account, slot, events);
        }
        value.0
    }

    /// Takes lots off a resting order; the last ones take it off the book.
    #[inline]
    fn fill_resting(&mut self, maker: Handle, order: &Order, lots: u32, client: u32) {
        if lots == order.lots {
            self.unrest(maker);
            if client != 0 {
                self.client_ids.close(client, OrderStatus::Filled, 0);
            }
            if order.is_advanced() {
                self.detach(maker, order);
            }
            self.orders.close(maker);
            return;
        }
        let instrument = &self.instruments[usize::from(order.instrument)];
        let (unit, mark) = (instrument.unit_value(order.price_ticks), instrument.mark);
        let slot = &mut self.accounts[order.account as usize].slots[usize::from(order.slot)];
        slot.release(order.side(), lots, unit, mark);
        if order.is_reduce_only() {
            slot.reduce_only_lots -= u64::from(lots);
        }
        self.books[usize::from(order.instrument)].reduce(&mut self.orders, maker, lots);
    }

    /// Moves a position by a fill. Realizes only when the size returns to 0, so nothing is divided and nothing rounds.
    ///
    /// Cost and size cannot overflow: placing an order checked both with every open order filled (limits.rs).
    #[inline]
    #[expect(clippy::too_many_arguments, reason = "the seven facts of a fill")]
    pub(crate) fn fill_position(
        &mut self,
        account: u32,
        slot: usize,
        instrument: u16,
        side: Side,
        lots: u32,
        value: Value,
        fee: i64,
    ) {
        let (lots, cost) = match side {
            Side::Buy => (i64::from(lots), value.0 as i64),
            Side::Sell => (-i64::from(lots), -(value.0 as i64)),
        };
        self.move_position(account, slot, instrument, lots, cost, -fee);
    }

    /// Adds signed lots at a signed cost to a position, and an amount to the collateral.
    #[inline]
    pub(crate) fn move_position(
        &mut self,
        account: u32,
        slot: usize,
        instrument: u16,
        lots: i64,
        cost: i64,
        amount: i64,
    ) {
        self.settle_funding(account, slot, instrument);
        let position = &mut self.accounts[account as usize].slots[slot];
        let before = position.size;
        let (Some(size), Some(cost)) = (before.checked_add(lots), position.cost.checked_add(cost))
        else {
            fault("positions_fit_their_type")
        };
        let mut amount = amount;
        (position.size, position.cost) = (size, cost);
        if size == 0 {
            amount -= cost;
            position.cost = 0;
        }
        let interest = &mut self.instruments[usize::from(instrument)].open_interest;
        *interest = interest.wrapping_add_signed(size.max(0) - before.max(0));
        self.add_collateral(account, amount);
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
