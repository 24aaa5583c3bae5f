// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::client_id::ClientId;
use crate::error::ParseError;
use crate::generated::TriggerSource;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// A waiting order's trigger was met; what it did follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderTriggered {
    /// `u64`.
    pub sequence: u64,
    /// `u16`.
    pub instrument: u16,
    /// `u64`.
    pub order_id: u64,
    /// `client id or nil`.
    pub client_id: Option<ClientId>,
    /// `trigger-source`.
    pub source: TriggerSource,
    /// Of the source, collateral per lot.
    pub price: i64,
}

impl<'a> Message<'a> for OrderTriggered {
    const CODE: u32 = 138;
    const NAME: &'static str = "order-triggered";
    const ARITY: u32 = 7;
    const LENGTH_MAX: usize = 72;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            sequence: reader.u64()?,
            instrument: reader.u16()?,
            order_id: reader.u64()?,
            client_id: reader.optional(|reader| reader.client_id())?,
            source: reader.enumeration(TriggerSource::from_u8)?,
            price: reader.i64()?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.uint(self.sequence);
        writer.uint(self.instrument.into());
        writer.uint(self.order_id);
        writer.optional(self.client_id, |writer, value| writer.client_id(&value));
        writer.uint(self.source as u64);
        writer.int(self.price);
    }
}
