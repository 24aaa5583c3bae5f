//! Liquidation at oracle rounds (FORMULAS 1.8): cancel the orders, close against the book no worse than the zero price, and hand
//! the remainder to the insurance fund at the zero price.
//!
//! The *zero price* `P (1 − sgn(q) × mmf × E / MM)` is the one that leaves E/MM unchanged; all positions closed at their zero
//! prices leave equity zero. Better fills leave the account something, less a fee that never exceeds the improvement.
//!
//! The fund takes over whatever does not make its own equity negative. What it cannot afford stays where it is, flagged, and is
//! tried again each round; no collateral is created or lost meanwhile. (Deleveraging comes in front of that later.)

use sealbook_wire::{CloseReason, SelfTradeMode, Side};

use super::margin::{Health, assess};
use crate::book::Book;
use crate::event::{Event, Events};
use crate::limits::{
    LEVELS_PER_FILL_RESERVE, LIQUIDATIONS_PER_COMMAND_MAX, POSITION_LOTS_MAX, POSITION_VALUE_MAX,
};
use crate::matching::{Taken, Taker};
use crate::rounding::{div_ceil, div_floor};
use crate::state::account::FLAG_UNCOVERED;
use crate::state::instrument::Instrument;
use crate::state::{INSURANCE, State};
use crate::units::{PPM, Rate, ticks_ceil, ticks_floor};

/// Liquidates accounts below maintenance, from where the last sweep stopped, while the command has room for their events.
pub fn sweep<B: Book>(state: &mut State<B>, events: &mut Events) {
    if state.venue.sweep_next == 0 {
        return;
    }
    let mut left = LIQUIDATIONS_PER_COMMAND_MAX;
    while (state.venue.sweep_next as usize) < state.accounts.len() {
        let id = state.venue.sweep_next;
        let account = &state.accounts[id as usize];
        if assess(account, &state.instruments).is_liquidatable() {
            let room = usize::from(account.orders) + LEVELS_PER_FILL_RESERVE;
            if left == 0 || events.levels_room() < room {
                return;
            }
            left -= usize::from(state.accounts[id as usize].has_positions());
            liquidate(state, id, events);
        } else if account.flags & FLAG_UNCOVERED != 0 {
            state.accounts[id as usize].flags &= !FLAG_UNCOVERED;
            state.mark_account(id);
        }
        state.venue.sweep_next += 1;
    }
    state.venue.sweep_next = 0;
    unwind(state, events);
}

/// Closes an account's positions, ascending by instrument, until it is healthy again.
fn liquidate<B: Book>(state: &mut State<B>, account: u32, events: &mut Events) {
    state.close_orders(account, None, CloseReason::Liquidation, events);
    let mut last = 0;
    loop {
        let owner = &state.accounts[account as usize];
        let next = owner.used().filter(|&(slot, id)| id > last && owner.slots[slot].size != 0);
        let Some((slot, instrument)) = next.min_by_key(|entry| entry.1) else { break };
        let health = assess(owner, &state.instruments);
        if health.is_healthy() {
            return;
        }
        last = instrument;
        close_position(state, account, slot, &health, events);
    }
    cover_deficit(state, account);
}

/// What an account without positions still owes, the fund pays if its own equity allows.
fn cover_deficit<B: Book>(state: &mut State<B>, account: u32) {
    let owner = &state.accounts[account as usize];
    let deficit = -owner.collateral;
    if owner.has_positions() || deficit <= 0 {
        return;
    }
    let fund = assess(&state.accounts[INSURANCE as usize], &state.instruments).equity;
    let is_covered = fund >= i128::from(deficit);
    if is_covered {
        state.add_collateral(account, deficit);
        state.add_collateral(INSURANCE, -deficit);
    }
    let flags = &mut state.accounts[account as usize].flags;
    *flags = if is_covered { *flags & !FLAG_UNCOVERED } else { *flags | FLAG_UNCOVERED };
    state.mark_account(account);
}

/// One position: the book first, then the fund.
fn close_position<B: Book>(
    state: &mut State<B>,
    account: u32,
    slot: usize,
    health: &Health,
    events: &mut Events,
) {
    let owner = &state.accounts[account as usize];
    let (id, size) = (owner.instruments[slot], owner.slots[slot].size);
    let shared = state.instruments[usize::from(id)];
    let Some(zero) = zero_price(health, &shared, size) else { return };
    let taken = close_against_book(state, account, slot, zero, Rate(0), events);
    let fee = liquidation_fee(&shared, size, zero, &taken);
    if fee > 0 {
        state.add_collateral(account, -fee);
        state.add_collateral(INSURANCE, fee);
    }
    let rest = state.accounts[account as usize].slots[slot].size;
    let is_covered = rest == 0 || take_over(state, account, slot, zero).is_some();
    let flags = &mut state.accounts[account as usize].flags;
    *flags = if is_covered { *flags & !FLAG_UNCOVERED } else { *flags | FLAG_UNCOVERED };
    state.mark_account(account);
    if is_covered || taken.lots > 0 {
        let lots = if is_covered { rest } else { 0 };
        let price = crate::state::account::clamp_i64(zero);
        events.push(Event::Liquidated { account, instrument: id, lots, price, fee });
    }
}

/// The price per lot that leaves E/MM unchanged: a long's rounded up, a short's down, so that it cannot fall.
pub fn zero_price(health: &Health, instrument: &Instrument, size: i64) -> Option<i128> {
    let mark = i128::from(instrument.mark.0);
    let weight = mark * i128::from(instrument.maintenance_ppm);
    let product = weight.checked_mul(health.equity)?;
    if health.maintenance_scaled == 0 {
        return None;
    }
    Some(if size > 0 {
        mark - div_floor(product, health.maintenance_scaled)
    } else {
        mark + div_floor(product, health.maintenance_scaled)
    })
}

/// At most the fee rate on what the book took, and never more than it gave above the zero price.
fn liquidation_fee(instrument: &Instrument, size: i64, zero: i128, taken: &Taken) -> i64 {
    let (lots, value) = (i128::from(taken.lots), i128::from(taken.value));
    let improvement = if size > 0 { value - lots * zero } else { lots * zero - value };
    let fee = div_ceil(value * i128::from(instrument.liquidation_fee_ppm), PPM);
    fee.min(improvement).max(0) as i64
}

/// Closes a position against the book at `worst` per lot or better. The account has no open order in that instrument.
pub(crate) fn close_against_book<B: Book>(
    state: &mut State<B>,
    account: u32,
    slot: usize,
    worst: i128,
    fee: Rate,
    events: &mut Events,
) -> Taken {
    let owner = &state.accounts[account as usize];
    let (instrument, size) = (owner.instruments[slot], owner.slots[slot].size);
    let shared = &state.instruments[usize::from(instrument)];
    let (side, limit) = if size > 0 {
        let limit = ticks_ceil(worst, shared.tick_value);
        (Side::Sell, limit.filter(|&limit| limit <= shared.price_ticks_max))
    } else {
        let limit = ticks_floor(worst, shared.tick_value);
        (Side::Buy, limit.map(|limit| limit.min(shared.price_ticks_max)))
    };
    let Some(limit_ticks) = limit else { return Taken::default() };
    let lots = u32::try_from(size.unsigned_abs()).unwrap_or(u32::MAX);
    let self_trade = SelfTradeMode::Refuse;
    let (order_id, client) = (0, 0);
    let taker = Taker {
        account,
        slot,
        instrument,
        side,
        limit_ticks,
        lots,
        order_id,
        client,
        fee,
        self_trade,
    };
    state.take(&taker, events)
}

/// Moves a position to the insurance fund at the zero price; `None`, and nothing happened, if the fund cannot afford or hold it.
fn take_over<B: Book>(state: &mut State<B>, account: u32, slot: usize, zero: i128) -> Option<()> {
    let owner = &state.accounts[account as usize];
    let (id, size) = (owner.instruments[slot], owner.slots[slot].size);
    let shared = state.instruments[usize::from(id)];
    let cost = i64::try_from(i128::from(size).checked_mul(zero)?).ok()?;
    let fund = &state.accounts[INSURANCE as usize];
    let gain = i128::from(size) * i128::from(shared.mark.0) - i128::from(cost);
    if gain < 0 && assess(fund, &state.instruments).equity + gain < 0 {
        return None;
    }
    let target = fund.slot_for(id)?;
    let held = if fund.instruments[target] == id { fund.slots[target] } else { Default::default() };
    let fits = held.cost.unsigned_abs() + cost.unsigned_abs() <= POSITION_VALUE_MAX
        && held.size.unsigned_abs() + size.unsigned_abs() <= POSITION_LOTS_MAX;
    if !fits {
        return None;
    }

    state.accounts[INSURANCE as usize].claim(target, id);
    state.move_position(account, slot, id, -size, -cost, 0);
    state.move_position(INSURANCE, target, id, size, cost, 0);
    state.mark_instrument(id);
    Some(())
}

/// Sells what the fund took over, to whoever pays the mark or better.
fn unwind<B: Book>(state: &mut State<B>, events: &mut Events) {
    for slot in 0..state.accounts[INSURANCE as usize].slots.len() {
        let fund = &state.accounts[INSURANCE as usize];
        if fund.slots[slot].size != 0 && events.levels_room() >= LEVELS_PER_FILL_RESERVE {
            let shared = &state.instruments[usize::from(fund.instruments[slot])];
            let mark = i128::from(shared.mark.0);
            close_against_book(state, INSURANCE, slot, mark, Rate(0), events);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::UnitValue;

    /// Closing a part at the zero price leaves E/MM where it was, or better by rounding.
    #[test]
    fn the_zero_price_keeps_equity_over_maintenance() {
        let shared =
            Instrument { mark: UnitValue(999_983), maintenance_ppm: 30_000, ..Instrument::BLANK };
        for size in [7_i64, -7, 1_000, -1_000] {
            for equity in [-5_000_i128, -1, 0, 1, 20_000] {
                let maintenance = |lots: i64| i128::from(lots.unsigned_abs()) * 999_983 * 30_000;
                let health =
                    Health { equity, maintenance_scaled: maintenance(size), initial_scaled: 0 };
                let zero = zero_price(&health, &shared, size).expect("in range");
                for part in [1, size.abs() / 2, size.abs()] {
                    let rest = size - size.signum() * part;
                    let moved = i128::from(size.signum() * part) * (zero - 999_983);
                    let after = Health {
                        equity: equity + moved,
                        maintenance_scaled: maintenance(rest),
                        initial_scaled: 0,
                    };
                    assert!(after.improves_on(&health), "{size} {equity} {part}");
                    if rest == 0 {
                        let dust = i128::from(size.unsigned_abs());
                        assert!((0..dust).contains(&after.equity), "{}", after.equity);
                    }
                }
            }
        }
    }
}
