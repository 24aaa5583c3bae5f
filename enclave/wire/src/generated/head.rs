// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::message::Item;
use crate::reader::Reader;
use crate::writer::Writer;

/// The highest event a client has seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// `u64`.
    pub epoch: u64,
    /// `u64`.
    pub sequence: u64,
    /// `bin32`.
    pub chain_hash: [u8; 32],
}

impl Item for Head {
    #[inline]
    fn parse_item(reader: &mut Reader<'_>) -> Result<Self, ParseError> {
        reader.array_of(3)?;
        Ok(Self {
            epoch: reader.u64()?,
            sequence: reader.u64()?,
            chain_hash: reader.bin()?,
        })
    }

    #[inline]
    fn emit_item(&self, writer: &mut Writer<'_>) {
        writer.array(3);
        writer.uint(self.epoch);
        writer.uint(self.sequence);
        writer.bin(&self.chain_hash);
    }
}
