// Generated from wire/schema.ts by `npm run wire`. Do not edit.

/// How an account's requirement is computed (docs/risk.md).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum MarginMode {
    /// Each position by itself.
    Standard = 0,
    /// What all positions on one underlying lose together in the worst of 33 scenarios.
    Portfolio = 1,
}

impl MarginMode {
    /// Every value, ascending.
    pub const ALL: [Self; 2] = [Self::Standard, Self::Portfolio];

    /// None if no value has this number.
    #[inline]
    pub const fn from_u8(value: u8) -> Option<Self> {
        match value {
            0 => Some(Self::Standard),
            1 => Some(Self::Portfolio),
            _ => None,
        }
    }

    /// Name in the schema, and in TypeScript.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Portfolio => "portfolio",
        }
    }
}
