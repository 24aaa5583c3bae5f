// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::message::Item;
use crate::reader::Reader;
use crate::writer::Writer;

/// The record `position`, an array without a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// `u16`.
    pub instrument: u16,
    /// `i64`.
    pub lots: i64,
    /// `i64`.
    pub cost: i64,
    /// Positive is owed by the account.
    pub funding_owed: i64,
}

impl Item for Position {
    #[inline]
    fn parse_item(reader: &mut Reader<'_>) -> Result<Self, ParseError> {
        reader.array_of(4)?;
        Ok(Self {
            instrument: reader.u16()?,
            lots: reader.i64()?,
            cost: reader.i64()?,
            funding_owed: reader.i64()?,
        })
    }

    #[inline]
    fn emit_item(&self, writer: &mut Writer<'_>) {
        writer.array(4);
        writer.uint(self.instrument.into());
        writer.int(self.lots);
        writer.int(self.cost);
        writer.int(self.funding_owed);
    }
}
