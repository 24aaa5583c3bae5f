//! The batch record of ring 2 (docs/boundaries.md section 4): signed header, withdrawals, data.

use crate::header::{BatchHeader, Word};

/// Bytes of the header: 15 ABI words.
pub const HEADER_LENGTH: usize = 480;
/// r ‖ s ‖ v.
pub const SIGNATURE_LENGTH: usize = 65;
/// `u32 headerLength | words | signature | u32 n`: bytes before the withdrawals.
pub const PREFIX_LENGTH: usize = 4 + HEADER_LENGTH + SIGNATURE_LENGTH + 4;
/// Bytes of one withdrawal.
pub const WITHDRAWAL_LENGTH: usize = 40;

/// A withdrawal to be claimed on chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Withdrawal {
    /// The account it left.
    pub account: u32,
    /// Who claims it.
    pub owner: [u8; 20],
    /// 1e-6 of the collateral token.
    pub amount: u64,
    /// The account's withdrawal nonce.
    pub nonce: u64,
}

impl Withdrawal {
    /// `u32 account | owner 20 | u64 amount | u64 nonce`.
    pub fn emit(&self) -> [u8; WITHDRAWAL_LENGTH] {
        let mut out = [0; WITHDRAWAL_LENGTH];
        out[..4].copy_from_slice(&self.account.to_le_bytes());
        out[4..24].copy_from_slice(&self.owner);
        out[24..32].copy_from_slice(&self.amount.to_le_bytes());
        out[32..].copy_from_slice(&self.nonce.to_le_bytes());
        out
    }

    /// `abi.encode(uint256 index, address owner, uint256 amount)`: the leaf is keccak256 of keccak256 of this.
    pub fn leaf_words(&self, index: u64) -> [Word; 3] {
        use crate::header::{address, uint};
        [uint(index), address(&self.owner), uint(self.amount)]
    }
}

/// The record up to its withdrawals; they, `u32 m` and the data follow.
pub fn emit_prefix(
    header: &BatchHeader,
    signature: &[u8; SIGNATURE_LENGTH],
    withdrawals: u32,
) -> [u8; PREFIX_LENGTH] {
    let mut out = [0; PREFIX_LENGTH];
    out[..4].copy_from_slice(&(HEADER_LENGTH as u32).to_le_bytes());
    for (slot, word) in out[4..].chunks_exact_mut(32).zip(header.words()) {
        slot.copy_from_slice(&word);
    }
    out[4 + HEADER_LENGTH..PREFIX_LENGTH - 4].copy_from_slice(signature);
    out[PREFIX_LENGTH - 4..].copy_from_slice(&withdrawals.to_le_bytes());
    out
}
