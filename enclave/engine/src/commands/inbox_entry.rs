//! One entry of the on-chain inbox: deposits, and what an owner may force when the sequencer does not listen.
//!
//! Entries are consumed in order, each exactly once, whatever they do: a forced command that has nothing to act on ends with a
//! reject and still moves the cursor. Only one thing stops the cursor: a deposit that finds no room (`E_CAPACITY`), because
//! consuming it would lose the money.

use sealbook_wire::{CloseReason, InboxEntry, InboxKind};

use super::withdraw::{pay_out, withdrawable};
use crate::book::Book;
use crate::engine::Outcome;
use crate::event::{Event, Events};
use crate::limits::{COLLATERAL_MAX, FILLS_PER_COMMAND_MAX, FORCED_CLOSE_BOUND_PPM};
use crate::reject::{Refusal, Reject};
use crate::risk::insurance;
use crate::risk::liquidation::{Share, close_against_book, zero_price};
use crate::risk::margin::assess;
use crate::rounding::div_ceil;
use crate::state::account::Account;
use crate::state::{INSURANCE, State};
use crate::units::PPM;

/// See the module.
pub fn execute<B: Book>(
    state: &mut State<B>,
    entry: &InboxEntry,
    events: &mut Events,
) -> Result<Outcome, Refusal> {
    if entry.index != state.venue.inbox_cursor {
        return Err(Refusal::with(Reject::InboxOrder, state.venue.inbox_cursor));
    }
    let account = state.owners.find(&state.accounts, &entry.owner, entry.subaccount);
    match entry.kind {
        InboxKind::Deposit => deposit(state, account, entry, events)?,
        InboxKind::InsuranceDeposit => credit(state, INSURANCE, entry, events)?,
        _ => {
            state.venue.inbox_cursor += 1;
            force(state, account.ok_or(Reject::NoAccount)?, entry, events)?;
            return Ok(Outcome::NONE);
        }
    }
    state.venue.inbox_cursor += 1;
    Ok(Outcome::NONE)
}

fn deposit<B: Book>(
    state: &mut State<B>,
    account: Option<u32>,
    entry: &InboxEntry,
    events: &mut Events,
) -> Result<(), Refusal> {
    if account.is_none() && state.accounts.len() >= state.limits.accounts_max as usize {
        return Err(Reject::Capacity.into());
    }
    check_room(state, entry.amount)?;
    let account = account.unwrap_or_else(|| open_account(state, entry.owner, entry.subaccount));
    credit(state, account, entry, events)
}

fn check_room<B: Book>(state: &State<B>, amount: u64) -> Result<(), Refusal> {
    match state.venue.deposited.checked_add(amount) {
        Some(sum) if sum - state.venue.withdrawn <= COLLATERAL_MAX => Ok(()),
        _ => Err(Reject::Capacity.into()),
    }
}

/// Accounts are numbered from 1 in order of first deposit.
pub(super) fn open_account<B: Book>(state: &mut State<B>, owner: [u8; 20], subaccount: u8) -> u32 {
    let id = state.accounts.len() as u32;
    state.accounts.push(Account::new(owner, subaccount));
    state.owners.insert(id, &owner, subaccount);
    state.mark_account(id);
    id
}

fn credit<B: Book>(
    state: &mut State<B>,
    account: u32,
    entry: &InboxEntry,
    events: &mut Events,
) -> Result<(), Refusal> {
    check_room(state, entry.amount)?;
    state.venue.deposited += entry.amount;
    // At most what the venue may hold, which fits an i64 (limits.rs).
    state.add_collateral(account, entry.amount as i64);
    events.push(Event::Credited { account, amount: entry.amount, inbox_index: entry.index });
    Ok(())
}

fn force<B: Book>(
    state: &mut State<B>,
    account: u32,
    entry: &InboxEntry,
    events: &mut Events,
) -> Result<(), Refusal> {
    match entry.kind {
        InboxKind::ForcedCancelAll => {
            state.close_orders(account, None, CloseReason::Forced, events);
        }
        InboxKind::ForcedWithdraw => return withdraw(state, account, entry.amount, events),
        InboxKind::ForcedClose => return close(state, account, entry, events),
        InboxKind::RegisterKey => return register_key(state, account, entry),
        InboxKind::Deposit | InboxKind::InsuranceDeposit => {}
    }
    Ok(())
}

/// Order of BN254 (EIP-197), big-endian: a coordinate of a key, like every word of a leaf, is a number below it.
const FIELD_MODULUS: [u8; 32] = [
    0x30, 0x64, 0x4e, 0x72, 0xe1, 0x31, 0xa0, 0x29, 0xb8, 0x50, 0x45, 0xb6, 0x81, 0x81, 0x58, 0x5d,
    0x28, 0x33, 0xe8, 0x48, 0x79, 0xb9, 0x70, 0x91, 0x43, 0xe1, 0xf5, 0x93, 0xf0, 0x00, 0x00, 0x01,
];

/// Stores one coordinate: `amount` says which `data` is, 0 for x, 1 for y. What is no field element is `OUT_OF_RANGE`, since it
/// could not stand in the leaf, and leaves the key that was there. Arrays compare from the first byte: here, as numbers.
fn register_key<B: Book>(
    state: &mut State<B>,
    account: u32,
    entry: &InboxEntry,
) -> Result<(), Refusal> {
    if entry.data >= FIELD_MODULUS {
        return Err(Reject::OutOfRange.into());
    }
    state.accounts[account as usize].key[usize::from(entry.amount == 1)] = entry.data;
    state.mark_account(account);
    Ok(())
}

/// Cancels the account's orders, then pays what was asked, or as much of it as margin allows.
fn withdraw<B: Book>(
    state: &mut State<B>,
    account: u32,
    amount: u64,
    events: &mut Events,
) -> Result<(), Refusal> {
    state.close_orders(account, None, CloseReason::Forced, events);
    let available = withdrawable(state, account);
    let amount = amount.min(available);
    if insurance::payable(state, amount) == 0 {
        return Err(Refusal::with(Reject::WithdrawAmount, available));
    }
    pay_out(state, account, amount, events);
    Ok(())
}

/// Cancels the account's orders, then closes its position in one instrument (the last two bytes of `data`, big-endian) or, if
/// they are 0, in every one, against the book, no worse than [`forced_bound`].
fn close<B: Book>(
    state: &mut State<B>,
    account: u32,
    entry: &InboxEntry,
    events: &mut Events,
) -> Result<(), Refusal> {
    let wanted = u16::from_be_bytes([entry.data[30], entry.data[31]]);
    state.close_orders(account, None, CloseReason::Forced, events);
    let mut closed = 0;
    for slot in 0..state.accounts[account as usize].slots.len() {
        let owner = &state.accounts[account as usize];
        let (instrument, size) = (owner.instruments[slot], owner.slots[slot].size);
        if size == 0 || (wanted != 0 && wanted != instrument) {
            continue;
        }
        let fee = state.instruments[usize::from(instrument)].taker_fee;
        if let Some(worst) = forced_bound(state, account, instrument, size) {
            let lots = size.unsigned_abs();
            let taken = close_against_book(state, account, slot, worst, lots, fee, events);
            closed += u64::from(taken.lots);
        }
    }
    if closed == 0 { Err(Reject::NotReducing.into()) } else { Ok(()) }
}

/// The worst price of a forced close: near the mark, and never so bad that, with the fee, it eats more than the position's share
/// of the equity (the zero price). Nobody leaves a debt behind by leaving.
fn forced_bound<B: Book>(
    state: &State<B>,
    account: u32,
    instrument: u16,
    size: i64,
) -> Option<i128> {
    let shared = &state.instruments[usize::from(instrument)];
    let mark = i128::from(shared.mark.0);
    let slack = mark * i128::from(FORCED_CLOSE_BOUND_PPM) / PPM;
    let lots = i128::from(size.unsigned_abs());
    let fee = (mark + slack) * lots * i128::from(shared.taker_fee.0);
    let owner = &state.accounts[account as usize];
    let mut health = assess(owner, &state.instruments);
    let share = Share::of(owner, &state.instruments, shared, size, &health);
    health.equity -= div_ceil(fee, PPM) + i128::from(FILLS_PER_COMMAND_MAX);
    let zero = zero_price(health.equity, &share, shared, size)?;
    Some(if size > 0 { zero.max(mark - slack) } else { zero.min(mark + slack) })
}
