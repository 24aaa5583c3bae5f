// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// A position in an option was settled in cash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expired {
    /// `u64`.
    pub sequence: u64,
    /// `u16`.
    pub instrument: u16,
    /// Signed size settled.
    pub lots: i64,
    /// Average index of the last 30 minutes, collateral per lot.
    pub settlement: i64,
    /// Collateral per lot.
    pub payoff: i64,
}

impl<'a> Message<'a> for Expired {
    const CODE: u32 = 148;
    const NAME: &'static str = "expired";
    const ARITY: u32 = 6;
    const LENGTH_MAX: usize = 42;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            sequence: reader.u64()?,
            instrument: reader.u16()?,
            lots: reader.i64()?,
            settlement: reader.i64()?,
            payoff: reader.i64()?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.uint(self.sequence);
        writer.uint(self.instrument.into());
        writer.int(self.lots);
        writer.int(self.settlement);
        writer.int(self.payoff);
    }
}
