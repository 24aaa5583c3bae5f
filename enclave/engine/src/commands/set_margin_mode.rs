//! Sets how an account's requirement is computed.
//!
//! Legal if the account is healthy under the new mode, open orders included. Asking for the mode it has changes nothing.

use sealbook_wire::{MarginMode, SetMarginMode};

use crate::book::Book;
use crate::engine::Outcome;
use crate::reject::{Refusal, Reject};
use crate::risk::margin::assess;
use crate::state::State;
use crate::state::account::FLAG_PORTFOLIO;

/// See the module.
pub fn execute<B: Book>(
    state: &mut State<B>,
    account: u32,
    set: &SetMarginMode,
) -> Result<Outcome, Refusal> {
    let owner = &mut state.accounts[account as usize];
    let before = owner.flags;
    owner.flags = match set.mode {
        MarginMode::Standard => before & !FLAG_PORTFOLIO,
        MarginMode::Portfolio => before | FLAG_PORTFOLIO,
    };
    if owner.flags == before {
        return Ok(Outcome::NONE);
    }
    // The flag is where the requirement looks, so it is set in order to ask, and put back if the answer is no.
    let health = assess(owner, &state.instruments);
    if !health.is_healthy() {
        owner.flags = before;
        return Err(Refusal::with(Reject::Margin, health.shortfall()));
    }
    state.mark_account(account);
    Ok(Outcome::NONE)
}
