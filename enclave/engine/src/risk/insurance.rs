//! The insurance fund (FORMULAS 1.10): it takes over positions at the zero price while it can bear them, pays what bankrupt
//! accounts lack, and, when nothing else is left, owes.
//!
//! Two caps bound what it may lose: to one liquidation and to one oracle round (dYdX bounds a block's loss alike). Within them it
//! takes only as many lots as leave it above its own maintenance requirement; deleveraging comes in between; what that cannot
//! place either the fund takes *beyond its means*. Then its equity is negative, and that number is the **socialised** loss: each
//! withdrawal leaves the same share of itself behind, until fees, penalties and deposits have made the fund whole. No collateral
//! is created or lost on the way: the deficit is a balance like any other.

use sealbook_wire::Side;

use super::liquidation::close_against_book;
use super::margin::{Health, assess};
use crate::book::Book;
use crate::event::{Event, Events};
use crate::limits::{
    INSURANCE_LOSS_PER_LIQUIDATION_MAX, INSURANCE_LOSS_PER_ROUND_MAX, LEVELS_PER_FILL_RESERVE,
    POSITION_LOTS_MAX, POSITION_VALUE_MAX,
};
use crate::rounding::div_floor;
use crate::state::account::FLAG_UNCOVERED;
use crate::state::{INSURANCE, State};
use crate::units::{PPM, Rate};

fn fund_health<B: Book>(state: &State<B>) -> Health {
    assess(&state.accounts[INSURANCE as usize], &state.instruments)
}

/// What the fund may still lose to this liquidation.
fn budget<B: Book>(state: &State<B>) -> i128 {
    let round = INSURANCE_LOSS_PER_ROUND_MAX.saturating_sub(state.venue.insurance_spent);
    i128::from(round.min(INSURANCE_LOSS_PER_LIQUIDATION_MAX))
}

/// What one lot taken over at `zero` costs the fund at the mark; negative is a gain.
fn loss_a_lot(size: i64, mark: i128, zero: i128) -> i128 {
    if size > 0 { zero - mark } else { mark - zero }
}

/// How many lots of a position the fund can bear at the zero price: its loss within the caps, its equity above maintenance.
pub(super) fn affordable<B: Book>(state: &State<B>, account: u32, slot: usize, zero: i128) -> u64 {
    let owner = &state.accounts[account as usize];
    let (id, size) = (owner.instruments[slot], owner.slots[slot].size);
    let shared = &state.instruments[usize::from(id)];
    let mark = i128::from(shared.mark.0);
    let loss = loss_a_lot(size, mark, zero);
    let fund = fund_health(state);
    let free = fund.equity * PPM - fund.maintenance_scaled;
    let Some(strain) = loss.checked_mul(PPM) else { return 0 };
    let strain = strain + i128::from(shared.maintenance_lot(size));
    let mut lots = i128::from(size.unsigned_abs());
    if strain > 0 {
        lots = lots.min(div_floor(free.max(0), strain));
    }
    if loss > 0 {
        lots = lots.min(budget(state) / loss);
    }
    u64::try_from(lots.max(0)).unwrap_or(0)
}

/// Moves lots of a position to the fund at the zero price; how many: 0 if the fund has no place for them.
pub(super) fn take_over<B: Book>(
    state: &mut State<B>,
    account: u32,
    slot: usize,
    zero: i128,
    lots: u64,
    events: &mut Events,
) -> u64 {
    let owner = &state.accounts[account as usize];
    let (id, size) = (owner.instruments[slot], owner.slots[slot].size);
    let part = size.signum() * lots as i64;
    let cost = i128::from(part).checked_mul(zero).and_then(|cost| i64::try_from(cost).ok());
    let fund = &state.accounts[INSURANCE as usize];
    let (Some(cost), Some(target)) = (cost, fund.slot_for(id)) else { return 0 };
    let held = if fund.instruments[target] == id { fund.slots[target] } else { Default::default() };
    let fits = held.cost.unsigned_abs() + cost.unsigned_abs() <= POSITION_VALUE_MAX
        && held.size.unsigned_abs() + lots <= POSITION_LOTS_MAX;
    if lots == 0 || !fits {
        return 0;
    }
    let mark = i128::from(state.instruments[usize::from(id)].mark.0);
    let loss = loss_a_lot(size, mark, zero).max(0) * i128::from(lots);

    spend(state, loss);
    state.accounts[INSURANCE as usize].claim(target, id);
    state.move_position(account, slot, id, -part, -cost, 0, events);
    state.move_position(INSURANCE, target, id, part, cost, 0, events);
    state.mark_instrument(id);
    lots
}

fn spend<B: Book>(state: &mut State<B>, loss: i128) {
    let spent = &mut state.venue.insurance_spent;
    *spent = spent.saturating_add(u64::try_from(loss).unwrap_or(u64::MAX));
}

/// What an account without positions still owes, the fund pays: from what it has within the caps, else by owing it.
///
/// Waits, flagged, only while a cap holds back money that is there.
pub(super) fn cover_deficit<B: Book>(state: &mut State<B>, account: u32, events: &mut Events) {
    let owner = &state.accounts[account as usize];
    let deficit = -owner.collateral;
    if owner.has_positions() || deficit <= 0 {
        return;
    }
    let has = fund_health(state).equity.max(0);
    let allowed = budget(state);
    let pays = if has <= allowed { deficit.into() } else { allowed.min(deficit.into()) };
    spend(state, pays.min(has));
    let pays = pays as i64;
    state.add_collateral(account, pays);
    state.add_collateral(INSURANCE, -pays);
    if pays > 0 {
        events.push(Event::Covered { account, amount: pays as u64 });
    }
    let flags = &mut state.accounts[account as usize].flags;
    *flags = if pays == deficit { *flags & !FLAG_UNCOVERED } else { *flags | FLAG_UNCOVERED };
}

/// What the fund owes beyond what it has: the socialised loss.
pub fn deficit<B: Book>(state: &State<B>) -> u64 {
    u64::try_from((-fund_health(state).equity).max(0)).unwrap_or(u64::MAX)
}

/// What a withdrawal of `amount` pays: all of it, or its share of what the venue holds while the fund owes; rounded down.
///
/// With `held` in the venue and a deficit `d`, claims are `held + d`. Paying `amount × held / (held + d)` and putting the rest
/// towards the deficit leaves the share of everyone else where it was, so nobody gains by leaving first or last.
pub fn payable<B: Book>(state: &State<B>, amount: u64) -> u64 {
    let deficit = u128::from(deficit(state));
    let held = u128::from(state.venue.deposited - state.venue.withdrawn);
    match deficit {
        0 => amount,
        _ => (u128::from(amount) * held / (held + deficit)) as u64,
    }
}

/// Sells what the fund took over, to whoever pays the mark or better.
pub(super) fn unwind<B: Book>(state: &mut State<B>, events: &mut Events) {
    for slot in 0..state.accounts[INSURANCE as usize].slots.len() {
        let fund = &state.accounts[INSURANCE as usize];
        let size = fund.slots[slot].size;
        if size != 0 && events.levels_room() >= LEVELS_PER_FILL_RESERVE {
            let shared = &state.instruments[usize::from(fund.instruments[slot])];
            let (mark, lots) = (i128::from(shared.mark.0), size.unsigned_abs());
            close_against_book(state, INSURANCE, slot, mark, lots, Rate(0), events);
        }
    }
}

/// The side that closes a position.
pub(super) fn closing_side(size: i64) -> Side {
    if size > 0 { Side::Sell } else { Side::Buy }
}

/// Notes a bankruptcy that nobody but everybody could bear.
pub(super) fn note_uncovered<B: Book>(state: &mut State<B>, account: u32, is_uncovered: bool) {
    let flags = &mut state.accounts[account as usize].flags;
    let before = *flags;
    *flags = if is_uncovered { before | FLAG_UNCOVERED } else { before & !FLAG_UNCOVERED };
    if *flags != before {
        state.mark_account(account);
    }
}
