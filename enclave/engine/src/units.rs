//! Distinct types for distinct units. Only the products that mean something exist.

use sealbook_wire::Side;

use crate::limits::{POSITION_VALUE_MAX, UNIT_VALUE_MAX};
use crate::rounding::{div_ceil, div_floor};

/// One million: rates are in parts of it.
pub const PPM: i128 = 1_000_000;

/// An order price, in ticks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticks(pub u32);

/// An order size, in lots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lots(pub u32);

/// Collateral (1e-6 of the token) per tick and lot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TickValue(pub u64);

/// Collateral per lot: a mark, an index, or an order price once multiplied out. At most [`UNIT_VALUE_MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnitValue(pub i64);

/// Collateral value of a trade or an order; not negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Value(pub u64);

/// A fraction in parts per million; negative is a rebate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rate(pub i32);

impl Ticks {
    /// Price of one lot.
    ///
    /// Listing checked `price_ticks_max × tick value ≤ UNIT_VALUE_MAX`, so a legal price cannot overflow.
    #[inline]
    pub fn unit_value(self, tick_value: TickValue) -> UnitValue {
        UnitValue((u64::from(self.0).wrapping_mul(tick_value.0)) as i64)
    }
}

impl UnitValue {
    /// Whether this can be the price of a lot: positive and below the limit.
    pub fn is_legal(self) -> bool {
        (1..=UNIT_VALUE_MAX).contains(&self.0)
    }

    /// Value of an order, or `None` above what a position may be worth.
    #[inline]
    pub fn value_checked(self, lots: Lots) -> Option<Value> {
        let value = (self.0 as u64).checked_mul(u64::from(lots.0))?;
        (value <= POSITION_VALUE_MAX).then_some(Value(value))
    }

    /// Value of a part of an order that was checked as a whole.
    #[inline]
    pub fn value(self, lots: Lots) -> Value {
        Value((self.0 as u64).wrapping_mul(u64::from(lots.0)))
    }
}

impl Value {
    /// Fee, rounded up; a rebate (negative rate) is rounded towards zero: the insurance fund never pays for dust.
    #[inline]
    pub fn fee_ceil(self, rate: Rate) -> i64 {
        // Up is towards zero for a rebate.
        let up = if rate.0 >= 0 { 999_999 } else { 0 };
        let product = self.0.checked_mul(u64::from(rate.0.unsigned_abs()));
        match product.and_then(|product| product.checked_add(up)) {
            Some(product) if rate.0 >= 0 => (product / 1_000_000) as i64,
            Some(product) => -((product / 1_000_000) as i64),
            None => div_ceil(i128::from(self.0) * i128::from(rate.0), PPM) as i64,
        }
    }
}

/// Positive for a buyer.
///
/// By a mask and not by a branch, as wherever a side decides: which comes next is a coin toss. Without those branches, and with as many
/// instructions, W1 took 0.90 of the time.
#[inline(always)]
pub fn signed(side: Side, amount: i64) -> i64 {
    let mask = -i64::from(side as u8);
    (amount ^ mask).wrapping_sub(mask)
}

/// Lowest tick whose unit value is at least `unit`; `None` above `u32`.
pub fn ticks_ceil(unit: i128, tick_value: TickValue) -> Option<u32> {
    u32::try_from(div_ceil(unit, i128::from(tick_value.0)).max(1)).ok()
}

/// Highest tick whose unit value is at most `unit`; `None` if there is none from 1 up.
pub fn ticks_floor(unit: i128, tick_value: TickValue) -> Option<u32> {
    let ticks = div_floor(unit, i128::from(tick_value.0));
    if ticks < 1 { None } else { Some(u32::try_from(ticks).unwrap_or(u32::MAX)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fees_round_against_the_trader() {
        for (value, rate, fee) in [
            (1_000_000, 500, 500),
            (1, 500, 1),
            (0, 500, 0),
            (1_999, -500, 0),
            (2_000, -500, -1),
            (3_999, -500, -1),
            (1, 0, 0),
        ] {
            assert_eq!(Value(value).fee_ceil(Rate(rate)), fee, "{value} at {rate} ppm");
        }
    }

    #[test]
    fn the_wide_path_agrees_with_the_narrow_one() {
        let value = Value(POSITION_VALUE_MAX);
        assert_eq!(value.fee_ceil(Rate(100_000)), (POSITION_VALUE_MAX / 10 + 1) as i64);
        assert_eq!(value.fee_ceil(Rate(-100_000)), -((POSITION_VALUE_MAX / 10) as i64));
    }

    #[test]
    fn values_end_at_the_limit() {
        let unit = UnitValue(UNIT_VALUE_MAX);
        assert_eq!(unit.value_checked(Lots(1 << 15)), Some(Value(POSITION_VALUE_MAX)));
        assert_eq!(unit.value_checked(Lots((1 << 15) + 1)), None);
        assert_eq!(UnitValue(i64::MAX).value_checked(Lots(u32::MAX)), None);
    }

    #[test]
    fn ticks_of_a_unit_value() {
        let tick = TickValue(10);
        assert_eq!((ticks_ceil(101, tick), ticks_floor(109, tick)), (Some(11), Some(10)));
        assert_eq!((ticks_ceil(-5, tick), ticks_floor(9, tick)), (Some(1), None));
        assert_eq!(ticks_ceil(1 << 40, TickValue(1)), None);
    }
}
