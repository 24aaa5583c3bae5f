// Generated from wire/schema.ts by `npm run wire`. Do not edit.

/// The enumeration `inbox-kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum InboxKind {
    /// `deposit`.
    Deposit = 1,
    /// `forced-withdraw`.
    ForcedWithdraw = 2,
    /// `forced-close`.
    ForcedClose = 3,
    /// `forced-cancel-all`.
    ForcedCancelAll = 4,
    /// `register-key`.
    RegisterKey = 5,
    /// `insurance-deposit`.
    InsuranceDeposit = 6,
}

impl InboxKind {
    /// Every value, ascending.
    pub const ALL: [Self; 6] = [Self::Deposit, Self::ForcedWithdraw, Self::ForcedClose, Self::ForcedCancelAll, Self::RegisterKey, Self::InsuranceDeposit];

    /// None if no value has this number.
    #[inline]
    pub const fn from_u8(value: u8) -> Option<Self> {
        match value {
            1 => Some(Self::Deposit),
            2 => Some(Self::ForcedWithdraw),
            3 => Some(Self::ForcedClose),
            4 => Some(Self::ForcedCancelAll),
            5 => Some(Self::RegisterKey),
            6 => Some(Self::InsuranceDeposit),
            _ => None,
        }
    }

    /// Name in the schema, and in TypeScript.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Deposit => "deposit",
            Self::ForcedWithdraw => "forced-withdraw",
            Self::ForcedClose => "forced-close",
            Self::ForcedCancelAll => "forced-cancel-all",
            Self::RegisterKey => "register-key",
            Self::InsuranceDeposit => "insurance-deposit",
        }
    }
}
