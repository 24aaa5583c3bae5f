// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// Unfreezes a group and starts its window afresh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResetProtection {
    /// `u8`.
    pub group: u8,
}

impl<'a> Message<'a> for ResetProtection {
    const CODE: u32 = 15;
    const NAME: &'static str = "reset-protection";
    const ARITY: u32 = 2;
    const LENGTH_MAX: usize = 4;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            group: reader.u8()?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.uint(self.group.into());
    }
}
