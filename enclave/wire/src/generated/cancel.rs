// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::message::Message;
use crate::order_ref::OrderRef;
use crate::reader::Reader;
use crate::writer::Writer;

/// Cancels one order. `NO_ORDER` if unknown, filled or another account's: the three are not told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cancel {
    /// `order id (u64) or client id`.
    pub order: OrderRef,
}

impl<'a> Message<'a> for Cancel {
    const CODE: u32 = 3;
    const NAME: &'static str = "cancel";
    const ARITY: u32 = 2;
    const LENGTH_MAX: usize = 40;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            order: reader.order_ref()?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.order_ref(&self.order);
    }
}
