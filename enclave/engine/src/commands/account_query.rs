//! Asks for an `account` event.

use crate::engine::Outcome;
use crate::event::{Event, Events};

/// See the module.
pub fn execute(account: u32, events: &mut Events) -> Outcome {
    events.push(Event::Account { account });
    Outcome::NONE
}
