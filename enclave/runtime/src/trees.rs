//! The state tree as the batch thread keeps it: leaves in, state root out.

use sealbook_tree::{AccountsTree, Field, InstrumentsTree, hash, state_root};

use crate::error::{Error, Result};
use crate::packing::{AccountLeaf, InstrumentLeaf, LeafWord};

/// Everything the state root is made of, as changed since the last time.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// Account leaves, ascending.
    pub accounts: Vec<AccountLeaf>,
    /// Instrument leaves, ascending.
    pub instruments: Vec<InstrumentLeaf>,
    /// Last oracle round.
    pub oracle_round: u64,
    /// Next account id.
    pub next_account: u32,
}

/// Both trees.
#[derive(Default)]
pub struct Trees {
    accounts: AccountsTree,
    instruments: InstrumentsTree,
}

/// An unused leaf is 0, not a hash (docs/state.md).
fn leaf(words: &[LeafWord]) -> Result<Field> {
    if words.iter().all(|word| *word == [0; 4]) {
        return Ok(Field::ZERO);
    }
    let mut fields = [Field::ZERO; 20];
    for (field, word) in fields.iter_mut().zip(words) {
        *field = Field::from_words(*word).map_err(|_| Error::Fault)?;
    }
    Ok(hash(&fields[..words.len()]))
}

impl Trees {
    /// Applies changed leaves and returns the state root, big-endian.
    ///
    /// # Errors
    /// `Fault` if a word is not a field element or an index lies outside its tree: the engine broke its promise.
    pub fn apply(&mut self, changes: &Changes) -> Result<[u8; 32]> {
        let accounts =
            changes.accounts.iter().map(|change| Ok((change.index, leaf(&change.words)?)));
        let accounts: Vec<(u32, Field)> = accounts.collect::<Result<_>>()?;
        let instruments = changes
            .instruments
            .iter()
            .map(|change| Ok((change.index.into(), leaf(&change.words)?)));
        let instruments: Vec<(u32, Field)> = instruments.collect::<Result<_>>()?;
        self.accounts.update(&accounts).map_err(|_| Error::Fault)?;
        self.instruments.update(&instruments).map_err(|_| Error::Fault)?;
        let root = state_root(
            self.accounts.root(),
            self.instruments.root(),
            changes.oracle_round,
            changes.next_account,
        );
        Ok(root.to_be_bytes())
    }
}
