//! Arithmetic inside the permutation, on representatives that are not fully reduced.
//!
//! `2^256` is 5.29 p, so four limbs have room to be lazy: reducing after every step would cost about
//! as much as the products themselves. Bounds below are multiples of p. With `a < A·p` and `b < B·p`
//! a Montgomery product is `< (A·B·p / 2^256 + 1)·p < (0.190·A·B + 1)·p`.

use crate::field::{Field, MODULUS, carrying_add, montgomery, reduce_once};

/// A number congruent to a field element (in Montgomery form), below `2^256`.
#[derive(Clone, Copy)]
pub struct Loose([u64; 4]);

/// A sum of loose numbers, below `64 p`, with the carries in the fifth limb.
#[derive(Clone, Copy)]
pub struct Wide([u64; 5]);

/// `floor(2^64 / (floor(p / 2^224) + 1))`: the reciprocal by which [`Wide::reduce`] guesses a quotient.
const RECIPROCAL: u64 = u64::MAX / ((MODULUS[3] >> 32) + 1);

impl Loose {
    /// A fully reduced element is loose with bound 1.
    #[inline(always)]
    pub fn from_field(element: Field) -> Self {
        Self(element.montgomery_limbs())
    }

    /// The sum without reduction. Assumption: the bounds add up to less than 5.
    #[inline(always)]
    pub fn plus(self, other: Self) -> Self {
        let [a, b, c, d, carry] = self.widen().plus(other).0;
        debug_assert!(carry == 0, "loose sum out of bounds");
        Self([a, b, c, d])
    }

    /// The product without the final subtraction. Assumption: `other` has a bound below 4, so that
    /// the running value, at most `other + p`, stays below `2^256`. `self` may be anything.
    #[inline(always)]
    pub fn times(self, other: Self) -> Self {
        Self(montgomery(self.0, other.0))
    }

    /// `self^5`, for a bound of 3.7: the products have bounds 3.6, 3.5 and 3.5, all below 4.
    #[inline(always)]
    pub fn fifth_power(self) -> Self {
        let square = self.times(self);
        square.times(square).times(self)
    }

    /// The same number with a fifth limb.
    #[inline(always)]
    pub fn widen(self) -> Wide {
        let [a, b, c, d] = self.0;
        Wide([a, b, c, d, 0])
    }

    /// The element itself. Assumption: the bound is at most 2.
    #[inline(always)]
    pub fn into_field(self) -> Field {
        Field::from_montgomery_limbs(reduce_once(self.0))
    }
}

impl Wide {
    /// The sum with a loose number.
    #[inline(always)]
    pub fn plus(self, other: Loose) -> Self {
        let [a, b, c, d] = other.0;
        self.plus_wide(Self([a, b, c, d, 0]))
    }

    /// The sum. Assumption: the bounds add up to at most 64.
    #[inline(always)]
    pub fn plus_wide(self, other: Self) -> Self {
        let (a, b) = (self.0, other.0);
        let (r0, c) = a[0].overflowing_add(b[0]);
        let (r1, c) = carrying_add(a[1], b[1], c);
        let (r2, c) = carrying_add(a[2], b[2], c);
        let (r3, c) = carrying_add(a[3], b[3], c);
        Self([r0, r1, r2, r3, a[4] + b[4] + u64::from(c)])
    }

    /// Twice the number. Assumption: the bound is at most 32.
    #[inline(always)]
    pub fn double(self) -> Self {
        self.plus_wide(self)
    }

    /// Subtracts as many p as the upper bits promise to be there (Barrett). The guess divides
    /// `floor(value / 2^224)`, which is below `2^36`, by slightly more than `p / 2^224`: it is never too
    /// large, and falls short of `value / p` by less than `1 + 2^-22`. So the result has a bound of 1.01.
    #[inline(always)]
    pub fn reduce(self) -> Loose {
        let upper = self.0[4] << 32 | self.0[3] >> 32;
        let quotient = ((u128::from(upper) * u128::from(RECIPROCAL)) >> 64) as u64;

        // Only the low 256 bits of the difference are computed: it is known to fit them.
        let mut result = [0; 4];
        let (mut product_carry, mut borrow) = (0u64, false);
        for ((limb, value), modulus) in result.iter_mut().zip(self.0).zip(MODULUS) {
            let product = u128::from(quotient) * u128::from(modulus) + u128::from(product_carry);
            product_carry = (product >> 64) as u64;
            let (difference, first) = value.overflowing_sub(product as u64);
            let (difference, second) = difference.overflowing_sub(u64::from(borrow));
            *limb = difference;
            borrow = first | second;
        }
        debug_assert!(self.0[4] == product_carry + u64::from(borrow), "quotient out of bounds");
        Loose(result)
    }
}
