// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::generated::Level;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// The message `session-opened`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionOpened {
    /// Nil until the first deposit.
    pub account: Option<u32>,
    /// `level`.
    pub level: Level,
    /// `u64`.
    pub epoch: u64,
    /// Head at opening.
    pub sequence: u64,
    /// `bin32`.
    pub chain_hash: [u8; 32],
    /// `u64`.
    pub time_us: u64,
}

impl<'a> Message<'a> for SessionOpened {
    const CODE: u32 = 128;
    const NAME: &'static str = "session-opened";
    const ARITY: u32 = 7;
    const LENGTH_MAX: usize = 70;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            account: reader.optional(|reader| reader.u32())?,
            level: reader.enumeration(Level::from_u8)?,
            epoch: reader.u64()?,
            sequence: reader.u64()?,
            chain_hash: reader.bin()?,
            time_us: reader.u64()?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.optional(self.account, |writer, value| writer.uint(value.into()));
        writer.uint(self.level as u64);
        writer.uint(self.epoch);
        writer.uint(self.sequence);
        writer.bin(&self.chain_hash);
        writer.uint(self.time_us);
    }
}
