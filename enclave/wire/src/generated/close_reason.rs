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
    /// Its time came.
    Expired = 20,
    /// An order of its group filled, triggered or ended.
    Linked = 21,
    /// It triggered, and could not be placed then.
    Refused = 22,
    /// Market-maker protection.
    Protection = 23,
    /// `cancel-after` ran out.
    DeadMan = 24,
    /// Cancel-on-disconnect.
    Disconnect = 25,
    /// By a newer mass quote.
    Replaced = 26,
}

impl CloseReason {
    /// Every value, ascending.
    pub const ALL: [Self; 15] = [Self::Filled, Self::CancelledByUser, Self::Residue, Self::Liquidation, Self::ReduceOnly, Self::SelfTrade, Self::Forced, Self::MarketMode, Self::Expired, Self::Linked, Self::Refused, Self::Protection, Self::DeadMan, Self::Disconnect, Self::Replaced];

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
            20 => Some(Self::Expired),
            21 => Some(Self::Linked),
            22 => Some(Self::Refused),
            23 => Some(Self::Protection),
            24 => Some(Self::DeadMan),
            25 => Some(Self::Disconnect),
            26 => Some(Self::Replaced),
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
            Self::Expired => "expired",
            Self::Linked => "linked",
            Self::Refused => "refused",
            Self::Protection => "protection",
            Self::DeadMan => "dead-man",
            Self::Disconnect => "disconnect",
            Self::Replaced => "replaced",
        }
    }
}
