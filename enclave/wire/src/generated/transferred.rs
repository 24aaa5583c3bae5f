// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// Collateral moved between two sub-accounts of the owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transferred {
    /// `u64`.
    pub sequence: u64,
    /// The other one.
    pub subaccount: u8,
    /// Positive came in, 1e-6 of the token.
    pub amount: i64,
}

impl<'a> Message<'a> for Transferred {
    const CODE: u32 = 150;
    const NAME: &'static str = "transferred";
    const ARITY: u32 = 4;
    const LENGTH_MAX: usize = 23;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            sequence: reader.u64()?,
            subaccount: reader.u8()?,
            amount: reader.i64()?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.uint(self.sequence);
        writer.uint(self.subaccount.into());
        writer.int(self.amount);
    }
}
