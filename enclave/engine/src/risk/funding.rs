//! Funding of perpetuals (FORMULAS 1.7): a premium sample each minute, a rate each hour, a cumulative index.
//!
//! A position pays `size × index difference`, rounded up, when it is next touched: payers never pay too little and receivers never
//! get too much, so the funding pool holds the dust and funding never creates collateral.

use sealbook_wire::{InstrumentKind, Side};

use crate::book::Book;
use crate::commands::oracle_round::ticker;
use crate::event::Events;
use crate::limits::FUNDING_INDEX_MAX;
use crate::rounding::{div_ceil, div_floor};
use crate::state::State;
use crate::state::instrument::Instrument;
use crate::units::PPM;

const MINUTE_US: u64 = 60_000_000;
const HOUR_US: u64 = 3_600_000_000;
/// Interest: 0.01 % in eight hours.
const INTEREST_PPB: i64 = 100_000;
/// The interest moves the rate by at most 0.05 % in eight hours.
const INTEREST_CLAMP_PPB: i64 = 500_000;
/// The rate is at most 4 % an hour.
const RATE_MAX_PPB: i64 = 40_000_000;
const PPB: i128 = 1_000_000_000;
/// 500 tokens over the initial margin fraction.
const IMPACT_TOKENS: i128 = 500 * 1_000_000;
/// Orders the impact price looks at; a book that needs more has no impact price.
const IMPACT_ORDERS_MAX: u32 = 256;
/// Without an index this fresh the minute has no sample (Paradex).
const INDEX_AGE_US_MAX: u64 = 30_000_000;

/// Takes the samples and applies the rates that are due.
///
/// A gap of several hours applies one rate, once: nobody pays for hours in which nothing was sampled.
pub fn advance<B: Book>(state: &mut State<B>, events: &mut Events) {
    let time_us = state.venue.time_us;
    for id in 1..state.instruments.len() as u16 {
        let at = usize::from(id);
        let instrument = &state.instruments[at];
        if instrument.id == 0 || instrument.kind == InstrumentKind::Option {
            continue;
        }
        if time_us / MINUTE_US > instrument.premium_minute {
            // A minute without a fresh index stays open: its sample is taken when one arrives.
            if let Some(premium) = premium_ppb(state, instrument) {
                let instrument = &mut state.instruments[at];
                instrument.premium_minute = time_us / MINUTE_US;
                instrument.premium_sum_ppb += premium;
                instrument.premium_samples += 1;
            }
        }
        let instrument = &mut state.instruments[at];
        if time_us / HOUR_US > instrument.funding_hour {
            instrument.funding_hour = time_us / HOUR_US;
            apply_rate(instrument);
            let rate = instrument.funding_rate_ppb.unsigned_abs();
            events.push(ticker(instrument, time_us));
            state.watch.advance(rate + u64::from(rate > 0));
            state.mark_instrument(id);
        }
    }
}

/// Premium of the book over the index, clamped to the index itself; `None` without a fresh index.
fn premium_ppb<B: Book>(state: &State<B>, instrument: &Instrument) -> Option<i64> {
    let age = state.venue.time_us.saturating_sub(instrument.index_time_us);
    if age > INDEX_AGE_US_MAX {
        return None;
    }
    let index = i128::from(instrument.index.0);
    let over = impact_price(state, instrument, Side::Buy).map_or(0, |bid| (bid - index).max(0));
    let under = impact_price(state, instrument, Side::Sell).map_or(0, |ask| (index - ask).max(0));
    let premium = (over - under) * PPB / index;
    Some(premium.clamp(-PPB, PPB) as i64)
}

/// Average price of trading the impact notional against a side: rounded towards that side's worse price.
fn impact_price<B: Book>(state: &State<B>, instrument: &Instrument, side: Side) -> Option<i128> {
    let notional = IMPACT_TOKENS * PPM / i128::from(instrument.initial_ppm);
    let book = &state.books[usize::from(instrument.id)];
    let (mut value, mut lots) = (0_i128, 0_i128);
    let mut handle = book.head(&state.orders, side);
    for _ in 0..IMPACT_ORDERS_MAX {
        if handle == 0 {
            return None;
        }
        let order = state.orders.get(handle);
        let unit = i128::from(instrument.unit_value(order.price_ticks).0);
        let wanted = div_ceil(notional - value, unit).min(order.lots.into());
        lots += wanted;
        value += wanted * unit;
        if value >= notional {
            return Some(match side {
                Side::Buy => div_floor(value, lots),
                Side::Sell => div_ceil(value, lots),
            });
        }
        handle = book.after(&state.orders, handle);
    }
    None
}

/// Hourly rate from the hour's average premium.
fn rate_ppb(average: i64) -> i64 {
    let pull = (INTEREST_PPB - average).clamp(-INTEREST_CLAMP_PPB, INTEREST_CLAMP_PPB);
    ((average + pull) / 8).clamp(-RATE_MAX_PPB, RATE_MAX_PPB)
}

/// Moves the funding index by the hour's rate. At its bound the index stays: the leaf has 96 bits.
fn apply_rate(instrument: &mut Instrument) {
    if instrument.premium_samples == 0 {
        instrument.funding_rate_ppb = 0;
        return;
    }
    let rate = rate_ppb(instrument.premium_sum_ppb / i64::from(instrument.premium_samples));
    let change = div_floor((i128::from(instrument.mark.0) * i128::from(rate)) << 32, PPB);
    let index = instrument.funding_index + change;
    instrument.funding_index = index.clamp(-FUNDING_INDEX_MAX, FUNDING_INDEX_MAX);
    instrument.funding_rate_ppb = rate;
    (instrument.premium_sum_ppb, instrument.premium_samples) = (0, 0);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::UnitValue;

    #[test]
    fn the_rate_is_clamped_twice() {
        for (average, rate) in [
            (0, 12_500),
            (100_000, 12_500),
            (600_000, 12_500),
            (1_000_000, 62_500),
            (-1_000_000, -62_500),
            (1_000_000_000, 40_000_000),
            (-1_000_000_000, -40_000_000),
        ] {
            assert_eq!(rate_ppb(average), rate, "{average}");
        }
    }

    #[test]
    fn the_index_moves_by_mark_times_rate() {
        let mut instrument = Instrument {
            mark: UnitValue(1_000_000),
            premium_samples: 60,
            premium_sum_ppb: 60 * 1_000_000,
            ..Instrument::BLANK
        };
        apply_rate(&mut instrument);
        // 62,500 ppb of 1,000,000 is 62.5 a lot.
        assert_eq!(instrument.funding_index, (125_i128 << 32) / 2);
        assert_eq!((instrument.premium_samples, instrument.premium_sum_ppb), (0, 0));
        apply_rate(&mut instrument);
        assert_eq!(
            (instrument.funding_rate_ppb, instrument.funding_index),
            (0, (125_i128 << 32) / 2)
        );
    }
}
