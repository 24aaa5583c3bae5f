// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::message::{Message, parse_body, parse_head};
use crate::reader::Reader;
use crate::structure;
use crate::writer::{EmitError, Writer};

use crate::generated::{AccountEvent, Covered, Credited, Deleveraged, ErrorEvent, Expired, Fill, FundingSettled, Liquidated, OrderClosed, OrderOpened, OrderResized, OrderTriggered, ProtectionTripped, QuoteResult, ResultEvent, SessionOpened, Socialised, Transferred, Withdrawn};

/// What a session is told, codes 128–159.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionEvent<'a> {
    /// `session-opened`.
    SessionOpened(SessionOpened),
    /// The outcome of one command; exactly one each, in order.
    Result(ResultEvent),
    /// `fill`.
    Fill(Fill),
    /// A resting order left the book other than by being filled.
    OrderClosed(OrderClosed),
    /// A deposit arrived.
    Credited(Credited),
    /// A withdrawal was recorded; claim it once its batch is on chain.
    Withdrawn(Withdrawn),
    /// `liquidated`.
    Liquidated(Liquidated),
    /// Answer to `account-query`.
    Account(AccountEvent<'a>),
    /// A frame that could not become commands.
    Error(ErrorEvent),
    /// An order lost lots without trading and stays.
    OrderResized(OrderResized),
    /// A waiting order's trigger was met; what it did follows.
    OrderTriggered(OrderTriggered),
    /// An order rests, or waits, with these terms.
    OrderOpened(OrderOpened),
    /// What became of each pair of a mass quote; sent to the session that asked.
    QuoteResult(QuoteResult<'a>),
    /// Market-maker protection blocked a fill, cancelled the group's orders and froze it.
    ProtectionTripped(ProtectionTripped),
    /// Part of a position was closed against a bankrupt account at that account's zero price: the highest leverages first, down to a common level.
    Deleveraged(Deleveraged),
    /// This withdrawal paid less than it took: the insurance fund owes more than it has, and who leaves bears a share.
    Socialised(Socialised),
    /// A position in an option was settled in cash.
    Expired(Expired),
    /// Funding of a position since it was last settled left the collateral; sent before whatever touched the position.
    FundingSettled(FundingSettled),
    /// Collateral moved between two sub-accounts of the owner.
    Transferred(Transferred),
    /// The insurance fund paid what the account owed and had no position left to pay from.
    Covered(Covered),
}

impl<'a> SessionEvent<'a> {
    /// No message of the group takes more bytes.
    pub const LENGTH_MAX: usize = 571;

    /// Reads one message; more may follow.
    #[inline]
    pub fn parse_item(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        let start = reader.offset();
        let (arity, code) = parse_head(reader)?;
        match code {
            128 => parse_body(reader, start, arity).map(Self::SessionOpened),
            129 => parse_body(reader, start, arity).map(Self::Result),
            130 => parse_body(reader, start, arity).map(Self::Fill),
            131 => parse_body(reader, start, arity).map(Self::OrderClosed),
            132 => parse_body(reader, start, arity).map(Self::Credited),
            133 => parse_body(reader, start, arity).map(Self::Withdrawn),
            134 => parse_body(reader, start, arity).map(Self::Liquidated),
            135 => parse_body(reader, start, arity).map(Self::Account),
            136 => parse_body(reader, start, arity).map(Self::Error),
            137 => parse_body(reader, start, arity).map(Self::OrderResized),
            138 => parse_body(reader, start, arity).map(Self::OrderTriggered),
            139 => parse_body(reader, start, arity).map(Self::OrderOpened),
            140 => parse_body(reader, start, arity).map(Self::QuoteResult),
            141 => parse_body(reader, start, arity).map(Self::ProtectionTripped),
            146 => parse_body(reader, start, arity).map(Self::Deleveraged),
            147 => parse_body(reader, start, arity).map(Self::Socialised),
            148 => parse_body(reader, start, arity).map(Self::Expired),
            149 => parse_body(reader, start, arity).map(Self::FundingSettled),
            150 => parse_body(reader, start, arity).map(Self::Transferred),
            151 => parse_body(reader, start, arity).map(Self::Covered),
            _ => Err(ParseError::unknown_op(code)),
        }
    }

    /// Bytes that are one message of the group and nothing else.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, ParseError> {
        let mut reader = Reader::new(bytes);
        let parsed = Self::parse_item(&mut reader);
        let parsed = parsed.and_then(|message| reader.end().map(|()| message));
        parsed.map_err(|error| structure::first_fault(bytes).unwrap_or(error))
    }

    /// Appends the message.
    #[inline]
    pub fn emit(&self, writer: &mut Writer<'_>) {
        match self {
            Self::SessionOpened(message) => message.emit(writer),
            Self::Result(message) => message.emit(writer),
            Self::Fill(message) => message.emit(writer),
            Self::OrderClosed(message) => message.emit(writer),
            Self::Credited(message) => message.emit(writer),
            Self::Withdrawn(message) => message.emit(writer),
            Self::Liquidated(message) => message.emit(writer),
            Self::Account(message) => message.emit(writer),
            Self::Error(message) => message.emit(writer),
            Self::OrderResized(message) => message.emit(writer),
            Self::OrderTriggered(message) => message.emit(writer),
            Self::OrderOpened(message) => message.emit(writer),
            Self::QuoteResult(message) => message.emit(writer),
            Self::ProtectionTripped(message) => message.emit(writer),
            Self::Deleveraged(message) => message.emit(writer),
            Self::Socialised(message) => message.emit(writer),
            Self::Expired(message) => message.emit(writer),
            Self::FundingSettled(message) => message.emit(writer),
            Self::Transferred(message) => message.emit(writer),
            Self::Covered(message) => message.emit(writer),
        }
    }

    /// Emits into a buffer; the bytes used.
    pub fn emit_into<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b [u8], EmitError> {
        let mut writer = Writer::new(buffer);
        self.emit(&mut writer);
        writer.finish()
    }

    /// The message's code.
    pub const fn code(&self) -> u32 {
        match self {
            Self::SessionOpened(_) => 128,
            Self::Result(_) => 129,
            Self::Fill(_) => 130,
            Self::OrderClosed(_) => 131,
            Self::Credited(_) => 132,
            Self::Withdrawn(_) => 133,
            Self::Liquidated(_) => 134,
            Self::Account(_) => 135,
            Self::Error(_) => 136,
            Self::OrderResized(_) => 137,
            Self::OrderTriggered(_) => 138,
            Self::OrderOpened(_) => 139,
            Self::QuoteResult(_) => 140,
            Self::ProtectionTripped(_) => 141,
            Self::Deleveraged(_) => 146,
            Self::Socialised(_) => 147,
            Self::Expired(_) => 148,
            Self::FundingSettled(_) => 149,
            Self::Transferred(_) => 150,
            Self::Covered(_) => 151,
        }
    }

    /// The message's name in the schema.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::SessionOpened(_) => "session-opened",
            Self::Result(_) => "result",
            Self::Fill(_) => "fill",
            Self::OrderClosed(_) => "order-closed",
            Self::Credited(_) => "credited",
            Self::Withdrawn(_) => "withdrawn",
            Self::Liquidated(_) => "liquidated",
            Self::Account(_) => "account",
            Self::Error(_) => "error",
            Self::OrderResized(_) => "order-resized",
            Self::OrderTriggered(_) => "order-triggered",
            Self::OrderOpened(_) => "order-opened",
            Self::QuoteResult(_) => "quote-result",
            Self::ProtectionTripped(_) => "protection-tripped",
            Self::Deleveraged(_) => "deleveraged",
            Self::Socialised(_) => "socialised",
            Self::Expired(_) => "expired",
            Self::FundingSettled(_) => "funding-settled",
            Self::Transferred(_) => "transferred",
            Self::Covered(_) => "covered",
        }
    }
}
