// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::message::Message;
use crate::order_ref::OrderRef;
use crate::reader::Reader;
use crate::writer::Writer;

/// Changes price or size of a resting order. A smaller size at the same price keeps its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amend {
    /// `order id (u64) or client id`.
    pub order: OrderRef,
    /// `u32`.
    pub price_ticks: u32,
    /// New remaining size.
    pub lots: u32,
}

impl<'a> Message<'a> for Amend {
    const CODE: u32 = 2;
    const NAME: &'static str = "amend";
    const ARITY: u32 = 4;
    const LENGTH_MAX: usize = 50;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            order: reader.order_ref()?,
            price_ticks: reader.u32()?,
            lots: reader.u32()?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.order_ref(&self.order);
        writer.uint(self.price_ticks.into());
        writer.uint(self.lots.into());
    }
}
