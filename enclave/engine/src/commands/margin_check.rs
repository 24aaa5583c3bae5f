//! Whether notional and margin allow an order: of a new one and of an amended one.

use sealbook_wire::{InstrumentKind, Side};

use crate::book::Book;
use crate::limits::{FILLS_PER_COMMAND_MAX, POSITION_LOTS_MAX, POSITION_VALUE_MAX};
use crate::matching::Taker;
use crate::reject::{Refusal, Reject};
use crate::risk::margin::{Health, assess, assess_with};
use crate::state::State;
use crate::state::account::{Account, FLAG_PORTFOLIO, Slot, loss_at};
use crate::state::instrument::Instrument;
use crate::units::{Lots, PPM, Value};

/// B39: the position's cost and size, with every open order filled, stay inside what the leaf can hold.
///
/// A seller may get more than its limit, but never more than the best bid.
#[inline(always)]
pub(super) fn check_notional(
    instrument: &Instrument,
    slot: &Slot,
    taker: &Taker,
    best: Option<u32>,
) -> Result<(), Refusal> {
    let price_ticks = match taker.side {
        Side::Buy => taker.limit_ticks,
        Side::Sell => taker.limit_ticks.max(best.unwrap_or(0)),
    };
    let value = instrument.unit_value(price_ticks).value_checked(Lots(taker.lots));
    let lots =
        slot.size.unsigned_abs() + slot.open_lots[0] + slot.open_lots[1] + u64::from(taker.lots);
    match value {
        Some(Value(value))
            if slot.cost.unsigned_abs() + slot.open_value + value <= POSITION_VALUE_MAX
                && lots <= POSITION_LOTS_MAX =>
        {
            Ok(())
        }
        _ => Err(Reject::NotionalLimit.into()),
    }
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
    taker: &Taker,
    may_take: bool,
    may_rest: bool,
) -> Result<(), Refusal> {
    if is_plainly_healthy(owner, instrument, slot, taker, may_take) {
        debug_assert!(is_healthy_in_full(state, owner, instrument, slot, taker, may_take));
        return Ok(());
    }
    check_margin_fully(state, owner, instrument, slot, taker, may_take, may_rest)
}

/// The first of the three for an account with nothing but this perpetual, as nearly all are: the same sum, of one term. `false` says
/// nothing.
#[inline(always)]
fn is_plainly_healthy(
    owner: &Account,
    instrument: &Instrument,
    slot: &Slot,
    taker: &Taker,
    may_take: bool,
) -> bool {
    let is_plain = owner.flags & FLAG_PORTFOLIO == 0
        && owner.is_alone(taker.slot)
        && instrument.kind == InstrumentKind::Perpetual
        && instrument.risk.ramp_ppm == 0
        && (slot.size == 0 || slot.funding_index == instrument.funding_index);
    if !is_plain {
        return false;
    }
    let (unit, lots) = (instrument.unit_value(taker.limit_ticks), u64::from(taker.lots));
    let mut open_lots = slot.open_lots;
    open_lots[taker.side as usize] += lots;
    let [bids, asks] = open_lots;
    let value = unit.value(Lots(taker.lots));
    let mark = instrument.mark.0;
    let long = slot.size.saturating_add_unsigned(bids).unsigned_abs();
    let short = slot.size.saturating_sub_unsigned(asks).unsigned_abs();
    let lot = mark as u64 * u64::from(instrument.initial_now_ppm.min(1_000_000));
    let mut needed = i128::from(long.max(short)) * i128::from(lot);
    if instrument.maker_fee.0 > 0 {
        needed += i128::from(slot.open_value + value.0) * i128::from(instrument.maker_fee.0);
        needed += i128::from(bids + asks) * PPM;
    }
    let mut equity = i128::from(slot.size) * i128::from(mark) - i128::from(slot.cost);
    equity += i128::from(owner.collateral);
    if may_take {
        equity -= i128::from(taking_fee_bound(taker, value));
    }
    // An order's own loss at the mark is a requirement of its full amount.
    equity -= slot.open_loss + loss_at(taker.side, taker.lots, unit, instrument.mark);
    equity * PPM >= needed
}

/// What [`is_plainly_healthy`] must imply; debug builds, and so the tests, hold it to that at every order.
fn is_healthy_in_full<B: Book>(
    state: &State<B>,
    owner: &Account,
    instrument: &Instrument,
    slot: &Slot,
    taker: &Taker,
    may_take: bool,
) -> bool {
    health_in_full(state, owner, instrument, slot, taker, may_take).is_healthy()
}

/// Health as if the whole order rested at its limit, and cost its fee if it may take.
fn health_in_full<B: Book>(
    state: &State<B>,
    owner: &Account,
    instrument: &Instrument,
    slot: &Slot,
    taker: &Taker,
    may_take: bool,
) -> Health {
    let unit = instrument.unit_value(taker.limit_ticks);
    let mut full = *slot;
    full.reserve(taker.side, taker.lots, unit, instrument.mark);
    let mut health = assess_with(owner, &state.instruments, taker.slot, instrument, &full);
    if may_take {
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

/// Copies of slot and taker: what this path wants in memory, the other one keeps in registers.
#[inline]
fn check_margin_fully<B: Book>(
    state: &State<B>,
    owner: &Account,
    instrument: &Instrument,
    slot: &Slot,
    taker: &Taker,
    may_take: bool,
    may_rest: bool,
) -> Result<(), Refusal> {
    check_margin_summed(state, owner, instrument, *slot, *taker, may_take, may_rest)
}

#[inline(never)]
fn check_margin_summed<B: Book>(
    state: &State<B>,
    owner: &Account,
    instrument: &Instrument,
    slot: Slot,
    taker: Taker,
    may_take: bool,
    may_rest: bool,
) -> Result<(), Refusal> {
    let health = health_in_full(state, owner, instrument, &slot, &taker, may_take);
    if health.is_healthy() {
        return Ok(());
    }
    check_margin_exactly(state, owner, instrument, &slot, &taker, may_rest, health)
}

#[cold]
fn check_margin_exactly<B: Book>(
    state: &State<B>,
    owner: &Account,
    instrument: &Instrument,
    slot: &Slot,
    taker: &Taker,
    may_rest: bool,
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
