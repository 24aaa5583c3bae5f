// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// Funding of a position since it was last settled left the collateral; sent before whatever touched the position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FundingSettled {
    /// `u64`.
    pub sequence: u64,
    /// `u16`.
    pub instrument: u16,
    /// Positive is paid, negative received, 1e-6 of the token.
    pub amount: i64,
}

impl<'a> Message<'a> for FundingSettled {
    const CODE: u32 = 149;
    const NAME: &'static str = "funding-settled";
    const ARITY: u32 = 4;
    const LENGTH_MAX: usize = 24;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            sequence: reader.u64()?,
            instrument: reader.u16()?,
            amount: reader.i64()?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.uint(self.sequence);
        writer.uint(self.instrument.into());
        writer.int(self.amount);
    }
}
