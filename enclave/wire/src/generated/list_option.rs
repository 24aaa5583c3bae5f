// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::generated::InstrumentConfig;
use crate::generated::OracleSignature;
use crate::list::List;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// Lists a European, cash-settled option on a listed perpetual's index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListOption<'a> {
    /// List of instrument-config, exactly 1: kind option; `index` is the first mark; the margin fractions are not used.
    pub config: List<'a, InstrumentConfig>,
    /// The perpetual whose index settles it.
    pub underlying: u16,
    /// `bool`.
    pub is_call: bool,
    /// Collateral per lot.
    pub strike: i64,
    /// 08:00 UTC of a day.
    pub expiry_us: u64,
    /// As for `set-market-mode`.
    pub number: u64,
    /// List of oracle-signature, at most 16.
    pub signatures: List<'a, OracleSignature>,
}

impl<'a> Message<'a> for ListOption<'a> {
    const CODE: u32 = 76;
    const NAME: &'static str = "list-option";
    const ARITY: u32 = 8;
    const LENGTH_MAX: usize = 1281;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            config: reader.list(1, 1)?,
            underlying: reader.u16()?,
            is_call: reader.bool()?,
            strike: reader.i64()?,
            expiry_us: reader.u64()?,
            number: reader.u64()?,
            signatures: reader.list(0, 16)?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        self.config.emit(writer, 1, 1);
        writer.uint(self.underlying.into());
        writer.bool(self.is_call);
        writer.int(self.strike);
        writer.uint(self.expiry_us);
        writer.uint(self.number);
        self.signatures.emit(writer, 0, 16);
    }
}
