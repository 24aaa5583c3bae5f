//! First record of an epoch: a fresh boot took over where the named sequence ended.

use sealbook_wire::EpochOpened;

use crate::book::Book;
use crate::engine::Outcome;
use crate::reject::{Refusal, Reject};
use crate::state::State;

/// See the module. Legal if the epoch is newer than the last.
pub fn execute<B: Book>(state: &mut State<B>, opened: &EpochOpened) -> Result<Outcome, Refusal> {
    if opened.epoch <= state.venue.epoch {
        return Err(Refusal::with(Reject::OutOfRange, state.venue.epoch));
    }

    state.venue.epoch = opened.epoch;
    Ok(Outcome::NONE)
}
