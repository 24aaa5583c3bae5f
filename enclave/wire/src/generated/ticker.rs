// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::generated::MarketMode;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// After an oracle round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticker {
    /// `u64`.
    pub epoch: u64,
    /// `u64`.
    pub sequence: u64,
    /// `u16`.
    pub instrument: u16,
    /// `u64`.
    pub time_us: u64,
    /// Collateral per lot.
    pub mark: i64,
    /// `i64`.
    pub index: i64,
    /// Last applied, per hour.
    pub funding_rate_ppb: i64,
    /// `u64`.
    pub open_interest_lots: u64,
    /// `market-mode`.
    pub mode: MarketMode,
}

impl<'a> Message<'a> for Ticker {
    const CODE: u32 = 161;
    const NAME: &'static str = "ticker";
    const ARITY: u32 = 10;
    const LENGTH_MAX: usize = 70;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            epoch: reader.u64()?,
            sequence: reader.u64()?,
            instrument: reader.u16()?,
            time_us: reader.u64()?,
            mark: reader.i64()?,
            index: reader.i64()?,
            funding_rate_ppb: reader.i64()?,
            open_interest_lots: reader.u64()?,
            mode: reader.enumeration(MarketMode::from_u8)?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.uint(self.epoch);
        writer.uint(self.sequence);
        writer.uint(self.instrument.into());
        writer.uint(self.time_us);
        writer.int(self.mark);
        writer.int(self.index);
        writer.int(self.funding_rate_ppb);
        writer.uint(self.open_interest_lots);
        writer.uint(self.mode as u64);
    }
}
