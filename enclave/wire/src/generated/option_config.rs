// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::message::Item;
use crate::reader::Reader;
use crate::text::Text;
use crate::writer::Writer;

/// An option listed at genesis; the fields of `list-option`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OptionConfig {
    /// Id, from 1.
    pub instrument: u16,
    /// `text`.
    pub symbol: Text,
    /// Collateral per tick and lot.
    pub tick_value: u64,
    /// Largest order.
    pub lots_max: u32,
    /// Highest legal price.
    pub price_ticks_max: u32,
    /// Negative is a rebate, at most what the taker pays.
    pub maker_fee_ppm: i32,
    /// `i32`.
    pub taker_fee_ppm: i32,
    /// To the insurance fund, at most.
    pub liquidation_fee_ppm: u32,
    /// First mark, collateral per lot.
    pub mark: i64,
    /// The perpetual whose index settles it.
    pub underlying: u16,
    /// `bool`.
    pub is_call: bool,
    /// Collateral per lot.
    pub strike: i64,
    /// 08:00 UTC of a day.
    pub expiry_us: u64,
}

impl Item for OptionConfig {
    #[inline]
    fn parse_item(reader: &mut Reader<'_>) -> Result<Self, ParseError> {
        reader.array_of(13)?;
        Ok(Self {
            instrument: reader.u16()?,
            symbol: reader.text()?,
            tick_value: reader.u64()?,
            lots_max: reader.u32()?,
            price_ticks_max: reader.u32()?,
            maker_fee_ppm: reader.i32()?,
            taker_fee_ppm: reader.i32()?,
            liquidation_fee_ppm: reader.u32()?,
            mark: reader.i64()?,
            underlying: reader.u16()?,
            is_call: reader.bool()?,
            strike: reader.i64()?,
            expiry_us: reader.u64()?,
        })
    }

    #[inline]
    fn emit_item(&self, writer: &mut Writer<'_>) {
        writer.array(13);
        writer.uint(self.instrument.into());
        writer.str(self.symbol.as_bytes());
        writer.uint(self.tick_value);
        writer.uint(self.lots_max.into());
        writer.uint(self.price_ticks_max.into());
        writer.int(self.maker_fee_ppm.into());
        writer.int(self.taker_fee_ppm.into());
        writer.uint(self.liquidation_fee_ppm.into());
        writer.int(self.mark);
        writer.uint(self.underlying.into());
        writer.bool(self.is_call);
        writer.int(self.strike);
        writer.uint(self.expiry_us);
    }
}
