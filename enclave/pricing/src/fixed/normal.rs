//! The normal distribution through Mills' ratio M(t) = (1 − N(t)) / φ(t).
//!
//! M is smooth, between 0 and √(π/2), and all of its derivatives have constant sign (it is the Laplace transform of
//! e^(−x²/2)), so a Taylor remainder is bounded by its coefficient at the left end. And one φ serves both terms of Black's
//! formula, so a price needs one exponential.
//!
//! Tails are accurate absolutely, not relatively: N(−8) has 11 good bits, N(−6) 31. A forward has at most 48 bits above the unit of
//! money, so 2^-61 of it is never a ten-thousandth of a unit, and relative digits of a smaller price would be thrown away.

use super::exp::exp_neg;
use super::series::{MILLS_INTERVALS, MILLS_TABLE, PDF_AT_ZERO};
use super::{UNIT_ONE, WIDE_BITS, high};

/// Mills' ratio of a wide `t ≥ 0` as a unit number; 13 or more is taken as just below 13, a negative t as 0.
///
/// Absolute error at most 2^-60.7 on [0, 13). With eighths, |u| ≤ 1/16 about the middle and 12 terms the remainder is at
/// most |M⁽¹²⁾(0)|/12!·16^-12 = 2^5.5·Γ(6.5)/12!·2^-48 < 2^-63.1; Horner truncates 1.07 · 2^-62 and coefficients round 2^-63.
pub fn mills(t: i64) -> u64 {
    const END: i64 = ((MILLS_INTERVALS as i64) << (WIDE_BITS - 3)) - 1;
    let t = t.clamp(0, END);
    let interval = (t >> (WIDE_BITS - 3)) as usize;
    // The offset from the middle, with 64 fraction bits.
    let u = ((t & ((1 << (WIDE_BITS - 3)) - 1)) - (1 << (WIDE_BITS - 4))) << 7;
    let [first @ .., last] = &MILLS_TABLE[interval];
    let sum = first
        .iter()
        .rev()
        .fold(*last, |sum, a| a + ((i128::from(sum) * i128::from(u)) >> 64) as i64);
    sum.max(0) as u64
}

/// φ(d) with 63 fraction bits, for any wide d: `φ(0)·e^(−d²/2)`. Absolute error at most 2^-58.9.
///
/// d²/2 is rounded to 2^-58 and |dφ/dy| ≤ φ(0), the exponential adds 2^-61·φ(0), the product 2^-63.
pub fn pdf(d: i64) -> u64 {
    let square = (i128::from(d) * i128::from(d)) as u128;
    let half_square = (square + (1 << WIDE_BITS)) >> (WIDE_BITS + 1);
    match u64::try_from(half_square) {
        Ok(y) => high(exp_neg(y), PDF_AT_ZERO),
        Err(_) => 0,
    }
}

/// N(d) as a unit number, for any wide d. Absolute error at most 2^-58.4: φ's times M(0) = 1.2533, M's times
/// φ(0), and a truncation.
pub fn cdf(d: i64) -> u64 {
    let tail = tail(pdf(d), mills(d.saturating_abs()));
    if d < 0 { tail } else { UNIT_ONE - tail }
}

/// φ·M as a unit number, at most ½ when both belong to one t ≥ 0.
pub(crate) fn tail(pdf: u64, mills: u64) -> u64 {
    ((u128::from(pdf) * u128::from(mills)) >> 63) as u64
}
