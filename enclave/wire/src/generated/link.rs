// Generated from wire/schema.ts by `npm run wire`. Do not edit.

/// Part of an order in its group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Link {
    /// `none`.
    None = 0,
    /// What it fills, the others of its kind lose.
    OneCancelsOther = 1,
    /// Its fills wake the secondaries.
    Primary = 2,
    /// Waits for the primary, then is one-cancels-other.
    Secondary = 3,
}

impl Link {
    /// Every value, ascending.
    pub const ALL: [Self; 4] = [Self::None, Self::OneCancelsOther, Self::Primary, Self::Secondary];

    /// None if no value has this number.
    #[inline]
    pub const fn from_u8(value: u8) -> Option<Self> {
        match value {
            0 => Some(Self::None),
            1 => Some(Self::OneCancelsOther),
            2 => Some(Self::Primary),
            3 => Some(Self::Secondary),
            _ => None,
        }
    }

    /// Name in the schema, and in TypeScript.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::OneCancelsOther => "one-cancels-other",
            Self::Primary => "primary",
            Self::Secondary => "secondary",
        }
    }
}
