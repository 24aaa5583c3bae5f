// Generated from wire/schema.ts by `npm run wire`. Do not edit.

/// A refusal with a stable code: 1–99 the frame never became a command, 100–199 authorisation, 200–399 the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u16)]
pub enum Reject {
    /// Not a well-formed frame or message. Detail: byte offset. Check arity, minimal integers, trailing bytes, nesting.
    BadFrame = 1,
    /// A field has the wrong msgpack type (floats are never allowed). Detail: byte offset.
    BadType = 2,
    /// An integer does not fit its field. Detail: byte offset.
    OutOfRange = 3,
    /// Client ids are `[A-Za-z0-9_-]{1,36}`. Detail: byte offset.
    BadString = 4,
    /// No command has this code. Detail: the code.
    UnknownOp = 5,
    /// The frame exceeds the cap; the connection closes (1009). Detail: the cap.
    FrameTooLarge = 6,
    /// Already executed; nothing happened now. Detail: the last counter or nonce.
    Duplicate = 7,
    /// A frame was lost or reordered; reconnect. Detail: the expected counter.
    CounterGap = 8,
    /// No such session (the enclave may have restarted); open a new one.
    UnknownSession = 9,
    /// The frame does not open under the session key; the connection closes.
    BadSeal = 10,
    /// Queue full; the command was not sequenced. Retry after the detail, in µs.
    Overloaded = 11,
    /// This command stopped the enclave before and is refused. Report it.
    Poison = 12,
    /// The client has seen a later or different history than this enclave has: it is rolled back or forked. The client must stop trading here and keep both heads.
    HeadAhead = 13,
    /// The delegation is not signed by the owner.
    BadSignature = 100,
    /// Signed for another chain or settlement contract.
    BadDomain = 101,
    /// The delegation has expired. Detail: its expiry. Sign a new one.
    KeyExpired = 102,
    /// The delegation was revoked. Detail: the lowest nonce still valid.
    KeyRevoked = 103,
    /// The session key's scopes do not allow this command.
    Scope = 104,
    /// Nothing was ever deposited for this owner and sub-account.
    NoAccount = 105,
    /// The venue's session table is full; try later.
    SessionsFull = 106,
    /// Price must be 1 to the instrument's maximum. Detail: that maximum in ticks.
    BadPrice = 200,
    /// Size must be 1 to the instrument's maximum. Detail: that maximum in lots.
    BadLots = 201,
    /// Price × size exceeds what an account may hold.
    NotionalLimit = 202,
    /// No instrument has this id.
    NoMarket = 203,
    /// The instrument's mode does not allow this order. Detail: the mode.
    MarketClosed = 204,
    /// This client id was used with other content. Detail: the order id it names.
    ClientIdConflict = 205,
    /// No open order of this account has that id.
    NoOrder = 206,
    /// A post-only order would trade. Detail: the opposite best price in ticks.
    WouldCross = 207,
    /// Fill-or-kill: not enough size within the limit. Detail: lots available.
    WouldNotFill = 208,
    /// A reduce-only order has no opposite position to reduce.
    NotReducing = 209,
    /// Equity would fall below the initial requirement. Detail: the shortfall in 1e-6.
    Margin = 210,
    /// An account holds at most 16 instruments; use another sub-account.
    PositionsFull = 211,
    /// The account's open-order cap is reached. Detail: the cap.
    OrdersFull = 212,
    /// The venue's pool for this is full; nothing changed.
    Capacity = 213,
    /// A withdrawal nonce must be the last + 1. Detail: the expected nonce.
    WithdrawNonce = 214,
    /// Zero, or more than is withdrawable. Detail: what is, in 1e-6.
    WithdrawAmount = 215,
    /// An oracle round must be newer than the last and not too old. Detail: the last round.
    StaleRound = 216,
    /// Too few valid oracle signatures, unsorted signers or prices, or a price that is not positive.
    BadOracle = 217,
    /// Inbox entries are consumed in order. Detail: the expected index.
    InboxOrder = 218,
    /// The order would trade with the account's own order. Detail: that order's id.
    SelfTrade = 219,
    /// An amend must change price or size.
    NothingToAmend = 220,
    /// The order would need more fills than one command may make; the rest was cancelled or refused. Detail: the cap.
    TooManyFills = 221,
    /// The expiry has passed, or the order could not live that long: only good-till-cancel orders expire. Detail: engine time in µs.
    BadExpiry = 222,
    /// The trigger could never act as meant: out of range, met already, or beyond the price at which the account is liquidated first. Detail: the source's price, collateral per lot.
    BadTrigger = 223,
    /// These fields contradict each other (docs/orders.md). Detail: the number of the rule.
    BadCombination = 224,
    /// The group is full, has a primary already, or has none. Detail: how many orders a group may have.
    BadGroup = 225,
    /// Label 0 names nothing.
    NoLabel = 226,
    /// Quotes must ascend by instrument, name listed instruments and not cross themselves. Detail: the instrument.
    BadQuote = 227,
    /// The account has no such protection group; set it first.
    NoProtection = 228,
    /// Market-maker protection tripped. Detail: engine time in µs at which it ends, or the largest integer until reset.
    Frozen = 229,
    /// Group 0, no limit at all, or a window longer than an hour. Detail: the longest window in µs.
    BadProtection = 230,
    /// A dead-man timer is at most a day. Detail: that in µs.
    BadTimeout = 231,
    /// A transfer goes to another sub-account.
    SameAccount = 253,
    /// An option needs a listed underlying, a positive strike, and an expiry at 08:00 UTC that is ahead.
    BadOption = 250,
    /// A volatility smile is out of range, out of order or admits arbitrage. Detail: the underlying.
    BadSmile = 251,
    /// The option has not expired, or its settlement window was extended. Detail: when it settles, in µs.
    NotExpired = 252,
}

impl Reject {
    /// Every reject, ascending.
    pub const ALL: [Self; 56] = [
        Self::BadFrame,
        Self::BadType,
        Self::OutOfRange,
        Self::BadString,
        Self::UnknownOp,
        Self::FrameTooLarge,
        Self::Duplicate,
        Self::CounterGap,
        Self::UnknownSession,
        Self::BadSeal,
        Self::Overloaded,
        Self::Poison,
        Self::HeadAhead,
        Self::BadSignature,
        Self::BadDomain,
        Self::KeyExpired,
        Self::KeyRevoked,
        Self::Scope,
        Self::NoAccount,
        Self::SessionsFull,
        Self::BadPrice,
        Self::BadLots,
        Self::NotionalLimit,
        Self::NoMarket,
        Self::MarketClosed,
        Self::ClientIdConflict,
        Self::NoOrder,
        Self::WouldCross,
        Self::WouldNotFill,
        Self::NotReducing,
        Self::Margin,
        Self::PositionsFull,
        Self::OrdersFull,
        Self::Capacity,
        Self::WithdrawNonce,
        Self::WithdrawAmount,
        Self::StaleRound,
        Self::BadOracle,
        Self::InboxOrder,
        Self::SelfTrade,
        Self::NothingToAmend,
        Self::TooManyFills,
        Self::BadExpiry,
        Self::BadTrigger,
        Self::BadCombination,
        Self::BadGroup,
        Self::NoLabel,
        Self::BadQuote,
        Self::NoProtection,
        Self::Frozen,
        Self::BadProtection,
        Self::BadTimeout,
        Self::SameAccount,
        Self::BadOption,
        Self::BadSmile,
        Self::NotExpired,
    ];

    /// The stable number.
    #[inline]
    pub const fn code(self) -> u16 {
        self as u16
    }

    /// None if no reject has this number.
    pub const fn from_code(code: u16) -> Option<Self> {
        match code {
            1 => Some(Self::BadFrame),
            2 => Some(Self::BadType),
            3 => Some(Self::OutOfRange),
            4 => Some(Self::BadString),
            5 => Some(Self::UnknownOp),
            6 => Some(Self::FrameTooLarge),
            7 => Some(Self::Duplicate),
            8 => Some(Self::CounterGap),
            9 => Some(Self::UnknownSession),
            10 => Some(Self::BadSeal),
            11 => Some(Self::Overloaded),
            12 => Some(Self::Poison),
            13 => Some(Self::HeadAhead),
            100 => Some(Self::BadSignature),
            101 => Some(Self::BadDomain),
            102 => Some(Self::KeyExpired),
            103 => Some(Self::KeyRevoked),
            104 => Some(Self::Scope),
            105 => Some(Self::NoAccount),
            106 => Some(Self::SessionsFull),
            200 => Some(Self::BadPrice),
            201 => Some(Self::BadLots),
            202 => Some(Self::NotionalLimit),
            203 => Some(Self::NoMarket),
            204 => Some(Self::MarketClosed),
            205 => Some(Self::ClientIdConflict),
            206 => Some(Self::NoOrder),
            207 => Some(Self::WouldCross),
            208 => Some(Self::WouldNotFill),
            209 => Some(Self::NotReducing),
            210 => Some(Self::Margin),
            211 => Some(Self::PositionsFull),
            212 => Some(Self::OrdersFull),
            213 => Some(Self::Capacity),
            214 => Some(Self::WithdrawNonce),
            215 => Some(Self::WithdrawAmount),
            216 => Some(Self::StaleRound),
            217 => Some(Self::BadOracle),
            218 => Some(Self::InboxOrder),
            219 => Some(Self::SelfTrade),
            220 => Some(Self::NothingToAmend),
            221 => Some(Self::TooManyFills),
            222 => Some(Self::BadExpiry),
            223 => Some(Self::BadTrigger),
            224 => Some(Self::BadCombination),
            225 => Some(Self::BadGroup),
            226 => Some(Self::NoLabel),
            227 => Some(Self::BadQuote),
            228 => Some(Self::NoProtection),
            229 => Some(Self::Frozen),
            230 => Some(Self::BadProtection),
            231 => Some(Self::BadTimeout),
            253 => Some(Self::SameAccount),
            250 => Some(Self::BadOption),
            251 => Some(Self::BadSmile),
            252 => Some(Self::NotExpired),
            _ => None,
        }
    }

    /// What people read: `BAD_FRAME`.
    pub const fn wire(self) -> &'static str {
        match self {
            Self::BadFrame => "BAD_FRAME",
            Self::BadType => "BAD_TYPE",
            Self::OutOfRange => "OUT_OF_RANGE",
            Self::BadString => "BAD_STRING",
            Self::UnknownOp => "UNKNOWN_OP",
            Self::FrameTooLarge => "FRAME_TOO_LARGE",
            Self::Duplicate => "DUPLICATE",
            Self::CounterGap => "COUNTER_GAP",
            Self::UnknownSession => "UNKNOWN_SESSION",
            Self::BadSeal => "BAD_SEAL",
            Self::Overloaded => "OVERLOADED",
            Self::Poison => "E_POISON",
            Self::HeadAhead => "HEAD_AHEAD",
            Self::BadSignature => "BAD_SIGNATURE",
            Self::BadDomain => "BAD_DOMAIN",
            Self::KeyExpired => "KEY_EXPIRED",
            Self::KeyRevoked => "KEY_REVOKED",
            Self::Scope => "SCOPE",
            Self::NoAccount => "NO_ACCOUNT",
            Self::SessionsFull => "SESSIONS_FULL",
            Self::BadPrice => "BAD_PRICE",
            Self::BadLots => "BAD_QTY",
            Self::NotionalLimit => "NOTIONAL_LIMIT",
            Self::NoMarket => "NO_MARKET",
            Self::MarketClosed => "MARKET_CLOSED",
            Self::ClientIdConflict => "CLIENT_ID_CONFLICT",
            Self::NoOrder => "NO_ORDER",
            Self::WouldCross => "WOULD_CROSS",
            Self::WouldNotFill => "WOULD_NOT_FILL",
            Self::NotReducing => "NOT_REDUCING",
            Self::Margin => "MARGIN",
            Self::PositionsFull => "POSITIONS_FULL",
            Self::OrdersFull => "ORDERS_FULL",
            Self::Capacity => "E_CAPACITY",
            Self::WithdrawNonce => "NONCE_WINDOW",
            Self::WithdrawAmount => "WITHDRAW_AMOUNT",
            Self::StaleRound => "STALE_ROUND",
            Self::BadOracle => "BAD_ORACLE",
            Self::InboxOrder => "INBOX_ORDER",
            Self::SelfTrade => "SELF_TRADE",
            Self::NothingToAmend => "NOTHING_TO_AMEND",
            Self::TooManyFills => "TOO_MANY_FILLS",
            Self::BadExpiry => "BAD_EXPIRY",
            Self::BadTrigger => "BAD_TRIGGER",
            Self::BadCombination => "BAD_COMBINATION",
            Self::BadGroup => "BAD_GROUP",
            Self::NoLabel => "NO_LABEL",
            Self::BadQuote => "BAD_QUOTE",
            Self::NoProtection => "NO_PROTECTION",
            Self::Frozen => "FROZEN",
            Self::BadProtection => "BAD_PROTECTION",
            Self::BadTimeout => "BAD_TIMEOUT",
            Self::SameAccount => "SAME_ACCOUNT",
            Self::BadOption => "BAD_OPTION",
            Self::BadSmile => "BAD_SMILE",
            Self::NotExpired => "NOT_EXPIRED",
        }
    }

    /// What was wrong, and what to do.
    pub const fn doc(self) -> &'static str {
        match self {
            Self::BadFrame => "Not a well-formed frame or message. Detail: byte offset. Check arity, minimal integers, trailing bytes, nesting.",
            Self::BadType => "A field has the wrong msgpack type (floats are never allowed). Detail: byte offset.",
            Self::OutOfRange => "An integer does not fit its field. Detail: byte offset.",
            Self::BadString => "Client ids are [A-Za-z0-9_-]{1,36}. Detail: byte offset.",
            Self::UnknownOp => "No command has this code. Detail: the code.",
            Self::FrameTooLarge => "The frame exceeds the cap; the connection closes (1009). Detail: the cap.",
            Self::Duplicate => "Already executed; nothing happened now. Detail: the last counter or nonce.",
            Self::CounterGap => "A frame was lost or reordered; reconnect. Detail: the expected counter.",
            Self::UnknownSession => "No such session (the enclave may have restarted); open a new one.",
            Self::BadSeal => "The frame does not open under the session key; the connection closes.",
            Self::Overloaded => "Queue full; the command was not sequenced. Retry after the detail, in µs.",
            Self::Poison => "This command stopped the enclave before and is refused. Report it.",
            Self::HeadAhead => "The client has seen a later or different history than this enclave has: it is rolled back or forked. The client must stop trading here and keep both heads.",
            Self::BadSignature => "The delegation is not signed by the owner.",
            Self::BadDomain => "Signed for another chain or settlement contract.",
            Self::KeyExpired => "The delegation has expired. Detail: its expiry. Sign a new one.",
            Self::KeyRevoked => "The delegation was revoked. Detail: the lowest nonce still valid.",
            Self::Scope => "The session key's scopes do not allow this command.",
            Self::NoAccount => "Nothing was ever deposited for this owner and sub-account.",
            Self::SessionsFull => "The venue's session table is full; try later.",
            Self::BadPrice => "Price must be 1 to the instrument's maximum. Detail: that maximum in ticks.",
            Self::BadLots => "Size must be 1 to the instrument's maximum. Detail: that maximum in lots.",
            Self::NotionalLimit => "Price × size exceeds what an account may hold.",
            Self::NoMarket => "No instrument has this id.",
            Self::MarketClosed => "The instrument's mode does not allow this order. Detail: the mode.",
            Self::ClientIdConflict => "This client id was used with other content. Detail: the order id it names.",
            Self::NoOrder => "No open order of this account has that id.",
            Self::WouldCross => "A post-only order would trade. Detail: the opposite best price in ticks.",
            Self::WouldNotFill => "Fill-or-kill: not enough size within the limit. Detail: lots available.",
            Self::NotReducing => "A reduce-only order has no opposite position to reduce.",
            Self::Margin => "Equity would fall below the initial requirement. Detail: the shortfall in 1e-6.",
            Self::PositionsFull => "An account holds at most 16 instruments; use another sub-account.",
            Self::OrdersFull => "The account's open-order cap is reached. Detail: the cap.",
            Self::Capacity => "The venue's pool for this is full; nothing changed.",
            Self::WithdrawNonce => "A withdrawal nonce must be the last + 1. Detail: the expected nonce.",
            Self::WithdrawAmount => "Zero, or more than is withdrawable. Detail: what is, in 1e-6.",
            Self::StaleRound => "An oracle round must be newer than the last and not too old. Detail: the last round.",
            Self::BadOracle => "Too few valid oracle signatures, unsorted signers or prices, or a price that is not positive.",
            Self::InboxOrder => "Inbox entries are consumed in order. Detail: the expected index.",
            Self::SelfTrade => "The order would trade with the account's own order. Detail: that order's id.",
            Self::NothingToAmend => "An amend must change price or size.",
            Self::TooManyFills => "The order would need more fills than one command may make; the rest was cancelled or refused. Detail: the cap.",
            Self::BadExpiry => "The expiry has passed, or the order could not live that long: only good-till-cancel orders expire. Detail: engine time in µs.",
            Self::BadTrigger => "The trigger could never act as meant: out of range, met already, or beyond the price at which the account is liquidated first. Detail: the source's price, collateral per lot.",
            Self::BadCombination => "These fields contradict each other (docs/orders.md). Detail: the number of the rule.",
            Self::BadGroup => "The group is full, has a primary already, or has none. Detail: how many orders a group may have.",
            Self::NoLabel => "Label 0 names nothing.",
            Self::BadQuote => "Quotes must ascend by instrument, name listed instruments and not cross themselves. Detail: the instrument.",
            Self::NoProtection => "The account has no such protection group; set it first.",
            Self::Frozen => "Market-maker protection tripped. Detail: engine time in µs at which it ends, or the largest integer until reset.",
            Self::BadProtection => "Group 0, no limit at all, or a window longer than an hour. Detail: the longest window in µs.",
            Self::BadTimeout => "A dead-man timer is at most a day. Detail: that in µs.",
            Self::SameAccount => "A transfer goes to another sub-account.",
            Self::BadOption => "An option needs a listed underlying, a positive strike, and an expiry at 08:00 UTC that is ahead.",
            Self::BadSmile => "A volatility smile is out of range, out of order or admits arbitrage. Detail: the underlying.",
            Self::NotExpired => "The option has not expired, or its settlement window was extended. Detail: when it settles, in µs.",
        }
    }
}
