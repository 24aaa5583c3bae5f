// Generated from wire/schema.ts by `npm run wire`. Do not edit.

/// The enumeration `market-mode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum MarketMode {
    /// `open`.
    Open = 0,
    /// `post-only`.
    PostOnly = 1,
    /// `cancel-only`.
    CancelOnly = 2,
    /// Only orders that reduce.
    CloseOnly = 3,
    /// Nothing but withdrawals.
    Halted = 4,
}

impl MarketMode {
    /// Every value, ascending.
    pub const ALL: [Self; 5] = [Self::Open, Self::PostOnly, Self::CancelOnly, Self::CloseOnly, Self::Halted];

    /// None if no value has this number.
    #[inline]
    pub const fn from_u8(value: u8) -> Option<Self> {
        match value {
            0 => Some(Self::Open),
            1 => Some(Self::PostOnly),
            2 => Some(Self::CancelOnly),
            3 => Some(Self::CloseOnly),
            4 => Some(Self::Halted),
            _ => None,
        }
    }

    /// Name in the schema, and in TypeScript.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::PostOnly => "post-only",
            Self::CancelOnly => "cancel-only",
            Self::CloseOnly => "close-only",
            Self::Halted => "halted",
        }
    }
}
