// Generated from wire/schema.ts by `npm run wire`. Do not edit.

use crate::error::ParseError;
use crate::message::Message;
use crate::reader::Reader;
use crate::writer::Writer;

/// The message `enclave-status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EnclaveStatus {
    /// 0 loaded, 1 booted, 2 recovered, 3 running, 4 stopped, 5 faulted.
    pub state: u8,
    /// `u64`.
    pub epoch: u64,
    /// `u64`.
    pub sequence: u64,
    /// `bin32`.
    pub chain_hash: [u8; 32],
    /// At the last closed batch.
    pub state_root: [u8; 32],
    /// `u64`.
    pub batch_number: u64,
    /// `u64`.
    pub inbox_cursor: u64,
    /// Sequenced since start.
    pub commands: u64,
    /// `u64`.
    pub rejects: u64,
    /// `u64`.
    pub trades: u64,
    /// `u32`.
    pub accounts: u32,
    /// Resting.
    pub orders: u32,
    /// Slot in to slot out, over the last window.
    pub latency_ns_p50: u64,
    /// `u64`.
    pub latency_ns_p99: u64,
    /// `u64`.
    pub latency_ns_p999: u64,
    /// Last batch, batch thread.
    pub batch_close_us: u64,
}

impl<'a> Message<'a> for EnclaveStatus {
    const CODE: u32 = 182;
    const NAME: &'static str = "enclave-status";
    const ARITY: u32 = 17;
    const LENGTH_MAX: usize = 184;

    #[inline]
    fn parse_fields(reader: &mut Reader<'a>) -> Result<Self, ParseError> {
        Ok(Self {
            state: reader.u8()?,
            epoch: reader.u64()?,
            sequence: reader.u64()?,
            chain_hash: reader.bin()?,
            state_root: reader.bin()?,
            batch_number: reader.u64()?,
            inbox_cursor: reader.u64()?,
            commands: reader.u64()?,
            rejects: reader.u64()?,
            trades: reader.u64()?,
            accounts: reader.u32()?,
            orders: reader.u32()?,
            latency_ns_p50: reader.u64()?,
            latency_ns_p99: reader.u64()?,
            latency_ns_p999: reader.u64()?,
            batch_close_us: reader.u64()?,
        })
    }

    #[inline]
    fn emit_fields(&self, writer: &mut Writer<'_>) {
        writer.uint(self.state.into());
        writer.uint(self.epoch);
        writer.uint(self.sequence);
        writer.bin(&self.chain_hash);
        writer.bin(&self.state_root);
        writer.uint(self.batch_number);
        writer.uint(self.inbox_cursor);
        writer.uint(self.commands);
        writer.uint(self.rejects);
        writer.uint(self.trades);
        writer.uint(self.accounts.into());
        writer.uint(self.orders.into());
        writer.uint(self.latency_ns_p50);
        writer.uint(self.latency_ns_p99);
        writer.uint(self.latency_ns_p999);
        writer.uint(self.batch_close_us);
    }
}
