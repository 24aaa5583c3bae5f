//! A connection ended whose session had asked for cancel-on-disconnect: every order of its account is cancelled.
//!
//! Legal if the account exists. The detail counts the orders.

use sealbook_wire::{CloseReason, ConnectionClosed};

use crate::book::Book;
use crate::engine::Outcome;
use crate::event::Events;
use crate::reject::{Refusal, Reject};
use crate::state::State;

/// See the module.
pub fn execute<B: Book>(
    state: &mut State<B>,
    closed: &ConnectionClosed,
    events: &mut Events,
) -> Result<Outcome, Refusal> {
    if closed.account == 0 || closed.account as usize >= state.accounts.len() {
        return Err(Reject::NoAccount.into());
    }

    let count = state.close_orders(closed.account, None, CloseReason::Disconnect, events);
    Ok(Outcome { detail: count.into(), ..Outcome::NONE })
}
