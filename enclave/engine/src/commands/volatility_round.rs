//! A signed round of SVI smiles: options are priced again, and accounts below maintenance are liquidated.
//!
//! The runtime verified the signatures. Legal if (1) the round is newer than the last and neither from the future nor too old,
//! (2) smiles ascend by underlying and expiry, their numbers are in range, their forwards are legal, and no butterfly of theirs
//! costs less than nothing.

use sealbook_pricing::Svi;
use sealbook_wire::{Smile, VolatilityRound};

use super::oracle_round::AHEAD_US_MAX;
use crate::book::Book;
use crate::engine::Outcome;
use crate::event::Events;
use crate::reject::{Refusal, Reject};
use crate::risk::{liquidation, option};
use crate::state::State;
use crate::units::UnitValue;

/// Places at which a smile is searched for butterflies.
const BUTTERFLY_SAMPLES: u32 = 64;

/// See the module.
pub fn execute<B: Book>(
    state: &mut State<B>,
    round: &VolatilityRound<'_>,
    events: &mut Events,
) -> Result<Outcome, Refusal> {
    check(state, round)?;

    state.venue.volatility_round = round.round;
    state.venue.volatility_time_us = round.time_us;
    for smile in round.smiles.iter() {
        if let Some(svi) = parameters(&smile) {
            option::apply_smile(state, &smile, &svi, events);
        }
    }
    state.venue.sweep_next = 1;
    liquidation::sweep(state, events);
    Ok(Outcome::NONE)
}

fn parameters(smile: &Smile) -> Option<Svi> {
    let svi = Svi::new(smile.a, smile.b, smile.rho, smile.m, smile.s).ok()?;
    svi.check_butterfly(BUTTERFLY_SAMPLES).ok()?;
    Some(svi)
}

fn check<B: Book>(state: &State<B>, round: &VolatilityRound<'_>) -> Result<(), Refusal> {
    let venue = &state.venue;
    let is_fresh = round.round > venue.volatility_round
        && round.time_us >= venue.volatility_time_us
        && round.time_us <= venue.time_us.saturating_add(AHEAD_US_MAX)
        && round.time_us.saturating_add(state.limits.oracle_age_us_max) >= venue.time_us;
    if !is_fresh {
        return Err(Refusal::with(Reject::StaleRound, venue.volatility_round));
    }
    let mut last = (0, 0);
    for smile in round.smiles.iter() {
        let key = (smile.underlying, smile.expiry_us);
        let is_sound = key > last
            && state.instrument(smile.underlying).is_some()
            && UnitValue(smile.forward).is_legal()
            && parameters(&smile).is_some();
        if !is_sound {
            return Err(Refusal::with(Reject::BadSmile, smile.underlying.into()));
        }
        last = key;
    }
    Ok(())
}
