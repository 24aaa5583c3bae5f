// Generated from wire/schema.ts by `npm run wire`. Do not edit.

/// What happens when an order would meet its owner's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum SelfTradeMode {
    /// The taker is refused.
    Refuse = 0,
    /// The resting order is cancelled.
    CancelMaker = 1,
    /// The resting order and the rest of the taker.
    CancelBoth = 2,
    /// Both lose the smaller size.
    Decrement = 3,
}

impl SelfTradeMode {
    /// Every value, ascending.
    pub const ALL: [Self; 4] = [Self::Refuse, Self::CancelMaker, Self::CancelBoth, Self::Decrement];

    /// None if no value has this number.
    #[inline]
    pub const fn from_u8(value: u8) -> Option<Self> {
        match value {
            0 => Some(Self::Refuse),
            1 => Some(Self::CancelMaker),
            2 => Some(Self::CancelBoth),
            3 => Some(Self::Decrement),
            _ => None,
        }
    }

    /// Name in the schema, and in TypeScript.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Refuse => "refuse",
            Self::CancelMaker => "cancel-maker",
            Self::CancelBoth => "cancel-both",
            Self::Decrement => "decrement",
        }
    }
}
