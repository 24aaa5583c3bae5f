// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::generated::InstrumentConfig;
use crate::list::List;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// From the attested configuration, at genesis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListInstrument<'a> {
    /// List of instrument-config, exactly 1.
    pub config: List<'a, InstrumentConfig>,
}

impl<'a> Message<'a> for ListInstrument<'a> {
    const CODE: u32 = 64;
    const NAME: &'static str = "list-instrument";
    const ARITY: u32 = 2;
    const LENGTH_MAX: usize = 127;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            config: reader.list(1, 1)?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        self.config.emit(writer, 1, 1);
    }
}
