// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// The message `boot-request`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BootRequest {
    /// Recent L1 block.
    pub block_hash: [u8; 32],
    /// `u64`.
    pub time_us: u64,
    /// Launch with the DEBUG attribute: refused by every policy, used to prove it.
    pub is_debug: bool,
}

impl<'a> Message<'a> for BootRequest {
    const CODE: u32 = 177;
    const NAME: &'static str = "boot-request";
    const ARITY: u32 = 4;
    const LENGTH_MAX: usize = 47;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            block_hash: reader.bin()?,
            time_us: reader.u64()?,
            is_debug: reader.bool()?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.bin(&self.block_hash);
        writer.uint(self.time_us);
        writer.bool(self.is_debug);
    }
}
