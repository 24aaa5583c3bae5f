// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// This withdrawal paid less than it took: the insurance fund owes more than it has, and who leaves bears a share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Socialised {
    /// `u64`.
    pub sequence: u64,
    /// Taken from the account and not paid out, 1e-6 of the token.
    pub amount: u64,
}

impl<'a> Message<'a> for Socialised {
    const CODE: u32 = 147;
    const NAME: &'static str = "socialised";
    const ARITY: u32 = 3;
    const LENGTH_MAX: usize = 21;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            sequence: reader.u64()?,
            amount: reader.u64()?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.uint(self.sequence);
        writer.uint(self.amount);
    }
}
