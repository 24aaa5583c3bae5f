// Generated from wire/schema.ts by `npm run wire`. Do not edit.

/// The enumeration `role`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Role {
    /// `maker`.
    Maker = 0,
    /// `taker`.
    Taker = 1,
    /// Taken over by the insurance fund.
    Liquidation = 2,
}

impl Role {
    /// Every value, ascending.
    pub const ALL: [Self; 3] = [Self::Maker, Self::Taker, Self::Liquidation];

    /// None if no value has this number.
    #[inline]
    pub const fn from_u8(value: u8) -> Option<Self> {
        match value {
            0 => Some(Self::Maker),
            1 => Some(Self::Taker),
            2 => Some(Self::Liquidation),
            _ => None,
        }
    }

    /// Name in the schema, and in TypeScript.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Maker => "maker",
            Self::Taker => "taker",
            Self::Liquidation => "liquidation",
        }
    }
}
