//! Cancels every order of the account with one label, in one instrument or in all. The detail counts them.
//!
//! Legal if the label is not 0 and the instrument, if named, is listed.

use sealbook_wire::{CancelLabel, CloseReason};

use crate::book::Book;
use crate::engine::Outcome;
use crate::event::Events;
use crate::reject::{Refusal, Reject};
use crate::state::State;

/// See the module.
pub fn execute<B: Book>(
    state: &mut State<B>,
    account: u32,
    cancel: &CancelLabel,
    events: &mut Events,
) -> Result<Outcome, Refusal> {
    if cancel.label == 0 {
        return Err(Reject::NoLabel.into());
    }
    if cancel.instrument.is_some_and(|id| state.instrument(id).is_none()) {
        return Err(Reject::NoMarket.into());
    }

    let reason = CloseReason::CancelledByUser;
    let closed = state.close_matching(account, reason, events, |order, terms| {
        terms.label == cancel.label && cancel.instrument.is_none_or(|id| id == order.instrument)
    });
    Ok(Outcome { detail: closed.into(), ..Outcome::NONE })
}
