// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::message::{Message, parse_body, parse_head};
use crate::reader::Reader;
use crate::structure;
use crate::writer::{EmitError, Writer};

use crate::generated::{AccountQuery, Amend, Cancel, CancelAll, Ping, Place, Query, Revoke, Withdraw};

/// What a session may ask for, codes 1–63.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Places an order. The same client id with the same content returns the stored result; with other content `CLIENT_ID_CONFLICT`.
    Place(Place),
    /// Changes price or size of a resting order. A smaller size at the same price keeps its place.
    Amend(Amend),
    /// Cancels one order. `NO_ORDER` if unknown, filled or another account's: the three are not told apart.
    Cancel(Cancel),
    /// Cancels every order of the account.
    CancelAll(CancelAll),
    /// What became of a client order id. Always answers.
    Query(Query),
    /// Withdraws collateral to the owner, claimable on chain once its batch is anchored.
    Withdraw(Withdraw),
    /// Answers with engine time.
    Ping(Ping),
    /// Voids every delegation of the account whose nonce is below this.
    Revoke(Revoke),
    /// Asks for an `account` event.
    AccountQuery(AccountQuery),
}

impl Command {
    /// No message of the group takes more bytes.
    pub const LENGTH_MAX: usize = 58;

    /// Reads one message; more may follow.
    #[inline]
    pub fn parse_item(reader: &mut Reader<'_>) -> Result<Self, ParseError> {
        let start = reader.offset();
        let (arity, code) = parse_head(reader)?;
        match code {
            1 => parse_body(reader, start, arity).map(Self::Place),
            2 => parse_body(reader, start, arity).map(Self::Amend),
            3 => parse_body(reader, start, arity).map(Self::Cancel),
            4 => parse_body(reader, start, arity).map(Self::CancelAll),
            5 => parse_body(reader, start, arity).map(Self::Query),
            6 => parse_body(reader, start, arity).map(Self::Withdraw),
            7 => parse_body(reader, start, arity).map(Self::Ping),
            8 => parse_body(reader, start, arity).map(Self::Revoke),
            9 => parse_body(reader, start, arity).map(Self::AccountQuery),
            _ => Err(ParseError::unknown_op(code)),
        }
    }

    /// Bytes that are one message of the group and nothing else.
    pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
        let mut reader = Reader::new(bytes);
        let parsed = Self::parse_item(&mut reader);
        let parsed = parsed.and_then(|message| reader.end().map(|()| message));
        parsed.map_err(|error| structure::first_fault(bytes).unwrap_or(error))
    }

    /// Appends the message.
    #[inline]
    pub fn emit(&self, writer: &mut Writer<'_>) {
        match self {
            Self::Place(message) => message.emit(writer),
            Self::Amend(message) => message.emit(writer),
            Self::Cancel(message) => message.emit(writer),
            Self::CancelAll(message) => message.emit(writer),
            Self::Query(message) => message.emit(writer),
            Self::Withdraw(message) => message.emit(writer),
            Self::Ping(message) => message.emit(writer),
            Self::Revoke(message) => message.emit(writer),
            Self::AccountQuery(message) => message.emit(writer),
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
            Self::Place(_) => 1,
            Self::Amend(_) => 2,
            Self::Cancel(_) => 3,
            Self::CancelAll(_) => 4,
            Self::Query(_) => 5,
            Self::Withdraw(_) => 6,
            Self::Ping(_) => 7,
            Self::Revoke(_) => 8,
            Self::AccountQuery(_) => 9,
        }
    }

    /// The message's name in the schema.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Place(_) => "place",
            Self::Amend(_) => "amend",
            Self::Cancel(_) => "cancel",
            Self::CancelAll(_) => "cancel-all",
            Self::Query(_) => "query",
            Self::Withdraw(_) => "withdraw",
            Self::Ping(_) => "ping",
            Self::Revoke(_) => "revoke",
            Self::AccountQuery(_) => "account-query",
        }
    }
}
