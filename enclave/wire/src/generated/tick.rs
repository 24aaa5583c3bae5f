// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// Engine time moves to the header's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tick;

impl<'a> Message<'a> for Tick {
    const CODE: u32 = 65;
    const NAME: &'static str = "tick";
    const ARITY: u32 = 1;
    const LENGTH_MAX: usize = 2;

    #[inline]
    fn parse_fields(_reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self)
    }

    #[inline]
    fn emit_fields(&self, _writer: &mut Writer<'_>) {
    }
}
