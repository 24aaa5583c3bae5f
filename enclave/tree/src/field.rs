//! The scalar field of BN254, integers modulo
//! `p = 21888242871839275222246405745257275088548364400416034343698204186575808495617`
//! (EIP-197, "the order of the curve"), kept in Montgomery form: `x` is stored as `x · 2^256 mod p`.
//!
//! No operation here branches on data that a trader owns in secret: leaves and nodes are public once
//! their batch is. The conditional subtractions are therefore written for clarity, not constant time.

use core::fmt;
use core::ops::{Add, AddAssign, Mul, Sub};

/// `p`, least significant limb first.
pub(crate) const MODULUS: [u64; 4] =
    [0x43e1_f593_f000_0001, 0x2833_e848_79b9_7091, 0xb850_45b6_8181_585d, 0x3064_4e72_e131_a029];

/// `-p^-1 mod 2^64`: Newton's iteration doubles the number of right bits, 1 → 64 in six steps.
const INVERSE: u64 = {
    let mut inverse = 1u64;
    let mut step = 0;
    while step < 6 {
        inverse = inverse.wrapping_mul(2u64.wrapping_sub(MODULUS[0].wrapping_mul(inverse)));
        step += 1;
    }
    inverse.wrapping_neg()
};

/// `2^512 mod p`, by doubling 1 that many times: multiplying by it enters Montgomery form.
const R_SQUARED: [u64; 4] = {
    let mut value = [1, 0, 0, 0];
    let mut step = 0;
    while step < 512 {
        value = add_limbs(value, value);
        step += 1;
    }
    value
};

// `montgomery` folds two carry words into one limb, which needs the spare bits asserted here.
const _: () = assert!(MODULUS[3] < 1 << 62);
const _: () = assert!(MODULUS[0].wrapping_mul(INVERSE) == u64::MAX);

/// Bytes or words that are not below the modulus: two encodings of one element are never accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotCanonical;

impl fmt::Display for NotCanonical {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field element must be below the BN254 scalar modulus")
    }
}

impl core::error::Error for NotCanonical {}

/// One element of the BN254 scalar field.
///
/// Equality is equality of elements: the stored form is always fully reduced.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Field([u64; 4]);

impl Field {
    /// Additive identity; also the leaf of an unused slot.
    pub const ZERO: Self = Self([0; 4]);
    /// Multiplicative identity.
    pub const ONE: Self = Self::from_u64(1);

    /// The element equal to `value`.
    pub const fn from_u64(value: u64) -> Self {
        Self(multiply([value, 0, 0, 0], R_SQUARED))
    }

    /// The element equal to `value`.
    pub const fn from_u128(value: u128) -> Self {
        Self(multiply([value as u64, (value >> 64) as u64, 0, 0], R_SQUARED))
    }

    /// The element `words[0] + words[1]·2^64 + words[2]·2^128 + words[3]·2^192`.
    ///
    /// # Errors
    /// [`NotCanonical`] when the number is not below the modulus. Numbers under 2^253 always are.
    pub const fn from_words(words: [u64; 4]) -> Result<Self, NotCanonical> {
        if is_below_modulus(words) {
            Ok(Self(multiply(words, R_SQUARED)))
        } else {
            Err(NotCanonical)
        }
    }

    /// Reads 32 bytes, most significant first (an EVM word).
    ///
    /// # Errors
    /// [`NotCanonical`] when the number is not below the modulus.
    pub fn from_be_bytes(bytes: [u8; 32]) -> Result<Self, NotCanonical> {
        let mut reversed = bytes;
        reversed.reverse();
        Self::from_le_bytes(reversed)
    }

    /// Reads 32 bytes, least significant first.
    ///
    /// # Errors
    /// [`NotCanonical`] when the number is not below the modulus.
    pub fn from_le_bytes(bytes: [u8; 32]) -> Result<Self, NotCanonical> {
        let mut words = [0; 4];
        for (word, chunk) in words.iter_mut().zip(bytes.as_chunks::<8>().0) {
            *word = u64::from_le_bytes(*chunk);
        }
        Self::from_words(words)
    }

    /// The number as four words, least significant first; always below the modulus.
    pub const fn to_words(self) -> [u64; 4] {
        multiply(self.0, [1, 0, 0, 0])
    }

    /// The number as 32 bytes, most significant first (an EVM word).
    pub fn to_be_bytes(self) -> [u8; 32] {
        let mut bytes = self.to_le_bytes();
        bytes.reverse();
        bytes
    }

    /// The number as 32 bytes, least significant first.
    pub fn to_le_bytes(self) -> [u8; 32] {
        let mut bytes = [0; 32];
        for (chunk, word) in bytes.as_chunks_mut::<8>().0.iter_mut().zip(self.to_words()) {
            *chunk = word.to_le_bytes();
        }
        bytes
    }

    /// Whether this is the zero element.
    pub fn is_zero(self) -> bool {
        self == Self::ZERO
    }

    /// `self + self`.
    #[inline]
    pub const fn double(self) -> Self {
        Self(add_limbs(self.0, self.0))
    }

    #[inline(always)]
    pub(crate) const fn montgomery_limbs(self) -> [u64; 4] {
        self.0
    }

    /// Assumption: `limbs` is below the modulus.
    #[inline(always)]
    pub(crate) const fn from_montgomery_limbs(limbs: [u64; 4]) -> Self {
        Self(limbs)
    }
}

impl Add for Field {
    type Output = Self;
    #[inline]
    fn add(self, other: Self) -> Self {
        Self(add_limbs(self.0, other.0))
    }
}

impl AddAssign for Field {
    #[inline]
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Field {
    type Output = Self;
    #[inline]
    fn sub(self, other: Self) -> Self {
        let (difference, borrow) = subtract_raw(self.0, other.0);
        // On a borrow the true difference is `difference − 2^256`; adding p brings it into range.
        if borrow { Self(add_raw(difference, MODULUS)) } else { Self(difference) }
    }
}

impl Mul for Field {
    type Output = Self;
    #[inline]
    fn mul(self, other: Self) -> Self {
        Self(multiply(self.0, other.0))
    }
}

impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d] = self.to_words();
        write!(f, "0x{d:016x}{c:016x}{b:016x}{a:016x}")
    }
}

const fn is_below_modulus(value: [u64; 4]) -> bool {
    subtract_raw(value, MODULUS).1
}

/// `a + b` modulo 2^256; no caller can overflow, because both stay below `2p < 2^255`.
#[inline(always)]
const fn add_raw(a: [u64; 4], b: [u64; 4]) -> [u64; 4] {
    let (r0, c) = a[0].overflowing_add(b[0]);
    let (r1, c) = carrying_add(a[1], b[1], c);
    let (r2, c) = carrying_add(a[2], b[2], c);
    let (r3, _) = carrying_add(a[3], b[3], c);
    [r0, r1, r2, r3]
}

#[inline(always)]
pub(crate) const fn carrying_add(a: u64, b: u64, carry: bool) -> (u64, bool) {
    let (sum, first) = a.overflowing_add(b);
    let (sum, second) = sum.overflowing_add(carry as u64);
    (sum, first | second)
}

/// `a − b` modulo 2^256 and whether it borrowed.
#[inline(always)]
const fn subtract_raw(a: [u64; 4], b: [u64; 4]) -> ([u64; 4], bool) {
    let (r0, c) = a[0].overflowing_sub(b[0]);
    let (r1, c) = borrowing_sub(a[1], b[1], c);
    let (r2, c) = borrowing_sub(a[2], b[2], c);
    let (r3, c) = borrowing_sub(a[3], b[3], c);
    ([r0, r1, r2, r3], c)
}

#[inline(always)]
const fn borrowing_sub(a: u64, b: u64, borrow: bool) -> (u64, bool) {
    let (difference, first) = a.overflowing_sub(b);
    let (difference, second) = difference.overflowing_sub(borrow as u64);
    (difference, first | second)
}

/// `value` or `value − p`, for `value < 2p`.
///
/// Selected by mask: the outcome is a coin toss, so a branch here would be mispredicted half the time.
#[inline(always)]
pub(crate) const fn reduce_once(value: [u64; 4]) -> [u64; 4] {
    let (reduced, borrow) = subtract_raw(value, MODULUS);
    let keep = (borrow as u64).wrapping_neg();
    [
        reduced[0] ^ (keep & (reduced[0] ^ value[0])),
        reduced[1] ^ (keep & (reduced[1] ^ value[1])),
        reduced[2] ^ (keep & (reduced[2] ^ value[2])),
        reduced[3] ^ (keep & (reduced[3] ^ value[3])),
    ]
}

#[inline(always)]
const fn add_limbs(a: [u64; 4], b: [u64; 4]) -> [u64; 4] {
    reduce_once(add_raw(a, b))
}

/// `low + a·b + carry` as (low word, high word): at most 2^128 − 1, so it cannot overflow.
#[inline(always)]
const fn multiply_add(low: u64, a: u64, b: u64, carry: u64) -> (u64, u64) {
    let sum = low as u128 + a as u128 * b as u128 + carry as u128;
    (sum as u64, (sum >> 64) as u64)
}

/// Montgomery product `a · b · 2^-256 mod p`, fully reduced.
#[inline(always)]
const fn multiply(a: [u64; 4], b: [u64; 4]) -> [u64; 4] {
    reduce_once(montgomery(a, b))
}

/// Montgomery's product without the last subtraction: congruent to `a · b · 2^-256` and below
/// `a · b / 2^256 + p`, so below 2p when one operand is below p. Assumption: `b + p < 2^256`.
///
/// Coarsely integrated operand scanning (Koç, Acar and Kaliski 1996) without the fifth accumulator
/// word: after each round the running value is below `b + p`, so the two high words of a round add up
/// inside one limb.
#[inline(always)]
pub(crate) const fn montgomery(a: [u64; 4], b: [u64; 4]) -> [u64; 4] {
    let mut t = [0u64; 4];
    let mut i = 0;
    while i < 4 {
        let (t0, high) = multiply_add(t[0], a[i], b[0], 0);
        let m = t0.wrapping_mul(INVERSE);
        let (_, fold) = multiply_add(t0, m, MODULUS[0], 0);

        let (t1, high) = multiply_add(t[1], a[i], b[1], high);
        let (r0, fold) = multiply_add(t1, m, MODULUS[1], fold);

        let (t2, high) = multiply_add(t[2], a[i], b[2], high);
        let (r1, fold) = multiply_add(t2, m, MODULUS[2], fold);

        let (t3, high) = multiply_add(t[3], a[i], b[3], high);
        let (r2, fold) = multiply_add(t3, m, MODULUS[3], fold);

        t = [r0, r1, r2, high + fold];
        i += 1;
    }
    t
}
