// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// Cancels every order of the account with this label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CancelLabel {
    /// `u32`.
    pub label: u32,
    /// Nil: all instruments.
    pub instrument: Option<u16>,
}

impl<'a> Message<'a> for CancelLabel {
    const CODE: u32 = 11;
    const NAME: &'static str = "cancel-label";
    const ARITY: u32 = 3;
    const LENGTH_MAX: usize = 10;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            label: reader.u32()?,
            instrument: reader.optional(|reader| reader.u16())?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.uint(self.label.into());
        writer.optional(self.instrument, |writer, value| writer.uint(value.into()));
    }
}
