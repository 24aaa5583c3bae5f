// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// Answers with engine time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ping {
    /// Returned.
    pub token: u64,
}

impl<'a> Message<'a> for Ping {
    const CODE: u32 = 7;
    const NAME: &'static str = "ping";
    const ARITY: u32 = 2;
    const LENGTH_MAX: usize = 11;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            token: reader.u64()?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.uint(self.token);
    }
}
