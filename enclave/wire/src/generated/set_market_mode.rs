// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::generated::MarketMode;
use crate::generated::OracleSignature;
use crate::list::List;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// What a market takes from now on. From outside only signed (docs/boundaries.md section 12).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SetMarketMode<'a> {
    /// `u16`.
    pub instrument: u16,
    /// `market-mode`.
    pub mode: MarketMode,
    /// Of the order, strictly increasing over all three kinds; 0 from the enclave itself.
    pub number: u64,
    /// List of oracle-signature, at most 16.
    pub signatures: List<'a, OracleSignature>,
}

impl<'a> Message<'a> for SetMarketMode<'a> {
    const CODE: u32 = 69;
    const NAME: &'static str = "set-market-mode";
    const ARITY: u32 = 5;
    const LENGTH_MAX: usize = 1138;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            instrument: reader.u16()?,
            mode: reader.enumeration(MarketMode::from_u8)?,
            number: reader.u64()?,
            signatures: reader.list(0, 16)?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.uint(self.instrument.into());
        writer.uint(self.mode as u64);
        writer.uint(self.number);
        self.signatures.emit(writer, 0, 16);
    }
}
