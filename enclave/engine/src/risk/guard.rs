//! Oracle guards (the ladder of FORMULAS 1.5, after Drift) and the open-interest ramp (1.2).
//!
//! | the index is | then |
//! |---|---|
//! | not positive | the round is refused whole (`commands/oracle_round.rs`) |
//! | older than `stale_us`, or further than `volatile_ppm` from its average | post-only: nobody takes at a price that may be wrong |
//! | older than 4 times, or twice as far | close-only |
//! | older than 16 times | cancel-only |
//!
//! Allowed actions shrink step by step and come back by themselves. Liquidation is not stopped by volatility: it is what
//! volatility calls for.

use sealbook_wire::{InstrumentKind, MarketMode};

use crate::book::Book;
use crate::commands::oracle_round::ticker;
use crate::event::Events;
use crate::risk::mark::ema;
use crate::risk::option;
use crate::rounding::div_ceil;
use crate::state::State;
use crate::state::instrument::{Instrument, stricter};
use crate::units::PPM;

/// The average the index is held against.
const AVERAGE_US: u64 = 300_000_000;

/// Brings the average up to the round's time; the index is new, its time still the old one's.
pub fn average(instrument: &mut Instrument, time_us: u64) {
    let elapsed = time_us.saturating_sub(instrument.index_time_us);
    instrument.index_ema = ema(instrument.index_ema, instrument.index.0, elapsed, AVERAGE_US);
}

/// What the guards allow at a time.
pub fn allowed(instrument: &Instrument, time_us: u64) -> MarketMode {
    let age = time_us.saturating_sub(instrument.index_time_us);
    let stale = instrument.risk.stale_us;
    let by_age = match age {
        _ if stale == 0 || age <= stale => MarketMode::Open,
        _ if age <= 4 * stale => MarketMode::PostOnly,
        _ if age <= 16 * stale => MarketMode::CloseOnly,
        _ => MarketMode::CancelOnly,
    };
    let average = i128::from(instrument.index_ema);
    let distance = ((i128::from(instrument.index.0) << 16) - average).abs() * PPM;
    let bound = average * i128::from(instrument.risk.volatile_ppm);
    let by_distance = match distance {
        _ if bound == 0 || distance <= bound => MarketMode::Open,
        _ if distance <= 2 * bound => MarketMode::PostOnly,
        _ => MarketMode::CloseOnly,
    };
    stricter(by_age, by_distance)
}

/// Applies the guards; a change is told with the ticker.
pub fn advance<B: Book>(state: &mut State<B>, events: &mut Events) {
    for id in 1..state.instruments.len() {
        let instrument = &mut state.instruments[id];
        let is_guarded = instrument.risk.stale_us != 0 || instrument.risk.volatile_ppm != 0;
        if instrument.kind == InstrumentKind::Option {
            let guard = option::allowed(instrument, state.venue.time_us);
            if guard != instrument.guard {
                instrument.guard = guard;
                events.push(ticker(instrument, state.venue.time_us));
            }
            continue;
        }
        if instrument.id == 0 || !(is_guarded || instrument.guard != MarketMode::Open) {
            continue;
        }
        let guard = allowed(instrument, state.venue.time_us);
        if guard != instrument.guard {
            instrument.guard = guard;
            events.push(ticker(instrument, state.venue.time_us));
        }
    }
}

/// Sets the initial fraction for the open interest: `imf + (1 − imf) × clamp((OI − L) / (U − L))`, rounded up.
pub fn ramp(instrument: &mut Instrument) {
    let (low, high) = (instrument.risk.interest_low_lots, instrument.risk.interest_high_lots);
    let base = i128::from(instrument.initial_ppm);
    let over = instrument.open_interest.saturating_sub(low).min(high.saturating_sub(low));
    instrument.initial_now_ppm = if high == 0 || over == 0 {
        instrument.initial_ppm
    } else {
        (base + div_ceil((PPM - base) * i128::from(over), i128::from(high - low))) as u32
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::instrument::Parameters;
    use crate::units::UnitValue;

    #[test]
    fn actions_shrink_step_by_step() {
        let risk = Parameters { stale_us: 10, volatile_ppm: 100_000, ..Parameters::default() };
        let at = |index, time_us| {
            let index = UnitValue(index);
            let index_ema = 1_000 << 16;
            let instrument =
                Instrument { risk, index, index_ema, index_time_us: 100, ..Instrument::BLANK };
            allowed(&instrument, time_us)
        };
        use MarketMode as M;
        for (index, time_us, mode) in [
            (1_000, 110, M::Open),
            (1_000, 111, M::PostOnly),
            (1_000, 141, M::CloseOnly),
            (1_000, 261, M::CancelOnly),
            (1_100, 100, M::Open),
            (1_101, 100, M::PostOnly),
            (899, 100, M::PostOnly),
            (799, 100, M::CloseOnly),
            (799, 261, M::CancelOnly),
        ] {
            assert_eq!(at(index, time_us), mode, "{index} at {time_us}");
        }
    }

    #[test]
    fn the_interest_ramp_ends_at_one() {
        let mut instrument = Instrument {
            initial_ppm: 100_000,
            risk: Parameters {
                interest_low_lots: 100,
                interest_high_lots: 400,
                ..Default::default()
            },
            ..Instrument::BLANK
        };
        for (interest, ppm) in [
            (0, 100_000),
            (100, 100_000),
            (101, 103_000),
            (250, 550_000),
            (400, 1_000_000),
            (900, 1_000_000),
        ] {
            instrument.open_interest = interest;
            ramp(&mut instrument);
            assert_eq!(instrument.initial_now_ppm, ppm, "{interest}");
        }
    }

    #[test]
    fn the_size_ramp_rounds_up() {
        let risk = Parameters { ramp_ppm: 50, ramp_shift: 3, ..Parameters::default() };
        let instrument = Instrument {
            initial_now_ppm: 20_000,
            maintenance_ppm: 10_000,
            risk,
            ..Instrument::BLANK
        };
        assert_eq!((instrument.initial_of(8), instrument.maintenance_of(8)), (20_050, 10_050));
        assert_eq!(instrument.initial_of(1), 20_007);
        assert_eq!(instrument.initial_of(u64::MAX), 1_000_000);
    }
}
