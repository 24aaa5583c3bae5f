// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::message::Item;
use crate::reader::Reader;
use crate::writer::Writer;

/// What became of one pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuoteLeg {
    /// `u16`.
    pub instrument: u16,
    /// 0 if it does not rest.
    pub bid_order_id: u64,
    /// 0, or a reject code.
    pub bid_code: u16,
    /// 0 if it does not rest.
    pub ask_order_id: u64,
    /// 0, or a reject code.
    pub ask_code: u16,
}

impl Item for QuoteLeg {
    #[inline]
    fn parse_item(reader: &mut Reader<'_>) -> Result<Self, ParseError> {
        reader.array_of(5)?;
        Ok(Self {
            instrument: reader.u16()?,
            bid_order_id: reader.u64()?,
            bid_code: reader.u16()?,
            ask_order_id: reader.u64()?,
            ask_code: reader.u16()?,
        })
    }

    #[inline]
    fn emit_item(&self, writer: &mut Writer<'_>) {
        writer.array(5);
        writer.uint(self.instrument.into());
        writer.uint(self.bid_order_id);
        writer.uint(self.bid_code.into());
        writer.uint(self.ask_order_id);
        writer.uint(self.ask_code.into());
    }
}
