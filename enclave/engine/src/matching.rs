//! Taking liquidity: the one loop in which money changes hands.

use sealbook_wire::{OrderStatus, Side};

use crate::book::{Book, crosses, opposite};
use crate::event::{Event, Events, Party};
use crate::limits::{
    FILLS_PER_COMMAND_MAX, LEVELS_PER_COMMAND_MAX, LEVELS_PER_FILL_RESERVE, TAKEN_VALUE_MAX,
};
use crate::orders::{Handle, Order};
use crate::reject::fault;
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
}

/// What a taker got.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Taken {
    pub lots: u32,
    pub value: u64,
    /// More would have matched, but the command may not make more fills.
    pub is_capped: bool,
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

impl<B: Book> State<B> {
    /// Matches until the taker is filled, nothing crosses, or the command's room for events is used up.
    #[inline]
    pub(crate) fn take(&mut self, taker: &Taker, events: &mut Events) -> Taken {
        let resting = opposite(taker.side);
        let book = usize::from(taker.instrument);
        let mut taken = Taken::default();
        while taken.lots < taker.lots {
            match self.books[book].best(resting) {
                Some(best) if crosses(taker.side, taker.limit_ticks, best) => {}
                _ => break,
            }
            let is_full = events.fills_room() == 0
                || events.levels_room() < LEVELS_PER_FILL_RESERVE
                || taken.value > TAKEN_VALUE_MAX;
            if is_full {
                taken.is_capped = true;
                break;
            }
            let maker = self.books[book].head(&self.orders, resting);
            let lots = self.orders.get(maker).lots.min(taker.lots - taken.lots);
            taken.lots += lots;
            taken.value += self.trade(taker, maker, lots, taker.lots - taken.lots, events);
        }
        if taken.lots > 0 {
            self.mark_instrument(taker.instrument);
            if self.accounts[taker.account as usize].slots[taker.slot].reduce_only_orders > 0 {
                self.cover_reduce_only(taker.account, taker.slot, events);
            }
        }
        taken
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

    /// What [`State::take`] would do, from an empty event buffer.
    pub(crate) fn preview(&self, taker: &Taker) -> Preview {
        let instrument = &self.instruments[usize::from(taker.instrument)];
        let book = &self.books[usize::from(taker.instrument)];
        let mut preview =
            Preview { lots: 0, value: 0, fee: 0, own: 0, is_exact: true, is_capped: false };
        let (mut fills, mut levels) = (0, LEVELS_PER_FILL_RESERVE);
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
                return preview;
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
