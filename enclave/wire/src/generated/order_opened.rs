// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::client_id::ClientId;
use crate::error::ParseError;
use crate::generated::OrderStatus;
use crate::generated::Side;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// An order rests, or waits, with these terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderOpened {
    /// `u64`.
    pub sequence: u64,
    /// `u16`.
    pub instrument: u16,
    /// `u64`.
    pub order_id: u64,
    /// `client id or nil`.
    pub client_id: Option<ClientId>,
    /// `side`.
    pub side: Side,
    /// `u32`.
    pub price_ticks: u32,
    /// `u32`.
    pub lots: u32,
    /// Resting or waiting.
    pub status: OrderStatus,
}

impl<'a> Message<'a> for OrderOpened {
    const CODE: u32 = 139;
    const NAME: &'static str = "order-opened";
    const ARITY: u32 = 9;
    const LENGTH_MAX: usize = 74;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            sequence: reader.u64()?,
            instrument: reader.u16()?,
            order_id: reader.u64()?,
            client_id: reader.optional(|reader| reader.client_id())?,
            side: reader.enumeration(Side::from_u8)?,
            price_ticks: reader.u32()?,
            lots: reader.u32()?,
            status: reader.enumeration(OrderStatus::from_u8)?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.uint(self.sequence);
        writer.uint(self.instrument.into());
        writer.uint(self.order_id);
        writer.optional(self.client_id, |writer, value| writer.client_id(&value));
        writer.uint(self.side as u64);
        writer.uint(self.price_ticks.into());
        writer.uint(self.lots.into());
        writer.uint(self.status as u64);
    }
}
