//! Sweeping: plain orders from the front of a level, one after the other, with what the taker gets kept at hand.

use sealbook_wire::{OrderStatus, Side};

use crate::book::{Book, opposite};
use crate::event::{Event, Events, Party};
use crate::limits::TAKEN_VALUE_MAX;
use crate::matching::{Taken, Taker};
use crate::reject::fault;
use crate::state::State;
use crate::state::account::loss_at;
use crate::units::{Lots, UnitValue, signed};

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
    /// The taker's half of the fills of one price. What it does to the open interest is a difference of its first and last size:
    /// `end` has both.
    #[inline(always)]
    pub fn add(&mut self, lots: i64, cost: i64) {
        let moved = moved(self.size, self.cost, lots, cost);
        (self.size, self.cost) = (moved.size, moved.cost);
        self.amount += moved.realized;
    }
}

/// The taker's position over the fills of one level: the fills have one price, so they are one change of it, unless one of them
/// brings it to 0 on the way.
struct TakerHalf {
    side: Side,
    /// Lots to fill when the position was last brought up to date.
    open: u32,
    /// Lots to fill at which it is 0; none if that is out of reach.
    flat_at: i64,
}

impl TakerHalf {
    fn new(side: Side, open: u32, size: i64) -> TakerHalf {
        // Growing from 0 never comes back to it: `open` only falls.
        TakerHalf { side, open, flat_at: i64::from(open).saturating_add(signed(side, size)) }
    }

    #[inline(always)]
    fn is_flat_at(&self, open: u32) -> bool {
        i64::from(open) == self.flat_at
    }

    /// Brings the position up to date.
    #[inline(always)]
    fn catch_up(&mut self, open: u32, unit: UnitValue, run: &mut Run) {
        let lots = self.open - open;
        let value = unit.value(Lots(lots)).0 as i64;
        run.add(signed(self.side, lots.into()), signed(self.side, value));
        self.open = open;
    }
}

/// Whether the taker stays within [`TAKEN_VALUE_MAX`] if it gets everything at this price: nearly always, and then no fill need ask.
#[inline(always)]
fn is_bounded(unit: UnitValue, open: u32, taken: u64) -> bool {
    unit.value_checked(Lots(open)).is_some_and(|value| value.0 + taken <= TAKEN_VALUE_MAX)
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
        price_ticks: u32,
        taken: &mut Taken,
        run: &mut Run,
        events: &mut Events,
    ) -> bool {
        let resting = opposite(taker.side);
        let at = usize::from(taker.instrument);
        let mut handle = self.books[at].head(&self.orders, resting);
        let first = self.orders.get(handle);
        let unit = self.instruments[at].unit_value(price_ticks);
        let mut open = taker.lots - taken.lots - taken.cancelled;
        if !first.is_plain()
            || first.account == taker.account
            || !is_bounded(unit, open, taken.value)
        {
            return false;
        }
        if run.trade_id == 0 {
            self.begin(taker, run, events);
        }
        let State { accounts, orders, books, instruments, client_ids, .. } = self;
        let (watch, dirty) = (&mut self.watch, &mut self.dirty_accounts);
        let (accounts, mut pool) = (accounts.as_mut_slice(), orders.parts());
        let (book, instrument) = (&books[at], &instruments[at]);
        let loss_of_lot = loss_at(resting, 1, unit, instrument.mark) as u128;
        let (maker_rate, funding_index) = (instrument.maker_fee, instrument.funding_index);

        let open_before = open;
        let mut taker_half = TakerHalf::new(taker.side, open, run.size);
        let fills_room = events.fills_room_at(taker.instrument, resting, price_ticks);
        let last_id = run.trade_id + u64::from(fills_room);
        let (mut trade_id, mut interest) = (run.trade_id, 0);
        let (mut maker_fees, mut taker_fees) = (0, 0);
        let mut places = events.free_places();
        while open > 0 && handle != 0 && trade_id != last_id {
            let order = &pool.slots[handle as usize];
            let account = &mut accounts[order.account as usize];
            let position = &mut account.slots[usize::from(order.slot)];
            if !order.is_plain()
                || order.account == taker.account
                || position.reduce_only_orders > 0
                || position.funding_index != funding_index
            {
                break;
            }
            let Some(place) = places.next() else { fault("events_fit_their_buffer") };
            let lots = order.lots.min(open);
            let value = unit.value(Lots(lots));
            let (maker_fee, taker_fee) = (value.fee_ceil(maker_rate), value.fee_ceil(taker.fee));
            open -= lots;
            trade_id += 1;

            position.open_lots[resting as usize] -= u64::from(lots);
            position.open_value -= value.0;
            position.open_loss -= (loss_of_lot * u128::from(lots)) as i128;
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
            interest += moved.interest;
            maker_fees += maker_fee;
            taker_fees += taker_fee;
            if taker_half.is_flat_at(open) {
                taker_half.catch_up(open, unit, run);
            }
            *place = Event::Traded {
                trade_id,
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
            };
            if lots < order.lots {
                pool.slots[handle as usize].lots -= lots;
                break;
            }
            let (client, next) = (order.client, book.after_in_level(order, handle));
            account.orders -= 1;
            pool.unlink(handle, &mut account.order_head, &mut account.order_tail);
            if client != 0 {
                client_ids.close(client, OrderStatus::Filled, 0);
            }
            pool.close(handle);
            handle = next;
        }
        if open == open_before {
            return false;
        }
        taker_half.catch_up(open, unit, run);
        run.amount -= taker_fees;
        run.fees += maker_fees + taker_fees;
        run.interest += interest;
        run.price_ticks = price_ticks;
        events.count_trades((trade_id - run.trade_id) as u16);
        events.touch(taker.instrument, resting, price_ticks);
        run.trade_id = trade_id;
        let lots = open_before - open;
        taken.lots += lots;
        taken.value += unit.value(Lots(lots)).0;
        books[at].drop_front(orders, resting, handle, lots.into());
        true
    }
}
