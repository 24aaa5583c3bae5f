//! Dead-man timer: unless renewed, every order of the account is cancelled at the first tick after it ran out.
//!
//! Legal if it is at most a day. The detail is the engine time at which it will run out, 0 if disarmed.

use sealbook_wire::CancelAfter;

use crate::book::Book;
use crate::engine::Outcome;
use crate::limits::DEAD_MAN_US_MAX;
use crate::reject::{Refusal, Reject};
use crate::state::State;

/// See the module.
pub fn execute<B: Book>(
    state: &mut State<B>,
    account: u32,
    after: &CancelAfter,
) -> Result<Outcome, Refusal> {
    if after.timeout_us > DEAD_MAN_US_MAX {
        return Err(Refusal::with(Reject::BadTimeout, DEAD_MAN_US_MAX));
    }

    let deadline_us = match after.timeout_us {
        0 => 0,
        timeout_us => state.venue.time_us.saturating_add(timeout_us),
    };
    state.advanced.set_deadline(account, deadline_us);
    Ok(Outcome { detail: deadline_us, ..Outcome::NONE })
}
