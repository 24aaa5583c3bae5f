//! Price levels outside the window: a treap whose nodes are the levels' first orders.
//!
//! A node lives in an array beside the order pool, under its head order's handle, so the overflow can never run out of room
//! before the pool does. Priorities are a hash of the price: the shape depends on the set of prices alone.

use super::ladder::Level;
use crate::orders::Handle;

/// A level's place in the treap. Lives beside the order pool, one for each slot: an order heads at most one level.
#[derive(Clone, Copy, Debug, Default)]
pub struct Node {
    left: Handle,
    right: Handle,
    key: u32,
    tail: Handle,
    lots: u64,
}

/// Levels ordered by key.
#[derive(Debug, Default)]
pub(super) struct Overflow {
    root: Handle,
}

/// Bijective mix of a key: neighbouring prices get unrelated priorities, and two prices never the same.
fn priority(key: u32) -> u32 {
    let mut x = key.wrapping_mul(0x9e37_79b1);
    x ^= x >> 15;
    x = x.wrapping_mul(0x85eb_ca77);
    x ^= x >> 13;
    x.wrapping_mul(0xc2b2_ae3d)
}

impl Overflow {
    pub(super) fn is_empty(&self) -> bool {
        self.root == 0
    }

    /// Lowest key of at least `key`.
    pub(super) fn first_from(&self, nodes: &[Node], key: u32) -> Option<u32> {
        let (mut at, mut found) = (self.root, None);
        while at != 0 {
            let node = &nodes[at as usize];
            if node.key >= key {
                found = Some(node.key);
                at = node.left;
            } else {
                at = node.right;
            }
        }
        found
    }

    fn find(&self, nodes: &[Node], key: u32) -> Handle {
        let mut at = self.root;
        while at != 0 {
            let node = &nodes[at as usize];
            if node.key == key {
                return at;
            }
            at = if key < node.key { node.left } else { node.right };
        }
        0
    }

    pub(super) fn get(&self, nodes: &[Node], key: u32) -> Option<Level> {
        let at = self.find(nodes, key);
        let node = &nodes[at as usize];
        (at != 0).then_some(Level { head: at, tail: node.tail, lots: node.lots })
    }

    /// Stores a level: inserts it, replaces it, or removes it when it is empty.
    pub(super) fn set(&mut self, nodes: &mut [Node], key: u32, level: Level) {
        let at = self.find(nodes, key);
        if at == 0 {
            if level.head != 0 {
                self.insert(nodes, key, level);
            }
        } else if level.head == at {
            let node = &mut nodes[at as usize];
            (node.tail, node.lots) = (level.tail, level.lots);
        } else if level.head == 0 {
            let node = nodes[at as usize];
            let rest = Self::merge(nodes, node.left, node.right);
            self.relink(nodes, key, rest);
        } else {
            let node = nodes[at as usize];
            nodes[level.head as usize] = Node { tail: level.tail, lots: level.lots, ..node };
            self.relink(nodes, key, level.head);
        }
    }

    /// Takes out the level with the lowest key of at least `key`, below `end`.
    pub(super) fn take_between(
        &mut self,
        nodes: &mut [Node],
        key: u32,
        end: u32,
    ) -> Option<(u32, Level)> {
        let found = self.first_from(nodes, key).filter(|&found| found < end)?;
        let level = self.get(nodes, found)?;
        self.set(nodes, found, Level::default());
        Some((found, level))
    }

    /// Points the parent of the node with this key at another node.
    fn relink(&mut self, nodes: &mut [Node], key: u32, to: Handle) {
        let mut at = self.root;
        if nodes[at as usize].key == key {
            self.root = to;
            return;
        }
        loop {
            let node = nodes[at as usize];
            let is_left = key < node.key;
            let child = if is_left { node.left } else { node.right };
            if nodes[child as usize].key == key {
                let parent = &mut nodes[at as usize];
                if is_left {
                    parent.left = to;
                } else {
                    parent.right = to;
                }
                return;
            }
            at = child;
        }
    }

    fn insert(&mut self, nodes: &mut [Node], key: u32, level: Level) {
        let (left, right) = Self::split(nodes, self.root, key);
        nodes[level.head as usize] =
            Node { left: 0, right: 0, key, tail: level.tail, lots: level.lots };
        let left = Self::merge(nodes, left, level.head);
        self.root = Self::merge(nodes, left, right);
    }

    /// Nodes below `key`, and the others.
    fn split(nodes: &mut [Node], at: Handle, key: u32) -> (Handle, Handle) {
        if at == 0 {
            return (0, 0);
        }
        let node = nodes[at as usize];
        if node.key < key {
            let (left, right) = Self::split(nodes, node.right, key);
            nodes[at as usize].right = left;
            (at, right)
        } else {
            let (left, right) = Self::split(nodes, node.left, key);
            nodes[at as usize].left = right;
            (left, at)
        }
    }

    fn merge(nodes: &mut [Node], left: Handle, right: Handle) -> Handle {
        if left == 0 || right == 0 {
            return left | right;
        }
        let (l, r) = (nodes[left as usize], nodes[right as usize]);
        if priority(l.key) > priority(r.key) {
            nodes[left as usize].right = Self::merge(nodes, l.right, right);
            left
        } else {
            nodes[right as usize].left = Self::merge(nodes, left, r.left);
            right
        }
    }
}
