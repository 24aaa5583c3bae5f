// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// A withdrawal was recorded; claim it once its batch is on chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Withdrawn {
    /// `u64`.
    pub sequence: u64,
    /// `u64`.
    pub amount: u64,
    /// `u64`.
    pub nonce: u64,
}

impl<'a> Message<'a> for Withdrawn {
    const CODE: u32 = 133;
    const NAME: &'static str = "withdrawn";
    const ARITY: u32 = 4;
    const LENGTH_MAX: usize = 30;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            sequence: reader.u64()?,
            amount: reader.u64()?,
            nonce: reader.u64()?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.uint(self.sequence);
        writer.uint(self.amount);
        writer.uint(self.nonce);
    }
}
