// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// Withdraws collateral to the owner, claimable on chain once its batch is anchored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Withdraw {
    /// The account's last withdrawal nonce + 1; the last one again returns `DUPLICATE`.
    pub nonce: u64,
    /// 1e-6 of the token.
    pub amount: u64,
}

impl<'a> Message<'a> for Withdraw {
    const CODE: u32 = 6;
    const NAME: &'static str = "withdraw";
    const ARITY: u32 = 3;
    const LENGTH_MAX: usize = 20;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            nonce: reader.u64()?,
            amount: reader.u64()?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.uint(self.nonce);
        writer.uint(self.amount);
    }
}
