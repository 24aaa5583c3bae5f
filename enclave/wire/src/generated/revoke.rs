// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// Voids every delegation of the account whose nonce is below this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revoke {
    /// `u64`.
    pub nonce: u64,
}

impl<'a> Message<'a> for Revoke {
    const CODE: u32 = 8;
    const NAME: &'static str = "revoke";
    const ARITY: u32 = 2;
    const LENGTH_MAX: usize = 11;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            nonce: reader.u64()?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.uint(self.nonce);
    }
}
