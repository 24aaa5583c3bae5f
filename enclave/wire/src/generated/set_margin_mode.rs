// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::generated::MarginMode;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// Sets how the account's requirement is computed; refused if the account would not be healthy then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SetMarginMode {
    /// `margin-mode`.
    pub mode: MarginMode,
}

impl<'a> Message<'a> for SetMarginMode {
    const CODE: u32 = 17;
    const NAME: &'static str = "set-margin-mode";
    const ARITY: u32 = 2;
    const LENGTH_MAX: usize = 3;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            mode: reader.enumeration(MarginMode::from_u8)?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.uint(self.mode as u64);
    }
}
