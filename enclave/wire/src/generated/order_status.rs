// Generated from wire/schema.ts by `npm run wire`. Do not edit.

/// State of the order after the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum OrderStatus {
    /// The command has no order.
    None = 0,
    /// `resting`.
    Resting = 1,
    /// `filled`.
    Filled = 2,
    /// Ended with lots unfilled.
    Cancelled = 3,
    /// For its trigger, or for the order it is linked to; not in the book.
    Waiting = 4,
}

impl OrderStatus {
    /// Every value, ascending.
    pub const ALL: [Self; 5] = [Self::None, Self::Resting, Self::Filled, Self::Cancelled, Self::Waiting];

    /// None if no value has this number.
    #[inline]
    pub const fn from_u8(value: u8) -> Option<Self> {
        match value {
            0 => Some(Self::None),
            1 => Some(Self::Resting),
            2 => Some(Self::Filled),
            3 => Some(Self::Cancelled),
            4 => Some(Self::Waiting),
            _ => None,
        }
    }

    /// Name in the schema, and in TypeScript.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Resting => "resting",
            Self::Filled => "filled",
            Self::Cancelled => "cancelled",
            Self::Waiting => "waiting",
        }
    }
}
