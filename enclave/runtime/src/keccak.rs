//! Keccak-256.
//!
//! Keep it off the per-command path (one block costs as much as dozens of matches): batches, delegations, oracle rounds and the
//! inbox only.

use sealbook_wire::header::Word;
use sha3::{Digest, Keccak256};

/// Keccak-256 of the concatenation.
pub fn keccak(parts: &[&[u8]]) -> Word {
    let mut hasher = Keccak256::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().into()
}

/// Keccak-256 of ABI words: `keccak256(abi.encode(…))` of static values.
pub fn keccak_words(words: &[Word]) -> Word {
    let mut hasher = Keccak256::new();
    for word in words {
        hasher.update(word);
    }
    hasher.finalize().into()
}
