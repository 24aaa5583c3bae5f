// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// Part of a position was closed against a bankrupt account at that account's zero price: the highest leverages first, down to a common level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deleveraged {
    /// `u64`.
    pub sequence: u64,
    /// `u16`.
    pub instrument: u16,
    /// Signed change of the position.
    pub lots: i64,
    /// Collateral per lot.
    pub price: i64,
    /// `u64`.
    pub leverage_before_ppm: u64,
    /// Never above the one before.
    pub leverage_after_ppm: u64,
}

impl<'a> Message<'a> for Deleveraged {
    const CODE: u32 = 146;
    const NAME: &'static str = "deleveraged";
    const ARITY: u32 = 7;
    const LENGTH_MAX: usize = 51;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            sequence: reader.u64()?,
            instrument: reader.u16()?,
            lots: reader.i64()?,
            price: reader.i64()?,
            leverage_before_ppm: reader.u64()?,
            leverage_after_ppm: reader.u64()?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.uint(self.sequence);
        writer.uint(self.instrument.into());
        writer.int(self.lots);
        writer.int(self.price);
        writer.uint(self.leverage_before_ppm);
        writer.uint(self.leverage_after_ppm);
    }
}
