// Generated from wire/schema.ts by `npm run wire`. Do not edit.

/// Direction of an order or of the taker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Side {
    /// `buy`.
    Buy = 0,
    /// `sell`.
    Sell = 1,
}

impl Side {
    /// Every value, ascending.
    pub const ALL: [Self; 2] = [Self::Buy, Self::Sell];

    /// None if no value has this number.
    #[inline]
    pub const fn from_u8(value: u8) -> Option<Self> {
        match value {
            0 => Some(Self::Buy),
            1 => Some(Self::Sell),
            _ => None,
        }
    }

    /// Name in the schema, and in TypeScript.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Buy => "buy",
            Self::Sell => "sell",
        }
    }
}
