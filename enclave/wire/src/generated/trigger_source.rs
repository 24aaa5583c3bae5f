// Generated from wire/schema.ts by `npm run wire`. Do not edit.

/// The enumeration `trigger-source`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum TriggerSource {
    /// `mark`.
    Mark = 0,
    /// `index`.
    Index = 1,
    /// Last trade.
    Last = 2,
}

impl TriggerSource {
    /// Every value, ascending.
    pub const ALL: [Self; 3] = [Self::Mark, Self::Index, Self::Last];

    /// None if no value has this number.
    #[inline]
    pub const fn from_u8(value: u8) -> Option<Self> {
        match value {
            0 => Some(Self::Mark),
            1 => Some(Self::Index),
            2 => Some(Self::Last),
            _ => None,
        }
    }

    /// Name in the schema, and in TypeScript.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mark => "mark",
            Self::Index => "index",
            Self::Last => "last",
        }
    }
}
