//! The data of a batch: the leaves it changed, packed so that every leaf, and so every exit, can be rebuilt from L1 alone
//! (docs/state.md, "Data").

use sealbook_engine::state::leaf::INSTRUMENT_WORDS;

/// A field element as little-endian 64-bit limbs.
pub type LeafWord = [u64; 4];

/// Format version, first byte.
const VERSION: u8 = 1;

/// A changed account leaf.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountLeaf {
    /// Index in the accounts tree.
    pub index: u32,
    /// The twenty words; all zero if the account is unused.
    pub words: [LeafWord; 20],
}

/// A changed instrument leaf.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InstrumentLeaf {
    /// Index in the instruments tree: the id.
    pub index: u16,
    /// The nine words.
    pub words: [LeafWord; INSTRUMENT_WORDS],
}

/// Packs one batch. The lists are ascending by index.
pub fn pack(
    accounts: &[AccountLeaf],
    instruments: &[InstrumentLeaf],
    oracle_round: u64,
    next_account: u32,
) -> Vec<u8> {
    let mut out = Vec::with_capacity(32 + 128 * accounts.len() + 288 * instruments.len());
    out.push(VERSION);
    out.extend_from_slice(&oracle_round.to_le_bytes());
    out.extend_from_slice(&next_account.to_le_bytes());
    out.extend_from_slice(&(accounts.len() as u32).to_le_bytes());
    for leaf in accounts {
        out.extend_from_slice(&leaf.index.to_le_bytes());
        pack_words(&mut out, &leaf.words);
    }
    out.extend_from_slice(&(instruments.len() as u32).to_le_bytes());
    for leaf in instruments {
        out.extend_from_slice(&u32::from(leaf.index).to_le_bytes());
        pack_words(&mut out, &leaf.words);
    }
    out
}

/// `u32` mask of the words that are not zero, then each as a length byte and its little-endian bytes without leading zeros.
fn pack_words(out: &mut Vec<u8>, words: &[LeafWord]) {
    let mask =
        (0..).zip(words).fold(0u32, |mask, (i, word)| mask | u32::from(*word != [0; 4]) << i);
    out.extend_from_slice(&mask.to_le_bytes());
    for word in words.iter().filter(|word| **word != [0; 4]) {
        let mut bytes = [0; 32];
        for (chunk, limb) in bytes.chunks_exact_mut(8).zip(word) {
            chunk.copy_from_slice(&limb.to_le_bytes());
        }
        let length = 32 - bytes.iter().rev().take_while(|byte| **byte == 0).count();
        out.push(length as u8);
        out.extend_from_slice(&bytes[..length]);
    }
}

#[cfg(test)]
mod test {
    use super::*;

    fn unpack_words<const N: usize>(bytes: &mut &[u8]) -> [LeafWord; N] {
        let mask = u32::from_le_bytes(take(bytes));
        let mut words = [[0; 4]; N];
        for (i, word) in words.iter_mut().enumerate() {
            if mask >> i & 1 == 1 {
                let [length] = take::<1>(bytes);
                let mut whole = [0; 32];
                whole[..length as usize].copy_from_slice(&bytes[..length as usize]);
                *bytes = &bytes[length as usize..];
                for (limb, chunk) in word.iter_mut().zip(whole.chunks(8)) {
                    *limb = u64::from_le_bytes(chunk.try_into().expect("eight"));
                }
                assert_ne!(*word, [0; 4]);
            }
        }
        words
    }

    fn take<const N: usize>(bytes: &mut &[u8]) -> [u8; N] {
        let (head, rest) = bytes.split_first_chunk().expect("enough");
        *bytes = rest;
        *head
    }

    #[test]
    fn what_was_packed_can_be_rebuilt() {
        let mut words = [[0; 4]; 20];
        words[0] = [1, 2, 3, 0];
        words[3] = [u64::MAX; 4];
        words[19] = [0x80, 0, 0, 0];
        let accounts =
            [AccountLeaf { index: 7, words }, AccountLeaf { index: 9, words: [[0; 4]; 20] }];
        let instruments = [InstrumentLeaf { index: 2, words: [[5, 0, 0, 0]; INSTRUMENT_WORDS] }];
        let packed = pack(&accounts, &instruments, 11, 12);
        let bytes = &mut &packed[..];
        assert_eq!(take::<1>(bytes), [1]);
        assert_eq!(u64::from_le_bytes(take(bytes)), 11);
        assert_eq!(u32::from_le_bytes(take(bytes)), 12);
        assert_eq!(u32::from_le_bytes(take(bytes)), 2);
        for leaf in accounts {
            assert_eq!(u32::from_le_bytes(take(bytes)), leaf.index);
            assert_eq!(unpack_words::<20>(bytes), leaf.words);
        }
        assert_eq!(u32::from_le_bytes(take(bytes)), 1);
        assert_eq!(u32::from_le_bytes(take(bytes)), 2);
        assert_eq!(unpack_words::<INSTRUMENT_WORDS>(bytes), instruments[0].words);
        assert!(bytes.is_empty());
    }
}
