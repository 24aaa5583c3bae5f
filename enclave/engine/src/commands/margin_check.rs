//! Whether notional and margin allow an order: of a new one and of an amended one.

use sealbook_wire::{InstrumentKind, Side};

use super::place::Checked;
use crate::book::Book;
use crate::limits::{FILLS_PER_COMMAND_MAX, POSITION_LOTS_MAX, POSITION_VALUE_MAX};
use crate::matching::Taker;
use crate::reject::{Refusal, Reject};
use crate::risk::margin::{Health, assess, assess_with};
use crate::state::State;
use crate::state::account::{Account, FLAG_PORTFOLIO, Slot, loss_at};
use crate::state::instrument::Instrument;
use crate::units::{Lots, PPM, UnitValue, Value};

/// What [`check_notional`] found.
///
/// Whoever has one knows that position, open orders and this order together are at most [`POSITION_LOTS_MAX`] lots: sums of
/// them fit an i64.
#[derive(Clone, Copy, Debug)]
pub(super) struct Notional {
    /// Price of a lot at the limit.
    unit: UnitValue,
    /// Of the order at its limit.
    value: Value,
}

/// B39: the position's cost and size, with every open order filled, stay inside what the leaf can hold.
///
/// A seller may get more than its limit, but never more than the best bid.
#[inline(always)]
pub(super) fn check_notional(
    instrument: &Instrument,
    slot: &Slot,
    taker: &Taker,
    best: Option<u32>,
) -> Result<Notional, Refusal> {
    let refused = Reject::NotionalLimit;
    let unit = instrument.unit_value(taker.limit_ticks);
    let value = unit.value_checked(Lots(taker.lots)).ok_or(refused)?;
    let most = match best {
        Some(best) if taker.side == Side::Sell => {
            instrument.unit_value(best).value_checked(Lots(taker.lots)).ok_or(refused)?
        }
        _ => value,
    };
    let [bids, asks] = slot.open_lots;
    let lots = slot.size.unsigned_abs() + bids + asks + u64::from(taker.lots);
    let is_small = slot.cost.unsigned_abs() + slot.open_value + most.0 <= POSITION_VALUE_MAX
        && lots <= POSITION_LOTS_MAX;
    if is_small { Ok(Notional { unit, value }) } else { Err(refused.into()) }
}

/// FORMULAS 1.1. First as if the whole order rested at its limit, which bounds every outcome from above and costs a few
/// products; if that fails, with the fills the book would really give; if that fails too, an account that was unhealthy already
/// may still reduce, provided its equity over maintenance does not fall.
#[inline(always)]
pub(super) fn check_margin<B: Book>(
    state: &State<B>,
    owner: &Account,
    instrument: &Instrument,
    slot: &Slot,
    checked: &Checked,
    notional: Notional,
) -> Result<(), Refusal> {
    if is_plainly_healthy(owner, instrument, slot, checked, notional) {
        debug_assert!(health_in_full(state, owner, instrument, slot, checked).is_healthy());
        return Ok(());
    }
    // Copies: what this path wants in memory, the other one keeps in registers.
    let (slot, checked) = (*slot, *checked);
    check_margin_in_full(state, owner, instrument, &slot, &checked)
}

/// The first of the three for an account with nothing but this perpetual, as nearly all are: the same sum, of one term. `false` says
/// nothing.
#[inline(always)]
fn is_plainly_healthy(
    owner: &Account,
    instrument: &Instrument,
    slot: &Slot,
    &Checked { ref taker, takes, .. }: &Checked,
    Notional { unit, value }: Notional,
) -> bool {
    // Not `||`: whether there is a position is no more to be guessed than its side.
    let owes_nothing = (slot.size == 0) | (slot.funding_index == instrument.funding_index);
    let is_plain = owner.flags & FLAG_PORTFOLIO == 0
        && owner.is_alone(taker.slot)
        && instrument.kind == InstrumentKind::Perpetual
        && instrument.risk.ramp_ppm == 0
        && owes_nothing;
    if !is_plain {
        return false;
    }
    let (is_buy, lots) = (taker.side == Side::Buy, u64::from(taker.lots));
    let bids = slot.open_lots[0] + if is_buy { lots } else { 0 };
    let asks = slot.open_lots[1] + if is_buy { 0 } else { lots };
    let mark = instrument.mark.0;
    // |size + bids| or |size - asks|, whichever is more: of two numbers the first of which is not the smaller.
    let worst = (slot.size + bids as i64).max(asks as i64 - slot.size) as u64;
    let lot = mark as u64 * u64::from(instrument.initial_now_ppm.min(1_000_000));
    let mut needed = (u128::from(worst) * u128::from(lot)) as i128;
    if instrument.maker_fee.0 > 0 {
        needed += i128::from(slot.open_value + value.0) * i128::from(instrument.maker_fee.0);
        needed += i128::from(bids + asks) * PPM;
    }
    let mut equity = i128::from(slot.size) * i128::from(mark) - i128::from(slot.cost);
    equity += i128::from(owner.collateral);
    if takes {
        equity -= i128::from(taking_fee_bound(taker, value));
    }
    // An order's own loss at the mark is a requirement of its full amount.
    equity -= slot.open_loss + loss_at(taker.side, taker.lots, unit, instrument.mark);
    equity * PPM >= needed
}

/// Health as if the whole order rested at its limit, and cost its fee if it takes. What [`is_plainly_healthy`] must imply: debug
/// builds, and so the tests, hold it to that at every order.
fn health_in_full<B: Book>(
    state: &State<B>,
    owner: &Account,
    instrument: &Instrument,
    slot: &Slot,
    &Checked { ref taker, takes, .. }: &Checked,
) -> Health {
    let unit = instrument.unit_value(taker.limit_ticks);
    let mut full = *slot;
    full.reserve(taker.side, taker.lots, unit, instrument.mark);
    let mut health = assess_with(owner, &state.instruments, taker.slot, instrument, &full);
    if takes {
        let bound = taking_fee_bound(taker, unit.value(Lots(taker.lots)));
        health.equity -= i128::from(bound);
    }
    health
}

/// A seller's fee grows with the price it gets, but by less than the price itself: the limit is the worst case.
#[inline]
fn taking_fee_bound(taker: &Taker, value: Value) -> i64 {
    value.fee_ceil(taker.fee) + i64::from(taker.lots.min(FILLS_PER_COMMAND_MAX.into()))
}

/// The first of the three for any account.
#[inline(never)]
fn check_margin_in_full<B: Book>(
    state: &State<B>,
    owner: &Account,
    instrument: &Instrument,
    slot: &Slot,
    checked: &Checked,
) -> Result<(), Refusal> {
    let health = health_in_full(state, owner, instrument, slot, checked);
    if health.is_healthy() {
        return Ok(());
    }
    check_margin_exactly(state, owner, instrument, slot, checked, health)
}

#[cold]
fn check_margin_exactly<B: Book>(
    state: &State<B>,
    owner: &Account,
    instrument: &Instrument,
    slot: &Slot,
    &Checked { ref taker, may_rest, .. }: &Checked,
    bound: Health,
) -> Result<(), Refusal> {
    let refused = Err(Refusal::with(Reject::Margin, bound.shortfall()));
    let preview = state.preview(taker);
    if !preview.is_exact {
        return refused;
    }
    let sign = if taker.side == Side::Buy { 1 } else { -1 };
    // A fill settles the position's funding first: what is owed so far is owed on the old size.
    let owed = slot.funding_owed(instrument.funding_index);
    let mut filled = Slot { funding_index: instrument.funding_index, ..*slot };
    filled.size += sign * i64::from(preview.lots);
    filled.cost += sign * preview.value as i64;
    let residue = taker.lots - preview.lots;
    let unit = instrument.unit_value(taker.limit_ticks);
    if may_rest && residue > 0 {
        filled.reserve(taker.side, residue, unit, instrument.mark);
    }
    let mut after = assess_with(owner, &state.instruments, taker.slot, instrument, &filled);
    after.equity -= owed + i128::from(preview.fee);
    if after.is_healthy() {
        return Ok(());
    }
    let before = assess(owner, &state.instruments);
    let same_side = slot.open_lots[taker.side as usize];
    let reduces = same_side + u64::from(taker.lots) <= slot.reducible(taker.side);
    if before.is_healthy() || !reduces {
        return refused;
    }
    // A residue may fill later at the limit: judge it as filled there.
    if may_rest && residue > 0 {
        filled.release(taker.side, residue, unit, instrument.mark);
        filled.size += sign * i64::from(residue);
        filled.cost += sign * unit.value(Lots(residue)).0 as i64;
        after = assess_with(owner, &state.instruments, taker.slot, instrument, &filled);
        let fee = unit.value(Lots(residue)).fee_ceil(instrument.taker_fee);
        after.equity -= owed + i128::from(preview.fee + fee + i64::from(residue));
    }
    if after.improves_on(&before) { Ok(()) } else { refused }
}
