// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::generated::InstrumentKind;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// What an instrument is: at its listing, and after a restart of the enclave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// `u64`.
    pub epoch: u64,
    /// `u64`.
    pub sequence: u64,
    /// `u16`.
    pub instrument: u16,
    /// `instrument-kind`.
    pub kind: InstrumentKind,
    /// Collateral per tick and lot.
    pub tick_value: u64,
    /// `u32`.
    pub lots_max: u32,
    /// `u32`.
    pub price_ticks_max: u32,
    /// `i32`.
    pub maker_fee_ppm: i32,
    /// `i32`.
    pub taker_fee_ppm: i32,
    /// 0 for an option.
    pub initial_ppm: u32,
    /// 0 for an option.
    pub maintenance_ppm: u32,
    /// `u32`.
    pub liquidation_fee_ppm: u32,
    /// 0 for a perpetual, as all that follows.
    pub underlying: u16,
    /// `bool`.
    pub is_call: bool,
    /// `i64`.
    pub strike: i64,
    /// `u64`.
    pub expiry_us: u64,
    /// `bool`.
    pub is_settled: bool,
}

impl<'a> Message<'a> for Terms {
    const CODE: u32 = 163;
    const NAME: &'static str = "terms";
    const ARITY: u32 = 18;
    const LENGTH_MAX: usize = 94;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            epoch: reader.u64()?,
            sequence: reader.u64()?,
            instrument: reader.u16()?,
            kind: reader.enumeration(InstrumentKind::from_u8)?,
            tick_value: reader.u64()?,
            lots_max: reader.u32()?,
            price_ticks_max: reader.u32()?,
            maker_fee_ppm: reader.i32()?,
            taker_fee_ppm: reader.i32()?,
            initial_ppm: reader.u32()?,
            maintenance_ppm: reader.u32()?,
            liquidation_fee_ppm: reader.u32()?,
            underlying: reader.u16()?,
            is_call: reader.bool()?,
            strike: reader.i64()?,
            expiry_us: reader.u64()?,
            is_settled: reader.bool()?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.uint(self.epoch);
        writer.uint(self.sequence);
        writer.uint(self.instrument.into());
        writer.uint(self.kind as u64);
        writer.uint(self.tick_value);
        writer.uint(self.lots_max.into());
        writer.uint(self.price_ticks_max.into());
        writer.int(self.maker_fee_ppm.into());
        writer.int(self.taker_fee_ppm.into());
        writer.uint(self.initial_ppm.into());
        writer.uint(self.maintenance_ppm.into());
        writer.uint(self.liquidation_fee_ppm.into());
        writer.uint(self.underlying.into());
        writer.bool(self.is_call);
        writer.int(self.strike);
        writer.uint(self.expiry_us);
        writer.bool(self.is_settled);
    }
}
