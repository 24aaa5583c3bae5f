//! Withdraws collateral to the owner, claimable on chain once its batch is anchored.
//!
//! Legal if (1) the nonce is the last plus one, (2) equity stays at or above the initial requirement, open orders included,
//! (3) the venue holds as much: while somebody is bankrupt, claims can exceed the vault.
//!
//! While the insurance fund owes more than it has, a withdrawal pays its share of what the venue holds (FORMULAS 1.10): the
//! account is debited in full, and what is not paid goes towards the fund's deficit.

use sealbook_wire::Withdraw;

use crate::book::Book;
use crate::engine::Outcome;
use crate::event::{Event, Events};
use crate::reject::{Refusal, Reject};
use crate::risk::insurance;
use crate::risk::margin::assess;
use crate::state::{INSURANCE, State};

/// See the module.
pub fn execute<B: Book>(
    state: &mut State<B>,
    account: u32,
    withdraw: &Withdraw,
    events: &mut Events,
) -> Result<Outcome, Refusal> {
    let last = state.accounts[account as usize].nonce;
    if withdraw.nonce == last && last > 0 {
        return Err(Refusal::with(Reject::Duplicate, last));
    }
    if Some(withdraw.nonce) != last.checked_add(1) {
        return Err(Refusal::with(Reject::WithdrawNonce, last.saturating_add(1)));
    }
    let withdrawable = withdrawable(state, account);
    let is_nothing = insurance::payable(state, withdraw.amount) == 0;
    if is_nothing || withdraw.amount > withdrawable {
        return Err(Refusal::with(Reject::WithdrawAmount, withdrawable));
    }

    pay_out(state, account, withdraw.amount, events);
    Ok(Outcome::NONE)
}

/// What may leave now, rounded down.
pub(crate) fn withdrawable<B: Book>(state: &State<B>, account: u32) -> u64 {
    let health = assess(&state.accounts[account as usize], &state.instruments);
    let held = state.venue.deposited - state.venue.withdrawn;
    health.withdrawable().min(held.saturating_add(insurance::deficit(state)))
}

/// Records a withdrawal that was found legal.
pub(super) fn pay_out<B: Book>(
    state: &mut State<B>,
    account: u32,
    amount: u64,
    events: &mut Events,
) {
    let paid = insurance::payable(state, amount);
    // At most what the venue owes, which fits an i64 (limits.rs).
    state.add_collateral(account, -(amount as i64));
    state.add_collateral(INSURANCE, (amount - paid) as i64);
    state.venue.withdrawn += paid;
    let owner = &mut state.accounts[account as usize];
    owner.nonce += 1;
    events.push(Event::Withdrawn { account, amount: paid, nonce: owner.nonce });
    if paid < amount {
        events.push(Event::Socialised { account, amount: amount - paid });
    }
}
