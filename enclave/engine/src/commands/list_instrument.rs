//! Lists an instrument, at genesis, from the attested configuration.
//!
//! Legal if the id is free, from 1 to the venue's limit, and the parameters do not contradict each other.

use sealbook_wire::ListInstrument;

use crate::book::Book;
use crate::engine::Outcome;
use crate::event::{Event, Events};
use crate::reject::{Refusal, Reject};
use crate::state::State;
use crate::state::instrument::Instrument;

/// See the module.
pub fn execute<B: Book>(
    state: &mut State<B>,
    listing: &ListInstrument<'_>,
    events: &mut Events,
) -> Result<Outcome, Refusal> {
    let config = listing.config.first().ok_or(Reject::NoMarket)?;
    let place = state.instruments.get(usize::from(config.instrument));
    if config.instrument == 0 || place.is_none_or(|place| place.id != 0) {
        return Err(Reject::NoMarket.into());
    }
    let instrument = Instrument::listed(&config, state.venue.time_us).ok_or(Reject::BadPrice)?;

    state.instruments[usize::from(config.instrument)] = instrument;
    state.mark_instrument(config.instrument);
    events.push(Event::Listed { instrument: config.instrument });
    events.push(super::oracle_round::ticker(&instrument, state.venue.time_us));
    Ok(Outcome::NONE)
}
