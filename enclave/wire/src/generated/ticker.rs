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
    /// Volatility an option is priced at, 1e-9 a year; 0 for a perpetual.
    pub sigma_nano: u64,
    /// Gain per unit of the index, 1e-9.
    pub delta_nano: i64,
    /// Change of that when the index gains a whole token a lot, 1e-9.
    pub gamma_nano: i64,
    /// Gain per point (1 % a year) of volatility, collateral per lot.
    pub vega_point: i64,
    /// Gain by a day passing, collateral per lot.
    pub theta_day: i64,
    /// Public sequence of the instrument's last `market` message.
    pub book_sequence: u64,
    /// CRC-32C of the book as of it: for each side, bids first, its ten best levels, best first, each `u32 price in ticks ‖ u64 lots`, little-endian; after the bids one byte `2f`.
    pub book_checksum: u32,
}

impl<'a> Message<'a> for Ticker {
    const CODE: u32 = 161;
    const NAME: &'static str = "ticker";
    const ARITY: u32 = 17;
    const LENGTH_MAX: usize = 131;

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
            sigma_nano: reader.u64()?,
            delta_nano: reader.i64()?,
            gamma_nano: reader.i64()?,
            vega_point: reader.i64()?,
            theta_day: reader.i64()?,
            book_sequence: reader.u64()?,
            book_checksum: reader.u32()?,
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
        writer.uint(self.sigma_nano);
        writer.int(self.delta_nano);
        writer.int(self.gamma_nano);
        writer.int(self.vega_point);
        writer.int(self.theta_day);
        writer.uint(self.book_sequence);
        writer.uint(self.book_checksum.into());
    }
}
