//! What one lot gains or loses in each of 33 scenarios (FORMULAS 1.4, the simplest defensible portfolio margin).
//!
//! The values belong to the *instrument*, not to the account: they are priced once per oracle round, and then an account is a dot
//! product of its positions with them. A vector holds gains against the mark, so the margin is `−min over scenarios`.
//!
//! Scenario `3·i + j`, i in 0..9, j in 0..3: the spot moves by (i − 4)·4.5 % and volatility goes up, stays, or goes down.
//! Scenarios 27..33: the spot jumps to 0.34, 0.5, 1.5, 2, 3 and 6 times, volatility goes up, and the gain is damped to
//! 0.21, 0.28, 0.28, 0.14, 0.07 and 0.028 of itself, so that a whole lot of the underlying loses 14 % (0.14/|move|).

use crate::black76::{Contract, Side, out_of_money};
use crate::fixed::{LN2_BITS_112, WIDE_BITS, WIDE_ONE, exp_neg, ln, wide_mul};
use crate::{DAY, Expiry, PricingError, SIGMA_MAX, TotalVolatility};

/// Scenarios of a vector.
pub const SCENARIOS: usize = 33;

/// Gains of one lot, collateral, nearest: off by at most half a unit per lot from the real number.
pub type Vector = [i64; SCENARIOS];

/// How far volatility moves: σ·(1 ± r·(30/max(DTE, 1))^p).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShockParameters {
    /// r upwards, 1e-9.
    pub up: u64,
    /// r downwards, 1e-9.
    pub down: u64,
    /// p under 30 days, 1e-9.
    pub power_short: u64,
    /// p from 30 days, 1e-9.
    pub power_long: u64,
    /// Shocked upwards, σ is at least this, 1e-9.
    pub up_floor: u64,
}

/// Derive's PMRM2 calibration as FORMULAS 1.4 states it: r 0.5 and 0.30, p 0.30 and 0.13, floor 40 %.
pub const SHOCKS: ShockParameters = ShockParameters {
    up: 500_000_000,
    down: 300_000_000,
    power_short: 300_000_000,
    power_long: 130_000_000,
    up_floor: 400_000_000,
};

/// Where the spot goes, in thousandths of itself, and how much of the gain counts, in thousandths.
const SPOTS: [(i64, i64); 15] = [
    (820, 1_000),
    (865, 1_000),
    (910, 1_000),
    (955, 1_000),
    (1_000, 1_000),
    (1_045, 1_000),
    (1_090, 1_000),
    (1_135, 1_000),
    (1_180, 1_000),
    (340, 210),
    (500, 280),
    (1_500, 280),
    (2_000, 140),
    (3_000, 70),
    (6_000, 28),
];
const GRID: usize = 9;

/// ln of the spot factors, wide.
const LOGARITHMS: [i64; SPOTS.len()] = {
    let mut table = [0; SPOTS.len()];
    let mut i = 0;
    while i < SPOTS.len() {
        table[i] = ln(SPOTS[i].0 as u64) - ln(1_000);
        i += 1;
    }
    table
};

/// The three total volatilities of an instrument: up, unchanged, down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Shocked([TotalVolatility; 3]);

/// The volatility shocks of one expiry, computed once for all of its strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExpiryShocks {
    expiry: Expiry,
    /// r·(30/max(DTE, 1))^p upwards, wide.
    up: i64,
    /// The same downwards, at most 1.
    down: i64,
    up_floor: u64,
}

impl ExpiryShocks {
    /// `parameters` with r at most 4 and p at most 0.4, so that (30/DTE)^p stays below 4; the floor at most [`SIGMA_MAX`].
    pub fn new(expiry: Expiry, parameters: &ShockParameters) -> Result<Self, PricingError> {
        let ShockParameters { up, down, power_short, power_long, up_floor } = *parameters;
        let is_in_range = up.max(down) <= 4_000_000_000
            && power_short.max(power_long) <= 400_000_000
            && up_floor <= SIGMA_MAX;
        if !is_in_range {
            return Err(PricingError::ShockOutOfRange);
        }
        let term = expiry.tau().max(DAY);
        let power = if term < 30 * DAY { power_short } else { power_long };
        let factor = power_of(ln(30 * DAY) - ln(term), power);
        let shock = |r: u64| (i128::from(r) * i128::from(factor) / 1_000_000_000) as i64;
        Ok(Self { expiry, up: shock(up), down: shock(down).min(WIDE_ONE), up_floor })
    }

    /// σ after the shock upwards: rounded up, at least the floor; saturates at [`SIGMA_MAX`].
    pub fn sigma_up(&self, sigma: u64) -> u64 {
        let raised = (u128::from(sigma) * self.up as u128).div_ceil(WIDE_ONE as u128);
        let most = (u128::from(sigma) + raised).min(u128::from(SIGMA_MAX)) as u64;
        most.max(self.up_floor)
    }

    /// σ after the shock downwards: rounded down.
    pub fn sigma_down(&self, sigma: u64) -> u64 {
        ((u128::from(sigma) * (WIDE_ONE - self.down) as u128) >> WIDE_BITS) as u64
    }

    fn shocked(&self, sigma: u64) -> Result<Shocked, PricingError> {
        let at = |sigma| TotalVolatility::new(self.expiry, sigma);
        Ok(Shocked([at(self.sigma_up(sigma))?, at(sigma)?, at(self.sigma_down(sigma))?]))
    }
}

/// `e^(p·x)` for a wide x ≤ ln 30 and p in 1e-9 up to 0.4: below 4. Wide; error at most 2^-55.
fn power_of(x: i64, power: u64) -> i64 {
    let exponent = wide_mul(x, crate::fixed::wide_from_nano(power as i64));
    // exp_neg takes what is not positive: e^y = 4·e^(−(ln 4 − y)), and ln 4 = 1.386 > 0.4·ln 30 = 1.36.
    let ln_4 = (LN2_BITS_112 >> (112 - 1 - WIDE_BITS)) as i64;
    (exp_neg((ln_4 - exponent) as u64) >> (63 - WIDE_BITS - 2)) as i64
}

/// An option as the table sees it. Prices collateral per lot, σ in 1e-9 a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OptionTerms {
    /// Call or put.
    pub side: Side,
    /// The forward of its expiry.
    pub forward: i64,
    /// Its strike.
    pub strike: i64,
    /// Its volatility.
    pub sigma: u64,
}

/// The gains of an option: each scenario's price, less the price unshocked, damped, nearest.
pub fn scenario_vector(
    option: &OptionTerms,
    shocks: &ExpiryShocks,
) -> Result<Vector, PricingError> {
    let contract = Contract::new(option.side, option.forward, option.strike)?;
    option_vector(&contract, shocks.shocked(option.sigma)?)
}

fn option_vector(contract: &Contract, shocked: Shocked) -> Result<Vector, PricingError> {
    let Shocked([up, same, down]) = shocked;
    let base = price_at(contract, SPOTS.len(), same);
    let gain = |spot: usize, volatility| {
        rounded((price_at(contract, spot, volatility) - base) >> 8, SPOTS[spot].1)
    };
    let mut vector = [0; SCENARIOS];
    for spot in 0..GRID {
        vector[3 * spot] = gain(spot, up);
        vector[3 * spot + 1] = gain(spot, same);
        vector[3 * spot + 2] = gain(spot, down);
    }
    for spot in GRID..SPOTS.len() {
        vector[3 * GRID + spot - GRID] = gain(spot, up);
    }
    Ok(vector)
}

/// The gains of an option whose settlement average has begun: of its forward only `live` still moves with the spot, the rest is
/// sampled. Each moved forward is rounded to the nearest unit, so a gain is off by at most a unit and a half per lot.
pub fn averaging_vector(
    option: &OptionTerms,
    live: i64,
    shocks: &ExpiryShocks,
) -> Result<Vector, PricingError> {
    let Shocked([up, same, down]) = shocks.shocked(option.sigma)?;
    let base = Contract::new(option.side, option.forward, option.strike)?.price(same).raw();
    let gain = |spot: usize, volatility| -> Result<i64, PricingError> {
        let (factor, weight) = SPOTS[spot];
        let change = (i128::from(live) * i128::from(factor - 1_000) + 500).div_euclid(1_000);
        let forward = option.forward.saturating_add(change as i64).max(0);
        let moved = Contract::new(option.side, forward, option.strike)?.price(volatility).raw();
        let (scaled, unit) = (((moved - base) >> 8) * i128::from(weight), 1_000_i128 << 54);
        Ok((scaled + unit / 2).div_euclid(unit) as i64)
    };
    let mut vector = [0; SCENARIOS];
    for spot in 0..GRID {
        vector[3 * spot] = gain(spot, up)?;
        vector[3 * spot + 1] = gain(spot, same)?;
        vector[3 * spot + 2] = gain(spot, down)?;
    }
    for spot in GRID..SPOTS.len() {
        vector[3 * GRID + spot - GRID] = gain(spot, up)?;
    }
    Ok(vector)
}

/// The option's price with the forward moved, in thousandths of collateral with 62 fraction bits; `SPOTS.len()` is no move.
///
/// The moved forward F·m/1000 is kept as the integer F·m beside 1000·K, so a scenario has no rounding of its own.
fn price_at(contract: &Contract, spot: usize, volatility: TotalVolatility) -> i128 {
    let (factor, shift) =
        if spot < SPOTS.len() { (SPOTS[spot].0, LOGARITHMS[spot]) } else { (1_000, 0) };
    let (forward, strike) = (contract.forward * factor, contract.strike * 1_000);
    let smaller = forward.min(strike);
    let intrinsic = match contract.side {
        Side::Call => forward - strike,
        Side::Put => strike - forward,
    };
    let fraction = if smaller == 0 {
        0
    } else {
        out_of_money((contract.moneyness + shift).unsigned_abs(), volatility)
    };
    i128::from(smaller) * i128::from(fraction) + (i128::from(intrinsic.max(0)) << 62)
}

/// `gain` in thousandths with 54 fraction bits, times `weight`/1000, to the nearest collateral, a half up.
fn rounded(gain: i128, weight: i64) -> i64 {
    let scaled = gain * i128::from(weight);
    let unit = 1_000_000_i128 << 54;
    (scaled + unit / 2).div_euclid(unit) as i64
}

/// The gains of a perpetual (or any lot worth its index): linear in the spot, whatever volatility does. `mark` is in
/// 0..=[`crate::PRICE_MAX`].
pub fn linear_vector(mark: i64) -> Result<Vector, PricingError> {
    if !(0..=crate::PRICE_MAX).contains(&mark) {
        return Err(PricingError::ForwardOutOfRange);
    }
    let gain = |spot: usize| {
        let (factor, weight) = SPOTS[spot];
        rounded(i128::from(mark * (factor - 1_000)) << 54, weight)
    };
    let mut vector = [0; SCENARIOS];
    for (scenario, value) in vector.iter_mut().enumerate() {
        *value = gain(if scenario < 3 * GRID { scenario / 3 } else { scenario - 2 * GRID });
    }
    Ok(vector)
}

/// One instrument of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instrument {
    /// A perpetual at its mark, collateral per lot.
    Perpetual(i64),
    /// An option: strike, side, σ, and the index of its expiry in the table's expiries.
    Option {
        /// Call or put.
        side: Side,
        /// Collateral per lot.
        strike: i64,
        /// 1e-9 a year.
        sigma: u64,
        /// Which of the table's expiries.
        expiry: u16,
    },
}

/// A forward with its expiry's shocks and its logarithm: what the strikes of one expiry share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    forward: i64,
    logarithm: i64,
    shocks: ExpiryShocks,
}

impl Term {
    /// `forward` in collateral per lot, 0..=[`crate::PRICE_MAX`].
    pub fn new(forward: i64, shocks: ExpiryShocks) -> Result<Self, PricingError> {
        if !(0..=crate::PRICE_MAX).contains(&forward) {
            return Err(PricingError::ForwardOutOfRange);
        }
        Ok(Self { forward, logarithm: ln(forward as u64), shocks })
    }
}

/// The vectors of all instruments, in memory the caller sized at start.
#[derive(Debug)]
pub struct ScenarioTable<'a> {
    vectors: &'a [Vector],
}

impl<'a> ScenarioTable<'a> {
    /// Prices `instruments` into `room`, which must be as long. On an error `room` holds vectors of two rounds: do not use it.
    pub fn build(
        instruments: &[Instrument],
        terms: &[Term],
        room: &'a mut [Vector],
    ) -> Result<Self, PricingError> {
        if instruments.len() != room.len() {
            return Err(PricingError::LengthMismatch);
        }
        for (instrument, vector) in instruments.iter().zip(room.iter_mut()) {
            *vector = match *instrument {
                Instrument::Perpetual(mark) => linear_vector(mark)?,
                Instrument::Option { side, strike, sigma, expiry } => {
                    let term =
                        terms.get(usize::from(expiry)).ok_or(PricingError::LengthMismatch)?;
                    let contract =
                        Contract::with_logarithm(side, term.forward, term.logarithm, strike)?;
                    option_vector(&contract, term.shocks.shocked(sigma)?)?
                }
            };
        }
        Ok(Self { vectors: room })
    }

    /// One vector per instrument, in the order given.
    pub fn vectors(&self) -> &[Vector] {
        self.vectors
    }

    /// Gains of a portfolio of `(index of the instrument, signed lots)`. A position in an instrument the table lacks is
    /// `LengthMismatch`: never a position without risk.
    pub fn gains(
        &self,
        positions: impl IntoIterator<Item = (usize, i64)>,
    ) -> Result<[i128; SCENARIOS], PricingError> {
        let mut sums = [0; SCENARIOS];
        for (index, lots) in positions {
            let vector = self.vectors.get(index).ok_or(PricingError::LengthMismatch)?;
            accumulate(&mut sums, lots, vector);
        }
        Ok(sums)
    }
}

/// Σ lots × vector, exactly: 2^63 positions of 2^126 would be needed to overflow.
pub fn dot(positions: &[i64], vectors: &[Vector]) -> Result<[i128; SCENARIOS], PricingError> {
    if positions.len() != vectors.len() {
        return Err(PricingError::LengthMismatch);
    }
    let mut sums = [0; SCENARIOS];
    for (lots, vector) in positions.iter().zip(vectors) {
        accumulate(&mut sums, *lots, vector);
    }
    Ok(sums)
}

fn accumulate(sums: &mut [i128; SCENARIOS], lots: i64, vector: &Vector) {
    for (sum, value) in sums.iter_mut().zip(vector) {
        *sum += i128::from(lots) * i128::from(*value);
    }
}
