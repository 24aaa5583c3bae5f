//! Engine time moves to the header's time: dead-man timers run out, funding is sampled each minute and applied each hour, and a
//! liquidation sweep that did not fit one command goes on.

use crate::book::Book;
use crate::engine::Outcome;
use crate::event::Events;
use crate::risk::{funding, guard, liquidation};
use crate::state::State;

/// See the module. Time itself moved when the command was applied.
pub fn execute<B: Book>(state: &mut State<B>, events: &mut Events) -> Outcome {
    state.run_deadlines(events);
    funding::advance(state, events);
    guard::advance(state, events);
    liquidation::sweep(state, events);
    Outcome::NONE
}
