//! Money with a fraction.

/// Collateral per lot with 62 fraction bits, exact until one of the three roundings is called by name.
///
/// 2^-62 is the fraction of a price because a price is an integer (the smaller of forward and strike) times a unit number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Amount(i128);

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// A whole number of collateral.
    pub const fn whole(collateral: i64) -> Self {
        Self((collateral as i128) << 62)
    }

    /// From units of 2^-62 collateral.
    pub const fn from_raw(raw: i128) -> Self {
        Self(raw)
    }

    /// In units of 2^-62 collateral.
    pub const fn raw(self) -> i128 {
        self.0
    }

    /// The largest whole collateral not above.
    pub const fn floor(self) -> i64 {
        (self.0 >> 62) as i64
    }

    /// The smallest whole collateral not below.
    pub const fn ceil(self) -> i64 {
        ((self.0 + (1 << 62) - 1) >> 62) as i64
    }

    /// The nearest whole collateral; a half goes up.
    pub const fn nearest(self) -> i64 {
        ((self.0 + (1 << 61)) >> 62) as i64
    }
}

impl core::ops::Add for Amount {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl core::ops::Sub for Amount {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roundings_go_the_named_way_on_both_sides_of_zero() {
        let half = Amount::from_raw(1 << 61);
        let cases = [
            (Amount::whole(3), 3, 3, 3),
            (Amount::whole(3) + half, 3, 4, 4),
            (Amount::whole(-3) + half, -3, -2, -2),
            (Amount::from_raw(1), 0, 1, 0),
            (Amount::from_raw(-1), -1, 0, 0),
            (Amount::ZERO, 0, 0, 0),
        ];
        for (amount, floor, ceil, nearest) in cases {
            assert_eq!((amount.floor(), amount.ceil(), amount.nearest()), (floor, ceil, nearest));
        }
    }
}
