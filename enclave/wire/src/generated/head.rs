// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::message::Item;
use crate::reader::Reader;
use crate::writer::Writer;

/// A point of the venue's history that a client has seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// `u64`.
    pub epoch: u64,
    /// `u64`.
    pub sequence: u64,
    /// `bin32`.
    pub chain_hash: [u8; 32],
    /// Of the enclave that signed it as a head (EIP-712 `Head`); nil for one taken from a result.
    pub signature: Option<[u8; 65]>,
}

impl Item for Head {
    #[inline]
    fn parse_item(reader: &mut Reader<'_>) -> Result<Self, ParseError> {
        reader.array_of(4)?;
        Ok(Self {
            epoch: reader.u64()?,
            sequence: reader.u64()?,
            chain_hash: reader.bin()?,
            signature: reader.optional(|reader| reader.bin())?,
        })
    }

    #[inline]
    fn emit_item(&self, writer: &mut Writer<'_>) {
        writer.array(4);
        writer.uint(self.epoch);
        writer.uint(self.sequence);
        writer.bin(&self.chain_hash);
        writer.optional(self.signature, |writer, value| writer.bin(&value));
    }
}
