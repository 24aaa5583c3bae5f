// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::client_id::ClientId;
use crate::error::ParseError;
use crate::generated::OrderKind;
use crate::generated::Side;
use crate::generated::TimeInForce;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// Places an order. The same client id with the same content returns the stored result; with other content `CLIENT_ID_CONFLICT`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Unique per sub-account among open orders and the recent past.
    pub client_id: Option<ClientId>,
    /// `u16`.
    pub instrument: u16,
    /// `side`.
    pub side: Side,
    /// `order-kind`.
    pub kind: OrderKind,
    /// `time-in-force`.
    pub time_in_force: TimeInForce,
    /// Limit, or the bound of a market order.
    pub price_ticks: u32,
    /// `u32`.
    pub lots: u32,
    /// Rejected if it would cross.
    pub post_only: bool,
    /// Never opens or grows a position.
    pub reduce_only: bool,
}

impl<'a> Message<'a> for Place {
    const CODE: u32 = 1;
    const NAME: &'static str = "place";
    const ARITY: u32 = 10;
    const LENGTH_MAX: usize = 58;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            client_id: reader.optional(|reader| reader.client_id())?,
            instrument: reader.u16()?,
            side: reader.enumeration(Side::from_u8)?,
            kind: reader.enumeration(OrderKind::from_u8)?,
            time_in_force: reader.enumeration(TimeInForce::from_u8)?,
            price_ticks: reader.u32()?,
            lots: reader.u32()?,
            post_only: reader.bool()?,
            reduce_only: reader.bool()?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.optional(self.client_id, |writer, value| writer.client_id(&value));
        writer.uint(self.instrument.into());
        writer.uint(self.side as u64);
        writer.uint(self.kind as u64);
        writer.uint(self.time_in_force as u64);
        writer.uint(self.price_ticks.into());
        writer.uint(self.lots.into());
        writer.bool(self.post_only);
        writer.bool(self.reduce_only);
    }
}
