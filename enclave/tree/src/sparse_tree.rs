//! A sparse Merkle tree of fixed depth whose leaves are handed out from index 0 upwards.
//!
//! Every level is one vector that grows to the right as indices are first used; what lies beyond its
//! end is an empty subtree, whose hash is known. So memory follows the number of leaves in use
//! (64 bytes a leaf, inner nodes included) and not the 2^DEPTH that could be.

use alloc::vec::Vec;
use core::fmt;

use crate::field::Field;
use crate::poseidon2::hash2;

/// A leaf index at or beyond `2^DEPTH`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IndexOutOfRange {
    /// The index that was asked for.
    pub index: u32,
    /// The tree's depth.
    pub depth: usize,
}

impl fmt::Display for IndexOutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "leaf {} is outside a tree of depth {}", self.index, self.depth)
    }
}

impl core::error::Error for IndexOutOfRange {}

/// A Merkle tree of `2^DEPTH` leaves, all 0 at first, with node = [`hash2`].
///
/// Memory grows to the *highest* index ever set, so indices must come from a counter, never from
/// input.
#[derive(Clone, Debug)]
pub struct SparseTree<const DEPTH: usize> {
    /// `levels[0]` are the leaves, `levels[DEPTH]` holds the root once any leaf was set.
    levels: Vec<Vec<Field>>,
    /// `zeros[k]` is the root of an empty subtree of depth k.
    zeros: Vec<Field>,
    /// Scratch: indices touched on the level being hashed, ascending, without duplicates.
    touched: Vec<u32>,
}

impl<const DEPTH: usize> Default for SparseTree<DEPTH> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const DEPTH: usize> SparseTree<DEPTH> {
    const DEPTH_IS_VALID: () = assert!(DEPTH >= 1 && DEPTH <= 31);

    /// The empty tree.
    pub fn new() -> Self {
        let () = Self::DEPTH_IS_VALID;
        let mut zeros = Vec::with_capacity(DEPTH + 1);
        let mut zero = Field::ZERO;
        zeros.push(zero);
        for _ in 0..DEPTH {
            zero = hash2(zero, zero);
            zeros.push(zero);
        }
        Self { levels: (0..=DEPTH).map(|_| Vec::new()).collect(), zeros, touched: Vec::new() }
    }

    /// Makes room for leaves `0..leaves`, so that setting them later does not allocate.
    ///
    /// # Errors
    /// [`IndexOutOfRange`] when the tree cannot have that many leaves.
    pub fn reserve(&mut self, leaves: u32) -> Result<(), IndexOutOfRange> {
        let Some(last) = leaves.checked_sub(1) else { return Ok(()) };
        check::<DEPTH>(last)?;
        for (level, nodes) in self.levels.iter_mut().enumerate() {
            let wanted = (last >> level) as usize + 1;
            nodes.reserve(wanted.saturating_sub(nodes.len()));
        }
        self.touched.reserve((leaves as usize).saturating_sub(self.touched.len()));
        Ok(())
    }

    /// The tree's root.
    pub fn root(&self) -> Field {
        self.node(DEPTH, 0)
    }

    /// The leaf at `index`; 0 where none was set, and beyond the tree.
    pub fn leaf(&self, index: u32) -> Field {
        self.node(0, index)
    }

    /// Sets one leaf and rehashes its path: DEPTH permutations.
    ///
    /// # Errors
    /// [`IndexOutOfRange`]; the tree is unchanged.
    pub fn set_leaf(&mut self, index: u32, leaf: Field) -> Result<(), IndexOutOfRange> {
        self.update(&[(index, leaf)])
    }

    /// Sets many leaves and hashes every touched inner node exactly once, however many of them share
    /// it. Order does not matter; of two changes to one leaf the last wins.
    ///
    /// # Errors
    /// [`IndexOutOfRange`] for the first bad index; the tree is unchanged.
    pub fn update(&mut self, changes: &[(u32, Field)]) -> Result<(), IndexOutOfRange> {
        for (index, _) in changes {
            check::<DEPTH>(*index)?;
        }

        let mut touched = core::mem::take(&mut self.touched);
        touched.clear();
        for (index, leaf) in changes {
            self.put(0, *index, *leaf);
            touched.push(*index);
        }
        touched.sort_unstable();

        for level in 1..=DEPTH {
            for index in &mut touched {
                *index >>= 1;
            }
            touched.dedup();
            for index in &touched {
                let left = self.node(level - 1, index << 1);
                let right = self.node(level - 1, index << 1 | 1);
                self.put(level, *index, hash2(left, right));
            }
        }
        self.touched = touched;
        Ok(())
    }

    /// The siblings of the leaf at `index`, from the leaf's own level up to just below the root:
    /// DEPTH elements, as [`verify_path`] wants them.
    ///
    /// # Errors
    /// [`IndexOutOfRange`].
    pub fn path(&self, index: u32) -> Result<Vec<Field>, IndexOutOfRange> {
        check::<DEPTH>(index)?;
        Ok((0..DEPTH).map(|level| self.node(level, index >> level ^ 1)).collect())
    }

    fn node(&self, level: usize, index: u32) -> Field {
        self.levels[level].get(index as usize).copied().unwrap_or(self.zeros[level])
    }

    fn put(&mut self, level: usize, index: u32, value: Field) {
        let nodes = &mut self.levels[level];
        let index = index as usize;
        if index >= nodes.len() {
            nodes.resize(index + 1, self.zeros[level]);
        }
        nodes[index] = value;
    }
}

fn check<const DEPTH: usize>(index: u32) -> Result<(), IndexOutOfRange> {
    if index >> DEPTH == 0 { Ok(()) } else { Err(IndexOutOfRange { index, depth: DEPTH }) }
}

/// Whether `leaf` is at `index` under `root`; the depth is the path's length.
///
/// An index that does not fit the depth is false, so one leaf cannot be shown at two indices.
pub fn verify_path(root: Field, index: u32, leaf: Field, path: &[Field]) -> bool {
    if path.len() > 31 || index >> path.len() != 0 {
        return false;
    }
    let mut node = leaf;
    for (level, sibling) in path.iter().enumerate() {
        let is_right = index >> level & 1 == 1;
        node = if is_right { hash2(*sibling, node) } else { hash2(node, *sibling) };
    }
    node == root
}
