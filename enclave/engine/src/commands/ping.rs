//! Answers with engine time, which every result carries; the token comes back as the detail.

use sealbook_wire::Ping;

use crate::engine::Outcome;

/// See the module.
pub fn execute(ping: &Ping) -> Outcome {
    Outcome { detail: ping.token, ..Outcome::NONE }
}
