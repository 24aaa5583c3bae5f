// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::message::Item;
use crate::reader::Reader;
use crate::writer::Writer;

/// The record `oracle-price`, an array without a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OraclePrice {
    /// `u16`.
    pub instrument: u16,
    /// Collateral per lot.
    pub index: i64,
}

impl Item for OraclePrice {
    #[inline]
    fn parse_item(reader: &mut Reader<'_>) -> Result<Self, ParseError> {
        reader.array_of(2)?;
        Ok(Self {
            instrument: reader.u16()?,
            index: reader.i64()?,
        })
    }

    #[inline]
    fn emit_item(&self, writer: &mut Writer<'_>) {
        writer.array(2);
        writer.uint(self.instrument.into());
        writer.int(self.index);
    }
}
