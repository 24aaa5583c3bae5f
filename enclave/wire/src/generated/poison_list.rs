// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::generated::Poison;
use crate::list::List;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// The message `poison-list`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoisonList<'a> {
    /// List of poison, at most 64.
    pub poisons: List<'a, Poison>,
}

impl<'a> Message<'a> for PoisonList<'a> {
    const CODE: u32 = 181;
    const NAME: &'static str = "poison-list";
    const ARITY: u32 = 2;
    const LENGTH_MAX: usize = 2950;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            poisons: reader.list(0, 64)?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        self.poisons.emit(writer, 0, 64);
    }
}
