// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::generated::OracleSignature;
use crate::list::List;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// Sets an instrument's margin ramps and oracle guards. All zero, the state at listing, switches them off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InstrumentRisk<'a> {
    /// `u16`.
    pub instrument: u16,
    /// Added to both margin fractions for each 2^ramp_shift lots of a position.
    pub ramp_ppm: u32,
    /// At most 40.
    pub ramp_shift: u8,
    /// Open interest from which the initial fraction rises.
    pub interest_low_lots: u64,
    /// Open interest at which it reaches one; 0: never.
    pub interest_high_lots: u64,
    /// Age of the index from which the market is post-only; close-only at 4 times, cancel-only at 16 times; 0: never.
    pub stale_us: u64,
    /// Distance of the index from its 5 minute average from which it is post-only; close-only at twice; 0: never.
    pub volatile_ppm: u32,
    /// As for `set-market-mode`.
    pub number: u64,
    /// List of oracle-signature, at most 16.
    pub signatures: List<'a, OracleSignature>,
}

impl<'a> Message<'a> for InstrumentRisk<'a> {
    const CODE: u32 = 75;
    const NAME: &'static str = "instrument-risk";
    const ARITY: u32 = 10;
    const LENGTH_MAX: usize = 1176;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            instrument: reader.u16()?,
            ramp_ppm: reader.u32()?,
            ramp_shift: reader.u8()?,
            interest_low_lots: reader.u64()?,
            interest_high_lots: reader.u64()?,
            stale_us: reader.u64()?,
            volatile_ppm: reader.u32()?,
            number: reader.u64()?,
            signatures: reader.list(0, 16)?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.uint(self.instrument.into());
        writer.uint(self.ramp_ppm.into());
        writer.uint(self.ramp_shift.into());
        writer.uint(self.interest_low_lots);
        writer.uint(self.interest_high_lots);
        writer.uint(self.stale_us);
        writer.uint(self.volatile_ppm.into());
        writer.uint(self.number);
        self.signatures.emit(writer, 0, 16);
    }
}
