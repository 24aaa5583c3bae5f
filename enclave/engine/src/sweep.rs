//! Sweeping: plain orders from the front of a level, one after the other, with what the taker gets kept at hand.

use sealbook_wire::OrderStatus;

use crate::book::{Book, opposite};
use crate::event::{Event, Events, Party};
use crate::limits::{LEVELS_PER_FILL_RESERVE, TAKEN_VALUE_MAX};
use crate::matching::{Taken, Taker};
use crate::reject::fault;
use crate::state::State;
use crate::units::{Lots, signed};

/// What the fills of one taker add up to, until all are made.
///
/// Nothing a fill sets off looks at the taker's position, at the last price or at the open interest, and the insurance fund is nobody's
/// maker: so they are written once, after the last fill, and a sweep keeps them at hand.
#[derive(Clone, Copy, Default)]
pub(crate) struct Run {
    pub size: i64,
    pub cost: i64,
    /// Change of the taker's collateral.
    pub amount: i64,
    /// Fees of both parties.
    pub fees: i64,
    /// Change of the open interest by the makers.
    pub interest: i64,
    /// Of the last trade.
    pub trade_id: u64,
    pub price_ticks: u32,
}

impl Run {
    /// The taker's half of a fill.
    #[inline(always)]
    pub fn add(&mut self, lots: i64, cost: i64, fee: i64) {
        let moved = moved(self.size, self.cost, lots, cost);
        (self.size, self.cost) = (moved.size, moved.cost);
        self.amount += moved.realized - fee;
        // What the taker does to the open interest is a difference of its first and last size: `end` has both.
    }
}

/// A position after a change, and what the change did besides.
pub(crate) struct Moved {
    pub size: i64,
    pub cost: i64,
    /// To the collateral.
    pub realized: i64,
    /// To the open interest.
    pub interest: i64,
}

/// Moves a position. Realizes only when the size returns to 0, so nothing is divided and nothing rounds.
///
/// Cost and size cannot overflow: placing an order checked both with every open order filled (limits.rs).
#[inline(always)]
pub(crate) fn moved(size: i64, cost: i64, by_lots: i64, by_cost: i64) -> Moved {
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

impl<B: Book> State<B> {
    /// Fills plain orders from the front of the best level for as long as nothing else has to be thought of; whether there was one.
    ///
    /// Plain: no terms of its own, not reduce-only, not the taker's owner's, no reduce-only orders beside it that a fill could
    /// leave uncovered, no funding to settle. Then a fill touches the order and its owner's account, and the level as a whole can
    /// be brought up to date after the last one.
    #[inline(always)]
    pub(crate) fn sweep_level(
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
}
