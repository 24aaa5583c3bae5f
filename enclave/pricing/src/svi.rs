//! Implied volatility as a function of strike: Gatheral's raw SVI, from parameters an oracle signs.
//!
//! Total variance w(k) = a + b(ρ(k − m) + √((k − m)² + s²)) at k = ln(K/F); σ(k) = √(w/τ). k is bounded by
//! 4√(a + b·s), as Derive bounds it: beyond, the smile is flat. Gatheral & Jacquier, "Arbitrage-free SVI volatility
//! surfaces" (2014), for validity, g and the calendar condition; Lee (2004) for the wings.

use core::fmt;

use crate::fixed::{WIDE_BITS, WIDE_ONE, ln, wide_from_nano, wide_mul, wide_sqrt};
use crate::{Expiry, SIGMA_MAX, YEAR};

/// Why a smile cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SviError {
    /// A parameter is outside what the numbers hold: |a|, b, |m|, s at most 8.
    ParameterOutOfRange,
    /// b < 0.
    NegativeSlope,
    /// |ρ| ≥ 1.
    CorrelationOutOfRange,
    /// s ≤ 0.
    NotCurved,
    /// a + b·s·√(1 − ρ²) < 0: the lowest variance is negative.
    NegativeVariance,
    /// b(1 + |ρ|) > 2: a wing grows faster than Lee's moment formula allows.
    WingTooSteep,
    /// Durrleman's g is negative at this k (wide): a butterfly costs less than nothing.
    Butterfly(i64),
    /// The later expiry has less total variance at this k (wide): a calendar spread costs less than nothing.
    Calendar(i64),
    /// The variance is 0, or no volatility up to [`SIGMA_MAX`] has it, or nothing is left of the time.
    NoVolatility,
}

impl fmt::Display for SviError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::ParameterOutOfRange => "an SVI parameter is out of range",
            Self::NegativeSlope => "b must not be negative",
            Self::CorrelationOutOfRange => "ρ must lie strictly between −1 and 1",
            Self::NotCurved => "s must be positive",
            Self::NegativeVariance => "the smile's lowest variance is negative",
            Self::WingTooSteep => "a wing of the smile is steeper than 2",
            Self::Butterfly(_) => "the smile admits butterfly arbitrage",
            Self::Calendar(_) => "the two smiles admit calendar arbitrage",
            Self::NoVolatility => "the variance gives no volatility in range",
        };
        f.write_str(text)
    }
}

impl core::error::Error for SviError {}

/// Valid raw SVI parameters of one expiry, wide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Svi {
    a: i64,
    b: i64,
    rho: i64,
    m: i64,
    s: i64,
    /// 4√(a + b·s).
    bound: i64,
}

const PARAMETER_MAX: i64 = 8_000_000_000;
const K_MAX: i64 = 32 << WIDE_BITS;

impl Svi {
    /// From parameters in 1e-9, `a` and `b` of *total* variance (σ²τ). Everything but arbitrage is checked here.
    pub fn new(a: i64, b: i64, rho: i64, m: i64, s: i64) -> Result<Self, SviError> {
        let range = -PARAMETER_MAX..=PARAMETER_MAX;
        if ![a, b, m, s].iter().all(|parameter| range.contains(parameter)) {
            return Err(SviError::ParameterOutOfRange);
        }
        if b < 0 {
            return Err(SviError::NegativeSlope);
        }
        if !(-999_999_999..=999_999_999).contains(&rho) {
            return Err(SviError::CorrelationOutOfRange);
        }
        if s <= 0 {
            return Err(SviError::NotCurved);
        }
        if i128::from(b) * i128::from(1_000_000_000 + rho.abs()) > 2_000_000_000_000_000_000 {
            return Err(SviError::WingTooSteep);
        }
        let [a, b, rho, m, s] = [a, b, rho, m, s].map(wide_from_nano);
        let flatness = wide_sqrt(WIDE_ONE - wide_mul(rho, rho));
        if a + wide_mul(wide_mul(b, s), flatness) < 0 {
            return Err(SviError::NegativeVariance);
        }
        let bound = 4 * wide_sqrt(a + wide_mul(b, s));
        Ok(Self { a, b, rho, m, s, bound })
    }

    /// The largest |k| the smile is evaluated at, wide: 4√(a + b·s).
    pub fn bound(&self) -> i64 {
        self.bound
    }

    /// w(k), wide, never negative; k (wide) is first bounded. Error at most 2^-52 (b ≤ 2, |k| ≤ 20).
    pub fn variance(&self, k: i64) -> i64 {
        self.unbounded(k.clamp(-self.bound, self.bound))
    }

    fn unbounded(&self, k: i64) -> i64 {
        let y = k - self.m;
        (self.a + wide_mul(self.b, wide_mul(self.rho, y) + self.root(y))).max(0)
    }

    /// σ in 1e-9 a year at `strike` of `forward`, rounded down; both positive, collateral per lot.
    pub fn sigma(&self, forward: u64, strike: u64, expiry: Expiry) -> Result<u64, SviError> {
        self.sigma_at(ln(strike.max(1)) - ln(forward.max(1)), expiry)
    }

    /// The same at k = ln(K/F), wide.
    pub fn sigma_at(&self, k: i64, expiry: Expiry) -> Result<u64, SviError> {
        if expiry.tau() == 0 {
            return Err(SviError::NoVolatility);
        }
        let rate = self.variance(k) as u128 * u128::from(YEAR) / u128::from(expiry.tau());
        // 2^12 is SIGMA_MAX squared, in years: above it the product below would not fit either.
        if rate == 0 || rate > 1 << (12 + WIDE_BITS) {
            return Err(SviError::NoVolatility);
        }
        // √(rate · 1e18): in two factors, so that it stays in 128 bits with nine more digits than it keeps.
        let root = (rate << WIDE_BITS).isqrt();
        let sigma = ((root * 1_000_000_000) >> WIDE_BITS) as u64;
        if sigma == 0 || sigma > SIGMA_MAX { Err(SviError::NoVolatility) } else { Ok(sigma) }
    }

    /// Refuses butterfly arbitrage at `samples + 1` evenly spaced k across ±bound; `samples` from 1 to 4,096.
    ///
    /// g = (1 − k·w′/2w)² − (w′²/4)(1/w + 1/4) + w″/2 must not be negative. A sampled check proves presence and not absence.
    pub fn check_butterfly(&self, samples: u32) -> Result<(), SviError> {
        self.samples(samples)
            .find(|k| self.durrleman(*k).is_none_or(|g| g < 0))
            .map_or(Ok(()), |k| Err(SviError::Butterfly(k)))
    }

    /// Refuses calendar arbitrage between this expiry and a `later` one: w(k) must not fall with time at any sampled k.
    pub fn check_calendar(&self, later: &Self, samples: u32) -> Result<(), SviError> {
        let wider = if self.bound > later.bound { self } else { later };
        wider
            .samples(samples)
            .find(|k| self.variance(*k) > later.variance(*k))
            .map_or(Ok(()), |k| Err(SviError::Calendar(k)))
    }

    /// Durrleman's g(k) of the smile as if it were not bounded, with 57 fraction bits, for |k| ≤ 32; nothing where w is 0 or
    /// an intermediate does not fit.
    pub fn durrleman(&self, k: i64) -> Option<i128> {
        let k = k.clamp(-K_MAX, K_MAX);
        let (y, w) = (k - self.m, i128::from(self.unbounded(k)));
        let root = i128::from(self.root(y).max(1));
        if w == 0 {
            return None;
        }
        let one = i128::from(WIDE_ONE);
        let slope = i128::from(self.b) * (i128::from(self.rho) + i128::from(y) * one / root) / one;
        let ratio = i128::from(self.s) * one / root;
        // b·s²/root³ = b·(s/root)²/root.
        let curvature = i128::from(self.b) * (ratio * ratio / one) / root;
        let tilt = one - slope * i128::from(k) / (2 * w);
        let squared = tilt.checked_mul(tilt)? / one;
        let slope_squared = slope * slope / one;
        let bend = slope_squared.checked_mul(one)? / w + slope_squared / 4;
        Some(squared - bend / 4 + curvature / 2)
    }

    /// √(y² + s²), wide.
    fn root(&self, y: i64) -> i64 {
        let square = i128::from(y) * i128::from(y) + i128::from(self.s) * i128::from(self.s);
        (square as u128).isqrt() as i64
    }

    fn samples(&self, samples: u32) -> impl Iterator<Item = i64> {
        let (bound, count) = (i128::from(self.bound), i128::from(samples.clamp(1, 4_096)));
        (0..=count).map(move |i| (bound * (2 * i - count) / count) as i64)
    }
}
