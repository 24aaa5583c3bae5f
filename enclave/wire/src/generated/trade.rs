// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::generated::Side;
use crate::message::Item;
use crate::reader::Reader;
use crate::writer::Writer;

/// The record `trade`, an array without a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trade {
    /// Gap-free per venue.
    pub trade_id: u64,
    /// The maker's.
    pub price_ticks: u32,
    /// `u32`.
    pub lots: u32,
    /// `side`.
    pub taker_side: Side,
}

impl Item for Trade {
    #[inline]
    fn parse_item(reader: &mut Reader<'_>) -> Result<Self, ParseError> {
        reader.array_of(4)?;
        Ok(Self {
            trade_id: reader.u64()?,
            price_ticks: reader.u32()?,
            lots: reader.u32()?,
            taker_side: reader.enumeration(Side::from_u8)?,
        })
    }

    #[inline]
    fn emit_item(&self, writer: &mut Writer<'_>) {
        writer.array(4);
        writer.uint(self.trade_id);
        writer.uint(self.price_ticks.into());
        writer.uint(self.lots.into());
        writer.uint(self.taker_side as u64);
    }
}
