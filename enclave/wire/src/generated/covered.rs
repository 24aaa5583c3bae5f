// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// The insurance fund paid what the account owed and had no position left to pay from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Covered {
    /// `u64`.
    pub sequence: u64,
    /// 1e-6 of the token.
    pub amount: u64,
}

impl<'a> Message<'a> for Covered {
    const CODE: u32 = 151;
    const NAME: &'static str = "covered";
    const ARITY: u32 = 3;
    const LENGTH_MAX: usize = 21;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            sequence: reader.u64()?,
            amount: reader.u64()?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.uint(self.sequence);
        writer.uint(self.amount);
    }
}
