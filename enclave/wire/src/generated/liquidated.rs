// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// The message `liquidated`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Liquidated {
    /// `u64`.
    pub sequence: u64,
    /// `u16`.
    pub instrument: u16,
    /// Signed size taken over by the insurance fund or by deleveraging.
    pub lots: i64,
    /// Zero price, collateral per lot.
    pub price: i64,
    /// `i64`.
    pub fee: i64,
}

impl<'a> Message<'a> for Liquidated {
    const CODE: u32 = 134;
    const NAME: &'static str = "liquidated";
    const ARITY: u32 = 6;
    const LENGTH_MAX: usize = 42;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            sequence: reader.u64()?,
            instrument: reader.u16()?,
            lots: reader.i64()?,
            price: reader.i64()?,
            fee: reader.i64()?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.uint(self.sequence);
        writer.uint(self.instrument.into());
        writer.int(self.lots);
        writer.int(self.price);
        writer.int(self.fee);
    }
}
