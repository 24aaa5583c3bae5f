//! Changes price or size of a resting order.
//!
//! A smaller size at the same price keeps its place. Anything else gives it up: the order leaves and comes back as if newly placed,
//! under the same id, and may trade at once. Legal if (1) it is the sender's open order, (2) something changes, (3) the new
//! order could be placed. The size is what remains afterwards.

use sealbook_wire::{Amend, MarketMode, OrderStatus};

use super::own_order;
use super::place::{check_margin, check_notional, check_range, check_self_trade};
use crate::book::{Book, crosses, opposite};
use crate::engine::Outcome;
use crate::event::Events;
use crate::limits::FILLS_PER_COMMAND_MAX;
use crate::matching::{Taken, Taker};
use crate::orders::{Handle, NewOrder, Order};
use crate::reject::{Refusal, Reject};
use crate::state::State;
use crate::state::account::Slot;

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

/// The checks of a new order, with the old one's provisions given back.
fn check<B: Book>(
    state: &State<B>,
    handle: Handle,
    order: &Order,
    amend: &Amend,
) -> Result<Taker, Refusal> {
    let instrument = &state.instruments[usize::from(order.instrument)];
    let is_open = match instrument.mode {
        MarketMode::Open | MarketMode::PostOnly => true,
        MarketMode::CloseOnly => order.is_reduce_only(),
        MarketMode::CancelOnly | MarketMode::Halted => false,
    };
    if !is_open {
        return Err(Refusal::with(Reject::MarketClosed, instrument.mode as u64));
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
    };
    let best = state.books[usize::from(order.instrument)]
        .best(opposite(side))
        .filter(|&best| crosses(side, amend.price_ticks, best));
    if let Some(best) = best {
        if order.is_post_only() || instrument.mode == MarketMode::PostOnly {
            return Err(Refusal::with(Reject::WouldCross, best.into()));
        }
        check_self_trade(state, &taker, &slot)?;
    }
    check_notional(instrument, &slot, &taker, best)?;
    check_margin(state, owner, instrument, &slot, &taker, best.is_some(), true)?;
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
    state.unrest(handle);
    events.touch_again(order.instrument, order.side(), order.price_ticks);
    let taken = match state.books[usize::from(order.instrument)].best(opposite(order.side())) {
        Some(best) if crosses(order.side(), taker.limit_ticks, best) => state.take(taker, events),
        _ => Taken::default(),
    };
    let remaining = taker.lots - taken.lots;
    let status = match (remaining, taken.is_capped) {
        (0, _) => OrderStatus::Filled,
        (_, false) => OrderStatus::Resting,
        (_, true) => OrderStatus::Cancelled,
    };
    if taker.client != 0 {
        let entry = state.client_ids.get_mut(taker.client);
        let filled_before = entry.lots - order.lots;
        entry.lots = filled_before.saturating_add(taker.lots);
    }
    if status == OrderStatus::Resting {
        state.orders.reopen(
            handle,
            &NewOrder {
                price_ticks: taker.limit_ticks,
                lots: remaining,
                account: order.account,
                instrument: order.instrument,
                slot: order.slot,
                side: order.side(),
                is_reduce_only: order.is_reduce_only(),
                is_post_only: order.is_post_only(),
                client: taker.client,
            },
        );
        state.rest(handle);
        events.touch_again(order.instrument, order.side(), taker.limit_ticks);
    } else {
        if taker.client != 0 {
            state.client_ids.close(taker.client, status, remaining);
        }
        state.orders.close(handle);
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
