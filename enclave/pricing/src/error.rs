//! Why a price could not be computed.

use core::fmt;

/// An input outside the domain of a pricing function. Nothing is clamped silently: the caller decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub enum PricingError {
    /// The forward is negative or above [`crate::PRICE_MAX`].
    ForwardOutOfRange = 1,
    /// The strike is negative or above [`crate::PRICE_MAX`].
    StrikeOutOfRange = 2,
    /// The volatility is above [`crate::SIGMA_MAX`].
    VolatilityOutOfRange = 3,
    /// The time to expiry is above [`crate::TAU_MAX`].
    TimeOutOfRange = 4,
    /// No volatility gives this price: it is below intrinsic value, or not below its upper bound.
    PriceHasNoVolatility = 5,
    /// A scenario parameter is outside its range, see [`crate::scenario::ShockParameters`].
    ShockOutOfRange = 6,
    /// The output holds fewer vectors than there are instruments, or positions and vectors differ in number.
    LengthMismatch = 7,
}

impl PricingError {
    /// The stable numeric code.
    pub fn code(self) -> u16 {
        self as u16
    }
}

impl fmt::Display for PricingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ForwardOutOfRange => "the forward must lie between 0 and 2^48 collateral a lot",
            Self::StrikeOutOfRange => "the strike must lie between 0 and 2^48 collateral a lot",
            Self::VolatilityOutOfRange => "the volatility must not exceed 6,400 %",
            Self::TimeOutOfRange => "the time to expiry must not exceed 2^50 µs",
            Self::PriceHasNoVolatility => "no volatility gives this price",
            Self::ShockOutOfRange => "a volatility shock parameter is out of range",
            Self::LengthMismatch => "positions, vectors and instruments differ in number",
        })
    }
}

impl core::error::Error for PricingError {}
