// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::message::{Message, parse_body, parse_head};
use crate::reader::Reader;
use crate::structure;
use crate::writer::{EmitError, Writer};

use crate::generated::{ConnectionClosed, EpochOpened, Expire, InboxEntry, InstrumentRisk, ListInstrument, ListOption, OracleRound, SetMarketMode, Tick, VolatilityRound};

/// What only the enclave sequences, codes 64–95.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SystemCommand<'a> {
    /// From the attested configuration, at genesis.
    ListInstrument(ListInstrument<'a>),
    /// Engine time moves to the header's time.
    Tick(Tick),
    /// Index prices signed by k of n oracles. Digest: keccak256 of `"sealbook.oracle" ‖ chain id u64 BE ‖ settlement 20 ‖ round u64 BE ‖ time u64 BE ‖ (instrument u16 BE ‖ index i64 BE)*`.
    OracleRound(OracleRound<'a>),
    /// One entry of the on-chain inbox, in order.
    InboxEntry(InboxEntry),
    /// First record of an epoch.
    EpochOpened(EpochOpened),
    /// What a market takes from now on. From outside only signed (docs/boundaries.md section 12).
    SetMarketMode(SetMarketMode<'a>),
    /// A connection ended whose session asked for cancel-on-disconnect.
    ConnectionClosed(ConnectionClosed),
    /// Sets an instrument's margin ramps and oracle guards. All zero, the state at listing, switches them off.
    InstrumentRisk(InstrumentRisk<'a>),
    /// Lists a European, cash-settled option on a listed perpetual's index.
    ListOption(ListOption<'a>),
    /// SVI smiles signed by k of n oracles. Digest: keccak256 of `"sealbook.volatility" ‖ chain id u64 BE ‖ settlement 20 ‖ round u64 BE ‖ time u64 BE ‖ (underlying u16 BE ‖ expiry u64 BE ‖ forward ‖ a ‖ b ‖ rho ‖ m ‖ s, i64 BE each)*`.
    VolatilityRound(VolatilityRound<'a>),
    /// Settles an option whose expiry has passed, in cash. Anyone's host may send it; repeated until nothing is left.
    Expire(Expire),
}

impl<'a> SystemCommand<'a> {
    /// No message of the group takes more bytes.
    pub const LENGTH_MAX: usize = 5434;

    /// Reads one message; more may follow.
    #[inline]
    pub fn parse_item(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        let start = reader.offset();
        let (arity, code) = parse_head(reader)?;
        match code {
            64 => parse_body(reader, start, arity).map(Self::ListInstrument),
            65 => parse_body(reader, start, arity).map(Self::Tick),
            66 => parse_body(reader, start, arity).map(Self::OracleRound),
            67 => parse_body(reader, start, arity).map(Self::InboxEntry),
            68 => parse_body(reader, start, arity).map(Self::EpochOpened),
            69 => parse_body(reader, start, arity).map(Self::SetMarketMode),
            70 => parse_body(reader, start, arity).map(Self::ConnectionClosed),
            75 => parse_body(reader, start, arity).map(Self::InstrumentRisk),
            76 => parse_body(reader, start, arity).map(Self::ListOption),
            77 => parse_body(reader, start, arity).map(Self::VolatilityRound),
            78 => parse_body(reader, start, arity).map(Self::Expire),
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
            Self::ListInstrument(message) => message.emit(writer),
            Self::Tick(message) => message.emit(writer),
            Self::OracleRound(message) => message.emit(writer),
            Self::InboxEntry(message) => message.emit(writer),
            Self::EpochOpened(message) => message.emit(writer),
            Self::SetMarketMode(message) => message.emit(writer),
            Self::ConnectionClosed(message) => message.emit(writer),
            Self::InstrumentRisk(message) => message.emit(writer),
            Self::ListOption(message) => message.emit(writer),
            Self::VolatilityRound(message) => message.emit(writer),
            Self::Expire(message) => message.emit(writer),
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
            Self::ListInstrument(_) => 64,
            Self::Tick(_) => 65,
            Self::OracleRound(_) => 66,
            Self::InboxEntry(_) => 67,
            Self::EpochOpened(_) => 68,
            Self::SetMarketMode(_) => 69,
            Self::ConnectionClosed(_) => 70,
            Self::InstrumentRisk(_) => 75,
            Self::ListOption(_) => 76,
            Self::VolatilityRound(_) => 77,
            Self::Expire(_) => 78,
        }
    }

    /// The message's name in the schema.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::ListInstrument(_) => "list-instrument",
            Self::Tick(_) => "tick",
            Self::OracleRound(_) => "oracle-round",
            Self::InboxEntry(_) => "inbox-entry",
            Self::EpochOpened(_) => "epoch-opened",
            Self::SetMarketMode(_) => "set-market-mode",
            Self::ConnectionClosed(_) => "connection-closed",
            Self::InstrumentRisk(_) => "instrument-risk",
            Self::ListOption(_) => "list-option",
            Self::VolatilityRound(_) => "volatility-round",
            Self::Expire(_) => "expire",
        }
    }
}
