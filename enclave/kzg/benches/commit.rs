//! What a commitment costs by the size of a batch's data: `cargo bench -p sealbook-kzg`. Medians, one thread.

use std::hint::black_box;
use std::time::Instant;

use sealbook_kzg::{BLOB_DATA_BYTES, Committer};

fn main() {
    let data: Vec<u8> = (0..BLOB_DATA_BYTES).map(|i| (i * 167 % 251) as u8).collect();
    let mut committer = Committer::default();
    for bytes in [500, 1_000, 2_000, 5_000, 10_000, 30_000, BLOB_DATA_BYTES] {
        let first = Instant::now();
        black_box(committer.commit(&data[..bytes]));
        let first_us = first.elapsed().as_micros();
        let mut samples: Vec<u128> = (0..15)
            .map(|_| {
                let start = Instant::now();
                black_box(committer.commit(black_box(&data[..bytes])));
                start.elapsed().as_micros()
            })
            .collect();
        samples.sort_unstable();
        println!("{bytes:>7} bytes  {:>8} us  (first use of the points {first_us} us)", samples[7]);
    }
}
