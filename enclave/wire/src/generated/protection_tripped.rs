// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// Market-maker protection blocked a fill, cancelled the group's orders and froze it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProtectionTripped {
    /// `u64`.
    pub sequence: u64,
    /// `u8`.
    pub group: u8,
    /// Engine time; the largest integer until reset.
    pub frozen_until_us: u64,
}

impl<'a> Message<'a> for ProtectionTripped {
    const CODE: u32 = 141;
    const NAME: &'static str = "protection-tripped";
    const ARITY: u32 = 4;
    const LENGTH_MAX: usize = 23;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            sequence: reader.u64()?,
            group: reader.u8()?,
            frozen_until_us: reader.u64()?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.uint(self.sequence);
        writer.uint(self.group.into());
        writer.uint(self.frozen_until_us);
    }
}
