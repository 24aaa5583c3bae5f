//! Settles an option in cash, once its settlement window is over (FORMULAS 1.12).
//!
//! Legal if the instrument is an unsettled option whose window has ended. Too many missing samples void the window and extend it
//! (detail: its new end). Open orders are cancelled first, as many as fit a command (detail: how many are left; send it again).
//! Then every position becomes `size × payoff` of collateral, all in the same command, so that what one side gains the other
//! pays and nothing is rounded.

use sealbook_wire::{CloseReason, Expire, InstrumentKind, MarketMode, Side};

use crate::book::Book;
use crate::engine::Outcome;
use crate::event::{Event, Events};
use crate::limits::{EXPIRY_RECEIPTS_PER_COMMAND_MAX, GROUP_ORDERS_MAX};
use crate::reject::{Refusal, Reject};
use crate::risk::option;
use crate::state::State;

/// See the module.
pub fn execute<B: Book>(
    state: &mut State<B>,
    expire: &Expire,
    events: &mut Events,
) -> Result<Outcome, Refusal> {
    let id = expire.instrument;
    let instrument = state.instrument(id).ok_or(Reject::NoMarket)?;
    if instrument.kind != InstrumentKind::Option || instrument.option.is_settled {
        return Err(Reject::NoMarket.into());
    }
    if state.venue.time_us < instrument.option.window_end_us {
        return Err(Refusal::with(Reject::NotExpired, instrument.option.window_end_us));
    }

    let instrument = &mut state.instruments[usize::from(id)];
    let Some(settlement) = option::settlement(instrument) else {
        return Ok(Outcome { detail: instrument.option.window_end_us, ..Outcome::NONE });
    };
    instrument.guard = MarketMode::Halted;
    state.mark_instrument(id);
    let left = cancel_orders(state, id, events);
    if left > 0 {
        return Ok(Outcome { detail: left, ..Outcome::NONE });
    }
    settle(state, id, settlement, events);
    Ok(Outcome::NONE)
}

/// Cancels as many orders as fit; 1 if some are left.
fn cancel_orders<B: Book>(state: &mut State<B>, id: u16, events: &mut Events) -> u64 {
    for side in Side::ALL {
        loop {
            let handle = state.books[usize::from(id)].head(&state.orders, side);
            if handle == 0 {
                break;
            }
            if events.levels_room() < GROUP_ORDERS_MAX {
                return 1;
            }
            state.close_order(handle, CloseReason::MarketMode, events);
        }
    }
    cancel_waiting(state, id, events)
}

/// The books are empty, so what an account still has in the option waits. It must not outlive the option: the id is listed again.
fn cancel_waiting<B: Book>(state: &mut State<B>, id: u16, events: &mut Events) -> u64 {
    if state.advanced.waiting() == 0 {
        return 0;
    }
    for account in 0..state.accounts.len() {
        loop {
            let mut handle = state.accounts[account].order_head;
            while handle != 0 && state.orders.get(handle).instrument != id {
                handle = state.orders.next_of_account(handle);
            }
            if handle == 0 {
                break;
            }
            // A primary takes its secondaries with it.
            if events.levels_room() < GROUP_ORDERS_MAX {
                return 1;
            }
            state.close_order(handle, CloseReason::MarketMode, events);
        }
    }
    0
}

/// Turns every position into collateral. The first accounts get a receipt; the rest see it in their statement.
fn settle<B: Book>(state: &mut State<B>, id: u16, settlement: i64, events: &mut Events) {
    let payoff = option::payoff(&state.instruments[usize::from(id)].option, settlement);
    let mut receipts = 0;
    for account in 0..state.accounts.len() as u32 {
        let owner = &state.accounts[account as usize];
        let Some(slot) = owner.slot_of(id).filter(|&slot| owner.slots[slot].size != 0) else {
            continue;
        };
        let lots = owner.slots[slot].size;
        // `lots × payoff` is at most what a position may be worth (limits.rs).
        let value = i128::from(lots) * i128::from(payoff);
        let Ok(value) = i64::try_from(value) else {
            crate::reject::fault("payoffs_fit_their_type")
        };
        state.move_position(account, slot, id, -lots, -value, 0, events);
        if receipts < EXPIRY_RECEIPTS_PER_COMMAND_MAX {
            events.push(Event::Expired { account, instrument: id, lots, settlement, payoff });
            receipts += 1;
        }
    }
    let instrument = &mut state.instruments[usize::from(id)];
    instrument.mode = MarketMode::Halted;
    instrument.option.is_settled = true;
    state.mark_instrument(id);
    let instrument = state.instruments[usize::from(id)];
    events.push(Event::Listed { instrument: id });
    events.push(super::oracle_round::ticker(&instrument, state.venue.time_us));
}
