// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// A deposit arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Credited {
    /// `u64`.
    pub sequence: u64,
    /// `u32`.
    pub account: u32,
    /// `u64`.
    pub amount: u64,
    /// `u64`.
    pub inbox_index: u64,
}

impl<'a> Message<'a> for Credited {
    const CODE: u32 = 132;
    const NAME: &'static str = "credited";
    const ARITY: u32 = 5;
    const LENGTH_MAX: usize = 35;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            sequence: reader.u64()?,
            account: reader.u32()?,
            amount: reader.u64()?,
            inbox_index: reader.u64()?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.uint(self.sequence);
        writer.uint(self.account.into());
        writer.uint(self.amount);
        writer.uint(self.inbox_index);
    }
}
