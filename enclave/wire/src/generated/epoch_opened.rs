// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// First record of an epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EpochOpened {
    /// `u64`.
    pub epoch: u64,
    /// `u64`.
    pub previous_sequence: u64,
    /// `bin32`.
    pub previous_chain_hash: [u8; 32],
    /// `bin20`.
    pub signer: [u8; 20],
}

impl<'a> Message<'a> for EpochOpened {
    const CODE: u32 = 68;
    const NAME: &'static str = "epoch-opened";
    const ARITY: u32 = 5;
    const LENGTH_MAX: usize = 76;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            epoch: reader.u64()?,
            previous_sequence: reader.u64()?,
            previous_chain_hash: reader.bin()?,
            signer: reader.bin()?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.uint(self.epoch);
        writer.uint(self.previous_sequence);
        writer.bin(&self.previous_chain_hash);
        writer.bin(&self.signer);
    }
}
