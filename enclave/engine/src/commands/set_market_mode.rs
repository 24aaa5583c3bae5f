//! What a market takes from now on.
//!
//! Number 0 is the enclave's own, asked for by its host: it sets the host's hold, never the mode the oracles signed for.
//!
//! Legal if the instrument is listed and the order newer than the last. Resting and waiting orders stay, and can be cancelled in every mode; what they may still do is
//! the table of docs/orders.md. Liquidations and forced closes reach the book in every mode: a market that nobody could be
//! liquidated in would let losses grow.

use sealbook_wire::SetMarketMode;

use super::oracle_round::ticker;
use crate::book::Book;
use crate::engine::Outcome;
use crate::event::Events;
use crate::reject::{Refusal, Reject};
use crate::state::State;

/// See the module.
pub fn execute<B: Book>(
    state: &mut State<B>,
    set: &SetMarketMode<'_>,
    events: &mut Events,
) -> Result<Outcome, Refusal> {
    state.instrument(set.instrument).ok_or(Reject::NoMarket)?;
    state.check_number(set.number)?;

    let instrument = &mut state.instruments[usize::from(set.instrument)];
    if set.number == 0 {
        instrument.held = set.mode;
    } else {
        instrument.mode = set.mode;
    }
    state.note_number(set.number);
    state.mark_instrument(set.instrument);
    let instrument = &state.instruments[usize::from(set.instrument)];
    events.push(ticker(instrument, state.venue.time_us));
    Ok(Outcome::NONE)
}
