// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// A connection ended whose session asked for cancel-on-disconnect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionClosed {
    /// `u32`.
    pub account: u32,
}

impl<'a> Message<'a> for ConnectionClosed {
    const CODE: u32 = 70;
    const NAME: &'static str = "connection-closed";
    const ARITY: u32 = 2;
    const LENGTH_MAX: usize = 7;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            account: reader.u32()?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.uint(self.account.into());
    }
}
