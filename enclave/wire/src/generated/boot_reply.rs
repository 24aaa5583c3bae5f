// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// The message `boot-reply`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BootReply {
    /// `bin20`.
    pub signer: [u8; 20],
    /// X25519.
    pub encryption_key: [u8; 32],
    /// `bin32`.
    pub config_hash: [u8; 32],
    /// `bin32`.
    pub genesis_hash: [u8; 32],
    /// Of the genesis state, before any command.
    pub state_root: [u8; 32],
}

impl<'a> Message<'a> for BootReply {
    const CODE: u32 = 178;
    const NAME: &'static str = "boot-reply";
    const ARITY: u32 = 6;
    const LENGTH_MAX: usize = 161;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            signer: reader.bin()?,
            encryption_key: reader.bin()?,
            config_hash: reader.bin()?,
            genesis_hash: reader.bin()?,
            state_root: reader.bin()?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.bin(&self.signer);
        writer.bin(&self.encryption_key);
        writer.bin(&self.config_hash);
        writer.bin(&self.genesis_hash);
        writer.bin(&self.state_root);
    }
}
