//! The tree against its naive twin: a whole tree of small depth, hashed from the leaves each time.

use sealbook_tree::{Field, IndexOutOfRange, SparseTree, hash2, verify_path};

const DEPTH: usize = 7;

fn naive_root(leaves: &[Field]) -> Field {
    match leaves {
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(leaves.len() / 2);
            hash2(naive_root(left), naive_root(right))
        }
    }
}

fn splitmix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let z = (*state ^ *state >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ z >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ z >> 31
}

#[test]
fn batches_equal_the_naive_twin() {
    let mut random = 1;
    let mut leaves = vec![Field::ZERO; 1 << DEPTH];
    let mut tree = SparseTree::<DEPTH>::new();
    assert_eq!(tree.root(), naive_root(&leaves));

    for round in 0..60u64 {
        let changes: Vec<(u32, Field)> = (0..splitmix(&mut random) % 12)
            .map(|_| {
                // Later rounds reach further right, so vectors grow between and inside batches.
                let index = splitmix(&mut random) % (2 + 2 * round).min(1 << DEPTH);
                let leaf = Field::from_u64(splitmix(&mut random) % 5);
                (index as u32, leaf)
            })
            .collect();
        for (index, leaf) in &changes {
            leaves[*index as usize] = *leaf;
        }
        tree.update(&changes).expect("in range");
        assert_eq!(tree.root(), naive_root(&leaves), "round {round}");
    }

    for (index, leaf) in leaves.iter().enumerate() {
        assert_eq!(tree.leaf(index as u32), *leaf);
    }
}

#[test]
fn one_by_one_equals_one_batch() {
    let changes: Vec<(u32, Field)> =
        (0..50).map(|i| (i * i % 91, Field::from_u64(u64::from(i) + 1))).collect();
    let (mut single, mut batch) = (SparseTree::<24>::new(), SparseTree::<24>::new());
    for (index, leaf) in &changes {
        single.set_leaf(*index, *leaf).expect("in range");
    }
    batch.reserve(91).expect("in range");
    batch.update(&changes).expect("in range");
    assert_eq!(single.root(), batch.root());
}

#[test]
fn paths_prove_their_own_leaf_and_nothing_else() {
    let mut tree = SparseTree::<10>::new();
    let leaves: Vec<(u32, Field)> =
        [0, 1, 2, 511, 1023].map(|i| (i, Field::from_u64(u64::from(i) + 9))).to_vec();
    tree.update(&leaves).expect("in range");
    let root = tree.root();

    for (index, leaf) in leaves {
        let path = tree.path(index).expect("in range");
        assert_eq!(path.len(), 10);
        assert!(verify_path(root, index, leaf, &path));
        assert!(!verify_path(root, index ^ 1, leaf, &path));
        assert!(!verify_path(root, index | 1 << 10, leaf, &path), "index beyond the depth");
        assert!(!verify_path(root, index, leaf + Field::ONE, &path));
        assert!(!verify_path(root + Field::ONE, index, leaf, &path));
        for level in 0..10 {
            let mut forged = path.clone();
            forged[level] += Field::ONE;
            assert!(!verify_path(root, index, leaf, &forged), "sibling {level}");
        }
        assert!(!verify_path(root, index, leaf, &path[..9]));
    }
    let absent = tree.path(77).expect("in range");
    assert!(verify_path(root, 77, Field::ZERO, &absent), "an unused leaf is provably 0");
}

#[test]
fn an_index_beyond_the_depth_changes_nothing() {
    let mut tree = SparseTree::<10>::new();
    tree.set_leaf(3, Field::ONE).expect("in range");
    let before = tree.root();
    let refused = Err(IndexOutOfRange { index: 1024, depth: 10 });
    assert_eq!(tree.update(&[(5, Field::ONE), (1024, Field::ONE)]), refused);
    assert_eq!(tree.root(), before);
    assert_eq!(tree.leaf(5), Field::ZERO);
    assert_eq!(tree.set_leaf(1024, Field::ONE), refused);
    assert!(tree.path(1024).is_err() && tree.path(u32::MAX).is_err());
    assert!(tree.reserve(1024).is_ok() && tree.reserve(1025).is_err());
}

#[test]
fn zeroing_every_leaf_gives_back_the_empty_root() {
    let mut tree = SparseTree::<24>::new();
    let empty = tree.root();
    tree.update(&[(0, Field::ONE), (70_000, Field::ONE)]).expect("in range");
    assert_ne!(tree.root(), empty);
    tree.update(&[(0, Field::ZERO), (70_000, Field::ZERO)]).expect("in range");
    assert_eq!(tree.root(), empty);
}
