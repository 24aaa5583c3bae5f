//! The natural logarithm of an integer.

use super::series::{LN2_BITS_112, RECIPROCAL_LOGARITHMS, RECIPROCALS};

/// `(−1)^k / (k+1)` with 62 fraction bits.
const ALTERNATING: [i64; 8] = {
    let mut table = [0; 8];
    let mut k = 0;
    while k < 8 {
        let term = (1_i64 << 62) / (k as i64 + 1);
        table[k] = if k % 2 == 0 { term } else { -term };
        k += 1;
    }
    table
};

/// `ln v` of an integer as a wide number, rounded to nearest. `ln 0` is given as 0, so callers rule it out.
///
/// Domain: all of `u64` (result at most 44.4). Absolute error at most 2^-58 + 2^-61: half an ulp and the kernel's.
///
/// `v = 2^e · m`, 1 ≤ m < 2; `m·r − 1 = z` with a table of 16-bit reciprocals r, exact, |z| < 2^-7; `ln(1+z)` by Taylor to the
/// eighth power leaves |z|⁹/9 < 2^-66; `ln r` from a table. Truncations: z and e·ln 2 at 2^-64, Horner 2^-62 times |z|, the
/// table 2^-65. ln 2 has 80 bits here, since e multiplies its error by up to 63.
pub const fn ln(v: u64) -> i64 {
    if v == 0 {
        return 0;
    }
    let zeros = v.leading_zeros();
    let m = v << zeros;
    let j = ((m >> 56) & 127) as usize;
    let z = (((m as u128 * RECIPROCALS[j] as u128) as i128 - (1 << 79)) >> 15) as i64;
    let mut sum = ALTERNATING[7];
    let mut k = 7;
    while k > 0 {
        k -= 1;
        sum = ALTERNATING[k] + ((sum as i128 * z as i128) >> 64) as i64;
    }
    let near_one = (sum as i128 * z as i128) >> 62;
    let octaves = ((63 - zeros) as i128 * (LN2_BITS_112 >> 32)) >> 16;
    let whole = octaves + RECIPROCAL_LOGARITHMS[j] as i128 + near_one;
    ((whole + (1 << 6)) >> 7) as i64
}
