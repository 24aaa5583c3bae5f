// Generated from wire/schema.ts by `npm run wire`. Do not edit.

/// Durability of an acknowledgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Level {
    /// Survives nothing.
    Executed = 0,
    /// Survives kill -9 of the host.
    Written = 1,
    /// Survives power loss.
    Synced = 2,
}

impl Level {
    /// Every value, ascending.
    pub const ALL: [Self; 3] = [Self::Executed, Self::Written, Self::Synced];

    /// None if no value has this number.
    #[inline]
    pub const fn from_u8(value: u8) -> Option<Self> {
        match value {
            0 => Some(Self::Executed),
            1 => Some(Self::Written),
            2 => Some(Self::Synced),
            _ => None,
        }
    }

    /// Name in the schema, and in TypeScript.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Executed => "executed",
            Self::Written => "written",
            Self::Synced => "synced",
        }
    }
}
