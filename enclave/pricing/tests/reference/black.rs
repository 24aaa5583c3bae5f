//! The textbook formula, as fractions of the forward.

use super::Big;
use super::functions::{density, ln_ratio, upper_tail};
use sealbook_pricing::YEAR;

/// An option out of the money, all values of the textbook formula with F = 1.
pub struct Option76 {
    /// Price / F of the side that is out of the money (the call when K ≥ F).
    pub price: Big,
    /// N(d₁).
    pub call_delta: Big,
    /// φ(d₁).
    pub density: Big,
    /// σ√τ.
    pub total: Big,
    /// √τ, years.
    pub root: Big,
}

/// `sigma` in 1e-9 and above 0, `tau` in µs and above 0.
pub fn option(forward: u64, strike: u64, sigma: u64, tau: u64) -> Option76 {
    let root = Big::whole(tau).div_small(YEAR).sqrt();
    let total = root.mul_small(sigma).div_small(1_000_000_000);
    let (call, x) = if strike >= forward {
        (true, ln_ratio(strike, forward))
    } else {
        (false, ln_ratio(forward, strike))
    };
    // Out of the money the larger of |d₁|, |d₂| is far, the other near, and near may have either sign.
    let (h, half) = (x.div(total), total.shr(1));
    let far = h.add(half);
    let near = half.distance(h);
    let near_cdf = |is_above: bool| {
        let tail = upper_tail(near);
        if is_above { Big::ONE.sub(tail) } else { tail }
    };
    let ratio = Big::whole(strike).div_small(forward);
    let (first, second) = (near_cdf(half >= h), upper_tail(far));
    if call {
        // d₁ = half − h, d₂ = −far.
        let cost = ratio.mul(second);
        let price = if first > cost { first.sub(cost) } else { Big::ZERO };
        Option76 { price, call_delta: first, density: density(near), total, root }
    } else {
        // d₁ = far, −d₂ = half − h.
        let gain = ratio.mul(first);
        let price = if gain > second { gain.sub(second) } else { Big::ZERO };
        Option76 { price, call_delta: Big::ONE.sub(second), density: density(far), total, root }
    }
}
