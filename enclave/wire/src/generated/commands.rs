// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::message::{Message, parse_body, parse_head};
use crate::reader::Reader;
use crate::structure;
use crate::writer::{EmitError, Writer};

use crate::generated::{AccountQuery, Amend, Cancel, CancelAfter, CancelAll, CancelLabel, CancelOnDisconnect, MassQuote, Ping, Place, PlaceAdvanced, Query, ResetProtection, Revoke, SetMarginMode, SetProtection, Transfer, Withdraw};

/// What a session may ask for, codes 1–63.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command<'a> {
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
    /// Places an order with everything `place` leaves out (docs/orders.md).
    PlaceAdvanced(PlaceAdvanced),
    /// Cancels every order of the account with this label.
    CancelLabel(CancelLabel),
    /// Dead-man timer: unless renewed, every order of the account is cancelled at the first tick after this time.
    CancelAfter(CancelAfter),
    /// Replaces the account's quotes under this label: for every instrument named, the older ones leave before the new ones are placed, post-only.
    MassQuote(MassQuote<'a>),
    /// Market-maker protection of one group: a fill that would exceed a limit within the window does not happen; the group's orders are cancelled and it is frozen.
    SetProtection(SetProtection),
    /// Unfreezes a group and starts its window afresh.
    ResetProtection(ResetProtection),
    /// Whether the account's orders are cancelled when this connection ends. Off until asked for.
    CancelOnDisconnect(CancelOnDisconnect),
    /// Sets how the account's requirement is computed; refused if the account would not be healthy then.
    SetMarginMode(SetMarginMode),
    /// Moves collateral to another sub-account of the same owner, which it opens if need be. Needs the withdraw scope.
    Transfer(Transfer),
}

impl<'a> Command<'a> {
    /// No message of the group takes more bytes.
    pub const LENGTH_MAX: usize = 397;

    /// Reads one message; more may follow.
    #[inline]
    pub fn parse_item(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
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
            10 => parse_body(reader, start, arity).map(Self::PlaceAdvanced),
            11 => parse_body(reader, start, arity).map(Self::CancelLabel),
            12 => parse_body(reader, start, arity).map(Self::CancelAfter),
            13 => parse_body(reader, start, arity).map(Self::MassQuote),
            14 => parse_body(reader, start, arity).map(Self::SetProtection),
            15 => parse_body(reader, start, arity).map(Self::ResetProtection),
            16 => parse_body(reader, start, arity).map(Self::CancelOnDisconnect),
            17 => parse_body(reader, start, arity).map(Self::SetMarginMode),
            18 => parse_body(reader, start, arity).map(Self::Transfer),
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
            Self::Place(message) => message.emit(writer),
            Self::Amend(message) => message.emit(writer),
            Self::Cancel(message) => message.emit(writer),
            Self::CancelAll(message) => message.emit(writer),
            Self::Query(message) => message.emit(writer),
            Self::Withdraw(message) => message.emit(writer),
            Self::Ping(message) => message.emit(writer),
            Self::Revoke(message) => message.emit(writer),
            Self::AccountQuery(message) => message.emit(writer),
            Self::PlaceAdvanced(message) => message.emit(writer),
            Self::CancelLabel(message) => message.emit(writer),
            Self::CancelAfter(message) => message.emit(writer),
            Self::MassQuote(message) => message.emit(writer),
            Self::SetProtection(message) => message.emit(writer),
            Self::ResetProtection(message) => message.emit(writer),
            Self::CancelOnDisconnect(message) => message.emit(writer),
            Self::SetMarginMode(message) => message.emit(writer),
            Self::Transfer(message) => message.emit(writer),
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
            Self::PlaceAdvanced(_) => 10,
            Self::CancelLabel(_) => 11,
            Self::CancelAfter(_) => 12,
            Self::MassQuote(_) => 13,
            Self::SetProtection(_) => 14,
            Self::ResetProtection(_) => 15,
            Self::CancelOnDisconnect(_) => 16,
            Self::SetMarginMode(_) => 17,
            Self::Transfer(_) => 18,
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
            Self::PlaceAdvanced(_) => "place-advanced",
            Self::CancelLabel(_) => "cancel-label",
            Self::CancelAfter(_) => "cancel-after",
            Self::MassQuote(_) => "mass-quote",
            Self::SetProtection(_) => "set-protection",
            Self::ResetProtection(_) => "reset-protection",
            Self::CancelOnDisconnect(_) => "cancel-on-disconnect",
            Self::SetMarginMode(_) => "set-margin-mode",
            Self::Transfer(_) => "transfer",
        }
    }
}
