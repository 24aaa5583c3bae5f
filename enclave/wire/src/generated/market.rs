// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::generated::LevelChange;
use crate::generated::Trade;
use crate::list::List;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// What one command changed in one book. Gap-free: `previous_sequence` is the last public sequence of this instrument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Market<'a> {
    /// `u64`.
    pub epoch: u64,
    /// `u64`.
    pub sequence: u64,
    /// `u64`.
    pub previous_sequence: u64,
    /// `u16`.
    pub instrument: u16,
    /// `u64`.
    pub time_us: u64,
    /// List of level-change, at most 512.
    pub levels: List<'a, LevelChange>,
    /// List of trade, at most 512.
    pub trades: List<'a, Trade>,
}

impl<'a> Message<'a> for Market<'a> {
    const CODE: u32 = 160;
    const NAME: &'static str = "market";
    const ARITY: u32 = 8;
    const LENGTH_MAX: usize = 18992;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            epoch: reader.u64()?,
            sequence: reader.u64()?,
            previous_sequence: reader.u64()?,
            instrument: reader.u16()?,
            time_us: reader.u64()?,
            levels: reader.list(0, 512)?,
            trades: reader.list(0, 512)?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.uint(self.epoch);
        writer.uint(self.sequence);
        writer.uint(self.previous_sequence);
        writer.uint(self.instrument.into());
        writer.uint(self.time_us);
        self.levels.emit(writer, 0, 512);
        self.trades.emit(writer, 0, 512);
    }
}
