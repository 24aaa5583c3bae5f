//! What is signed for the chain (docs/boundaries.md sections 1 and 4): EIP-712 type strings and the ABI words of each
//! struct, in field order. No hashing here: the runtime and the contracts each bring their own keccak.

/// An ABI word.
pub type Word = [u8; 32];

/// EIP-712 domain type; `name "sealbook"`, `version "1"`.
pub const DOMAIN_TYPE: &str =
    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";
/// EIP-712 domain name.
pub const DOMAIN_NAME: &str = "sealbook";
/// EIP-712 domain version.
pub const DOMAIN_VERSION: &str = "1";

/// A wallet lets a session key act for its account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delegation {
    /// The wallet.
    pub account: [u8; 20],
    /// Its sub-account.
    pub subaccount: u8,
    /// The session's X25519 key.
    pub session_key: [u8; 32],
    /// Bit 0 trade, 1 cancel, 2 withdraw.
    pub scopes: u8,
    /// Unix seconds.
    pub expiry: u64,
    /// Voided by a `revoke` with a higher nonce.
    pub nonce: u64,
}

impl Delegation {
    /// EIP-712 `encodeType`.
    pub const TYPE: &str = "Delegation(address account,uint8 subaccount,bytes32 sessionKey,uint8 scopes,uint64 expiry,uint64 nonce)";

    /// EIP-712 `encodeData`, without the type hash.
    pub fn words(&self) -> [Word; 6] {
        [
            address(&self.account),
            uint(self.subaccount.into()),
            self.session_key,
            uint(self.scopes.into()),
            uint(self.expiry),
            uint(self.nonce),
        ]
    }
}

/// A range of sequences and what it did to the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchHeader {
    /// Epoch that signs.
    pub epoch: u64,
    /// Gap-free from 1 over all epochs.
    pub number: u64,
    /// First sequence in the batch.
    pub first_sequence: u64,
    /// Last sequence in the batch.
    pub last_sequence: u64,
    /// Chain hash at the last sequence.
    pub chain_hash: [u8; 32],
    /// State root before the first.
    pub state_root_before: [u8; 32],
    /// State root after the last.
    pub state_root_after: [u8; 32],
    /// Inbox entries consumed.
    pub inbox_cursor: u64,
    /// The inbox's rolling hash there.
    pub inbox_hash: [u8; 32],
    /// Merkle root over the batch's withdrawals, 0 if none.
    pub withdrawals_root: [u8; 32],
    /// Sum of the batch's withdrawals, 1e-6 of the collateral token.
    pub withdrawals_total: u64,
    /// keccak256 of the packed data.
    pub data_hash: [u8; 32],
    /// keccak256 of the versioned hashes of the blobs that carry the same data.
    pub blobs_hash: [u8; 32],
    /// Last oracle round applied.
    pub oracle_round: u64,
    /// Unix seconds.
    pub closed_at: u64,
}

impl BatchHeader {
    /// EIP-712 `encodeType`.
    pub const TYPE: &str = "BatchHeader(uint64 epoch,uint64 number,uint64 firstSequence,uint64 lastSequence,bytes32 chainHash,bytes32 stateRootBefore,bytes32 stateRootAfter,uint64 inboxCursor,bytes32 inboxHash,bytes32 withdrawalsRoot,uint64 withdrawalsTotal,bytes32 dataHash,bytes32 blobsHash,uint64 oracleRound,uint64 closedAt)";

    /// EIP-712 `encodeData`, without the type hash; also the ABI words of the ring payload.
    pub fn words(&self) -> [Word; 15] {
        [
            uint(self.epoch),
            uint(self.number),
            uint(self.first_sequence),
            uint(self.last_sequence),
            self.chain_hash,
            self.state_root_before,
            self.state_root_after,
            uint(self.inbox_cursor),
            self.inbox_hash,
            self.withdrawals_root,
            uint(self.withdrawals_total),
            self.data_hash,
            self.blobs_hash,
            uint(self.oracle_round),
            uint(self.closed_at),
        ]
    }
}

/// A new boot's claim to continue from the chain's head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenEpoch {
    /// The new epoch.
    pub epoch: u64,
    /// The chain's present epoch.
    pub previous_epoch: u64,
    /// The chain's last batch.
    pub batch_number: u64,
    /// The chain's last sequence.
    pub last_sequence: u64,
    /// The chain's state root.
    pub state_root: [u8; 32],
}

impl OpenEpoch {
    /// EIP-712 `encodeType`.
    pub const TYPE: &str = "OpenEpoch(uint64 epoch,uint64 previousEpoch,uint64 batchNumber,uint64 lastSequence,bytes32 stateRoot)";

    /// EIP-712 `encodeData`, without the type hash.
    pub fn words(&self) -> [Word; 5] {
        [
            uint(self.epoch),
            uint(self.previous_epoch),
            uint(self.batch_number),
            uint(self.last_sequence),
            self.state_root,
        ]
    }
}

/// An unsigned integer as an ABI word.
pub fn uint(value: u64) -> Word {
    let mut word = [0; 32];
    word[24..].copy_from_slice(&value.to_be_bytes());
    word
}

/// An address as an ABI word.
pub fn address(value: &[u8; 20]) -> Word {
    let mut word = [0; 32];
    word[12..].copy_from_slice(value);
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words and the type string list the same fields.
    #[test]
    fn every_field_has_its_word() {
        let fields = |encoded: &str| encoded.matches(',').count() + 1;
        let delegation = Delegation {
            account: [1; 20],
            subaccount: 2,
            session_key: [3; 32],
            scopes: 4,
            expiry: 5,
            nonce: 6,
        };
        assert_eq!(delegation.words().len(), fields(Delegation::TYPE));
        assert_eq!(delegation.words()[0][11..13], [0, 1]);
        assert_eq!(delegation.words()[5][31], 6);
        let epoch = OpenEpoch {
            epoch: 1,
            previous_epoch: 2,
            batch_number: 3,
            last_sequence: 0x0102,
            state_root: [5; 32],
        };
        assert_eq!(epoch.words().len(), fields(OpenEpoch::TYPE));
        assert_eq!(epoch.words()[3][30..], [1, 2]);
        assert_eq!(fields(BatchHeader::TYPE), 15);
    }
}
