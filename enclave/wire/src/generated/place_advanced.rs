// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::client_id::ClientId;
use crate::error::ParseError;
use crate::generated::Link;
use crate::generated::OrderKind;
use crate::generated::SelfTradeMode;
use crate::generated::Side;
use crate::generated::TimeInForce;
use crate::generated::TriggerKind;
use crate::generated::TriggerSource;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// Places an order with everything `place` leaves out (docs/orders.md).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlaceAdvanced {
    /// As for `place`.
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
    /// Rejected if it would cross, unless it slides.
    pub post_only: bool,
    /// Never opens or grows a position.
    pub reduce_only: bool,
    /// `self-trade-mode`.
    pub self_trade: SelfTradeMode,
    /// A post-only order that would cross rests one tick behind the best opposite price.
    pub slide: bool,
    /// Engine time at which it is cancelled, 0 for never.
    pub expiry_us: u64,
    /// The account's own, for cancelling together; 0 for none.
    pub label: u32,
    /// `trigger-kind`.
    pub trigger: TriggerKind,
    /// `trigger-source`.
    pub trigger_source: TriggerSource,
    /// 0 without a trigger.
    pub trigger_ticks: u32,
    /// The account's own name of linked orders, 0 for none.
    pub group: u32,
    /// `link`.
    pub link: Link,
    /// Market-maker protection group, 0 for none.
    pub protection: u8,
}

impl<'a> Message<'a> for PlaceAdvanced {
    const CODE: u32 = 10;
    const NAME: &'static str = "place-advanced";
    const ARITY: u32 = 20;
    const LENGTH_MAX: usize = 91;

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
            self_trade: reader.enumeration(SelfTradeMode::from_u8)?,
            slide: reader.bool()?,
            expiry_us: reader.u64()?,
            label: reader.u32()?,
            trigger: reader.enumeration(TriggerKind::from_u8)?,
            trigger_source: reader.enumeration(TriggerSource::from_u8)?,
            trigger_ticks: reader.u32()?,
            group: reader.u32()?,
            link: reader.enumeration(Link::from_u8)?,
            protection: reader.u8()?,
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
        writer.uint(self.self_trade as u64);
        writer.bool(self.slide);
        writer.uint(self.expiry_us);
        writer.uint(self.label.into());
        writer.uint(self.trigger as u64);
        writer.uint(self.trigger_source as u64);
        writer.uint(self.trigger_ticks.into());
        writer.uint(self.group.into());
        writer.uint(self.link as u64);
        writer.uint(self.protection.into());
    }
}
