//! What a market takes from now on.
//!
//! Legal if the instrument is listed. Resting and waiting orders stay, and can be cancelled in every mode; what they may still do is
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
    set: &SetMarketMode,
    events: &mut Events,
) -> Result<Outcome, Refusal> {
    state.instrument(set.instrument).ok_or(Reject::NoMarket)?;

    state.instruments[usize::from(set.instrument)].mode = set.mode;
    state.mark_instrument(set.instrument);
    events.push(ticker(&state.instruments[usize::from(set.instrument)]));
    Ok(Outcome::NONE)
}
