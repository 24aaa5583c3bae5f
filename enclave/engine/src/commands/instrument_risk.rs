//! Sets an instrument's margin ramps and oracle guards.
//!
//! Legal if the instrument is listed, the order newer than the last, and the parameters do not contradict each other. Requirements may rise: accounts that thereby
//! fall below maintenance are found by the next oracle round, like those a price moved.

use sealbook_wire::InstrumentRisk;

use crate::book::Book;
use crate::engine::Outcome;
use crate::reject::{Refusal, Reject};
use crate::risk::guard;
use crate::state::State;
use crate::state::instrument::Parameters;

/// See the module.
pub fn execute<B: Book>(
    state: &mut State<B>,
    risk: &InstrumentRisk<'_>,
) -> Result<Outcome, Refusal> {
    state.instrument(risk.instrument).ok_or(Reject::NoMarket)?;
    let parameters = Parameters {
        ramp_ppm: risk.ramp_ppm,
        ramp_shift: risk.ramp_shift,
        interest_low_lots: risk.interest_low_lots,
        interest_high_lots: risk.interest_high_lots,
        stale_us: risk.stale_us,
        volatile_ppm: risk.volatile_ppm,
    };
    state.check_number(risk.number)?;
    if !parameters.is_sound() {
        return Err(Reject::BadPrice.into());
    }

    let instrument = &mut state.instruments[usize::from(risk.instrument)];
    instrument.risk = parameters;
    guard::ramp(instrument);
    state.note_number(risk.number);
    state.mark_instrument(risk.instrument);
    for account in 1..state.accounts.len() as u32 {
        state.watch.touch(account);
    }
    Ok(Outcome::NONE)
}
