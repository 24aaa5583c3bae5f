//! The state tree: BN254 scalars, Barretenberg's Poseidon2 and the sparse Merkle trees over it.
//!
//! Everything the state root is made of and nothing of what the leaves mean: how an account or an
//! instrument becomes field elements is the engine's business (docs/state.md). The circuits hash the
//! same leaves with the same function, so a byte of difference here is a protocol change.
//!
//! | file | is |
//! |---|---|
//! | `field.rs` | the scalar field of BN254, Montgomery form |
//! | `constants.rs` | round constants and internal diagonal (generated) |
//! | `loose.rs` | the same numbers inside the permutation, not fully reduced |
//! | `poseidon2.rs` | the permutation and the sponge: [`permute`], [`hash`], [`hash2`] |
//! | `sparse_tree.rs` | [`SparseTree`]: leaves, roots, paths |
//! | `state_root.rs` | [`state_root`]: two trees and the venue's own word |

#![no_std]
#![forbid(unsafe_code)]
#![warn(missing_docs)]

extern crate alloc;

mod constants;
mod field;
mod loose;
mod poseidon2;
mod sparse_tree;
mod state_root;

pub use field::{Field, NotCanonical};
pub use poseidon2::{hash, hash2, permute};
pub use sparse_tree::{IndexOutOfRange, SparseTree, verify_path};
pub use state_root::{
    ACCOUNTS_DEPTH, AccountsTree, INSTRUMENTS_DEPTH, InstrumentsTree, state_root,
};
