// Generated from wire/schema.ts by `npm run wire`. Do not edit.

/// Why an order left the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum CloseReason {
    /// `filled`.
    Filled = 0,
    /// `cancelled-by-user`.
    CancelledByUser = 1,
    /// IOC or market residue.
    Residue = 2,
    /// `liquidation`.
    Liquidation = 3,
    /// The position it reduced is gone.
    ReduceOnly = 4,
    /// `self-trade`.
    SelfTrade = 5,
    /// By an inbox command.
    Forced = 6,
    /// `market-mode`.
    MarketMode = 7,
}

impl CloseReason {
    /// Every value, ascending.
    pub const ALL: [Self; 8] = [Self::Filled, Self::CancelledByUser, Self::Residue, Self::Liquidation, Self::ReduceOnly, Self::SelfTrade, Self::Forced, Self::MarketMode];

    /// None if no value has this number.
    #[inline]
    pub const fn from_u8(value: u8) -> Option<Self> {
        match value {
            0 => Some(Self::Filled),
            1 => Some(Self::CancelledByUser),
            2 => Some(Self::Residue),
            3 => Some(Self::Liquidation),
            4 => Some(Self::ReduceOnly),
            5 => Some(Self::SelfTrade),
            6 => Some(Self::Forced),
            7 => Some(Self::MarketMode),
            _ => None,
        }
    }

    /// Name in the schema, and in TypeScript.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Filled => "filled",
            Self::CancelledByUser => "cancelled-by-user",
            Self::Residue => "residue",
            Self::Liquidation => "liquidation",
            Self::ReduceOnly => "reduce-only",
            Self::SelfTrade => "self-trade",
            Self::Forced => "forced",
            Self::MarketMode => "market-mode",
        }
    }
}
