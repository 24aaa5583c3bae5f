//! Cancels every order of the account, in one instrument or in all. Always legal; the detail counts them.

use sealbook_wire::{CancelAll, CloseReason};

use crate::book::Book;
use crate::engine::Outcome;
use crate::event::Events;
use crate::reject::{Refusal, Reject};
use crate::state::State;

/// See the module.
pub fn execute<B: Book>(
    state: &mut State<B>,
    account: u32,
    cancel: &CancelAll,
    events: &mut Events,
) -> Result<Outcome, Refusal> {
    if cancel.instrument.is_some_and(|id| state.instrument(id).is_none()) {
        return Err(Reject::NoMarket.into());
    }

    let reason = CloseReason::CancelledByUser;
    let closed = state.close_orders(account, cancel.instrument, reason, events);
    Ok(Outcome { detail: closed.into(), ..Outcome::NONE })
}
