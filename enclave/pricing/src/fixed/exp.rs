//! The exponential of a negative number.

use super::high;
use super::series::{EXPONENTIALS, FACTORIAL_INVERSES, LN2, LN2_INVERSE};

/// `e^(−y)` with 63 fraction bits, for a wide `y ≥ 0`.
///
/// Domain: the whole of 0 ≤ y < 64 (`u64` below 2^63); above, 0. Absolute error at most 2^-61.
///
/// `y = n·ln 2 + j/64 + r` with 0 ≤ r < 1/64; `e^(−j/64)` from a table, `e^(−r)` by Taylor to the eighth power: the rest is
/// below r⁹/9! < 2^-72. Truncation: 1.02 ulp in Horner's scheme, 1 in the product, ½ in the table entry, 1 in the shift, of 2^-63;
/// the 64-bit ln 2 adds n·2^-65 relative, at most 2^-66 after the shift by n.
pub const fn exp_neg(y: u64) -> u64 {
    if y >= 1 << 63 {
        return 0;
    }
    // Rounded down twice, so n may be one too small; then j runs past ln 2, where the table has an entry more.
    let n = high(y, LN2_INVERSE) >> (57 + 62 - 64);
    let rest = (((y as u128) << 7) - n as u128 * LN2 as u128) as u64;
    let (n, rest) = if rest >= LN2 { (n + 1, rest - LN2) } else { (n, rest) };
    let r = rest & ((1 << 58) - 1);
    let mut sum = FACTORIAL_INVERSES[8];
    let mut k = 8;
    while k > 0 {
        k -= 1;
        sum = FACTORIAL_INVERSES[k] - high(sum, r);
    }
    let scaled = (EXPONENTIALS[(rest >> 58) as usize] as u128 * sum as u128) >> 63;
    if n > 63 { 0 } else { (scaled as u64) >> n }
}
