// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::generated::QuoteLeg;
use crate::list::List;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// What became of each pair of a mass quote; sent to the session that asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuoteResult<'a> {
    /// `u64`.
    pub sequence: u64,
    /// List of quote-leg, at most 16: in the order of the command.
    pub legs: List<'a, QuoteLeg>,
}

impl<'a> Message<'a> for QuoteResult<'a> {
    const CODE: u32 = 140;
    const NAME: &'static str = "quote-result";
    const ARITY: u32 = 3;
    const LENGTH_MAX: usize = 463;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            sequence: reader.u64()?,
            legs: reader.list(0, 16)?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.uint(self.sequence);
        self.legs.emit(writer, 0, 16);
    }
}
