//! Constants and tables, derived when the crate is compiled.
//!
//! No table of digits is pasted in: each entry is a short rational series or recurrence with *small integer* multipliers,
//! summed with 112 fraction bits, so that a reader can check the derivation instead of trusting numbers. `tests/kernels.rs`
//! compares the functions built on them with a 160-bit reference.

/// Fraction bits of a derivation.
const BITS: u32 = 112;
const ONE: i128 = 1 << BITS;

/// `round(value · 2^-shift)`.
const fn rounded(value: i128, shift: u32) -> i128 {
    (value + (1 << (shift - 1))) >> shift
}

/// `2 · atanh(p/q) = ln((q+p)/(q−p))`, with 80 fraction bits. |p/q| ≤ 1/3, q < 2^18.
///
/// `Σ 2 t^(2k+1)/(2k+1)`: the ratio of terms is at most 1/9, so 28 terms leave less than 2^-88.
const fn twice_atanh(p: i128, q: i128) -> i128 {
    let mut power = ((2 * p) << 80) / q;
    let mut sum = power;
    let mut k = 1;
    while k < 28 {
        power = power * p / q * p / q;
        sum += power / (2 * k + 1);
        k += 1;
    }
    sum
}

/// ln 2 with 112 fraction bits: `2 · atanh(1/3)`, 38 terms leave less than 2^-120.
pub const LN2_BITS_112: i128 = {
    let mut power = 2 * ONE / 3;
    let mut sum = power;
    let mut k = 1;
    while k < 38 {
        power /= 9;
        sum += power / (2 * k + 1);
        k += 1;
    }
    sum
};

/// ln 2 with 64 fraction bits, rounded.
pub(crate) const LN2: u64 = rounded(LN2_BITS_112, BITS - 64) as u64;

/// 1/ln 2 with 62 fraction bits, rounded down, so that a quotient estimated with it is never too large.
pub(crate) const LN2_INVERSE: u64 = ((1_u128 << 126) / (LN2 as u128 + 1)) as u64;

/// Reciprocals of the middle of each 128th of [1, 2): `round(2^16 · 256/(257 + 2j))`.
pub(crate) const RECIPROCALS: [u32; 128] = {
    let mut table = [0; 128];
    let mut j = 0;
    while j < 128 {
        let middle = 257 + 2 * j as u32;
        table[j] = (256 * 65_536 + middle / 2) / middle;
        j += 1;
    }
    table
};

/// `−ln(RECIPROCALS[j] / 2^16)` with 64 fraction bits, rounded.
pub(crate) const RECIPROCAL_LOGARITHMS: [u64; 128] = {
    let mut table = [0; 128];
    let mut j = 0;
    while j < 128 {
        let reciprocal = RECIPROCALS[j] as i128;
        table[j] = rounded(twice_atanh(65_536 - reciprocal, 65_536 + reciprocal), 16) as u64;
        j += 1;
    }
    table
};

/// `e^(−j/64)` with 63 fraction bits, rounded, for j/64 up to the first above ln 2.
pub(crate) const EXPONENTIALS: [u64; 46] = {
    let mut table = [0; 46];
    let mut j = 0;
    while j < 46 {
        let (mut term, mut sum, mut n) = (ONE, ONE, 1);
        while n < 40 {
            term = -term * j as i128 / (64 * n);
            sum += term;
            n += 1;
        }
        table[j] = rounded(sum, BITS - 63) as u64;
        j += 1;
    }
    table
};

/// `1/k!` with 63 fraction bits, rounded.
pub(crate) const FACTORIAL_INVERSES: [u64; 9] = {
    let mut table = [0; 9];
    let (mut term, mut k) = (ONE, 0);
    while k < 9 {
        if k > 0 {
            term /= k as i128;
        }
        table[k] = rounded(term, BITS - 63) as u64;
        k += 1;
    }
    table
};

/// Intervals of Mills' ratio: eighths up to 13.
pub(crate) const MILLS_INTERVALS: usize = 104;
/// Coefficients per interval.
pub(crate) const MILLS_TERMS: usize = 12;
/// Where the descent begins: the interval around 17.
const MILLS_START: i128 = 136;
const MILLS_SERIES: usize = 44;

/// Taylor coefficients of Mills' ratio at `centre/16`, given its value there.
///
/// `M' = tM − 1` gives `a₁ = c·a₀ − 1` and `(n+1)·a₍ₙ₊₁₎ = c·aₙ + a₍ₙ₋₁₎` (Abramowitz and Stegun 26.2 in series form).
const fn mills_series(centre: i128, value: i128) -> [i128; MILLS_SERIES] {
    let mut a = [0; MILLS_SERIES];
    a[0] = value;
    a[1] = centre * value / 16 - ONE;
    let mut n = 1;
    while n + 1 < MILLS_SERIES {
        a[n + 1] = (centre * a[n] / 16 + a[n - 1]) / (n as i128 + 1);
        n += 1;
    }
    a
}

/// The series at `centre/16`, evaluated `sixteenths/16` lower, where every term is positive.
const fn mills_below(a: &[i128; MILLS_SERIES], sixteenths: i128) -> i128 {
    let (mut n, mut sum) = (MILLS_SERIES - 1, 0);
    while n > 0 {
        sum = a[n] - sum * sixteenths / 16;
        n -= 1;
    }
    a[0] - sum * sixteenths / 16
}

const MILLS: ([[i64; MILLS_TERMS]; MILLS_INTERVALS], i128) = {
    let mut table = [[0; MILLS_TERMS]; MILLS_INTERVALS];
    // Starts at t ≈ 17 with 1/t − 1/t³ + 3/t⁵ − 15/t⁷ (Abramowitz and Stegun 26.2.12), wrong by less than 105/t⁹ < 2^-29. An
    // error e(t) obeys e' = t·e: on the way down to 13 it shrinks by exp((13² − 17²)/2) = 2^-86.
    let mut centre = 2 * MILLS_START + 1;
    let square = centre * centre;
    let mut value = 3 * ONE - 15 * ONE / square * 256;
    value = ONE - value / square * 256;
    value = (ONE - value / square * 256) * 16 / centre;
    let mut at_zero = 0;
    while centre > 0 {
        let a = mills_series(centre, value);
        let interval = (centre / 2) as usize;
        if interval < MILLS_INTERVALS {
            let mut n = 0;
            while n < MILLS_TERMS {
                table[interval][n] = rounded(a[n], BITS - 62) as i64;
                n += 1;
            }
        }
        if centre == 1 {
            at_zero = mills_below(&a, 1);
        }
        value = mills_below(&a, 2);
        centre -= 2;
    }
    (table, at_zero)
};

/// Taylor coefficients of Mills' ratio about the middle of each eighth, 62 fraction bits, rounded.
pub(crate) static MILLS_TABLE: [[i64; MILLS_TERMS]; MILLS_INTERVALS] = MILLS.0;

/// φ(0) = 1/√(2π) with 64 fraction bits: ½ = N(0) = φ(0)·M(0).
pub(crate) const PDF_AT_ZERO: u64 = {
    let mills_at_zero = rounded(MILLS.1, BITS - 62) as u128;
    (((1 << 126) / mills_at_zero + 1) >> 1) as u64
};
