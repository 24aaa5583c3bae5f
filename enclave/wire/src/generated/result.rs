// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::generated::Level;
use crate::generated::OrderStatus;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// The outcome of one command; exactly one each, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResultEvent {
    /// Of the frame.
    pub counter: u64,
    /// Of the command in it.
    pub index: u8,
    /// 0, or a reject code.
    pub code: u16,
    /// What the reject's text says, else 0.
    pub detail: u64,
    /// 0 when the command has none.
    pub order_id: u64,
    /// `order-status`.
    pub status: OrderStatus,
    /// By this command.
    pub filled_lots: u32,
    /// `u32`.
    pub remaining_lots: u32,
    /// `u64`.
    pub epoch: u64,
    /// 0 if never sequenced.
    pub sequence: u64,
    /// `bin32`.
    pub chain_hash: [u8; 32],
    /// Engine time.
    pub time_us: u64,
    /// `level`.
    pub level: Level,
    /// Of outcome and events, as the record has it.
    pub result_digest: [u8; 32],
    /// Of the record: with command, header and digest it is the record's plaintext.
    pub blind: [u8; 16],
}

impl<'a> Message<'a> for ResultEvent {
    const CODE: u32 = 129;
    const NAME: &'static str = "result";
    const ARITY: u32 = 16;
    const LENGTH_MAX: usize = 162;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            counter: reader.u64()?,
            index: reader.u8()?,
            code: reader.u16()?,
            detail: reader.u64()?,
            order_id: reader.u64()?,
            status: reader.enumeration(OrderStatus::from_u8)?,
            filled_lots: reader.u32()?,
            remaining_lots: reader.u32()?,
            epoch: reader.u64()?,
            sequence: reader.u64()?,
            chain_hash: reader.bin()?,
            time_us: reader.u64()?,
            level: reader.enumeration(Level::from_u8)?,
            result_digest: reader.bin()?,
            blind: reader.bin()?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.uint(self.counter);
        writer.uint(self.index.into());
        writer.uint(self.code.into());
        writer.uint(self.detail);
        writer.uint(self.order_id);
        writer.uint(self.status as u64);
        writer.uint(self.filled_lots.into());
        writer.uint(self.remaining_lots.into());
        writer.uint(self.epoch);
        writer.uint(self.sequence);
        writer.bin(&self.chain_hash);
        writer.uint(self.time_us);
        writer.uint(self.level as u64);
        writer.bin(&self.result_digest);
        writer.bin(&self.blind);
    }
}
