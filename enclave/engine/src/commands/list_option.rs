//! Lists a European, cash-settled option.
//!
//! Legal if the order is newer than the last; the id is free, or its last option is settled; the underlying is a listed perpetual; the strike is positive; and the
//! expiry is at 08:00 UTC of a day ahead. No order is taken before the first smile.

use sealbook_pricing::SCENARIOS;
use sealbook_wire::{InstrumentConfig, InstrumentKind, ListOption, MarketMode};

use crate::book::Book;
use crate::engine::Outcome;
use crate::event::{Event, Events};
use crate::reject::{Refusal, Reject};
use crate::risk::option;
use crate::state::State;
use crate::state::instrument::{Instrument, OptionTerms};
use crate::units::UnitValue;

const DAY_US: u64 = 86_400_000_000;
const EIGHT_US: u64 = 8 * 3_600_000_000;

/// See the module.
pub fn execute<B: Book>(
    state: &mut State<B>,
    listing: &ListOption<'_>,
    events: &mut Events,
) -> Result<Outcome, Refusal> {
    let config = listing.config.first().ok_or(Reject::NoMarket)?;
    state.check_number(listing.number)?;
    let place = state.instruments.get(usize::from(config.instrument));
    let is_free = place.is_some_and(|place| place.id == 0 || place.option.is_settled);
    if config.instrument == 0 || !is_free {
        return Err(Reject::NoMarket.into());
    }
    let underlying = state.instrument(listing.underlying).ok_or(Reject::BadOption)?;
    let is_sound = config.kind == InstrumentKind::Option
        && underlying.kind == InstrumentKind::Perpetual
        && UnitValue(listing.strike).is_legal()
        && listing.expiry_us % DAY_US == EIGHT_US
        && listing.expiry_us > state.venue.time_us
        && listing.expiry_us - state.venue.time_us <= sealbook_pricing::TAU_MAX;
    if !is_sound {
        return Err(Reject::BadOption.into());
    }
    let linear = InstrumentConfig { kind: InstrumentKind::Perpetual, ..config };
    let base = Instrument::listed(&linear, state.venue.time_us).ok_or(Reject::BadPrice)?;
    let mut instrument = Instrument {
        kind: InstrumentKind::Option,
        index: underlying.index,
        index_time_us: underlying.index_time_us,
        guard: MarketMode::CancelOnly,
        option: OptionTerms {
            underlying: listing.underlying,
            is_call: listing.is_call,
            strike: listing.strike,
            expiry_us: listing.expiry_us,
            window_end_us: listing.expiry_us,
            ..OptionTerms::default()
        },
        scenarios: [0; SCENARIOS],
        ..base
    };
    option::require(&mut instrument);

    instrument.is_dirty = state.instruments[usize::from(config.instrument)].is_dirty;
    state.instruments[usize::from(config.instrument)] = instrument;
    // The last option under this id traded at its own prices.
    state.advanced.last_ticks[usize::from(config.instrument)] = 0;
    state.note_number(listing.number);
    state.mark_instrument(config.instrument);
    events.push(Event::Listed { instrument: config.instrument });
    events.push(super::oracle_round::ticker(&instrument, state.venue.time_us));
    Ok(Outcome::NONE)
}
