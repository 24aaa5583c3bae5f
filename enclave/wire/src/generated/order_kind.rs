// Generated from wire/schema.ts by `npm run wire`. Do not edit.

/// The enumeration `order-kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum OrderKind {
    /// `price_ticks` is the limit.
    Limit = 0,
    /// `price_ticks` is the stated bound; never rests.
    Market = 1,
}

impl OrderKind {
    /// Every value, ascending.
    pub const ALL: [Self; 2] = [Self::Limit, Self::Market];

    /// None if no value has this number.
    #[inline]
    pub const fn from_u8(value: u8) -> Option<Self> {
        match value {
            0 => Some(Self::Limit),
            1 => Some(Self::Market),
            _ => None,
        }
    }

    /// Name in the schema, and in TypeScript.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Limit => "limit",
            Self::Market => "market",
        }
    }
}
