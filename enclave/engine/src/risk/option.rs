//! European, cash-settled options: requirement, mark, settlement.
//!
//! - Requirement (FORMULAS 1.3, Deribit's standard margin), a short lot, `S` the index, `V` the mark, `OTM` how far out of the money:
//!   call `IM = max(0.15 S − OTM, 0.10 S) + V`, `MM = 0.075 S + V`; put `MM = max(0.075 S, 0.075 V) + V`, `IM = max(max(0.15 S −
//!   OTM, 0.10 S) + V, MM)`. A long lot: `IM = V`, so premium paid is no collateral; `MM = 0`. Exact: kept times 10^6.
//! - Mark (4.6): Black-76 on the forward at the smile's volatility, to the nearest unit, at least 1. The forward moves with the
//!   index between two smiles. Where the book is tight (its spread a twentieth of that price at most) the mark is brought between
//!   its bid and ask, but by no more than the same twentieth: two small orders cannot carry it away.
//! - In the settlement window what is sampled no longer moves: the forward is the average that would come out if every sample left
//!   came in at the forward, and delta is that share of itself.
//! - Settlement (1.12): the mean of 450 samples of the index, one each 4 s, over the last 30 minutes, rounded down. A missing
//!   sample carries the last index before it. More than 10 % missing void the window, and it starts again.

use sealbook_pricing::scenario::{
    ExpiryShocks, OptionTerms as Shocked, SHOCKS, averaging_vector, scenario_vector,
};
use sealbook_pricing::{
    Contract, Expiry, PricingError, Side as Kind, Svi, TotalVolatility, Vector, price_nearest,
};
use sealbook_wire::{InstrumentKind, MarketMode, Side, Smile};

use super::mark;
use crate::book::Book;
use crate::commands::oracle_round::ticker;
use crate::event::Events;
use crate::limits::UNIT_VALUE_MAX;
use crate::rounding::div_floor;
use crate::state::State;
use crate::state::instrument::{Instrument, OptionTerms};
use crate::units::UnitValue;

/// Samples of a settlement window (Deribit).
pub const SAMPLES: u32 = 450;
/// Samples that may be missing.
const MISSING_MAX: u32 = SAMPLES / 10;
const SAMPLE_US: u64 = 4_000_000;
/// A spread of at most this part of the price is tight, and the book moves the mark by at most as much: 5 %.
const TIGHT_PART: i64 = 20;
const WINDOW_US: u64 = SAMPLES as u64 * SAMPLE_US;

/// Sets what a short lot requires, from index and mark.
pub fn require(instrument: &mut Instrument) {
    let (index, mark) = (instrument.index.0 as u64, instrument.mark.0 as u64);
    let option = &mut instrument.option;
    let strike = option.strike as u64;
    let out =
        if option.is_call { strike.saturating_sub(index) } else { index.saturating_sub(strike) };
    let value = mark * 1_000_000;
    let initial = (index * 150_000).saturating_sub(out * 1_000_000).max(index * 100_000) + value;
    if option.is_call {
        option.maintenance_short = index * 75_000 + value;
        option.initial_short = initial;
    } else {
        option.maintenance_short = index.max(mark) * 75_000 + value;
        option.initial_short = initial.max(option.maintenance_short);
    }
}

/// What orders the option takes: none before its first smile, none from its expiry on.
pub fn allowed(instrument: &Instrument, time_us: u64) -> MarketMode {
    if instrument.option.is_settled || time_us >= instrument.option.expiry_us {
        MarketMode::Halted
    } else if instrument.option.sigma == 0 {
        MarketMode::CancelOnly
    } else {
        MarketMode::Open
    }
}

/// The smile's volatility and forward for every option of its expiry.
pub fn apply_smile<B: Book>(state: &mut State<B>, smile: &Smile, svi: &Svi, events: &mut Events) {
    for id in 1..state.instruments.len() as u16 {
        let time_us = state.venue.time_us;
        let instrument = &mut state.instruments[usize::from(id)];
        let option = &mut instrument.option;
        let is_meant = is_alive(instrument.kind, option, smile.underlying)
            && option.expiry_us == smile.expiry_us;
        let Some(expiry) = time_left(option, time_us).filter(|_| is_meant) else { continue };
        let (forward, strike) = (smile.forward as u64, option.strike as u64);
        // A smile that says nothing at this strike (no variance, no time) leaves the last volatility.
        if let Ok(sigma) = svi.sigma(forward, strike, expiry) {
            option.sigma = sigma;
        }
        option.basis = smile.forward - instrument.index.0;
        reprice(state, id, events);
    }
}

/// Options follow their underlying's index: samples for those about to expire, marks for all.
pub fn follow<B: Book>(state: &mut State<B>, underlying: u16, time_us: u64, events: &mut Events) {
    let index = state.instruments[usize::from(underlying)].index;
    for id in 1..state.instruments.len() as u16 {
        let instrument = &mut state.instruments[usize::from(id)];
        if !is_alive(instrument.kind, &instrument.option, underlying) {
            continue;
        }
        sample(instrument, time_us, index);
        (instrument.index, instrument.index_time_us) = (index, time_us);
        reprice(state, id, events);
    }
}

fn is_alive(kind: InstrumentKind, option: &OptionTerms, underlying: u16) -> bool {
    kind == InstrumentKind::Option && option.underlying == underlying && !option.is_settled
}

fn time_left(option: &OptionTerms, time_us: u64) -> Option<Expiry> {
    Expiry::new(option.expiry_us.saturating_sub(time_us)).ok()
}

/// The mark for forward, volatility and time as they are; what a short lot requires follows.
fn reprice<B: Book>(state: &mut State<B>, id: u16, events: &mut Events) {
    let time_us = state.venue.time_us;
    let instrument = &state.instruments[usize::from(id)];
    let option = &instrument.option;
    let left_us = option.expiry_us.saturating_sub(time_us);
    let price =
        price_nearest(kind(option), outlook(instrument).0, option.strike, option.sigma, left_us);
    let model = price.unwrap_or(instrument.mark.0);
    let new = beside_book(&state.books[usize::from(id)], instrument, model);
    mark::set(state, id, UnitValue(new.clamp(1, UNIT_VALUE_MAX)));
    state.note_price(id);
    let instrument = &mut state.instruments[usize::from(id)];
    require(instrument);
    // What has no price now keeps the scenarios of the last round: never a position without risk.
    if let (Ok(vector), Some(greeks)) =
        (scenarios(instrument, time_us), greeks(instrument, time_us))
    {
        instrument.scenarios = vector;
        instrument.option.delta_ppm = (greeks.delta_nano / 1_000) as i32;
    }
    instrument.guard = allowed(instrument, time_us);
    events.push(ticker(instrument, time_us));
}

/// The model's price, brought between a tight book's bid and ask.
fn beside_book<B: Book>(book: &B, instrument: &Instrument, model: i64) -> i64 {
    let best = |side| book.best(side).map(|ticks| instrument.unit_value(ticks).0);
    let (Some(bid), Some(ask)) = (best(Side::Buy), best(Side::Sell)) else { return model };
    let slack = model / TIGHT_PART;
    if ask - bid > slack {
        return model;
    }
    model.clamp(bid, ask).clamp(model - slack, model + slack)
}

/// A lot's gains in each scenario.
fn scenarios(instrument: &Instrument, time_us: u64) -> Result<Vector, PricingError> {
    let option = &instrument.option;
    let expiry = Expiry::new(option.expiry_us.saturating_sub(time_us))?;
    let shocks = ExpiryShocks::new(expiry, &SHOCKS)?;
    let (forward, live) = outlook(instrument);
    let (side, strike, sigma) = (kind(option), option.strike, option.sigma);
    let terms = Shocked { side, forward, strike, sigma };
    if option.samples == 0 {
        scenario_vector(&terms, &shocks)
    } else {
        averaging_vector(&terms, live, &shocks)
    }
}

fn kind(option: &OptionTerms) -> Kind {
    if option.is_call { Kind::Call } else { Kind::Put }
}

/// How a lot's price moves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Greeks {
    /// Volatility it is priced at, 1e-9 a year.
    pub sigma_nano: u64,
    /// Gain per unit the index gains, 1e-9.
    pub delta_nano: i64,
    /// Change of that when the index gains a whole token (10^6 units) a lot, 1e-9.
    pub gamma_nano: i64,
    /// Gain per point (1 % a year) of volatility, collateral.
    pub vega_point: i64,
    /// Gain by a day passing, collateral; never positive.
    pub theta_day: i64,
}

/// Delta, gamma, vega and theta; a perpetual's delta is one and the rest nothing. `None` if it has no price.
pub fn greeks(instrument: &Instrument, time_us: u64) -> Option<Greeks> {
    if instrument.kind == InstrumentKind::Perpetual {
        return Some(Greeks { delta_nano: 1_000_000_000, ..Greeks::default() });
    }
    let option = &instrument.option;
    let expiry = time_left(option, time_us)?;
    let volatility = TotalVolatility::new(expiry, option.sigma).ok()?;
    let (forward, live) = outlook(instrument);
    let contract = Contract::new(kind(option), forward, option.strike).ok()?;
    let priced = contract.greeks(expiry, volatility);
    let of_live = |value: i128| value * i128::from(live) / i128::from(forward);
    Some(Greeks {
        sigma_nano: option.sigma,
        delta_nano: of_live(priced.delta_nano().into()) as i64,
        gamma_nano: of_live(of_live(per_token_nano(priced.gamma))) as i64,
        vega_point: priced.vega_per_point(),
        theta_day: priced.theta_per_day(),
    })
}

/// Gamma per unit with 96 fraction bits, per token in 1e-9; saturates.
fn per_token_nano(gamma: u128) -> i128 {
    const SCALE: u128 = 1_000_000 * 1_000_000_000;
    let exact = gamma.checked_mul(SCALE).map(|product| product >> 96);
    let near = || (gamma >> 50).saturating_mul(SCALE) >> 46;
    exact.unwrap_or_else(near).min(i64::MAX as u128) as i128
}

/// What a lot's mark gains per unit of the forward, in millionths rounded down so that a call's less a put's is one, and per unit
/// (100 % a year) of volatility; `None` if it has no such price.
pub fn sensitivity(instrument: &Instrument, time_us: u64) -> Option<(i128, i128)> {
    let option = &instrument.option;
    let expiry = time_left(option, time_us)?;
    let volatility = TotalVolatility::new(expiry, option.sigma).ok()?;
    let (forward, live) = outlook(instrument);
    let contract = Contract::new(kind(option), forward, option.strike).ok()?;
    let greeks = contract.greeks(expiry, volatility);
    let delta = i128::from(greeks.delta_nano().div_euclid(1_000));
    let delta = (delta * i128::from(live)).div_euclid(forward.into());
    Some((delta, greeks.vega.nearest().into()))
}

/// The forward (the index, and what the last smile's forward was above it), in the settlement window blended with what is sampled;
/// and how much of it still moves with the index. To the nearest unit, at least 1 and 0.
fn outlook(instrument: &Instrument) -> (i64, i64) {
    let option = &instrument.option;
    let free = (instrument.index.0 + option.basis).clamp(1, UNIT_VALUE_MAX);
    if option.samples == 0 {
        return (free, free);
    }
    let all = i128::from(SAMPLES);
    let open = i128::from(free) * i128::from(SAMPLES - option.samples);
    let nearest = |sum: i128| div_floor(sum + all / 2, all) as i64;
    (nearest(option.sample_sum + open).max(1), nearest(open))
}

/// Takes the samples that are due up to a round's time: the gap carries the last index, the last one is the round's.
fn sample(instrument: &mut Instrument, time_us: u64, index: UnitValue) {
    let last = instrument.index;
    let option = &mut instrument.option;
    let start = option.window_end_us - WINDOW_US;
    if time_us < start {
        return;
    }
    let due = ((time_us - start) / SAMPLE_US + 1).min(u64::from(SAMPLES)) as u32;
    if due > option.samples {
        carry(option, due - 1 - option.samples, last);
        option.sample_sum += i128::from(index.0);
        option.samples += 1;
    }
}

fn carry(option: &mut OptionTerms, count: u32, last: UnitValue) {
    option.sample_sum += i128::from(last.0) * i128::from(count);
    option.samples += count;
    option.missing += count;
}

/// The settlement price of a window that has ended; `None` if it is void: then it was extended by its own length.
pub fn settlement(instrument: &mut Instrument) -> Option<i64> {
    let last = instrument.index;
    let option = &mut instrument.option;
    carry(option, SAMPLES - option.samples, last);
    if option.missing > MISSING_MAX {
        option.window_end_us += WINDOW_US;
        (option.sample_sum, option.samples, option.missing) = (0, 0, 0);
        return None;
    }
    Some(div_floor(option.sample_sum, SAMPLES.into()) as i64)
}

/// Collateral a lot pays at a settlement price.
pub fn payoff(option: &OptionTerms, settlement: i64) -> i64 {
    let value = settlement - option.strike;
    if option.is_call { value.max(0) } else { (-value).max(0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn option(is_call: bool, strike: i64, index: i64, mark: i64) -> Instrument {
        let option = OptionTerms {
            is_call,
            strike,
            window_end_us: 10_000_000_000,
            ..OptionTerms::default()
        };
        let (index, mark) = (UnitValue(index), UnitValue(mark));
        Instrument { kind: InstrumentKind::Option, option, index, mark, ..Instrument::BLANK }
    }

    /// Index 1,000: by hand from FORMULAS 1.3.
    #[test]
    fn short_requirements() {
        for (is_call, strike, mark, initial, maintenance) in [
            (true, 1_000, 50, 200, 125),
            (true, 1_030, 30, 150, 105),
            (true, 1_200, 5, 105, 80),
            (true, 800, 205, 355, 280),
            (false, 1_000, 50, 200, 125),
            (false, 960, 20, 130, 95),
            (false, 5_000, 4_000, 4_300, 4_300),
        ] {
            let mut at = option(is_call, strike, 1_000, mark);
            require(&mut at);
            let (im, mm) = (at.option.initial_short, at.option.maintenance_short);
            assert_eq!((im, mm), (initial * 1_000_000, maintenance * 1_000_000), "{strike} {mark}");
        }
    }

    /// At the money, a day left: delta a little above a half and vega `F √τ φ(0)`; a put's delta is one less.
    #[test]
    fn an_options_lot_weighs_its_greeks() {
        let weigh = |is_call| {
            let mut at = option(is_call, 1_000_000, 1_000_000, 1);
            (at.option.sigma, at.option.expiry_us) = (500_000_000, 86_400_000_000);
            sensitivity(&at, 0).expect("priced")
        };
        let ((call, vega), (put, same)) = (weigh(true), weigh(false));
        assert_eq!((call - put, vega), (1_000_000, same));
        assert!((504_000..506_500).contains(&call), "{call}");
        // √(1/365) × 0.39894 = 0.020882.
        assert!((20_870..20_890).contains(&vega), "{vega}");
        let mut over = option(true, 900_000, 1_000_000, 1);
        (over.option.sigma, over.option.expiry_us) = (500_000_000, 10);
        assert_eq!(sensitivity(&over, 10), Some((1_000_000, 0)), "at expiry, in the money");
    }

    #[test]
    fn a_gap_carries_the_last_index_and_too_many_void_the_window() {
        let start = 10_000_000_000 - WINDOW_US;
        let mut at = option(true, 900, 1_000, 100);
        for n in 0..450 {
            if !(100..145).contains(&n) {
                let index = UnitValue(if n < 100 { 1_000 } else { 1_100 });
                sample(&mut at, start + n * SAMPLE_US, index);
                at.index = index;
            }
        }
        assert_eq!((at.option.samples, at.option.missing), (450, 45));
        let mut late = at;
        // 145 at 1,000, 305 at 1,100: 1,067.7, rounded down.
        assert_eq!(settlement(&mut at), Some(1_067));
        assert_eq!((payoff(&at.option, 1_067), payoff(&at.option, 800)), (167, 0));
        late.option.missing += 1;
        assert_eq!(settlement(&mut late), None);
        assert_eq!(late.option.window_end_us, 10_000_000_000 + WINDOW_US);
        assert_eq!((late.option.samples, late.option.missing), (0, 0));
    }
}
