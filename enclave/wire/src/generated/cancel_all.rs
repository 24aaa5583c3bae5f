// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// Cancels every order of the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CancelAll {
    /// Nil: all instruments.
    pub instrument: Option<u16>,
}

impl<'a> Message<'a> for CancelAll {
    const CODE: u32 = 4;
    const NAME: &'static str = "cancel-all";
    const ARITY: u32 = 2;
    const LENGTH_MAX: usize = 5;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            instrument: reader.optional(|reader| reader.u16())?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.optional(self.instrument, |writer, value| writer.uint(value.into()));
    }
}
