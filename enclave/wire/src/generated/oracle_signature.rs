// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::message::Item;
use crate::reader::Reader;
use crate::writer::Writer;

/// The record `oracle-signature`, an array without a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OracleSignature {
    /// Index into the configured signers; strictly ascending.
    pub signer: u8,
    /// R‖s‖v over the round's digest.
    pub signature: [u8; 65],
}

impl Item for OracleSignature {
    #[inline]
    fn parse_item(reader: &mut Reader<'_>) -> Result<Self, ParseError> {
        reader.array_of(2)?;
        Ok(Self {
            signer: reader.u8()?,
            signature: reader.bin()?,
        })
    }

    #[inline]
    fn emit_item(&self, writer: &mut Writer<'_>) {
        writer.array(2);
        writer.uint(self.signer.into());
        writer.bin(&self.signature);
    }
}
