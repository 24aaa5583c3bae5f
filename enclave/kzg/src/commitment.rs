//! The commitment to a blob: Σ elementᵢ · pointᵢ over the elements that are used.
//!
//! A batch fills a few hundred of a blob's 4096 elements, and every blob uses the same points from the first on. So each point keeps
//! its multiples by 2⁸ᵏ, made when it is first used: an element's bytes then fall straight into one set of 255 buckets, without a
//! doubling. Data is public, so nothing here need take constant time.

use alloc::vec::Vec;

use bls12_381::{G1Affine, G1Projective};
use sha2::{Digest, Sha256};

use crate::ceremony::{self, POINT_BYTES};
use crate::packing::{BLOB_DATA_BYTES, ELEMENT_DATA_BYTES};

/// Bytes of a commitment: a compressed point.
pub const COMMITMENT_BYTES: usize = POINT_BYTES;
/// One bucket for each value of a byte but zero.
const BUCKETS: usize = 255;

/// 2⁸ᵏ · point for k from 0: multiple k belongs to byte 30 − k of an element.
type Multiples = [G1Affine; ELEMENT_DATA_BYTES];

/// Commits to blobs; keeps the multiples of the points used so far (3.2 kB a point, 13 MB when a blob was full once).
#[derive(Default)]
pub struct Committer {
    multiples: Vec<Multiples>,
}

impl Committer {
    /// The commitment to one blob's data.
    ///
    /// # Panics
    /// If the data is longer than a blob's.
    pub fn commit(&mut self, data: &[u8]) -> [u8; COMMITMENT_BYTES] {
        assert!(data.len() <= BLOB_DATA_BYTES);
        self.extend_to(data.len().div_ceil(ELEMENT_DATA_BYTES));
        let mut buckets = [G1Projective::default(); BUCKETS];
        for (element, multiples) in data.chunks(ELEMENT_DATA_BYTES).zip(&self.multiples) {
            for (byte, multiple) in element.iter().zip(multiples.iter().rev()) {
                if let Some(bucket) = usize::from(*byte).checked_sub(1) {
                    buckets[bucket] += multiple;
                }
            }
        }
        G1Affine::from(weighted_sum(&buckets)).to_compressed()
    }

    fn extend_to(&mut self, elements: usize) {
        for index in self.multiples.len()..elements {
            self.multiples.push(multiples(ceremony::point(index)));
        }
    }
}

fn multiples(point: G1Affine) -> Multiples {
    let mut projective = [G1Projective::from(point); ELEMENT_DATA_BYTES];
    for k in 1..ELEMENT_DATA_BYTES {
        let mut next = projective[k - 1];
        for _ in 0..8 {
            next = next.double();
        }
        projective[k] = next;
    }
    let mut affine = [G1Affine::default(); ELEMENT_DATA_BYTES];
    G1Projective::batch_normalize(&projective, &mut affine);
    affine
}

/// Σ (i + 1) · bucketᵢ, as the sum of all suffix sums.
fn weighted_sum(buckets: &[G1Projective; BUCKETS]) -> G1Projective {
    let (mut suffix, mut sum) = (G1Projective::default(), G1Projective::default());
    for bucket in buckets.iter().rev() {
        suffix += bucket;
        sum += suffix;
    }
    sum
}

/// What the chain knows a blob by: `0x01 ‖ SHA-256(commitment)[1..]`.
pub fn versioned_hash(commitment: &[u8; COMMITMENT_BYTES]) -> [u8; 32] {
    let mut hash: [u8; 32] = Sha256::digest(commitment).into();
    hash[0] = 1;
    hash
}

#[cfg(test)]
mod tests {
    use super::*;
    use bls12_381::Scalar;

    /// The obvious way: one scalar multiplication an element.
    fn naive(data: &[u8]) -> [u8; COMMITMENT_BYTES] {
        let mut sum = G1Projective::default();
        for (index, element) in data.chunks(ELEMENT_DATA_BYTES).enumerate() {
            let mut little = [0; 32];
            for (at, byte) in element.iter().enumerate() {
                little[ELEMENT_DATA_BYTES - 1 - at] = *byte;
            }
            let scalar: Scalar = Option::from(Scalar::from_bytes(&little)).expect("below r");
            sum += G1Projective::from(ceremony::point(index)) * scalar;
        }
        G1Affine::from(sum).to_compressed()
    }

    #[test]
    fn is_what_the_obvious_way_gives() {
        let mut committer = Committer::default();
        for length in [1, 30, 31, 32, 61, 62, 63, 500, 31] {
            let data: Vec<u8> =
                (0..length).map(|i: usize| (i * 167 + length).to_le_bytes()[0]).collect();
            assert_eq!(committer.commit(&data), naive(&data), "{length} bytes");
        }
    }

    #[test]
    fn nothing_is_the_point_at_infinity() {
        let mut infinity = [0; COMMITMENT_BYTES];
        infinity[0] = 0xc0;
        assert_eq!(Committer::default().commit(&[]), infinity);
        assert_eq!(Committer::default().commit(&[0; 100]), infinity);
    }
}
