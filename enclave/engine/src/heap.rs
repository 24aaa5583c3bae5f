//! A pairing heap whose nodes lie in a slice: the earliest deadline, the nearest trigger. Nothing is allocated, and any node can be
//! taken out.
//!
//! Keys are unique, so the order in which nodes leave depends on the keys alone and never on how the heap came to be: a heap rebuilt
//! from a snapshot behaves like the one it replaces. Insertion is constant, removal logarithmic amortized (Fredman et al. 1986).

/// Links of one node. Index 0 is none.
#[derive(Clone, Copy, Debug, Default)]
pub struct Node {
    child: u32,
    sibling: u32,
    /// The parent of a first child, else the sibling to the left.
    previous: u32,
    is_in: bool,
    key: (u64, u64),
}

impl Node {
    /// Whether the node is in a heap.
    pub fn is_in(&self) -> bool {
        self.is_in
    }
}

/// Key of the smallest node.
#[inline]
pub fn first(nodes: &[Node], root: u32) -> Option<(u64, u64)> {
    (root != 0).then(|| nodes[root as usize].key)
}

/// Adds a node that is in no heap.
pub fn push(nodes: &mut [Node], root: &mut u32, at: u32, key: (u64, u64)) {
    nodes[at as usize] = Node { key, is_in: true, ..Node::default() };
    *root = meld(nodes, *root, at);
}

/// Takes a node out of its heap; nothing happens if it is in none.
pub fn remove(nodes: &mut [Node], root: &mut u32, at: u32) {
    let Node { child, sibling, previous, is_in, .. } = nodes[at as usize];
    if !is_in {
        return;
    }
    let children = combine(nodes, child);
    nodes[at as usize] = Node::default();
    if *root == at {
        *root = children;
        return;
    }
    if nodes[previous as usize].child == at {
        nodes[previous as usize].child = sibling;
    } else {
        nodes[previous as usize].sibling = sibling;
    }
    if sibling != 0 {
        nodes[sibling as usize].previous = previous;
    }
    *root = meld(nodes, *root, children);
}

fn meld(nodes: &mut [Node], left: u32, right: u32) -> u32 {
    if left == 0 || right == 0 {
        return left | right;
    }
    let (parent, child) = if nodes[left as usize].key <= nodes[right as usize].key {
        (left, right)
    } else {
        (right, left)
    };
    let first = nodes[parent as usize].child;
    nodes[child as usize].sibling = first;
    nodes[child as usize].previous = parent;
    if first != 0 {
        nodes[first as usize].previous = child;
    }
    let node = &mut nodes[parent as usize];
    (node.child, node.sibling, node.previous) = (child, 0, 0);
    parent
}

/// Siblings to one heap: in pairs from the left, then all from the right.
fn combine(nodes: &mut [Node], first: u32) -> u32 {
    let (mut at, mut pairs) = (first, 0);
    while at != 0 {
        let second = nodes[at as usize].sibling;
        let next = if second == 0 { 0 } else { nodes[second as usize].sibling };
        let pair = meld(nodes, at, second);
        // A chain through `sibling`, last pair first.
        nodes[pair as usize].sibling = pairs;
        pairs = pair;
        at = next;
    }
    let mut root = 0;
    while pairs != 0 {
        let next = nodes[pairs as usize].sibling;
        nodes[pairs as usize].sibling = 0;
        nodes[pairs as usize].previous = 0;
        root = meld(nodes, root, pairs);
        pairs = next;
    }
    root
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeSet;
    use alloc::vec;

    /// Against an ordered set, over pushes, removals from anywhere and pops.
    #[test]
    fn it_orders_like_an_ordered_set() {
        let mut nodes = vec![Node::default(); 257];
        let (mut root, mut set) = (0, BTreeSet::new());
        let mut word = 1_u64;
        for round in 0..200_000_u64 {
            word = word.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let at = 1 + (word >> 33) as u32 % 256;
            let key = (word >> 60, u64::from(at));
            if nodes[at as usize].is_in() {
                let key = nodes[at as usize].key;
                assert!(set.remove(&key));
                remove(&mut nodes, &mut root, at);
            } else {
                set.insert(key);
                push(&mut nodes, &mut root, at, key);
            }
            if round % 3 == 0
                && let Some(&smallest) = set.first()
            {
                assert_eq!(first(&nodes, root), Some(smallest));
                set.remove(&smallest);
                remove(&mut nodes, &mut root, smallest.1 as u32);
            }
            assert_eq!(first(&nodes, root), set.first().copied(), "round {round}");
        }
    }
}
