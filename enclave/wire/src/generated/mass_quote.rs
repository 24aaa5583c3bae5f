// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::generated::QuotePair;
use crate::list::List;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// Replaces the account's quotes under this label: for every instrument named, the older ones leave before the new ones are placed, post-only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MassQuote<'a> {
    /// Not 0.
    pub label: u32,
    /// Market-maker protection group, 0 for none.
    pub protection: u8,
    /// A side that would cross rests one tick behind instead of being refused.
    pub slide: bool,
    /// List of quote-pair, 1 to 16: ascending by instrument.
    pub quotes: List<'a, QuotePair>,
}

impl<'a> Message<'a> for MassQuote<'a> {
    const CODE: u32 = 13;
    const NAME: &'static str = "mass-quote";
    const ARITY: u32 = 5;
    const LENGTH_MAX: usize = 397;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            label: reader.u32()?,
            protection: reader.u8()?,
            slide: reader.bool()?,
            quotes: reader.list(1, 16)?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.uint(self.label.into());
        writer.uint(self.protection.into());
        writer.bool(self.slide);
        self.quotes.emit(writer, 1, 16);
    }
}
