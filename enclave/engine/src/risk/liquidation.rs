//! The liquidation ladder, at oracle rounds (FORMULAS 1.8–1.10).
//!
//! | rung | when | what |
//! |---|---|---|
//! | 1 | below maintenance | every order is cancelled |
//! | 2 | still, and equity at least [`CLOSE_OUT_PPM`] of maintenance | positions are reduced against the book, no worse than the zero price, only until equity is [`LIQUIDATION_BUFFER_PPM`] above maintenance; large ones a slice at a time |
//! | 3 | equity below that | positions are closed against the book, no worse than the zero price |
//! | 4 | | the rest goes to the insurance fund at the zero price, within its caps (`insurance.rs`) |
//! | 5 | | the rest is closed against the opposite side by water-filling, at the zero price (`deleverage.rs`) |
//! | 6 | | the rest goes to the fund beyond its means: socialised |
//!
//! The *zero price* `P (1 − sgn(q) × mmf × E / MM)` is the one that leaves E/MM unchanged; all positions closed at their zero
//! prices leave equity zero. Better fills leave the account something, less a fee that never exceeds the improvement. Every rung
//! moves positions and collateral between accounts and creates neither.

use sealbook_wire::{CloseReason, InstrumentKind, SelfTradeMode, Side};

use super::margin::{Health, assess, gross};
use super::{deleverage, insurance, portfolio};
use crate::book::Book;
use crate::event::{Event, Events};
use crate::limits::{
    CLOSE_OUT_PPM, FORCED_CLOSE_BOUND_PPM, LEVELS_PER_FILL_RESERVE, LIQUIDATION_BUFFER_PPM,
    LIQUIDATIONS_PER_COMMAND_MAX, OPTION_CLOSE_BOUND_PPM, SLICE_COOL_DOWN_US, SLICE_PPM,
    SLICE_VALUE,
};
use crate::matching::{Taken, Taker};
use crate::rounding::{div_ceil, div_floor};
use crate::state::State;
use crate::state::account::{Account, FLAG_PORTFOLIO, FLAG_UNCOVERED, clamp_i64};
use crate::state::instrument::Instrument;
use crate::units::{PPM, Rate, ticks_ceil, ticks_floor};

/// Liquidates accounts below maintenance, from where the last sweep stopped, while the command has room for their events.
///
/// Only accounts that are due (`watch.rs`) are assessed; nobody below maintenance ever is not.
pub fn sweep<B: Book>(state: &mut State<B>, events: &mut Events) {
    if state.venue.sweep_next == 0 {
        return;
    }
    let mut left = LIQUIDATIONS_PER_COMMAND_MAX;
    let end = state.accounts.len() as u32;
    while let Some(id) = state.watch.next(state.venue.sweep_next, end) {
        state.venue.sweep_next = id;
        let account = &state.accounts[id as usize];
        let health = assess(account, &state.instruments);
        if health.is_liquidatable() {
            let room = usize::from(account.orders) + LEVELS_PER_FILL_RESERVE;
            if left == 0 || events.levels_room() < room || events.liquidations_room() == 0 {
                return;
            }
            left -= usize::from(account.has_positions());
            if !liquidate(state, id, events) {
                return;
            }
        } else if account.flags & FLAG_UNCOVERED != 0 {
            insurance::note_uncovered(state, id, false);
        }
        set_aside(state, id);
        state.venue.sweep_next += 1;
    }
    state.venue.sweep_next = 0;
    insurance::unwind(state, events);
}

/// The account need not be looked at again until it changes or the market has moved far enough.
fn set_aside<B: Book>(state: &mut State<B>, id: u32) {
    let account = &state.accounts[id as usize];
    let is_linear = account.used().all(|(slot, id)| {
        let kind = state.instruments[usize::from(id)].kind;
        kind == InstrumentKind::Perpetual || account.slots[slot].size == 0
    });
    let is_scanned = account.flags & FLAG_PORTFOLIO != 0 && account.has_positions();
    if !is_linear || is_scanned {
        // Neither an option's value nor a portfolio's requirement is bounded by its underlying's move: looked at each time.
        return;
    }
    let health = assess(account, &state.instruments);
    state.watch.set_aside(id, &health, gross(account, &state.instruments));
}

/// Whether equity is above maintenance by the buffer.
fn is_restored(health: &Health) -> bool {
    health.equity * (PPM * PPM) >= health.maintenance_scaled * (PPM + LIQUIDATION_BUFFER_PPM)
}

/// Whether the account is so far below maintenance that its positions are taken from it.
fn is_close_out(health: &Health) -> bool {
    health.equity * (PPM * PPM) < health.maintenance_scaled * CLOSE_OUT_PPM
}

/// Climbs the ladder until the account is restored or has nothing left; `false` if the command ran out of room before.
fn liquidate<B: Book>(state: &mut State<B>, account: u32, events: &mut Events) -> bool {
    state.close_orders(account, None, CloseReason::Liquidation, events);
    let mut last = 0;
    let mut is_uncovered = false;
    loop {
        let owner = &state.accounts[account as usize];
        let next = owner.used().filter(|&(slot, id)| id > last && owner.slots[slot].size != 0);
        let Some((slot, instrument)) = next.min_by_key(|entry| entry.1) else { break };
        let health = assess(owner, &state.instruments);
        if is_restored(&health) {
            break;
        }
        if events.liquidations_room() == 0 {
            return false;
        }
        last = instrument;
        if is_close_out(&health) {
            match close_out(state, account, slot, &health, events) {
                Rest::None => {}
                Rest::Uncovered => is_uncovered = true,
                Rest::Later => return false,
            }
        } else {
            reduce(state, account, slot, &health, events);
        }
    }
    insurance::note_uncovered(state, account, is_uncovered);
    insurance::cover_deficit(state, account, events);
    true
}

/// What is left of a position after the last rung.
enum Rest {
    /// Nothing.
    None,
    /// Lots that nobody has a place for.
    Uncovered,
    /// Lots for the next command: this one has no room for more receipts.
    Later,
}

/// Rung 2: against the book, lot by lot as needed. What the book does not take stays the account's until it falls further.
fn reduce<B: Book>(
    state: &mut State<B>,
    account: u32,
    slot: usize,
    health: &Health,
    events: &mut Events,
) {
    let owner = &state.accounts[account as usize];
    let (id, size) = (owner.instruments[slot], owner.slots[slot].size);
    let shared = state.instruments[usize::from(id)];
    let share = Share::of(owner, &state.instruments, &shared, size, health);
    let Some(zero) = zero_price(health.equity, &share, &shared, size) else { return };
    let mut left = size.unsigned_abs();
    let value = i128::from(left) * i128::from(shared.mark.0);
    if value > i128::from(SLICE_VALUE) {
        let since = state.venue.time_us.saturating_sub(owner.sliced_at_us);
        if since < SLICE_COOL_DOWN_US {
            return;
        }
        left = div_ceil(i128::from(left) * SLICE_PPM, PPM) as u64;
        state.accounts[account as usize].sliced_at_us = state.venue.time_us;
    }
    let mut all = Taken::default();
    let mut fees = 0;
    loop {
        let owner = &state.accounts[account as usize];
        let next = if owner.flags & FLAG_PORTFOLIO != 0 {
            next_portfolio_lots(state, owner, slot, zero, left)
        } else {
            let health = assess(owner, &state.instruments);
            needed_lots(state, &shared, size, &health).map(|lots| (lots, zero))
        };
        let Some((lots, worst)) = next.filter(|_| left > 0) else { break };
        let lots = lots.min(left);
        let taken = close_against_book(state, account, slot, worst, lots, Rate(0), events);
        if taken.lots == 0 {
            break;
        }
        fees += charge(state, account, &shared, size, zero, &taken);
        left -= u64::from(taken.lots);
        (all.lots, all.value) = (all.lots + taken.lots, all.value + taken.value);
    }
    if all.lots > 0 {
        let price = clamp_i64(zero);
        events.push_liquidated(Event::Liquidated {
            account,
            instrument: id,
            lots: 0,
            price,
            fee: fees,
        });
    }
}

/// Lots to close at the best price and no worse, in portfolio mode: what a worse price would do to the ratio of equity to
/// maintenance depends on what else is held, so each price is asked anew. Its zero price may lie far from the mark (a portfolio's
/// maintenance is a fifth of a lone perpetual's value), so while the account can wait no price is taken that is further off than a
/// forced close may go, or, for an option, than Derive's auction does before it gives up a portfolio's value.
fn next_portfolio_lots<B: Book>(
    state: &State<B>,
    owner: &Account,
    slot: usize,
    zero: i128,
    left: u64,
) -> Option<(u64, i128)> {
    let (id, size) = (owner.instruments[slot], owner.slots[slot].size);
    let shared = &state.instruments[usize::from(id)];
    let book = &state.books[usize::from(id)];
    let resting = crate::book::opposite(insurance::closing_side(size));
    let best = book.best(resting)?;
    let price = i128::from(shared.unit_value(best).0);
    let slip = match shared.kind {
        InstrumentKind::Perpetual => FORCED_CLOSE_BOUND_PPM,
        InstrumentKind::Option => OPTION_CLOSE_BOUND_PPM,
    };
    let mark = i128::from(shared.mark.0);
    let slack = mark * i128::from(slip) / PPM;
    let is_legal =
        if size > 0 { price >= zero.max(mark - slack) } else { price <= zero.min(mark + slack) };
    let lots = left.min(book.lots_at(&state.orders, resting, best)).min(size.unsigned_abs());
    if size == 0 || !is_legal {
        return None;
    }
    let fee = shared.liquidation_fee_ppm;
    let lots = portfolio::needed_lots(owner, &state.instruments, slot, price, fee, lots)?;
    Some((lots, price))
}

/// Lots to close at the best price so that equity is above maintenance by the buffer; `None` if it is.
///
/// Closing one lot at `p` lowers equity by what `p` is worse than the mark plus the fee, and the buffered requirement by `mark ×
/// fraction × (1 + buffer)`. If it lowers equity more, no number of lots helps and all are needed.
fn needed_lots<B: Book>(
    state: &State<B>,
    shared: &Instrument,
    size: i64,
    health: &Health,
) -> Option<u64> {
    if is_restored(health) {
        return None;
    }
    let side = insurance::closing_side(size);
    let best = state.books[usize::from(shared.id)].best(crate::book::opposite(side))?;
    let (price, mark) = (i128::from(shared.unit_value(best).0), i128::from(shared.mark.0));
    let worse = if size > 0 { mark - price } else { price - mark };
    let fee = price * i128::from(shared.liquidation_fee_ppm);
    let relief = i128::from(shared.maintenance_lot(size)) * (PPM + LIQUIDATION_BUFFER_PPM) / PPM;
    let gain = relief - worse * PPM - fee;
    if gain <= 0 {
        return Some(size.unsigned_abs());
    }
    let lacking = div_ceil(health.maintenance_scaled * (PPM + LIQUIDATION_BUFFER_PPM), PPM)
        - health.equity * PPM;
    Some(u64::try_from(div_ceil(lacking, gain).max(1)).unwrap_or(u64::MAX))
}

/// Rungs 3 to 6, for one position.
fn close_out<B: Book>(
    state: &mut State<B>,
    account: u32,
    slot: usize,
    health: &Health,
    events: &mut Events,
) -> Rest {
    let owner = &state.accounts[account as usize];
    let (id, size) = (owner.instruments[slot], owner.slots[slot].size);
    let shared = state.instruments[usize::from(id)];
    let share = Share::of(owner, &state.instruments, &shared, size, health);
    let Some(zero) = zero_price(health.equity, &share, &shared, size) else {
        return Rest::Uncovered;
    };
    let all = size.unsigned_abs();
    let taken = close_against_book(state, account, slot, zero, all, Rate(0), events);
    let fee = charge(state, account, &shared, size, zero, &taken);

    let before = state.accounts[account as usize].slots[slot].size;
    let lots = insurance::affordable(state, account, slot, zero).min(before.unsigned_abs());
    insurance::take_over(state, account, slot, zero, lots, events);
    let is_complete = deleverage::run(state, account, slot, zero, events);
    let rest = state.accounts[account as usize].slots[slot].size.unsigned_abs();
    if is_complete && rest > 0 {
        insurance::take_over(state, account, slot, zero, rest, events);
    }
    let rest = state.accounts[account as usize].slots[slot].size;
    let lots = before - rest;
    if lots != 0 || taken.lots > 0 {
        let price = clamp_i64(zero);
        events.push_liquidated(Event::Liquidated { account, instrument: id, lots, price, fee });
    }
    match (rest, is_complete) {
        (0, _) => Rest::None,
        (_, true) => Rest::Uncovered,
        (_, false) => Rest::Later,
    }
}

/// The part of an account's equity that belongs to one lot of a position: `lot / all`.
///
/// In standard mode what the lot requires of what all positions require. A portfolio's requirement has no such parts: there each
/// lot weighs what it would require alone. Either way the weights add up to `all`, so closing every position at its zero price
/// leaves no equity and no debt.
#[derive(Clone, Copy, Debug)]
pub struct Share {
    lot: i128,
    all: i128,
}

impl Share {
    /// Of a position of this signed size.
    pub fn of(
        account: &Account,
        instruments: &[Instrument],
        instrument: &Instrument,
        size: i64,
        health: &Health,
    ) -> Share {
        if account.flags & FLAG_PORTFOLIO == 0 {
            let lot = i128::from(instrument.maintenance_lot(size));
            return Share { lot, all: health.maintenance_scaled };
        }
        let weights = account.used().map(|(slot, id)| {
            let size = account.slots[slot].size;
            let weight = portfolio::weight_lot(&instruments[usize::from(id)], size);
            i128::from(size.unsigned_abs()) * i128::from(weight)
        });
        Share { lot: portfolio::weight_lot(instrument, size).into(), all: weights.sum() }
    }
}

/// The price per lot that leaves a lot's share of the equity as it was (in standard mode: E/MM unchanged): a long's rounded up, a
/// short's down, so that it cannot fall.
pub fn zero_price(equity: i128, share: &Share, instrument: &Instrument, size: i64) -> Option<i128> {
    let mark = i128::from(instrument.mark.0);
    let product = share.lot.checked_mul(equity)?;
    if share.all == 0 {
        return None;
    }
    let part = div_floor(product, share.all);
    Some(if size > 0 { mark - part } else { mark + part })
}

/// Takes the liquidation fee: at most the fee rate on what the book took, and never more than it gave above the zero price.
fn charge<B: Book>(
    state: &mut State<B>,
    account: u32,
    instrument: &Instrument,
    size: i64,
    zero: i128,
    taken: &Taken,
) -> i64 {
    let (lots, value) = (i128::from(taken.lots), i128::from(taken.value));
    let improvement = if size > 0 { value - lots * zero } else { lots * zero - value };
    let fee = div_ceil(value * i128::from(instrument.liquidation_fee_ppm), PPM);
    let fee = fee.min(improvement).max(0) as i64;
    if fee > 0 {
        state.add_collateral(account, -fee);
        state.add_collateral(crate::state::INSURANCE, fee);
    }
    fee
}

/// Closes lots of a position against the book at `worst` per lot or better. The account has no open order in that instrument.
pub(crate) fn close_against_book<B: Book>(
    state: &mut State<B>,
    account: u32,
    slot: usize,
    worst: i128,
    lots: u64,
    fee: Rate,
    events: &mut Events,
) -> Taken {
    let owner = &state.accounts[account as usize];
    let (instrument, size) = (owner.instruments[slot], owner.slots[slot].size);
    let shared = &state.instruments[usize::from(instrument)];
    let side = insurance::closing_side(size);
    let limit = match side {
        Side::Sell => {
            ticks_ceil(worst, shared.tick_value).filter(|&limit| limit <= shared.price_ticks_max)
        }
        Side::Buy => {
            ticks_floor(worst, shared.tick_value).map(|limit| limit.min(shared.price_ticks_max))
        }
    };
    let Some(limit_ticks) = limit else { return Taken::default() };
    let lots = u32::try_from(lots.min(size.unsigned_abs())).unwrap_or(u32::MAX);
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
                let owner = Account::new([1; 20], 0);
                let share = Share::of(&owner, &[], &shared, size, &health);
                let zero = zero_price(equity, &share, &shared, size).expect("in range");
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
