// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::message::{Message, parse_body, parse_head};
use crate::reader::Reader;
use crate::structure;
use crate::writer::{EmitError, Writer};

use crate::generated::{BootReply, BootRequest, EnclaveConfig, EnclaveStatus, OpenEpoch, PoisonList, RecoveryEnd};

/// What host and enclave tell each other, codes 176–199.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ControlMessage<'a> {
    /// Fixed for the life of a venue; its SHA-256 is attested.
    EnclaveConfig(EnclaveConfig<'a>),
    /// `boot-request`.
    BootRequest(BootRequest),
    /// `boot-reply`.
    BootReply(BootReply),
    /// The chain's head.
    RecoveryEnd(RecoveryEnd),
    /// Reply of sealbook_open_epoch.
    OpenEpoch(OpenEpoch),
    /// `poison-list`.
    PoisonList(PoisonList<'a>),
    /// `enclave-status`.
    EnclaveStatus(EnclaveStatus),
}

impl<'a> ControlMessage<'a> {
    /// No message of the group takes more bytes.
    pub const LENGTH_MAX: usize = 133109;

    /// Reads one message; more may follow.
    #[inline]
    pub fn parse_item(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        let start = reader.offset();
        let (arity, code) = parse_head(reader)?;
        match code {
            176 => parse_body(reader, start, arity).map(Self::EnclaveConfig),
            177 => parse_body(reader, start, arity).map(Self::BootRequest),
            178 => parse_body(reader, start, arity).map(Self::BootReply),
            179 => parse_body(reader, start, arity).map(Self::RecoveryEnd),
            180 => parse_body(reader, start, arity).map(Self::OpenEpoch),
            181 => parse_body(reader, start, arity).map(Self::PoisonList),
            182 => parse_body(reader, start, arity).map(Self::EnclaveStatus),
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
            Self::EnclaveConfig(message) => message.emit(writer),
            Self::BootRequest(message) => message.emit(writer),
            Self::BootReply(message) => message.emit(writer),
            Self::RecoveryEnd(message) => message.emit(writer),
            Self::OpenEpoch(message) => message.emit(writer),
            Self::PoisonList(message) => message.emit(writer),
            Self::EnclaveStatus(message) => message.emit(writer),
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
            Self::EnclaveConfig(_) => 176,
            Self::BootRequest(_) => 177,
            Self::BootReply(_) => 178,
            Self::RecoveryEnd(_) => 179,
            Self::OpenEpoch(_) => 180,
            Self::PoisonList(_) => 181,
            Self::EnclaveStatus(_) => 182,
        }
    }

    /// The message's name in the schema.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::EnclaveConfig(_) => "enclave-config",
            Self::BootRequest(_) => "boot-request",
            Self::BootReply(_) => "boot-reply",
            Self::RecoveryEnd(_) => "recovery-end",
            Self::OpenEpoch(_) => "open-epoch",
            Self::PoisonList(_) => "poison-list",
            Self::EnclaveStatus(_) => "enclave-status",
        }
    }
}
