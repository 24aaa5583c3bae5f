// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::client_id::ClientId;
use crate::error::ParseError;
use crate::generated::Role;
use crate::generated::Side;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// The message `fill`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fill {
    /// `u64`.
    pub sequence: u64,
    /// `u64`.
    pub trade_id: u64,
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
    /// `u32`.
    pub remaining_lots: u32,
    /// Positive is paid.
    pub fee: i64,
    /// `role`.
    pub role: Role,
}

impl<'a> Message<'a> for Fill {
    const CODE: u32 = 130;
    const NAME: &'static str = "fill";
    const ARITY: u32 = 12;
    const LENGTH_MAX: usize = 97;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            sequence: reader.u64()?,
            trade_id: reader.u64()?,
            instrument: reader.u16()?,
            order_id: reader.u64()?,
            client_id: reader.optional(|reader| reader.client_id())?,
            side: reader.enumeration(Side::from_u8)?,
            price_ticks: reader.u32()?,
            lots: reader.u32()?,
            remaining_lots: reader.u32()?,
            fee: reader.i64()?,
            role: reader.enumeration(Role::from_u8)?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.uint(self.sequence);
        writer.uint(self.trade_id);
        writer.uint(self.instrument.into());
        writer.uint(self.order_id);
        writer.optional(self.client_id, |writer, value| writer.client_id(&value));
        writer.uint(self.side as u64);
        writer.uint(self.price_ticks.into());
        writer.uint(self.lots.into());
        writer.uint(self.remaining_lots.into());
        writer.int(self.fee);
        writer.uint(self.role as u64);
    }
}
