// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// The message `signed-head`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignedHead {
    /// `u64`.
    pub epoch: u64,
    /// `u64`.
    pub sequence: u64,
    /// `bin32`.
    pub chain_hash: [u8; 32],
    /// `bin65`.
    pub signature: [u8; 65],
}

impl<'a> Message<'a> for SignedHead {
    const CODE: u32 = 162;
    const NAME: &'static str = "signed-head";
    const ARITY: u32 = 5;
    const LENGTH_MAX: usize = 122;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            epoch: reader.u64()?,
            sequence: reader.u64()?,
            chain_hash: reader.bin()?,
            signature: reader.bin()?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.uint(self.epoch);
        writer.uint(self.sequence);
        writer.bin(&self.chain_hash);
        writer.bin(&self.signature);
    }
}
