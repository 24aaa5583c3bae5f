// Generated from wire/schema.ts by `npm run wire`. Do not edit.

/// The enumeration `instrument-kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum InstrumentKind {
    /// Linear perpetual.
    Perpetual = 0,
    /// European, cash-settled.
    Option = 1,
}

impl InstrumentKind {
    /// Every value, ascending.
    pub const ALL: [Self; 2] = [Self::Perpetual, Self::Option];

    /// None if no value has this number.
    #[inline]
    pub const fn from_u8(value: u8) -> Option<Self> {
        match value {
            0 => Some(Self::Perpetual),
            1 => Some(Self::Option),
            _ => None,
        }
    }

    /// Name in the schema, and in TypeScript.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Perpetual => "perpetual",
            Self::Option => "option",
        }
    }
}
