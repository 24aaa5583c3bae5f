// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::generated::InstrumentKind;
use crate::message::Item;
use crate::reader::Reader;
use crate::text::Text;
use crate::writer::Writer;

/// The record `instrument-config`, an array without a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InstrumentConfig {
    /// Id, from 1.
    pub instrument: u16,
    /// `text`.
    pub symbol: Text,
    /// `instrument-kind`.
    pub kind: InstrumentKind,
    /// Collateral per tick and lot.
    pub tick_value: u64,
    /// Largest order.
    pub lots_max: u32,
    /// Highest legal price.
    pub price_ticks_max: u32,
    /// Initial margin fraction.
    pub initial_ppm: u32,
    /// Maintenance margin fraction.
    pub maintenance_ppm: u32,
    /// Negative is a rebate, at most what the taker pays.
    pub maker_fee_ppm: i32,
    /// `i32`.
    pub taker_fee_ppm: i32,
    /// To the insurance fund, at most.
    pub liquidation_fee_ppm: u32,
    /// Price at listing, collateral per lot.
    pub index: i64,
}

impl Item for InstrumentConfig {
    #[inline]
    fn parse_item(reader: &mut Reader<'_>) -> Result<Self, ParseError> {
        reader.array_of(12)?;
        Ok(Self {
            instrument: reader.u16()?,
            symbol: reader.text()?,
            kind: reader.enumeration(InstrumentKind::from_u8)?,
            tick_value: reader.u64()?,
            lots_max: reader.u32()?,
            price_ticks_max: reader.u32()?,
            initial_ppm: reader.u32()?,
            maintenance_ppm: reader.u32()?,
            maker_fee_ppm: reader.i32()?,
            taker_fee_ppm: reader.i32()?,
            liquidation_fee_ppm: reader.u32()?,
            index: reader.i64()?,
        })
    }

    #[inline]
    fn emit_item(&self, writer: &mut Writer<'_>) {
        writer.array(12);
        writer.uint(self.instrument.into());
        writer.str(self.symbol.as_bytes());
        writer.uint(self.kind as u64);
        writer.uint(self.tick_value);
        writer.uint(self.lots_max.into());
        writer.uint(self.price_ticks_max.into());
        writer.uint(self.initial_ppm.into());
        writer.uint(self.maintenance_ppm.into());
        writer.int(self.maker_fee_ppm.into());
        writer.int(self.taker_fee_ppm.into());
        writer.uint(self.liquidation_fee_ppm.into());
        writer.int(self.index);
    }
}
