//! Ring layout and record kinds (docs/boundaries.md section 2).

/// First word of a ring.
pub const MAGIC: u32 = 0x5342_5247;
/// Offset of the magic.
pub const MAGIC_AT: usize = 0;
/// Offset of the data area's capacity, u32.
pub const CAPACITY_AT: usize = 4;
/// Offset of the producer's cursor, u32, wrapping.
pub const HEAD_AT: usize = 64;
/// Offset of the consumer's cursor, u32, wrapping.
pub const TAIL_AT: usize = 128;
/// Offset of the consumer's sleep flag, u32.
pub const ASLEEP_AT: usize = 192;
/// Offset of the data area.
pub const DATA_AT: usize = 256;
/// Largest capacity.
pub const CAPACITY_MAX: u32 = 1 << 28;
/// `u32 payload length | u32 kind`.
pub const RECORD_HEADER_LENGTH: usize = 8;
/// Records start at multiples of this.
pub const RECORD_ALIGNMENT: usize = 8;
/// Fills the rest of the area when a record does not fit before its end.
pub const KIND_PADDING: u32 = 0;

/// Bytes a record takes in the ring: header, payload, padding.
#[inline]
pub const fn record_length(payload: usize) -> usize {
    (RECORD_HEADER_LENGTH + payload).next_multiple_of(RECORD_ALIGNMENT)
}

/// Kinds on ring 0, host → enclave.
pub mod inward {
    /// `u64 connection ‖ frame body`.
    pub const FRAME: u32 = 1;
    /// `u64 connection`: its sessions end.
    pub const CLOSED: u32 = 2;
    /// `u64` Unix time, µs.
    pub const TICK: u32 = 3;
    /// `u64 index ‖ inbox entry`.
    pub const INBOX: u32 = 4;
    /// An `oracle-round` message.
    pub const ORACLE: u32 = 5;
    /// `u64` 0: close a batch now.
    pub const CLOSE_BATCH: u32 = 6;
    /// `u64 epoch ‖ u64 batch number`: the chain holds it.
    pub const ANCHORED: u32 = 7;
    /// `u64 sequence` synced to disk.
    pub const DURABLE: u32 = 8;
    /// `u64` restriction of the whole venue: 0 none, 1 orders that reduce, 2 halted.
    pub const RESTRICT: u32 = 9;
}

/// Kinds on ring 1, matching thread → host.
pub mod outward {
    /// `u64 connection ‖ u64 sequence ‖ u8 level ‖ 7 zero ‖ frame body`.
    pub const REPLY: u32 = 1;
    /// A journal record.
    pub const JOURNAL: u32 = 2;
    /// `u64 sequence ‖ public message`.
    pub const PUBLIC: u32 = 3;
    /// `u64 connection ‖ u64 sequence ‖ u16 code`.
    pub const HANG_UP: u32 = 4;
    /// `u64 sequence ‖ 32-byte command digest ‖ UTF-8 text`.
    pub const FAULT: u32 = 5;
    /// Two heads that cannot both be: one a client brought, one of ours. Each as kind 1 of ring 2. A fault follows.
    pub const EVIDENCE: u32 = 6;
}

/// Kinds on ring 2, batch thread → host.
pub mod ledger {
    /// `u64 epoch ‖ u64 sequence ‖ chain hash 32 ‖ signature 65`.
    pub const HEAD: u32 = 1;
    /// A signed batch.
    pub const BATCH: u32 = 2;
    /// `u64 sequence ‖ u32 part ‖ u32 parts ‖ sealed bytes`.
    pub const SNAPSHOT: u32 = 3;
}
