// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::generated::InboxKind;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// One entry of the on-chain inbox, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InboxEntry {
    /// `u64`.
    pub index: u64,
    /// `inbox-kind`.
    pub kind: InboxKind,
    /// `bin20`.
    pub owner: [u8; 20],
    /// `u8`.
    pub subaccount: u8,
    /// 1e-6 of the token.
    pub amount: u64,
    /// `bin32`.
    pub data: [u8; 32],
    /// Block timestamp, s.
    pub at: u64,
}

impl<'a> Message<'a> for InboxEntry {
    const CODE: u32 = 67;
    const NAME: &'static str = "inbox-entry";
    const ARITY: u32 = 8;
    const LENGTH_MAX: usize = 88;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            index: reader.u64()?,
            kind: reader.enumeration(InboxKind::from_u8)?,
            owner: reader.bin()?,
            subaccount: reader.u8()?,
            amount: reader.u64()?,
            data: reader.bin()?,
            at: reader.u64()?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.uint(self.index);
        writer.uint(self.kind as u64);
        writer.bin(&self.owner);
        writer.uint(self.subaccount.into());
        writer.uint(self.amount);
        writer.bin(&self.data);
        writer.uint(self.at);
    }
}
