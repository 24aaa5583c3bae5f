// Generated from wire/schema.ts by `npm run wire`. Do not edit.

/// The enumeration `trigger-kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum TriggerKind {
    /// `none`.
    None = 0,
    /// A buy when the source is at or above, a sell when at or below.
    Stop = 1,
    /// A buy when the source is at or below, a sell when at or above.
    TakeProfit = 2,
}

impl TriggerKind {
    /// Every value, ascending.
    pub const ALL: [Self; 3] = [Self::None, Self::Stop, Self::TakeProfit];

    /// None if no value has this number.
    #[inline]
    pub const fn from_u8(value: u8) -> Option<Self> {
        match value {
            0 => Some(Self::None),
            1 => Some(Self::Stop),
            2 => Some(Self::TakeProfit),
            _ => None,
        }
    }

    /// Name in the schema, and in TypeScript.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Stop => "stop",
            Self::TakeProfit => "take-profit",
        }
    }
}
