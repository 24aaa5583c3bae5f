//! What the state root costs: `cargo bench -p sealbook-tree`. Medians of rounds, one thread.

use std::hint::black_box;
use std::time::Instant;

use sealbook_tree::{AccountsTree, Field, hash, hash2, permute};

/// Median nanoseconds of one call over `rounds` rounds of `calls` calls.
fn median_ns(rounds: usize, calls: u32, mut work: impl FnMut()) -> u128 {
    let mut samples: Vec<u128> = (0..rounds)
        .map(|_| {
            let start = Instant::now();
            for _ in 0..calls {
                work();
            }
            start.elapsed().as_nanos() / u128::from(calls)
        })
        .collect();
    samples.sort_unstable();
    samples[samples.len() / 2]
}

fn main() {
    let mut product = Field::from_u64(3);
    let factor = Field::from_u64(0x1234_5678_9abc_def1) * Field::from_u64(u64::MAX);
    let multiply = median_ns(21, 100_000, || product = product * factor);
    black_box(product);
    println!("multiplication, dependent      {multiply:>10} ns");

    let mut state = [1, 2, 3, 4].map(Field::from_u64);
    println!(
        "permutation                    {:>10} ns",
        median_ns(21, 2_000, || permute(&mut state))
    );
    let mut node = state[0];
    println!(
        "hash2                          {:>10} ns",
        median_ns(21, 2_000, || node = hash2(node, node))
    );
    let leaf = [node; 20];
    let leaf_ns = median_ns(21, 300, || {
        black_box(hash(black_box(&leaf)));
    });
    println!("account leaf (20 elements)     {leaf_ns:>10} ns");

    for accounts in [1_000u32, 100_000] {
        let mut tree = AccountsTree::new();
        let all: Vec<(u32, Field)> =
            (0..accounts).map(|i| (i, Field::from_u64(u64::from(i)))).collect();
        tree.update(&all).expect("in range");
        let touched: Vec<(u32, Field)> = (0..1_000)
            .map(|i| (i * (accounts / 1_000), Field::from_u64(u64::from(i) + 7)))
            .collect();
        let ns = median_ns(5, 1, || tree.update(&touched).expect("in range"));
        println!("1,000 leaves among {accounts:>7}     {ns:>10} ns");
    }
}
