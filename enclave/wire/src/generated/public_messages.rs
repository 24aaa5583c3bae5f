// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::message::{Message, parse_body, parse_head};
use crate::reader::Reader;
use crate::structure;
use crate::writer::{EmitError, Writer};

use crate::generated::{Market, SignedHead, Terms, Ticker};

/// What everyone is told, codes 160–175.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublicMessage<'a> {
    /// What one command changed in one book. Gap-free: `previous_sequence` is the last public sequence of this instrument.
    Market(Market<'a>),
    /// After an oracle round.
    Ticker(Ticker),
    /// `signed-head`.
    SignedHead(SignedHead),
    /// What an instrument is: at its listing, and after a restart of the enclave.
    Terms(Terms),
}

impl<'a> PublicMessage<'a> {
    /// No message of the group takes more bytes.
    pub const LENGTH_MAX: usize = 18992;

    /// Reads one message; more may follow.
    #[inline]
    pub fn parse_item(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        let start = reader.offset();
        let (arity, code) = parse_head(reader)?;
        match code {
            160 => parse_body(reader, start, arity).map(Self::Market),
            161 => parse_body(reader, start, arity).map(Self::Ticker),
            162 => parse_body(reader, start, arity).map(Self::SignedHead),
            163 => parse_body(reader, start, arity).map(Self::Terms),
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
            Self::Market(message) => message.emit(writer),
            Self::Ticker(message) => message.emit(writer),
            Self::SignedHead(message) => message.emit(writer),
            Self::Terms(message) => message.emit(writer),
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
            Self::Market(_) => 160,
            Self::Ticker(_) => 161,
            Self::SignedHead(_) => 162,
            Self::Terms(_) => 163,
        }
    }

    /// The message's name in the schema.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Market(_) => "market",
            Self::Ticker(_) => "ticker",
            Self::SignedHead(_) => "signed-head",
            Self::Terms(_) => "terms",
        }
    }
}
