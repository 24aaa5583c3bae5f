//! Moves collateral to another sub-account of the same owner.
//!
//! Legal if (1) it is another sub-account; (2) the amount is positive and leaves the sender healthy, open orders included; (3) the
//! receiver exists, or there is room to open it. Nothing leaves the venue, so no share of a socialised loss is due.

use sealbook_wire::Transfer;

use super::inbox_entry::open_account;
use crate::book::Book;
use crate::engine::Outcome;
use crate::event::{Event, Events};
use crate::reject::{Refusal, Reject};
use crate::risk::margin::assess;
use crate::state::State;

/// See the module.
pub fn execute<B: Book>(
    state: &mut State<B>,
    account: u32,
    transfer: &Transfer,
    events: &mut Events,
) -> Result<Outcome, Refusal> {
    let sender = &state.accounts[account as usize];
    let (owner, from, to) = (sender.owner, sender.subaccount, transfer.subaccount);
    if from == to {
        return Err(Reject::SameAccount.into());
    }
    let free = assess(sender, &state.instruments).withdrawable();
    if transfer.amount == 0 || transfer.amount > free {
        return Err(Refusal::with(Reject::WithdrawAmount, free));
    }
    let receiver = state.owners.find(&state.accounts, &owner, to);
    if receiver.is_none() && state.accounts.len() >= state.limits.accounts_max as usize {
        return Err(Reject::Capacity.into());
    }

    let receiver = receiver.unwrap_or_else(|| open_account(state, owner, to));
    // At most an account's equity, which fits an i64 (limits.rs).
    let amount = transfer.amount as i64;
    state.add_collateral(account, -amount);
    state.add_collateral(receiver, amount);
    events.push(Event::Transferred { account, other: to, amount: -amount });
    events.push(Event::Transferred { account: receiver, other: from, amount });
    Ok(Outcome::NONE)
}
