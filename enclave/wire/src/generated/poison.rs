// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::message::Item;
use crate::reader::Reader;
use crate::writer::Writer;

/// A command the enclave must refuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Poison {
    /// `u64`.
    pub sequence: u64,
    /// `bin32`.
    pub digest: [u8; 32],
    /// `u8`.
    pub tries: u8,
}

impl Item for Poison {
    #[inline]
    fn parse_item(reader: &mut Reader<'_>) -> Result<Self, ParseError> {
        reader.array_of(3)?;
        Ok(Self {
            sequence: reader.u64()?,
            digest: reader.bin()?,
            tries: reader.u8()?,
        })
    }

    #[inline]
    fn emit_item(&self, writer: &mut Writer<'_>) {
        writer.array(3);
        writer.uint(self.sequence);
        writer.bin(&self.digest);
        writer.uint(self.tries.into());
    }
}
