//! Changes price or size of a resting order.
//!
//! A smaller size at the same price keeps its place. Anything else gives it up: the order leaves and comes back as if newly placed,
//! under the same id, and may trade at once. Legal if (1) it is the sender's open order, (2) something changes, (3) the new
//! order could be placed. The size is what remains afterwards.

use sealbook_wire::{Amend, MarketMode, OrderStatus, SelfTradeMode};

use super::margin_check::{check_margin, check_notional};
use super::own_order;
use super::place::{Checked, check_range, check_self_trade};
use crate::book::{Book, crosses, opposite};
use crate::engine::Outcome;
use crate::event::Events;
use crate::limits::FILLS_PER_COMMAND_MAX;
use crate::matching::{Taken, Taker};
use crate::orders::{Handle, NewOrder, Order};
use crate::reject::{Refusal, Reject};
use crate::state::State;
use crate::state::account::Slot;
use crate::state::advanced::Terms;

/// See the module.
pub fn execute<B: Book>(
    state: &mut State<B>,
    account: u32,
    amend: &Amend,
    events: &mut Events,
) -> Result<Outcome, Refusal> {
    let handle = own_order(state, account, &amend.order)?;
    let order = *state.orders.get(handle);
    if amend.price_ticks == order.price_ticks && amend.lots == order.lots {
        return Err(Reject::NothingToAmend.into());
    }
    check_range(&state.instruments[usize::from(order.instrument)], amend.price_ticks, amend.lots)?;
    if order.is_waiting() {
        return Ok(change_waiting(state, handle, amend));
    }
    if amend.price_ticks == order.price_ticks && amend.lots < order.lots {
        return Ok(shrink(state, handle, &order, order.lots - amend.lots, events));
    }
    let taker = check(state, handle, &order, amend)?;
    Ok(replace(state, handle, &order, &taker, events))
}

fn shrink<B: Book>(
    state: &mut State<B>,
    handle: Handle,
    order: &Order,
    lots: u32,
    events: &mut Events,
) -> Outcome {
    state.trim_order(handle, lots);
    events.touch(order.instrument, order.side(), order.price_ticks);
    Outcome {
        order_id: state.orders.id(handle),
        status: OrderStatus::Resting,
        remaining_lots: order.lots - lots,
        ..Outcome::NONE
    }
}

/// A waiting order holds nothing: its new terms count when it is placed. Its trigger stays.
fn change_waiting<B: Book>(state: &mut State<B>, handle: Handle, amend: &Amend) -> Outcome {
    let client = state.orders.client(handle);
    let order = state.orders.get_mut(handle);
    let before = order.lots;
    (order.price_ticks, order.lots) = (amend.price_ticks, amend.lots);
    if client != 0 {
        let entry = state.client_ids.get_mut(client);
        entry.lots = (entry.lots - before).saturating_add(amend.lots);
    }
    Outcome {
        order_id: state.orders.id(handle),
        status: OrderStatus::Waiting,
        remaining_lots: amend.lots,
        ..Outcome::NONE
    }
}

/// An amended order that traded tells its group.
fn tell_group<B: Book>(
    state: &mut State<B>,
    handle: Handle,
    order: &Order,
    terms: &Terms,
    taken: &Taken,
    status: OrderStatus,
    events: &mut Events,
) {
    let is_done = status != OrderStatus::Resting;
    let terms = Terms { filled: terms.filled + taken.lots, ..*terms };
    let filling = if is_done { 0 } else { handle };
    if let Some(kept) = state.advanced.terms_mut(filling) {
        kept.filled = terms.filled;
    }
    if taken.lots > 0 || is_done {
        state.fill_linked(order.account, &terms, filling, taken.lots, is_done, events);
    }
}

/// The checks of a new order, with the old one's provisions given back.
fn check<B: Book>(
    state: &State<B>,
    handle: Handle,
    order: &Order,
    amend: &Amend,
) -> Result<Taker, Refusal> {
    let instrument = &state.instruments[usize::from(order.instrument)];
    let mode = instrument.mode_now();
    let is_open = match mode {
        MarketMode::Open | MarketMode::PostOnly => true,
        MarketMode::CloseOnly => order.is_reduce_only(),
        MarketMode::CancelOnly | MarketMode::Halted => false,
    };
    if !is_open {
        return Err(Refusal::with(Reject::MarketClosed, mode as u64));
    }
    let owner = &state.accounts[order.account as usize];
    let index = usize::from(order.slot);
    let side = order.side();
    let mut slot = owner.slots[index];
    slot.release(side, order.lots, instrument.unit_value(order.price_ticks), instrument.mark);
    let taker = Taker {
        account: order.account,
        slot: index,
        instrument: order.instrument,
        side,
        limit_ticks: amend.price_ticks,
        lots: amended_lots(&slot, order, amend.lots)?,
        order_id: state.orders.id(handle),
        client: state.orders.client(handle),
        fee: instrument.taker_fee,
        self_trade: state.advanced.terms(handle).self_trade,
    };
    let best = state.books[usize::from(order.instrument)]
        .best(opposite(side))
        .filter(|&best| crosses(side, amend.price_ticks, best));
    if let Some(best) = best {
        if order.is_post_only() || mode == MarketMode::PostOnly {
            return Err(Refusal::with(Reject::WouldCross, best.into()));
        }
        if taker.self_trade == SelfTradeMode::Refuse {
            check_self_trade(state, &taker, &slot)?;
        }
    }
    let notional = check_notional(instrument, &slot, &taker, best)?;
    let checked = Checked { taker, takes: best.is_some(), may_rest: true };
    check_margin(state, owner, instrument, &slot, &checked, notional)?;
    Ok(taker)
}

/// A reduce-only order stays within what the position leaves beside the other reduce-only orders.
fn amended_lots(slot: &Slot, order: &Order, lots: u32) -> Result<u32, Refusal> {
    if !order.is_reduce_only() {
        return Ok(lots);
    }
    let others = slot.reduce_only_lots - u64::from(order.lots);
    let reducible = slot.reducible(order.side()).saturating_sub(others);
    match reducible.min(lots.into()) as u32 {
        0 => Err(Reject::NotReducing.into()),
        lots => Ok(lots),
    }
}

/// Takes the order out and brings it back with its new terms. Its slot in the pool, and so its id, stays.
fn replace<B: Book>(
    state: &mut State<B>,
    handle: Handle,
    order: &Order,
    taker: &Taker,
    events: &mut Events,
) -> Outcome {
    let terms = *state.advanced.terms(handle);
    state.unrest(handle);
    events.touch_again(order.instrument, order.side(), order.price_ticks);
    let taken = match state.books[usize::from(order.instrument)].best(opposite(order.side())) {
        Some(best) if crosses(order.side(), taker.limit_ticks, best) => state.take(taker, events),
        _ => Taken::default(),
    };
    let remaining = taker.lots - taken.lots - taken.cancelled;
    let status = match (remaining, taken.is_over) {
        (0, _) if taken.cancelled == 0 => OrderStatus::Filled,
        (1.., false) => OrderStatus::Resting,
        _ => OrderStatus::Cancelled,
    };
    if taker.client != 0 {
        let entry = state.client_ids.get_mut(taker.client);
        let filled_before = entry.lots - order.lots;
        entry.lots = filled_before.saturating_add(taker.lots - taken.cancelled);
    }
    if status == OrderStatus::Resting {
        state.orders.suspend(handle);
        let new = NewOrder {
            price_ticks: taker.limit_ticks,
            lots: remaining,
            account: order.account,
            instrument: order.instrument,
            slot: order.slot,
            side: order.side(),
            is_reduce_only: order.is_reduce_only(),
            is_post_only: order.is_post_only(),
            is_advanced: order.is_advanced(),
            is_waiting: false,
            client: taker.client,
        };
        state.rest(handle, &new);
        events.touch_again(order.instrument, order.side(), taker.limit_ticks);
    } else {
        if taker.client != 0 {
            state.client_ids.close(taker.client, status, remaining);
        }
        if order.is_advanced() {
            state.detach(handle, order);
        }
        state.orders.close(handle);
    }
    if order.is_advanced() {
        tell_group(state, handle, order, &terms, &taken, status, events);
    }
    Outcome {
        code: if taken.is_capped { Reject::TooManyFills as u16 } else { 0 },
        detail: if taken.is_capped { u64::from(FILLS_PER_COMMAND_MAX) } else { 0 },
        order_id: taker.order_id,
        status,
        filled_lots: taken.lots,
        remaining_lots: remaining,
    }
}
