//! What a report vouches for, and what a history starts from (docs/boundaries.md sections 3 and 6): the bytes to be hashed.

use crate::generated::OraclePrice;

/// Bytes of the report data's preimage.
pub const REPORT_PREIMAGE_LENGTH: usize = 32 + 8 + 20 + 20 + 32 + 32 + 32;
/// Bytes of the genesis hash's preimage.
pub const GENESIS_PREIMAGE_LENGTH: usize = 16 + 8 + 20 + 32;

/// What the enclave's report binds together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReportClaims {
    /// The chain.
    pub chain_id: u64,
    /// The registry that will read the quote.
    pub registry: [u8; 20],
    /// The per-boot secp256k1 signer.
    pub signer: [u8; 20],
    /// The per-boot X25519 key.
    pub encryption_key: [u8; 32],
    /// A recent L1 block.
    pub block_hash: [u8; 32],
    /// SHA-256 of the enclave config.
    pub config_hash: [u8; 32],
}

impl ReportClaims {
    /// SHA-256 of this is the first half of the report data; the second half is zero.
    pub fn preimage(&self) -> [u8; REPORT_PREIMAGE_LENGTH] {
        const TAG: &[u8] = b"sealbook.enclave.v1";
        let mut out = [0; REPORT_PREIMAGE_LENGTH];
        out[..TAG.len()].copy_from_slice(TAG);
        out[32..40].copy_from_slice(&self.chain_id.to_be_bytes());
        out[40..60].copy_from_slice(&self.registry);
        out[60..80].copy_from_slice(&self.signer);
        out[80..112].copy_from_slice(&self.encryption_key);
        out[112..144].copy_from_slice(&self.block_hash);
        out[144..].copy_from_slice(&self.config_hash);
        out
    }
}

/// SHA-256 of this is `chainHash(0)`.
pub fn genesis_preimage(
    chain_id: u64,
    settlement: &[u8; 20],
    config_hash: &[u8; 32],
) -> [u8; GENESIS_PREIMAGE_LENGTH] {
    let mut out = [0; GENESIS_PREIMAGE_LENGTH];
    out[..16].copy_from_slice(b"sealbook.genesis");
    out[16..24].copy_from_slice(&chain_id.to_be_bytes());
    out[24..44].copy_from_slice(settlement);
    out[44..].copy_from_slice(config_hash);
    out
}

/// Bytes of an oracle round's preimage before its prices.
pub const ORACLE_PREFIX_LENGTH: usize = 15 + 8 + 20 + 8 + 8;

/// keccak256 of this, followed by [`oracle_price`] of every price in order, is what an oracle signs.
pub fn oracle_prefix(
    chain_id: u64,
    settlement: &[u8; 20],
    round: u64,
    time_us: u64,
) -> [u8; ORACLE_PREFIX_LENGTH] {
    let mut out = [0; ORACLE_PREFIX_LENGTH];
    out[..15].copy_from_slice(b"sealbook.oracle");
    out[15..23].copy_from_slice(&chain_id.to_be_bytes());
    out[23..43].copy_from_slice(settlement);
    out[43..51].copy_from_slice(&round.to_be_bytes());
    out[51..].copy_from_slice(&time_us.to_be_bytes());
    out
}

/// `instrument u16 BE ‖ index i64 BE`.
pub fn oracle_price(price: &OraclePrice) -> [u8; 10] {
    let mut out = [0; 10];
    out[..2].copy_from_slice(&price.instrument.to_be_bytes());
    out[2..].copy_from_slice(&price.index.to_be_bytes());
    out
}
