// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// Whether the account's orders are cancelled when this connection ends. Off until asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CancelOnDisconnect {
    /// `bool`.
    pub is_on: bool,
}

impl<'a> Message<'a> for CancelOnDisconnect {
    const CODE: u32 = 16;
    const NAME: &'static str = "cancel-on-disconnect";
    const ARITY: u32 = 2;
    const LENGTH_MAX: usize = 3;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            is_on: reader.bool()?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.bool(self.is_on);
    }
}
