// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// Settles an option whose expiry has passed, in cash. Anyone's host may send it; repeated until nothing is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expire {
    /// `u16`.
    pub instrument: u16,
}

impl<'a> Message<'a> for Expire {
    const CODE: u32 = 78;
    const NAME: &'static str = "expire";
    const ARITY: u32 = 2;
    const LENGTH_MAX: usize = 5;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            instrument: reader.u16()?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.uint(self.instrument.into());
    }
}
