//! The state root: what a batch header signs (docs/state.md, "Trees").

use crate::field::Field;
use crate::poseidon2::hash;
use crate::sparse_tree::SparseTree;

/// Depth of the accounts tree: 16,777,216 accounts.
pub const ACCOUNTS_DEPTH: usize = 24;
/// Depth of the instruments tree: 1,024 instruments.
pub const INSTRUMENTS_DEPTH: usize = 10;

/// The tree over account leaves.
pub type AccountsTree = SparseTree<ACCOUNTS_DEPTH>;
/// The tree over instrument leaves.
pub type InstrumentsTree = SparseTree<INSTRUMENTS_DEPTH>;

/// `Poseidon2(accountsRoot, instrumentsRoot, venue)` with
/// `venue = oracle round + next account id · 2^64`.
///
/// Three elements and two have different capacities, so a state root is never also an inner node.
pub fn state_root(
    accounts_root: Field,
    instruments_root: Field,
    oracle_round: u64,
    next_account: u32,
) -> Field {
    let venue = Field::from_u128(u128::from(next_account) << 64 | u128::from(oracle_round));
    hash(&[accounts_root, instruments_root, venue])
}
