//! Unsigned 256-bit numbers with 160 fraction bits. Anything that does not fit is a panic: this is a test.

use std::cmp::Ordering;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Big([u64; 4]);

impl PartialOrd for Big {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Big {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.iter().rev().cmp(other.0.iter().rev())
    }
}

impl Big {
    pub const ZERO: Self = Self([0; 4]);
    pub const ONE: Self = Self([0, 0, 1 << 32, 0]);

    pub fn whole(value: u64) -> Self {
        Self([0, 0, value << 32, value >> 32])
    }

    /// `value · 2^-bits`.
    pub fn scaled(value: u128, bits: u32) -> Self {
        let raw = Self([value as u64, (value >> 64) as u64, 0, 0]);
        if bits <= 160 { raw.shl(160 - bits) } else { raw.shr(bits - 160) }
    }

    /// A decimal such as `12.0345`.
    pub fn parse(text: &str) -> Self {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = fraction.bytes().rev();
        let fraction = digits.fold(Self::ZERO, |sum, digit| {
            sum.add(Self::whole(u64::from(digit - b'0'))).div_small(10)
        });
        fraction.add(Self::whole(whole.parse().expect("decimal")))
    }

    pub fn add(self, other: Self) -> Self {
        let (mut out, mut carry) = ([0; 4], 0_u128);
        for (i, limb) in out.iter_mut().enumerate() {
            let sum = u128::from(self.0[i]) + u128::from(other.0[i]) + carry;
            (*limb, carry) = (sum as u64, sum >> 64);
        }
        assert_eq!(carry, 0, "sum too large");
        Self(out)
    }

    pub fn sub(self, other: Self) -> Self {
        let (mut out, mut borrow) = ([0; 4], false);
        for (i, limb) in out.iter_mut().enumerate() {
            let (first, one) = self.0[i].overflowing_sub(other.0[i]);
            let (second, two) = first.overflowing_sub(u64::from(borrow));
            (*limb, borrow) = (second, one | two);
        }
        assert!(!borrow, "negative difference");
        Self(out)
    }

    pub fn distance(self, other: Self) -> Self {
        if self > other { self.sub(other) } else { other.sub(self) }
    }

    pub fn mul(self, other: Self) -> Self {
        let mut wide = [0_u64; 8];
        for (i, a) in self.0.iter().enumerate() {
            let mut carry = 0_u128;
            for (j, b) in other.0.iter().enumerate() {
                let sum = u128::from(*a) * u128::from(*b) + u128::from(wide[i + j]) + carry;
                (wide[i + j], carry) = (sum as u64, sum >> 64);
            }
            wide[i + 4] = carry as u64;
        }
        assert!(wide[6] >> 32 == 0 && wide[7] == 0, "product too large");
        Self([2, 3, 4, 5].map(|i| (wide[i] >> 32) | (wide[i + 1] << 32)))
    }

    pub fn mul_small(self, factor: u64) -> Self {
        let (mut out, mut carry) = ([0; 4], 0_u128);
        for (limb, a) in out.iter_mut().zip(self.0) {
            let product = u128::from(a) * u128::from(factor) + carry;
            (*limb, carry) = (product as u64, product >> 64);
        }
        assert_eq!(carry, 0, "product too large");
        Self(out)
    }

    pub fn div_small(self, divisor: u64) -> Self {
        let (mut out, mut rest) = ([0; 4], 0_u128);
        for i in (0..4).rev() {
            let dividend = (rest << 64) | u128::from(self.0[i]);
            out[i] = (dividend / u128::from(divisor)) as u64;
            rest = dividend % u128::from(divisor);
        }
        Self(out)
    }

    /// Long division, bit by bit.
    pub fn div(self, divisor: Self) -> Self {
        assert!(divisor > Self::ZERO && divisor.0[3] >> 63 == 0, "divisor out of range");
        let (mut quotient, mut rest) = (Self::ZERO, Self::ZERO);
        for bit in (0..self.bits() + 160).rev() {
            rest = rest.shl(1);
            if bit >= 160 && self.bit(bit - 160) {
                rest.0[0] |= 1;
            }
            if rest >= divisor {
                rest = rest.sub(divisor);
                assert!(bit < 256, "quotient too large");
                quotient.0[bit as usize / 64] |= 1 << (bit % 64);
            }
        }
        quotient
    }

    /// Newton from above: the iterates fall until they reach the root.
    pub fn sqrt(self) -> Self {
        if self == Self::ZERO {
            return self;
        }
        let exponent = (self.bits() as i32 - 160).div_euclid(2) + 1;
        let mut guess = if exponent >= 0 {
            Self::ONE.shl(exponent as u32)
        } else {
            Self::ONE.shr(-exponent as u32)
        };
        loop {
            let next = guess.add(self.div(guess)).shr(1);
            if next >= guess {
                return guess;
            }
            guess = next;
        }
    }

    pub fn shl(self, bits: u32) -> Self {
        assert!(self.bits() + bits <= 256, "shift too large");
        let (limbs, bits) = (bits as usize / 64, bits % 64);
        Self(std::array::from_fn(|i| {
            let low = |back: usize| i.checked_sub(limbs + back).map_or(0, |from| self.0[from]);
            let carried = if bits > 0 { low(1) >> (64 - bits) } else { 0 };
            (low(0) << bits) | carried
        }))
    }

    pub fn shr(self, bits: u32) -> Self {
        let (limbs, bits) = (bits as usize / 64, bits % 64);
        Self(std::array::from_fn(|i| {
            let high = |ahead: usize| self.0.get(i + limbs + ahead).copied().unwrap_or(0);
            let carried = if bits > 0 { high(1) << (64 - bits) } else { 0 };
            (high(0) >> bits) | carried
        }))
    }

    /// Significant bits of the raw number.
    pub fn bits(self) -> u32 {
        let top = (0..4).rev().find(|i| self.0[*i] != 0);
        top.map_or(0, |i| 64 * i as u32 + 64 - self.0[i].leading_zeros())
    }

    fn bit(self, bit: u32) -> bool {
        self.0[bit as usize / 64] >> (bit % 64) & 1 == 1
    }

    pub fn floor(self) -> u64 {
        assert_eq!(self.0[3] >> 32, 0, "whole part too large");
        (self.0[2] >> 32) | (self.0[3] << 32)
    }

    pub fn to_f64(self) -> f64 {
        let scale = |i: usize| 2_f64.powi(64 * i as i32 - 160);
        (0..4).map(|i| self.0[i] as f64 * scale(i)).sum()
    }
}
