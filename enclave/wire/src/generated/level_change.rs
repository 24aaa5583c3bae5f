// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::generated::Side;
use crate::message::Item;
use crate::reader::Reader;
use crate::writer::Writer;

/// A price level after the command; `lots` 0 removes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LevelChange {
    /// `side`.
    pub side: Side,
    /// `u32`.
    pub price_ticks: u32,
    /// Total resting after the command.
    pub lots: u64,
}

impl Item for LevelChange {
    #[inline]
    fn parse_item(reader: &mut Reader<'_>) -> Result<Self, ParseError> {
        reader.array_of(3)?;
        Ok(Self {
            side: reader.enumeration(Side::from_u8)?,
            price_ticks: reader.u32()?,
            lots: reader.u64()?,
        })
    }

    #[inline]
    fn emit_item(&self, writer: &mut Writer<'_>) {
        writer.array(3);
        writer.uint(self.side as u64);
        writer.uint(self.price_ticks.into());
        writer.uint(self.lots);
    }
}
