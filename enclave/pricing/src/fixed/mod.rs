//! Fixed point: two formats and the functions between them.
//!
//! - **wide**: `i64` with 57 fraction bits, ±64, one ulp 6.9e-18. Logarithms, d₁, d₂, σ√τ.
//! - **unit**: `u64` with 62 fraction bits, below 4, one ulp 2.2e-19. Probabilities, densities, price over forward.
//!
//! Why not 128 bits with a 64-bit fraction: an option is worth at most its forward, so price/F needs absolute and not
//! relative accuracy. The bar is 1e-12 ≈ 2^-40, and 2^-51 is kept over the whole domain (`docs/pricing.md`, error
//! budget) with every product one machine multiplication. 256-bit products would cost four, for digits nobody rounds to.
//!
//! Rules. Products are formed in 128 bits and cannot overflow by the ranges stated; each function states its domain, what it
//! does outside (saturate, by name of the limit) and its absolute error. Shifts truncate unless "rounded" is said.

mod exp;
mod ln;
mod normal;
mod series;

pub use exp::exp_neg;
pub use ln::ln;
pub(crate) use normal::tail;
pub use normal::{cdf, mills, pdf};
pub use series::LN2_BITS_112;

/// Fraction bits of a wide number.
pub const WIDE_BITS: u32 = 57;
/// 1 as a wide number.
pub const WIDE_ONE: i64 = 1 << WIDE_BITS;
/// Fraction bits of a unit number.
pub const UNIT_BITS: u32 = 62;
/// 1 as a unit number.
pub const UNIT_ONE: u64 = 1 << UNIT_BITS;

/// The high half of a 64 × 64 bit product.
pub(crate) const fn high(a: u64, b: u64) -> u64 {
    ((a as u128 * b as u128) >> 64) as u64
}

/// `a × b` of wide numbers, rounded down; saturates at the ends of `i64`, which only a product beyond ±64 reaches.
pub fn wide_mul(a: i64, b: i64) -> i64 {
    let product = (i128::from(a) * i128::from(b)) >> WIDE_BITS;
    product.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64
}

/// `√value` of a wide number, rounded down: error below one ulp. Domain: `value ≥ 0`; a negative value gives 0.
///
/// Exact in the sense of the integer square root: `√(v · 2^57)`.
pub fn wide_sqrt(value: i64) -> i64 {
    ((value.max(0) as u128) << WIDE_BITS).isqrt() as i64
}

/// `parts / 1e9` as a wide number, rounded to nearest. Domain: |result| < 64; saturates.
pub fn wide_from_nano(parts: i64) -> i64 {
    let scaled = (i128::from(parts) << (WIDE_BITS + 1)) / 1_000_000_000;
    ((scaled + 1) >> 1).clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_arithmetic_keeps_its_rounding_and_its_ends() {
        assert_eq!(wide_mul(3 * WIDE_ONE, 5 * WIDE_ONE), 15 * WIDE_ONE);
        assert_eq!(wide_mul(-1, 1), -1, "down, also below zero");
        assert_eq!(wide_mul(i64::MAX, i64::MAX), i64::MAX);
        assert_eq!(wide_mul(i64::MIN, i64::MAX), i64::MIN);
        assert_eq!(wide_sqrt(4 * WIDE_ONE), 2 * WIDE_ONE);
        assert_eq!((wide_sqrt(0), wide_sqrt(-5)), (0, 0));
        assert_eq!(wide_from_nano(1_500_000_000), WIDE_ONE + WIDE_ONE / 2);
        assert_eq!(wide_from_nano(-250_000_000), -WIDE_ONE / 4);
        assert_eq!(wide_from_nano(i64::MAX), i64::MAX);
    }
}
