//! Blobs and their KZG commitments (EIP-4844), for an enclave that must name in its signature the blobs a host will post.
//!
//! Only what signing needs: packing into field elements, the commitment, the versioned hash. Proofs are the poster's business: a
//! wrong one is refused by the network and harms nobody.
//!
//! | file | is |
//! |---|---|
//! | `packing.rs` | data → field elements → blobs, and back |
//! | `ceremony.rs` | the 4096 Lagrange-form points of the Ethereum KZG ceremony |
//! | `commitment.rs` | [`Committer`]: multi-scalar multiplication over the elements that are used |

#![no_std]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

extern crate alloc;

mod ceremony;
mod commitment;
mod packing;

pub use ceremony::SHA256 as CEREMONY_SHA256;
pub use commitment::{COMMITMENT_BYTES, Committer, versioned_hash};
pub use packing::{
    BLOB_BYTES, BLOB_DATA_BYTES, BLOBS_PER_BATCH_MAX, DATA_BYTES_MAX, ELEMENT_DATA_BYTES,
    ELEMENTS_PER_BLOB, blobs_of, emit_blob,
};
