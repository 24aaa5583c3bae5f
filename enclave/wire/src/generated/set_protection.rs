// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// Market-maker protection of one group: a fill that would exceed a limit within the window does not happen; the group's orders are cancelled and it is frozen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SetProtection {
    /// Not 0.
    pub group: u8,
    /// 0 removes the protection.
    pub window_us: u64,
    /// 0: until reset.
    pub frozen_us: u64,
    /// Gross lots in the window, 0 for no limit.
    pub lots_max: u64,
    /// Net delta in millionths of a lot, 0 for no limit.
    pub delta_max: u64,
    /// Net vega, 0 for no limit.
    pub vega_max: u64,
}

impl<'a> Message<'a> for SetProtection {
    const CODE: u32 = 14;
    const NAME: &'static str = "set-protection";
    const ARITY: u32 = 7;
    const LENGTH_MAX: usize = 49;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            group: reader.u8()?,
            window_us: reader.u64()?,
            frozen_us: reader.u64()?,
            lots_max: reader.u64()?,
            delta_max: reader.u64()?,
            vega_max: reader.u64()?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.uint(self.group.into());
        writer.uint(self.window_us);
        writer.uint(self.frozen_us);
        writer.uint(self.lots_max);
        writer.uint(self.delta_max);
        writer.uint(self.vega_max);
    }
}
