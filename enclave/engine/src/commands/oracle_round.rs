//! A signed round of index prices: marks move, provisions follow, and accounts below maintenance are liquidated.
//!
//! The runtime verified the signatures. Legal if (1) the round is newer than the last and not from the future or too old,
//! (2) its time is not before the last round's, (3) prices ascend by instrument, are listed and positive.

use sealbook_wire::{InstrumentKind, OracleRound};

use crate::book::Book;
use crate::engine::Outcome;
use crate::event::{Event, Events};
use crate::reject::{Refusal, Reject};
use crate::risk::{funding, guard, liquidation, mark, option};
use crate::state::State;
use crate::state::instrument::Instrument;
use crate::units::UnitValue;

/// How far ahead of engine time a round may be: the oracles' clocks are not the host's.
pub(super) const AHEAD_US_MAX: u64 = 5_000_000;

/// See the module.
pub fn execute<B: Book>(
    state: &mut State<B>,
    round: &OracleRound<'_>,
    events: &mut Events,
) -> Result<Outcome, Refusal> {
    check(state, round)?;

    state.venue.oracle_round = round.round;
    state.venue.oracle_time_us = round.time_us;
    state.venue.insurance_spent = 0;
    let mut moved = 0;
    for price in round.prices.iter() {
        let instrument = &mut state.instruments[usize::from(price.instrument)];
        instrument.index = UnitValue(price.index);
        let elapsed_us = round.time_us.saturating_sub(instrument.index_time_us);
        guard::average(instrument, round.time_us);
        instrument.index_time_us = round.time_us;
        moved = mark::apply(state, price.instrument, elapsed_us).max(moved);
    }
    state.watch.advance(moved);
    for price in round.prices.iter() {
        option::follow(state, price.instrument, round.time_us, events);
    }
    guard::advance(state, events);
    funding::advance(state, events);
    state.venue.sweep_next = 1;
    liquidation::sweep(state, events);
    for price in round.prices.iter() {
        guard::ramp(&mut state.instruments[usize::from(price.instrument)]);
        let instrument = &state.instruments[usize::from(price.instrument)];
        events.push(ticker(instrument, state.venue.time_us));
    }
    Ok(Outcome::NONE)
}

fn check<B: Book>(state: &State<B>, round: &OracleRound<'_>) -> Result<(), Refusal> {
    let venue = &state.venue;
    let is_fresh = round.round > venue.oracle_round
        && round.time_us >= venue.oracle_time_us
        && round.time_us <= venue.time_us.saturating_add(AHEAD_US_MAX)
        && round.time_us.saturating_add(state.limits.oracle_age_us_max) >= venue.time_us;
    if !is_fresh {
        return Err(Refusal::with(Reject::StaleRound, venue.oracle_round));
    }
    let mut last = 0;
    for price in round.prices.iter() {
        let is_sound = price.instrument > last
            && is_perpetual(state, price.instrument)
            && UnitValue(price.index).is_legal();
        if !is_sound {
            return Err(Refusal::with(Reject::BadOracle, price.instrument.into()));
        }
        last = price.instrument;
    }
    Ok(())
}

/// Options have no index of their own: theirs is the underlying's.
fn is_perpetual<B: Book>(state: &State<B>, id: u16) -> bool {
    state.instrument(id).is_some_and(|at| at.kind == InstrumentKind::Perpetual)
}

/// The instrument as the public feed shows it.
pub(crate) fn ticker(instrument: &Instrument, time_us: u64) -> Event {
    Event::Ticker {
        instrument: instrument.id,
        mark: instrument.mark.0,
        index: instrument.index.0,
        funding_rate_ppb: instrument.funding_rate_ppb,
        open_interest_lots: instrument.open_interest,
        mode: instrument.mode_now(),
        greeks: option::greeks(instrument, time_us).unwrap_or_default(),
    }
}
