// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// The chain's head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecoveryEnd {
    /// `u64`.
    pub epoch: u64,
    /// `u64`.
    pub batch_number: u64,
    /// `u64`.
    pub last_sequence: u64,
    /// `bin32`.
    pub state_root: [u8; 32],
    /// `u64`.
    pub inbox_cursor: u64,
}

impl<'a> Message<'a> for RecoveryEnd {
    const CODE: u32 = 179;
    const NAME: &'static str = "recovery-end";
    const ARITY: u32 = 6;
    const LENGTH_MAX: usize = 73;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            epoch: reader.u64()?,
            batch_number: reader.u64()?,
            last_sequence: reader.u64()?,
            state_root: reader.bin()?,
            inbox_cursor: reader.u64()?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.uint(self.epoch);
        writer.uint(self.batch_number);
        writer.uint(self.last_sequence);
        writer.bin(&self.state_root);
        writer.uint(self.inbox_cursor);
    }
}
