//! The Merkle tree over a batch's withdrawals, as OpenZeppelin's `MerkleProof` verifies it: sorted pairs, a lonely node moves up.

use sealbook_wire::batch::Withdrawal;

use crate::error::{Error, Result};
use crate::keccak::{keccak, keccak_words};

/// Leaf i: hashed twice, so an inner node can never be offered as a leaf.
pub fn leaf(index: u64, withdrawal: &Withdrawal) -> [u8; 32] {
    keccak(&[&keccak_words(&withdrawal.leaf_words(index))])
}

fn node(a: [u8; 32], b: [u8; 32]) -> [u8; 32] {
    if a <= b { keccak(&[&a, &b]) } else { keccak(&[&b, &a]) }
}

/// Root, or zero when there are none.
pub fn root(withdrawals: &[Withdrawal]) -> [u8; 32] {
    let mut level: Vec<[u8; 32]> =
        (0..).zip(withdrawals).map(|(i, withdrawal)| leaf(i, withdrawal)).collect();
    while level.len() > 1 {
        level = level
            .chunks(2)
            .map(|pair| if let [a, b] = pair { node(*a, *b) } else { pair[0] })
            .collect();
    }
    level.first().copied().unwrap_or_default()
}

/// Sum of the amounts: what the chain reserves for the batch.
///
/// # Errors
/// `Fault` if it overflows: the engine keeps all collateral of the venue below 2^56.
pub fn total(withdrawals: &[Withdrawal]) -> Result<u64> {
    let add = |sum: u64, withdrawal: &Withdrawal| sum.checked_add(withdrawal.amount);
    withdrawals.iter().try_fold(0, add).ok_or(Error::Fault)
}

#[cfg(test)]
mod test {
    use super::*;

    fn withdrawals(count: u64) -> Vec<Withdrawal> {
        (0..count)
            .map(|i| Withdrawal {
                account: i as u32,
                owner: [i as u8; 20],
                amount: i * 100,
                nonce: 1,
            })
            .collect()
    }

    /// Siblings from leaf to root, as a claimant would collect them.
    fn proof(list: &[Withdrawal], mut at: usize) -> Vec<[u8; 32]> {
        let mut level: Vec<[u8; 32]> = (0..).zip(list).map(|(i, w)| leaf(i, w)).collect();
        let mut path = vec![];
        while level.len() > 1 {
            path.extend(level.get(at ^ 1));
            level =
                level.chunks(2).map(|p| if let [a, b] = p { node(*a, *b) } else { p[0] }).collect();
            at /= 2;
        }
        path
    }

    #[test]
    fn the_total_is_the_sum_or_a_fault() {
        assert_eq!(total(&withdrawals(5)), Ok(1000));
        let most = Withdrawal { amount: u64::MAX, ..withdrawals(1)[0] };
        assert_eq!(total(&[most, Withdrawal { amount: 1, ..most }]), Err(Error::Fault));
    }

    #[test]
    fn every_leaf_proves_itself_and_only_at_its_index() {
        assert_eq!(root(&[]), [0; 32]);
        for count in 1..20 {
            let list = withdrawals(count);
            for (i, withdrawal) in (0..).zip(&list) {
                let path = proof(&list, i as usize);
                let climb = |from| path.iter().fold(from, |hash, sibling| node(hash, *sibling));
                assert_eq!(climb(leaf(i, withdrawal)), root(&list));
                assert_ne!(climb(leaf(i + 1, withdrawal)), root(&list));
            }
        }
    }
}
