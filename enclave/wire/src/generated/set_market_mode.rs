// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::generated::MarketMode;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// What a market takes from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SetMarketMode {
    /// `u16`.
    pub instrument: u16,
    /// `market-mode`.
    pub mode: MarketMode,
}

impl<'a> Message<'a> for SetMarketMode {
    const CODE: u32 = 69;
    const NAME: &'static str = "set-market-mode";
    const ARITY: u32 = 3;
    const LENGTH_MAX: usize = 6;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            instrument: reader.u16()?,
            mode: reader.enumeration(MarketMode::from_u8)?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.uint(self.instrument.into());
        writer.uint(self.mode as u64);
    }
}
