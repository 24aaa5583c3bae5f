// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// Moves collateral to another sub-account of the same owner, which it opens if need be. Needs the withdraw scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// To.
    pub subaccount: u8,
    /// 1e-6 of the token, at most what is withdrawable.
    pub amount: u64,
}

impl<'a> Message<'a> for Transfer {
    const CODE: u32 = 18;
    const NAME: &'static str = "transfer";
    const ARITY: u32 = 3;
    const LENGTH_MAX: usize = 13;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            subaccount: reader.u8()?,
            amount: reader.u64()?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.uint(self.subaccount.into());
        writer.uint(self.amount);
    }
}
