// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// A frame that could not become commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErrorEvent {
    /// 0 if unknown.
    pub counter: u64,
    /// `u16`.
    pub code: u16,
    /// Byte offset, or what the code's text says.
    pub detail: u64,
}

impl<'a> Message<'a> for ErrorEvent {
    const CODE: u32 = 136;
    const NAME: &'static str = "error";
    const ARITY: u32 = 4;
    const LENGTH_MAX: usize = 24;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            counter: reader.u64()?,
            code: reader.u16()?,
            detail: reader.u64()?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.uint(self.counter);
        writer.uint(self.code.into());
        writer.uint(self.detail);
    }
}
