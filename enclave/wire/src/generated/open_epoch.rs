// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// Reply of sealbook_open_epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenEpoch {
    /// `u64`.
    pub epoch: u64,
    /// `u64`.
    pub previous_epoch: u64,
    /// `u64`.
    pub batch_number: u64,
    /// `u64`.
    pub last_sequence: u64,
    /// `bin32`.
    pub state_root: [u8; 32],
    /// `bin65`.
    pub signature: [u8; 65],
}

impl<'a> Message<'a> for OpenEpoch {
    const CODE: u32 = 180;
    const NAME: &'static str = "open-epoch";
    const ARITY: u32 = 7;
    const LENGTH_MAX: usize = 140;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            epoch: reader.u64()?,
            previous_epoch: reader.u64()?,
            batch_number: reader.u64()?,
            last_sequence: reader.u64()?,
            state_root: reader.bin()?,
            signature: reader.bin()?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.uint(self.epoch);
        writer.uint(self.previous_epoch);
        writer.uint(self.batch_number);
        writer.uint(self.last_sequence);
        writer.bin(&self.state_root);
        writer.bin(&self.signature);
    }
}
