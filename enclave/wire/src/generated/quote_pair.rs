// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::message::Item;
use crate::reader::Reader;
use crate::writer::Writer;

/// Both sides of one instrument; a side with 0 lots is only withdrawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuotePair {
    /// `u16`.
    pub instrument: u16,
    /// `u32`.
    pub bid_ticks: u32,
    /// `u32`.
    pub bid_lots: u32,
    /// `u32`.
    pub ask_ticks: u32,
    /// `u32`.
    pub ask_lots: u32,
}

impl Item for QuotePair {
    #[inline]
    fn parse_item(reader: &mut Reader<'_>) -> Result<Self, ParseError> {
        reader.array_of(5)?;
        Ok(Self {
            instrument: reader.u16()?,
            bid_ticks: reader.u32()?,
            bid_lots: reader.u32()?,
            ask_ticks: reader.u32()?,
            ask_lots: reader.u32()?,
        })
    }

    #[inline]
    fn emit_item(&self, writer: &mut Writer<'_>) {
        writer.array(5);
        writer.uint(self.instrument.into());
        writer.uint(self.bid_ticks.into());
        writer.uint(self.bid_lots.into());
        writer.uint(self.ask_ticks.into());
        writer.uint(self.ask_lots.into());
    }
}
