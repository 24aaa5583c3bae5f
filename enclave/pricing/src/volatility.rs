//! σ√τ: shared by every strike of an expiry, and by every spot scenario of a strike.

use crate::{PricingError, SIGMA_MAX, TAU_MAX, YEAR};

/// `2^116 / (1e9 · √YEAR)`: turns σ in 1e-9 and √τ in √µs into σ√τ in years. Relative error below 2^-62.
const SCALE: u64 = {
    let squared = 1_000_000_000_000_000_000_u128 * YEAR as u128;
    assert!(squared >> 104 == 1, "105 bits, so that 22 more give the root 64");
    ((1 << 127) / (squared << 22).isqrt()) as u64
};

/// A time to expiry with its square root, computed once for all strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expiry {
    tau: u64,
    /// `√τ / (1e9 · √YEAR) = root · 2^-(52 + shift)`, relative error below 2^-61; 0 when τ is 0.
    root: u64,
    shift: u32,
}

impl Expiry {
    /// From the time left, µs, at most [`TAU_MAX`].
    pub fn new(tau: u64) -> Result<Self, PricingError> {
        if tau > TAU_MAX {
            return Err(PricingError::TimeOutOfRange);
        }
        if tau == 0 {
            return Ok(Self { tau, root: 0, shift: 64 });
        }
        // Shifted by an even number of bits into [2^126, 2^128), the integer root has 64 significant bits.
        let zeros = u128::from(tau).leading_zeros() & !1;
        let root = (u128::from(tau) << zeros).isqrt();
        let scaled = (root * u128::from(SCALE)) >> 64;
        Ok(Self { tau, root: scaled as u64, shift: zeros / 2 })
    }

    /// The time left, µs.
    pub fn tau(self) -> u64 {
        self.tau
    }

    /// `√τ` in √years times a number, with `bits` more fraction bits than the number: for vega.
    pub(crate) fn times_root(self, number: u128, bits: i32) -> i128 {
        // `number` is below 2^63 and 1e9 below 2^30; the product with the root is taken in two steps to stay in 128 bits.
        let scaled = (number * 1_000_000_000) >> 30;
        let product = scaled * u128::from(self.root);
        let shift = 52 + self.shift as i32 - 30 - bits;
        (if shift >= 128 { 0 } else { product >> shift }) as i128
    }
}

/// σ√τ, halved (d₁ and d₂ are `h ± half`), with its reciprocal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TotalVolatility {
    half: u64,
    inverse: u64,
    inverse_shift: u32,
}

/// σ√τ saturates at 32, where every option is worth its upper bound to the last bit.
const HALF_MAX: u64 = 16 << 57;

impl TotalVolatility {
    /// From σ in 1e-9 a year, at most [`SIGMA_MAX`]. Error at most 2^-58 + 2^-60·σ√τ in the half.
    pub fn new(expiry: Expiry, sigma: u64) -> Result<Self, PricingError> {
        if sigma > SIGMA_MAX {
            return Err(PricingError::VolatilityOutOfRange);
        }
        // shift ≥ 38 because τ ≤ 2^50, so the shift below is positive.
        let shift = expiry.shift - 4;
        let product = u128::from(sigma) * u128::from(expiry.root);
        let half = ((product + (1 << (shift - 1))) >> shift).min(u128::from(HALF_MAX)) as u64;
        if half == 0 {
            return Ok(Self { half, inverse: 0, inverse_shift: 0 });
        }
        let total = 2 * half;
        let zeros = total.leading_zeros();
        let inverse = (((1_u128 << 127) - 1) / u128::from(total << zeros)) as u64;
        Ok(Self { half, inverse, inverse_shift: 70 - zeros })
    }

    /// σ√τ/2, wide.
    pub fn half(self) -> i64 {
        self.half as i64
    }

    /// Whether σ√τ is 0 to the last bit: the option is worth its intrinsic value.
    pub fn is_zero(self) -> bool {
        self.half == 0
    }

    /// `x / (σ√τ)` of wide numbers, rounded down, at most 63. σ√τ is not zero.
    pub(crate) fn divide(self, x: u64) -> i64 {
        let quotient = (u128::from(x) * u128::from(self.inverse)) >> self.inverse_shift;
        quotient.min(63 << 57) as i64
    }

    /// `n / (σ√τ)` with 96 fraction bits, for n with 63 and below ½: for gamma. Saturates below σ√τ = 2^-30.
    pub(crate) fn divide_unit(self, n: u64) -> u128 {
        let product = (u128::from(n) * u128::from(self.inverse)) >> 64;
        // product · 2^(1 − inverse_shift) is the quotient with no fraction; see `inverse_shift` in `new`.
        let shift = 97 - self.inverse_shift as i32;
        match shift {
            ..0 => product >> -shift,
            0..=64 => product << shift,
            _ => u128::MAX,
        }
    }
}
