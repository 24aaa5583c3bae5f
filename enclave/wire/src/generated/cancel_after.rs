// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// Dead-man timer: unless renewed, every order of the account is cancelled at the first tick after this time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CancelAfter {
    /// From now, in engine time; 0 disarms.
    pub timeout_us: u64,
}

impl<'a> Message<'a> for CancelAfter {
    const CODE: u32 = 12;
    const NAME: &'static str = "cancel-after";
    const ARITY: u32 = 2;
    const LENGTH_MAX: usize = 11;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            timeout_us: reader.u64()?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.uint(self.timeout_us);
    }
}
