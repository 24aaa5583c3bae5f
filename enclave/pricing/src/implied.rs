//! The volatility a price stands for.

use crate::black76::Contract;
use crate::{Amount, Expiry, PricingError, SIGMA_MAX, TotalVolatility};

/// Steps after which a bisection of 0..=64e9 alone would have ended, twice.
const STEPS_MAX: u32 = 74;

/// The smallest σ in 1e-9 whose price is at least `price`.
///
/// Newton's step inside a bracket that halves whenever Newton leaves it or is slow (the price is increasing in σ, so the
/// bracket always holds the answer). Off by one where the price is flat to the last bit, and less determined the less vega
/// there is: where many σ give the same price, the smallest. No σ at all is `PriceHasNoVolatility`.
pub fn sigma(contract: &Contract, expiry: Expiry, price: Amount) -> Result<u64, PricingError> {
    let at = |sigma| TotalVolatility::new(expiry, sigma);
    if price < contract.intrinsic() || price > contract.price(at(SIGMA_MAX)?) {
        return Err(PricingError::PriceHasNoVolatility);
    }
    // Invariant: price(low) < price ≤ price(high), where low = −1 stands below everything.
    let (mut low, mut high) = (-1_i128, i128::from(SIGMA_MAX));
    let mut guess = 1_000_000_000_i128;
    for step in 0..STEPS_MAX {
        if high - low <= 1 {
            break;
        }
        let greeks = contract.greeks(expiry, at(guess as u64)?);
        if greeks.price < price {
            low = guess;
        } else {
            high = guess;
        }
        let newton = newton(guess, price.raw() - greeks.price.raw(), greeks.vega.raw());
        let is_inside = |candidate: &i128| *candidate > low && *candidate < high;
        // Every third step halves, so that the bound on steps holds whatever the curve.
        guess = newton.filter(|_| step % 3 != 2).filter(is_inside).unwrap_or((low + high) / 2);
    }
    // Newton stops beside the answer on one side of it; close the bracket by halving what is left.
    while high - low > 1 {
        let middle = (low + high) / 2;
        if contract.price(at(middle as u64)?) < price {
            low = middle;
        } else {
            high = middle;
        }
    }
    Ok(high as u64)
}

/// `guess + 1e9·gap/vega`, or nothing where vega is too small to divide by.
fn newton(guess: i128, gap: i128, vega: i128) -> Option<i128> {
    let scaled = vega / 1_000_000_000;
    (scaled > 0).then(|| guess + gap / scaled + gap.signum())
}
