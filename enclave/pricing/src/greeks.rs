//! Sensitivities of the Black-76 price.

use crate::black76::{Contract, D_MAX, Side};
use crate::fixed::{UNIT_ONE, mills, pdf, tail};
use crate::{Amount, DAY, Expiry, TotalVolatility, YEAR};

/// Price and greeks of one option, per lot.
///
/// Where the price is intrinsic to the last bit (τ = 0, σ = 0, |d₁| ≥ 9.25) delta is 0, 1 or −1 and the rest 0; exactly at the money
/// with σ√τ = 0 the call's delta is ½, the limit, and gamma, which has none, is given as 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Greeks {
    /// The price.
    pub price: Amount,
    /// ∂price/∂F with 62 fraction bits, in −1..=1; call's − put's = 1 exactly.
    pub delta: i64,
    /// ∂²price/∂F² per collateral, with 96 fraction bits; saturates where σ√τ < 2^-30.
    pub gamma: u128,
    /// ∂price/∂σ for σ in 1 = 100 % a year.
    pub vega: Amount,
    /// −∂price/∂τ for τ in years, collateral with 32 fraction bits: never positive. Saturates at 2^70 collateral a year, which
    /// takes a forward near 2^48 and microseconds to go.
    pub theta: i128,
}

impl Greeks {
    /// Delta in 1e-9, nearest.
    pub fn delta_nano(&self) -> i64 {
        ((i128::from(self.delta) * 1_000_000_000 + (1 << 61)) >> 62) as i64
    }

    /// Price change for one point of volatility (1 %), collateral, nearest.
    pub fn vega_per_point(&self) -> i64 {
        Amount::from_raw(self.vega.raw() / 100).nearest()
    }

    /// Price change over one day, collateral, nearest.
    pub fn theta_per_day(&self) -> i64 {
        ((self.theta / i128::from(YEAR / DAY) + (1 << 31)) >> 32) as i64
    }
}

/// What a call's greeks are made of: N(d₁) a unit number, φ of both sides with 63 fraction bits.
struct Shape {
    call_delta: u64,
    /// φ(d₁), of the forward.
    density: u64,
    /// φ of the out-of-the-money side, so that F·φ(d₁) = min(F, K)·this.
    density_near: u64,
}

impl Contract {
    /// Price, delta, gamma, vega and theta. `volatility` is that of `expiry`.
    ///
    /// Errors at most, with v = σ√τ: delta 2^-55·(1 + 1/v); vega F·√τ·(2^-54 + 2^-55/v); gamma (2^-50 + 2^-54/v)/(F·v); theta
    /// (2^-50 + 2^-54/v)·F·v/τ; beside half a unit of each result's own last digit. The 1/v belongs to the question: the
    /// shorter the time, the more d₁ depends on the last digit of the strike.
    pub fn greeks(&self, expiry: Expiry, volatility: TotalVolatility) -> Greeks {
        let price = self.price(volatility);
        let shape = self.shape(volatility);
        let delta = match self.side {
            Side::Call => shape.call_delta as i64,
            Side::Put => shape.call_delta as i64 - UNIT_ONE as i64,
        };
        let smaller = i128::from(self.forward.min(self.strike));
        let near = shape.density_near;
        let gamma = if near == 0 {
            0
        } else {
            volatility.divide_unit(shape.density) / self.forward as u128
        };
        let vega = Amount::from_raw(smaller * expiry.times_root(near.into(), -1));
        Greeks { price, delta, gamma, vega, theta: -decay(smaller, near, expiry, volatility) }
    }

    fn shape(&self, volatility: TotalVolatility) -> Shape {
        let flat = |call_delta| Shape { call_delta, density: 0, density_near: 0 };
        let is_above = self.forward > self.strike;
        if self.forward == 0 || self.strike == 0 {
            return flat(if is_above { UNIT_ONE } else { 0 });
        }
        if volatility.is_zero() {
            return flat(match self.forward.cmp(&self.strike) {
                core::cmp::Ordering::Less => 0,
                core::cmp::Ordering::Equal => UNIT_ONE / 2,
                core::cmp::Ordering::Greater => UNIT_ONE,
            });
        }
        let (half, h) = (volatility.half(), volatility.divide(self.moneyness.unsigned_abs()));
        let d1 = half - h;
        if d1 <= -D_MAX {
            return flat(if is_above { UNIT_ONE } else { 0 });
        }
        if d1 >= D_MAX {
            return flat(UNIT_ONE);
        }
        let density_near = pdf(d1);
        if is_above {
            // The put is the one out of the money: seen from K, the forward's d₁ is −d₂.
            let density = pdf(half + h);
            let call_delta = UNIT_ONE - tail(density, mills(half + h));
            return Shape { call_delta, density, density_near };
        }
        let tail = tail(density_near, mills(d1.abs()));
        let call_delta = if d1 < 0 { tail } else { UNIT_ONE - tail };
        Shape { call_delta, density: density_near, density_near }
    }
}

/// −theta = F·φ(d₁)·σ/(2√τ) = min(F,K)·φ·(σ√τ/2)/τ, collateral a year with 32 fraction bits. τ is not 0 where φ is not.
fn decay(smaller: i128, density: u64, expiry: Expiry, volatility: TotalVolatility) -> i128 {
    if density == 0 {
        return 0;
    }
    // 57 fraction bits: below 2^48 · 2^60.
    let product = smaller * ((i128::from(density) * i128::from(volatility.half())) >> 63);
    let (tau, year) = (i128::from(expiry.tau()), i128::from(YEAR));
    let whole = (product / tau).saturating_mul(year);
    whole.saturating_add(product % tau * year / tau) >> 25
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_settled_option_has_the_greeks_of_its_payoff() {
        let expiry = Expiry::new(0).expect("in range");
        let volatility = TotalVolatility::new(expiry, 500_000_000).expect("in range");
        let one = UNIT_ONE as i64;
        for (forward, strike, call) in
            [(90, 100, 0), (100, 100, one / 2), (110, 100, one), (5, 0, one), (0, 5, 0)]
        {
            for (side, delta) in [(Side::Call, call), (Side::Put, call - one)] {
                let contract = Contract::new(side, forward, strike).expect("in range");
                let greeks = contract.greeks(expiry, volatility);
                assert_eq!(greeks.delta, delta, "{side:?} {forward} {strike}");
                assert_eq!((greeks.gamma, greeks.vega, greeks.theta), (0, Amount::ZERO, 0));
                assert_eq!(greeks.price, contract.intrinsic());
            }
        }
    }

    #[test]
    fn greeks_round_to_the_units_traders_read() {
        let expiry = Expiry::new(30 * DAY).expect("in range");
        let volatility = TotalVolatility::new(expiry, 550_000_000).expect("in range");
        let contract =
            Contract::new(Side::Call, 100_000_000_000, 120_000_000_000).expect("in range");
        let greeks = contract.greeks(expiry, volatility);
        assert_eq!(greeks.price.nearest(), 1_057_038_506);
        assert_eq!(greeks.delta_nano(), 140_642_998);
        assert_eq!(greeks.vega_per_point(), 64_009_642);
        assert_eq!(greeks.theta_per_day(), -58_675_505);
    }
}
