// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::client_id::ClientId;
use crate::error::ParseError;
use crate::generated::CloseReason;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// An order lost lots without trading and stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderResized {
    /// `u64`.
    pub sequence: u64,
    /// `u16`.
    pub instrument: u16,
    /// `u64`.
    pub order_id: u64,
    /// `client id or nil`.
    pub client_id: Option<ClientId>,
    /// Now open.
    pub lots: u32,
    /// `close-reason`.
    pub reason: CloseReason,
}

impl<'a> Message<'a> for OrderResized {
    const CODE: u32 = 137;
    const NAME: &'static str = "order-resized";
    const ARITY: u32 = 7;
    const LENGTH_MAX: usize = 68;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            sequence: reader.u64()?,
            instrument: reader.u16()?,
            order_id: reader.u64()?,
            client_id: reader.optional(|reader| reader.client_id())?,
            lots: reader.u32()?,
            reason: reader.enumeration(CloseReason::from_u8)?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.uint(self.sequence);
        writer.uint(self.instrument.into());
        writer.uint(self.order_id);
        writer.optional(self.client_id, |writer, value| writer.client_id(&value));
        writer.uint(self.lots.into());
        writer.uint(self.reason as u64);
    }
}
