//! The data of a batch: the leaves it changed and the withdrawals it promised, packed so that every leaf, and so every exit, and every
//! claim can be rebuilt from L1 alone (docs/state.md, "Data").

use sealbook_engine::state::leaf::INSTRUMENT_WORDS;
use sealbook_wire::batch::Withdrawal;

use crate::error::{Error, Result};
use crate::trees::Changes;

/// A field element as little-endian 64-bit limbs.
pub type LeafWord = [u64; 4];

/// Longest packed account: index, mask, and each word's length and bytes (owner 22, keys 32 each, collateral and nonce 16, positions 30).
pub const ACCOUNT_BYTES_MAX: usize = 4 + 4 + 23 + 2 * 33 + 17 + 16 * 31;
/// Everything of a batch but its accounts and withdrawals, at most: head, counts, 64 instruments.
pub const OTHER_BYTES_MAX: usize = 1 + 8 + 4 + 4 + 4 + 4 + 64 * (4 + 4 + INSTRUMENT_WORDS * 33);

/// Format version, first byte.
const VERSION: u8 = 2;
/// A packed withdrawal: owner, amount.
pub const WITHDRAWAL_BYTES: usize = 28;

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

/// Packs one batch. The leaves are ascending by index; the withdrawals as their tree has them.
pub fn pack(
    accounts: &[AccountLeaf],
    instruments: &[InstrumentLeaf],
    oracle_round: u64,
    next_account: u32,
    withdrawals: &[Withdrawal],
) -> Vec<u8> {
    let leaves = 128 * accounts.len() + 288 * instruments.len();
    let mut out = Vec::with_capacity(32 + leaves + WITHDRAWAL_BYTES * withdrawals.len());
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
    out.extend_from_slice(&(withdrawals.len() as u32).to_le_bytes());
    for withdrawal in withdrawals {
        out.extend_from_slice(&withdrawal.owner);
        out.extend_from_slice(&withdrawal.amount.to_le_bytes());
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

/// The leaves that `pack` packed. Withdrawals, which a state does not have, must be there in form and are left out.
///
/// # Errors
/// `Format` for anything `pack` would not write: lists out of order, a length that is not the shortest, bytes left over.
pub fn unpack(mut bytes: &[u8]) -> Result<Changes> {
    let rest = &mut bytes;
    if take::<1>(rest)? != [VERSION] {
        return Err(Error::Format);
    }
    let oracle_round = u64::from_le_bytes(take(rest)?);
    let next_account = u32::from_le_bytes(take(rest)?);
    let accounts = unpack_list(rest, |index, words| AccountLeaf { index, words })?;
    let instruments = unpack_list(rest, |index, words| (index, words))?;
    let instruments: Option<Vec<_>> = instruments
        .into_iter()
        .map(|(index, words)| Some(InstrumentLeaf { index: u16::try_from(index).ok()?, words }))
        .collect();
    let instruments = instruments.ok_or(Error::Format)?;
    let withdrawals = u32::from_le_bytes(take(rest)?) as usize;
    if withdrawals.checked_mul(WITHDRAWAL_BYTES) != Some(rest.len()) {
        return Err(Error::Format);
    }
    Ok(Changes { accounts, instruments, oracle_round, next_account })
}

fn unpack_list<const N: usize, T>(
    rest: &mut &[u8],
    leaf: impl Fn(u32, [LeafWord; N]) -> T,
) -> Result<Vec<T>> {
    let count = u32::from_le_bytes(take(rest)?) as usize;
    // An entry has at least its index and its mask: bounded before anything is allocated (B52).
    if count > rest.len() / 8 {
        return Err(Error::Format);
    }
    let mut leaves = Vec::with_capacity(count);
    let mut next = 0;
    for _ in 0..count {
        let index = u32::from_le_bytes(take(rest)?);
        if u64::from(index) < next {
            return Err(Error::Format);
        }
        next = u64::from(index) + 1;
        leaves.push(leaf(index, unpack_words(rest)?));
    }
    Ok(leaves)
}

fn unpack_words<const N: usize>(rest: &mut &[u8]) -> Result<[LeafWord; N]> {
    let mask = u32::from_le_bytes(take(rest)?);
    if u64::from(mask) >> N != 0 {
        return Err(Error::Format);
    }
    let mut words = [[0; 4]; N];
    for (i, word) in words.iter_mut().enumerate() {
        if mask >> i & 1 == 0 {
            continue;
        }
        let [length] = take::<1>(rest)?;
        let bytes = rest.split_off(..length.into()).ok_or(Error::Format)?;
        let mut whole = [0; 32];
        whole.get_mut(..bytes.len()).ok_or(Error::Format)?.copy_from_slice(bytes);
        if bytes.last().is_none_or(|last| *last == 0) {
            return Err(Error::Format);
        }
        for (limb, chunk) in word.iter_mut().zip(whole.as_chunks::<8>().0) {
            *limb = u64::from_le_bytes(*chunk);
        }
    }
    Ok(words)
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Result<[u8; N]> {
    let (head, rest) = bytes.split_first_chunk().ok_or(Error::Format)?;
    *bytes = rest;
    Ok(*head)
}

#[cfg(test)]
mod test {
    use super::*;

    fn leaves() -> Changes {
        let mut words = [[0; 4]; 20];
        words[0] = [1, 2, 3, 0];
        words[3] = [u64::MAX; 4];
        words[19] = [0x80, 0, 0, 0];
        Changes {
            accounts: vec![
                AccountLeaf { index: 7, words },
                AccountLeaf { index: 9, words: [[0; 4]; 20] },
            ],
            instruments: vec![InstrumentLeaf { index: 2, words: [[5, 0, 0, 0]; INSTRUMENT_WORDS] }],
            oracle_round: 11,
            next_account: 12,
        }
    }

    fn packed(leaves: &Changes) -> Vec<u8> {
        let (round, next) = (leaves.oracle_round, leaves.next_account);
        pack(&leaves.accounts, &leaves.instruments, round, next, &[])
    }

    #[test]
    fn withdrawals_end_the_data() {
        let leaves = leaves();
        let one = Withdrawal { account: 7, owner: [0xaa; 20], amount: 0x0102, nonce: 1 };
        let two = Withdrawal { owner: [0xbb; 20], ..one };
        let (round, next) = (leaves.oracle_round, leaves.next_account);
        let bytes = pack(&leaves.accounts, &leaves.instruments, round, next, &[one, two]);
        let mut tail = vec![2, 0, 0, 0];
        for owner in [0xaa, 0xbb] {
            tail.extend_from_slice(&[owner; 20]);
            tail.extend_from_slice(&[2, 1, 0, 0, 0, 0, 0, 0]);
        }
        assert!(bytes.ends_with(&tail));
        assert_eq!(unpack(&bytes).expect("packed").accounts, leaves.accounts);
        assert!(unpack(&bytes[..bytes.len() - 1]).is_err());
    }

    #[test]
    fn what_was_packed_can_be_rebuilt() {
        let bytes = packed(&leaves());
        let rebuilt = unpack(&bytes).expect("packed");
        assert_eq!(rebuilt.accounts, leaves().accounts);
        assert_eq!(rebuilt.instruments, leaves().instruments);
        assert_eq!((rebuilt.oracle_round, rebuilt.next_account), (11, 12));
    }

    /// One set of leaves, one encoding: whatever parses is what `pack` writes.
    #[test]
    fn what_pack_would_not_write_is_refused() {
        let bytes = packed(&leaves());
        for cut in 0..bytes.len() {
            assert!(unpack(&bytes[..cut]).is_err(), "cut at {cut}");
        }
        assert!(unpack(&[&bytes[..], &[0]].concat()).is_err());
        for at in 0..bytes.len() {
            for value in [0, 1, 33, 0xff] {
                let mut bent = bytes.clone();
                bent[at] = value;
                if let Ok(leaves) = unpack(&bent) {
                    assert_eq!(packed(&leaves), bent, "byte {at} = {value}");
                }
            }
        }
    }

    #[test]
    fn the_longest_account_is_as_long_as_we_say() {
        // Owner word 22 bytes, keys 32, collateral and nonce 16, positions 30: the bounds of docs/state.md.
        let full = |bytes: usize| {
            core::array::from_fn(|limb| match bytes.saturating_sub(8 * limb) {
                0 => 0,
                n if n >= 8 => u64::MAX,
                n => u64::MAX >> (64 - 8 * n),
            })
        };
        let mut words = [full(30); 20];
        (words[0], words[1], words[2], words[3]) = (full(22), full(32), full(32), full(16));
        let empty = pack(&[], &[], 0, 0, &[]).len();
        let one = pack(&[AccountLeaf { index: 1, words }], &[], 0, 0, &[]).len();
        assert_eq!(one - empty, ACCOUNT_BYTES_MAX);
    }
}
