// Generated from wire/schema.ts by `npm run wire`. Do not edit.

/// The enumeration `time-in-force`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum TimeInForce {
    /// The residue rests.
    GoodTillCancel = 0,
    /// The residue is cancelled.
    ImmediateOrCancel = 1,
    /// All or nothing.
    FillOrKill = 2,
}

impl TimeInForce {
    /// Every value, ascending.
    pub const ALL: [Self; 3] = [Self::GoodTillCancel, Self::ImmediateOrCancel, Self::FillOrKill];

    /// None if no value has this number.
    #[inline]
    pub const fn from_u8(value: u8) -> Option<Self> {
        match value {
            0 => Some(Self::GoodTillCancel),
            1 => Some(Self::ImmediateOrCancel),
            2 => Some(Self::FillOrKill),
            _ => None,
        }
    }

    /// Name in the schema, and in TypeScript.
    pub const fn name(self) -> &'static str {
        match self {
            Self::GoodTillCancel => "good-till-cancel",
            Self::ImmediateOrCancel => "immediate-or-cancel",
            Self::FillOrKill => "fill-or-kill",
        }
    }
}
