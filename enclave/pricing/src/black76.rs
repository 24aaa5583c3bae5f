//! Black's formula for a European option on a forward, undiscounted (Black 1976 with r = 0: cash is the only asset).
//!
//! Call = F·N(d₁) − K·N(d₂), d₁,₂ = ln(F/K)/(σ√τ) ± σ√τ/2. Written so that nothing large cancels: only the option *out of
//! the money* is priced, as a fraction c of the smaller of F and K. With x = |ln(F/K)|, h = x/(σ√τ), d₁ = σ√τ/2 − h and
//! K·φ(d₂) = F·φ(d₁), Mills' ratio M gives
//!
//! - d₁ < 0: c = φ(d₁)·(M(−d₁) − M(−d₂))
//! - d₁ ≥ 0: c = 1 − φ(d₁)·(M(d₁) + M(−d₂))
//!
//! and the other side is this plus |F − K|, exactly: put–call parity holds to the last bit.

use crate::fixed::{UNIT_ONE, WIDE_BITS, ln, mills, pdf};
use crate::{Amount, Expiry, PRICE_MAX, PricingError, TotalVolatility};

/// The right to buy or to sell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Pays max(S − K, 0).
    Call,
    /// Pays max(K − S, 0).
    Put,
}

/// A strike seen from a forward: the logarithms that all volatilities and spot scenarios share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contract {
    pub(crate) side: Side,
    pub(crate) forward: i64,
    pub(crate) strike: i64,
    /// ln(F/K), wide; 0 when either is 0, where it is not used.
    pub(crate) moneyness: i64,
}

impl Contract {
    /// An option on `forward` struck at `strike`, both collateral per lot in 0..=[`PRICE_MAX`].
    pub fn new(side: Side, forward: i64, strike: i64) -> Result<Self, PricingError> {
        let forward_in_range = (0..=PRICE_MAX).contains(&forward);
        let logarithm = if forward_in_range { ln(forward as u64) } else { 0 };
        Self::with_logarithm(side, forward, logarithm, strike)
    }

    /// The same where `ln(forward)` is known, for the many strikes of one expiry.
    pub fn with_logarithm(
        side: Side,
        forward: i64,
        logarithm: i64,
        strike: i64,
    ) -> Result<Self, PricingError> {
        if !(0..=PRICE_MAX).contains(&forward) {
            return Err(PricingError::ForwardOutOfRange);
        }
        if !(0..=PRICE_MAX).contains(&strike) {
            return Err(PricingError::StrikeOutOfRange);
        }
        let moneyness = if forward == 0 || strike == 0 { 0 } else { logarithm - ln(strike as u64) };
        Ok(Self { side, forward, strike, moneyness })
    }

    /// The price, collateral per lot.
    ///
    /// At σ√τ = 0 (and for F = 0 or K = 0) the intrinsic value. Never negative; a call at most F, a put at most K; call − put
    /// = F − K exactly. Error at most min(F, K)·(2^-56 + 2^-57·σ√τ), see `docs/pricing.md`.
    pub fn price(&self, volatility: TotalVolatility) -> Amount {
        let smaller = self.forward.min(self.strike);
        let fraction =
            if smaller == 0 { 0 } else { out_of_money(self.moneyness.unsigned_abs(), volatility) };
        self.intrinsic() + Amount::from_raw(i128::from(smaller) * i128::from(fraction))
    }

    /// What it would pay at F: max(F − K, 0) for a call, max(K − F, 0) for a put.
    pub fn intrinsic(&self) -> Amount {
        let gap = self.forward - self.strike;
        Amount::whole(match self.side {
            Side::Call => gap.max(0),
            Side::Put => (-gap).max(0),
        })
    }
}

/// |d₁| from which N(−d₁) is below 2^-65: 9.25.
pub(crate) const D_MAX: i64 = 37 << (WIDE_BITS - 2);

/// The out-of-the-money option as a fraction of the smaller of F and K, a unit number in 0..=1.
///
/// `x` = |ln(F/K)|, wide. Beyond |d₁| = 9.25 the limit itself is returned, off by less than 2^-65.
pub(crate) fn out_of_money(x: u64, volatility: TotalVolatility) -> u64 {
    if volatility.is_zero() {
        return 0;
    }
    let (half, h) = (volatility.half(), volatility.divide(x));
    let d1 = half - h;
    if d1 <= -D_MAX {
        return 0;
    }
    if d1 >= D_MAX {
        return UNIT_ONE;
    }
    // −d₂ = √(d₁² + 2x) < 12.7 here, inside the table of Mills' ratio.
    let (density, far) = (u128::from(pdf(d1)), mills(half + h));
    let near = mills(d1.abs());
    if d1 < 0 {
        ((density * u128::from(near.saturating_sub(far))) >> 63) as u64
    } else {
        UNIT_ONE.saturating_sub(((density * (u128::from(near) + u128::from(far))) >> 63) as u64)
    }
}

fn price(
    side: Side,
    forward: i64,
    strike: i64,
    sigma: u64,
    tau: u64,
) -> Result<Amount, PricingError> {
    let volatility = TotalVolatility::new(Expiry::new(tau)?, sigma)?;
    Ok(Contract::new(side, forward, strike)?.price(volatility))
}

/// The price rounded down: what a holder is credited. F, K in collateral per lot, σ in 1e-9 a year, τ in µs.
///
/// The floor of the computed price; it differs from the floor of the real number, by one unit, only where that lies within the
/// stated error of a whole unit. The same holds for the other two directions.
pub fn price_floor(
    side: Side,
    forward: i64,
    strike: i64,
    sigma: u64,
    tau: u64,
) -> Result<i64, PricingError> {
    price(side, forward, strike, sigma, tau).map(Amount::floor)
}

/// The price rounded up: what a writer must hold.
pub fn price_ceil(
    side: Side,
    forward: i64,
    strike: i64,
    sigma: u64,
    tau: u64,
) -> Result<i64, PricingError> {
    price(side, forward, strike, sigma, tau).map(Amount::ceil)
}

/// The price rounded to nearest, a half up: a mark.
pub fn price_nearest(
    side: Side,
    forward: i64,
    strike: i64,
    sigma: u64,
    tau: u64,
) -> Result<i64, PricingError> {
    price(side, forward, strike, sigma, tau).map(Amount::nearest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SIGMA_MAX, TAU_MAX, YEAR};

    const SIGMA: u64 = 500_000_000;

    #[test]
    fn at_the_edges_an_option_is_worth_its_intrinsic_value() {
        for (forward, strike, call, put) in [(100, 70, 30, 0), (70, 100, 0, 30), (100, 100, 0, 0)] {
            for (sigma, tau) in [(SIGMA, 0), (0, YEAR), (0, 0)] {
                assert_eq!(price_nearest(Side::Call, forward, strike, sigma, tau), Ok(call));
                assert_eq!(price_nearest(Side::Put, forward, strike, sigma, tau), Ok(put));
            }
        }
        assert_eq!(price_floor(Side::Call, 100, 0, SIGMA, YEAR), Ok(100));
        assert_eq!(price_ceil(Side::Put, 100, 0, SIGMA, YEAR), Ok(0));
        assert_eq!(price_ceil(Side::Call, 0, 100, SIGMA, YEAR), Ok(0));
        assert_eq!(price_floor(Side::Put, 0, 100, SIGMA, YEAR), Ok(100));
    }

    #[test]
    fn without_bound_on_volatility_a_call_is_worth_the_forward() {
        let call = price_nearest(Side::Call, PRICE_MAX, 1, SIGMA_MAX, TAU_MAX);
        assert_eq!(call, Ok(PRICE_MAX));
        assert_eq!(price_nearest(Side::Put, 1, PRICE_MAX, SIGMA_MAX, TAU_MAX), Ok(PRICE_MAX));
        assert_eq!(price_nearest(Side::Put, PRICE_MAX, 1, SIGMA_MAX, TAU_MAX), Ok(1));
    }

    #[test]
    fn inputs_outside_the_domain_are_refused_by_name() {
        let cases = [
            (-1, 1, 1, 1, PricingError::ForwardOutOfRange),
            (PRICE_MAX + 1, 1, 1, 1, PricingError::ForwardOutOfRange),
            (1, -1, 1, 1, PricingError::StrikeOutOfRange),
            (1, i64::MAX, 1, 1, PricingError::StrikeOutOfRange),
            (1, 1, SIGMA_MAX + 1, 1, PricingError::VolatilityOutOfRange),
            (1, 1, 1, TAU_MAX + 1, PricingError::TimeOutOfRange),
        ];
        for (forward, strike, sigma, tau, error) in cases {
            assert_eq!(price_floor(Side::Call, forward, strike, sigma, tau), Err(error));
        }
    }
}
