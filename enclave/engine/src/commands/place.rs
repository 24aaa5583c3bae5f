//! Places an order.
//!
//! Legal if (1) its client id is new, or repeats the same order; (2) the market takes such an order; (3) price, size and notional
//! are in range; (4) a reduce-only order has something to reduce; (5) there is room; (6) it would not meet the account's own
//! order, nor cross when post-only, nor fall short when fill-or-kill; (7) margin allows it.
//!
//! Self-trade: the taker is refused and nothing changes, unless the order says otherwise (`place_advanced`). A reduce-only order larger than what it may still reduce is cut to
//! that at once. An order that needs more fills than a command may make keeps them and the rest is cancelled, or, if it is
//! fill-or-kill, is refused (`TOO_MANY_FILLS`). A refused order leaves its client id free; any other uses it up.

use sealbook_wire::{
    ClientId, Link, MarketMode, OrderKind, OrderStatus, Place, SelfTradeMode, Side, TimeInForce,
};

use super::margin_check::{check_margin, check_notional};
use crate::book::{Book, crosses, opposite};
use crate::engine::Outcome;
use crate::event::Events;
use crate::limits::{FILLS_PER_COMMAND_MAX, ORDERS_PER_ACCOUNT_MAX, REDUCE_ONLY_PER_POSITION_MAX};
use crate::matching::{Taken, Taker};
use crate::orders::{Handle, NewOrder};
use crate::reject::{Refusal, Reject};
use crate::state::State;
use crate::state::account::{Account, Slot};
use crate::state::advanced::Terms;
use crate::state::instrument::Instrument;

/// See the module.
#[inline(always)]
pub fn execute<B: Book>(
    state: &mut State<B>,
    account: u32,
    place: &Place,
    events: &mut Events,
) -> Result<Outcome, Refusal> {
    if let Some(id) = &place.client_id {
        return execute_named(state, account, place, id, events);
    }
    let checked = check_inline(state, account, place, &How::PLAIN)?;

    let handle = state.orders.take_slot();
    Ok(carry_out_inline(state, place, &checked, handle, None, events))
}

/// An order with a client id: the same order again gets the same answer.
#[inline(never)]
fn execute_named<B: Book>(
    state: &mut State<B>,
    account: u32,
    place: &Place,
    id: &ClientId,
    events: &mut Events,
) -> Result<Outcome, Refusal> {
    if let Some(stored) = repeated(state, account, place, id)? {
        return Ok(stored);
    }
    let mut checked = check(state, account, place, &How::PLAIN)?;

    let handle = state.orders.take_slot();
    let client = state.client_ids.insert(account, id, place, 0);
    checked.taker.client = client;
    let outcome = carry_out(state, place, &checked, handle, None, events);
    remember(state, client, &checked.taker, &outcome);
    Ok(outcome)
}

/// What an advanced order changes about being placed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct How {
    pub self_trade: SelfTradeMode,
    pub is_slide: bool,
    /// Its id, if it has one already.
    pub order_id: Option<u64>,
}

impl How {
    pub(crate) const PLAIN: How =
        How { self_trade: SelfTradeMode::Refuse, is_slide: false, order_id: None };

    pub(crate) fn of(terms: &Terms) -> How {
        How { self_trade: terms.self_trade, is_slide: terms.is_slide, order_id: None }
    }
}

/// An order that passed the checks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Checked {
    pub taker: Taker,
    /// It crosses the book.
    pub takes: bool,
    /// What it does not take rests.
    pub may_rest: bool,
}

/// Every effect of a checked order in a taken slot: it trades, then rests or ends.
pub(crate) fn carry_out<B: Book>(
    state: &mut State<B>,
    place: &Place,
    checked: &Checked,
    handle: Handle,
    terms: Option<&Terms>,
    events: &mut Events,
) -> Outcome {
    carry_out_inline(state, place, checked, handle, terms, events)
}

#[inline(always)]
fn carry_out_inline<B: Book>(
    state: &mut State<B>,
    place: &Place,
    checked: &Checked,
    handle: Handle,
    terms: Option<&Terms>,
    events: &mut Events,
) -> Outcome {
    let &Checked { ref taker, takes, may_rest } = checked;
    state.accounts[taker.account as usize].claim(taker.slot, place.instrument);
    let taken = if takes {
        // A copy, so that the taker of an order that only rests never has to be in memory.
        let taker = *taker;
        state.take(&taker, events)
    } else {
        Taken::default()
    };

    let remaining = taker.lots - taken.lots - taken.cancelled;
    let status = if remaining == 0 && taken.cancelled == 0 {
        OrderStatus::Filled
    } else if may_rest && remaining > 0 && !taken.is_over {
        OrderStatus::Resting
    } else {
        OrderStatus::Cancelled
    };
    if status == OrderStatus::Resting {
        let mut new = resting(place, taker, remaining);
        new.is_advanced = terms.is_some();
        state.rest(handle, &new);
        events.touch(place.instrument, place.side, taker.limit_ticks);
    } else {
        state.orders.release_slot(handle);
    }
    if let Some(terms) = terms {
        let (taker, taken) = (*taker, taken);
        follow_up(state, &taker, terms, handle, &taken, status, events);
    }
    let unfilled = if status == OrderStatus::Resting { 0 } else { taken.cancelled };
    Outcome {
        code: if taken.is_capped { Reject::TooManyFills as u16 } else { 0 },
        detail: if taken.is_capped { u64::from(FILLS_PER_COMMAND_MAX) } else { 0 },
        order_id: taker.order_id,
        status,
        filled_lots: taken.lots,
        remaining_lots: remaining + unfilled,
    }
}

/// What follows for an advanced order: its terms go with it, its group learns of its fills and of its end.
fn follow_up<B: Book>(
    state: &mut State<B>,
    taker: &Taker,
    terms: &Terms,
    handle: Handle,
    taken: &Taken,
    status: OrderStatus,
    events: &mut Events,
) {
    let terms = Terms { filled: terms.filled + taken.lots, ..*terms };
    let is_open = status == OrderStatus::Resting;
    if is_open {
        let order = *state.orders.get(handle);
        state.advanced.attach(handle, &order, &terms);
        if terms.protection != 0 {
            state.protections.get_mut(terms.protection).orders += 1;
        }
        state.announce(handle, status, events);
    }
    let except = if is_open { handle } else { 0 };
    match terms.link {
        Link::Primary if !is_open => state.end_primary(taker.account, &terms, events),
        Link::OneCancelsOther if taken.lots > 0 => {
            state.fill_linked(taker.account, &terms, except, taken.lots, !is_open, events);
        }
        _ => {}
    }
}

/// The stored result, if this client id was used for the same order.
fn repeated<B: Book>(
    state: &State<B>,
    account: u32,
    place: &Place,
    id: &ClientId,
) -> Result<Option<Outcome>, Refusal> {
    let index = state.client_ids.find(account, id);
    if index == 0 {
        return Ok(None);
    }
    let entry = state.client_ids.get(index);
    if entry.place == *place && entry.advanced == 0 {
        Ok(Some(entry.outcome))
    } else {
        Err(Refusal::with(Reject::ClientIdConflict, entry.outcome.order_id))
    }
}

pub(crate) fn remember<B: Book>(
    state: &mut State<B>,
    client: u32,
    taker: &Taker,
    outcome: &Outcome,
) {
    let entry = state.client_ids.get_mut(client);
    (entry.outcome, entry.status, entry.lots) = (*outcome, outcome.status, taker.lots);
    if outcome.status == OrderStatus::Resting {
        entry.lots = outcome.filled_lots + outcome.remaining_lots;
    }
    if outcome.status != OrderStatus::Resting {
        state.client_ids.close(client, outcome.status, outcome.remaining_lots);
    }
}

fn resting(place: &Place, taker: &Taker, lots: u32) -> NewOrder {
    NewOrder {
        price_ticks: taker.limit_ticks,
        lots,
        account: taker.account,
        instrument: place.instrument,
        slot: taker.slot as u8,
        side: place.side,
        is_reduce_only: place.reduce_only,
        is_post_only: place.post_only,
        is_advanced: false,
        is_waiting: false,
        client: taker.client,
    }
}

/// Every check.
pub(crate) fn check<B: Book>(
    state: &State<B>,
    account: u32,
    place: &Place,
    how: &How,
) -> Result<Checked, Refusal> {
    check_inline(state, account, place, how)
}

#[inline(always)]
fn check_inline<B: Book>(
    state: &State<B>,
    account: u32,
    place: &Place,
    how: &How,
) -> Result<Checked, Refusal> {
    let instrument = state.instrument(place.instrument).ok_or(Reject::NoMarket)?;
    check_market(instrument, place)?;
    check_range(instrument, place.price_ticks, place.lots)?;
    let owner = &state.accounts[account as usize];
    let index = owner.slot_for(place.instrument).ok_or(Reject::PositionsFull)?;
    let slot = slot_in(owner, index, place.instrument);
    let may_rest =
        place.kind == OrderKind::Limit && place.time_in_force == TimeInForce::GoodTillCancel;
    let lots = if place.reduce_only {
        reducing_lots(slot, place.side, place.lots, may_rest)?
    } else {
        place.lots
    };
    if may_rest && owner.orders >= ORDERS_PER_ACCOUNT_MAX {
        return Err(Refusal::with(Reject::OrdersFull, ORDERS_PER_ACCOUNT_MAX.into()));
    }
    if how.order_id.is_none() && !state.orders.has_room() {
        return Err(Reject::Capacity.into());
    }
    let order_id = how.order_id.unwrap_or_else(|| state.orders.next_id());
    let mut limit_ticks = place.price_ticks;
    // Made from its parts wherever it is wanted. Copied from one made earlier, it would be read in wider words than it was written in,
    // and the processor would wait for its own stores: 5 % of W1.
    let taker_at = |limit_ticks| Taker {
        account,
        slot: index,
        instrument: place.instrument,
        side: place.side,
        limit_ticks,
        lots,
        order_id,
        client: 0,
        fee: instrument.taker_fee,
        self_trade: how.self_trade,
    };
    let mut best = state.books[usize::from(place.instrument)]
        .best(opposite(place.side))
        .filter(|&best| crosses(place.side, place.price_ticks, best));
    if let Some(opposite) = best {
        if place.post_only {
            let max = instrument.price_ticks_max;
            limit_ticks = slide(place.side, opposite, how.is_slide, max)?;
            best = None;
        } else if how.self_trade == SelfTradeMode::Refuse {
            check_self_trade(state, &taker_at(limit_ticks), slot)?;
        }
    }
    if place.time_in_force == TimeInForce::FillOrKill {
        check_fills(state, taker_at(limit_ticks))?;
    }
    let checked = Checked { taker: taker_at(limit_ticks), takes: best.is_some(), may_rest };
    let notional = check_notional(instrument, slot, &checked.taker, best)?;
    check_margin(state, owner, instrument, slot, &checked, notional)?;
    Ok(checked)
}

/// Where a post-only order that would cross rests instead, if it may and there is such a price: one tick behind the best opposite.
fn slide(side: Side, opposite: u32, is_slide: bool, max: u32) -> Result<u32, Refusal> {
    let behind = match side {
        Side::Buy => opposite - 1,
        Side::Sell => opposite + 1,
    };
    if is_slide && (1..=max).contains(&behind) {
        Ok(behind)
    } else {
        Err(Refusal::with(Reject::WouldCross, opposite.into()))
    }
}

/// The account's slot as it would be for this instrument.
#[inline]
pub(super) fn slot_in(owner: &Account, index: usize, instrument: u16) -> &Slot {
    if owner.instruments[index] == instrument { &owner.slots[index] } else { &Slot::EMPTY }
}

#[inline]
pub(super) fn check_market(instrument: &Instrument, place: &Place) -> Result<(), Refusal> {
    if instrument.is_open() {
        return Ok(());
    }
    let mode = instrument.mode_now();
    let is_open = match mode {
        MarketMode::Open => true,
        MarketMode::PostOnly => place.post_only,
        MarketMode::CloseOnly => place.reduce_only,
        MarketMode::CancelOnly | MarketMode::Halted => false,
    };
    if is_open { Ok(()) } else { Err(Refusal::with(Reject::MarketClosed, mode as u64)) }
}

/// B38: price and size in range.
#[inline]
pub(super) fn check_range(
    instrument: &Instrument,
    price_ticks: u32,
    lots: u32,
) -> Result<(), Refusal> {
    if !(1..=instrument.price_ticks_max).contains(&price_ticks) {
        return Err(Refusal::with(Reject::BadPrice, instrument.price_ticks_max.into()));
    }
    if !(1..=instrument.lots_max).contains(&lots) {
        return Err(Refusal::with(Reject::BadLots, instrument.lots_max.into()));
    }
    Ok(())
}

/// Lots a reduce-only order may have: what the position leaves to reduce, for a resting one beside those that rest already.
fn reducing_lots(slot: &Slot, side: Side, lots: u32, may_rest: bool) -> Result<u32, Refusal> {
    let mut reducible = slot.reducible(side);
    if may_rest {
        reducible -= slot.reduce_only_lots.min(reducible);
        if reducible > 0 && slot.reduce_only_orders >= REDUCE_ONLY_PER_POSITION_MAX {
            let cap = u64::from(REDUCE_ONLY_PER_POSITION_MAX);
            return Err(Refusal::with(Reject::OrdersFull, cap));
        }
    }
    match reducible.min(lots.into()) as u32 {
        0 => Err(Reject::NotReducing.into()),
        lots => Ok(lots),
    }
}

/// The walk through the book costs time, so only an account with orders on the other side pays it.
#[inline]
pub(super) fn check_self_trade<B: Book>(
    state: &State<B>,
    taker: &Taker,
    slot: &Slot,
) -> Result<(), Refusal> {
    if slot.open_lots[opposite(taker.side) as usize] == 0 {
        return Ok(());
    }
    check_own(state, *taker)
}

#[cold]
fn check_own<B: Book>(state: &State<B>, taker: Taker) -> Result<(), Refusal> {
    match state.preview(&taker).own {
        0 => Ok(()),
        own => Err(Refusal::with(Reject::SelfTrade, state.orders.id(own))),
    }
}

/// Fill-or-kill: the whole order, now, by one command.
#[cold]
fn check_fills<B: Book>(state: &State<B>, taker: Taker) -> Result<(), Refusal> {
    let preview = state.preview(&taker);
    if preview.lots >= taker.lots {
        Ok(())
    } else if preview.is_capped {
        Err(Refusal::with(Reject::TooManyFills, FILLS_PER_COMMAND_MAX.into()))
    } else {
        Err(Refusal::with(Reject::WouldNotFill, preview.lots.into()))
    }
}
