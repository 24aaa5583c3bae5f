//! Single commands, timed: exact percentiles by kind, and buckets for the shape.

use std::time::Instant;

use super::median;
use super::script::{Kind, Step};

/// Percentiles of one kind, timer subtracted.
#[derive(Clone, Debug, Default)]
pub struct Percentiles {
    /// Samples.
    pub samples: usize,
    /// p50, p99, p99.9, p99.99 and the largest, ns.
    pub ns: [u64; 5],
    /// Samples up to each bound, four bounds an octave; empty ones left out.
    pub buckets: Vec<(u64, u64)>,
}

/// Percentiles of a run.
#[derive(Clone, Debug, Default)]
pub struct Latencies {
    /// Of all commands.
    pub all: Percentiles,
    /// By kind.
    pub kinds: [Percentiles; 4],
    /// What the timer itself took, ns.
    pub timer_ns: u64,
}

/// Times each command by itself.
pub fn measure(timed: &[Step], mut step: impl FnMut(&Step)) -> Latencies {
    let timer: Vec<u64> = (0..10_001).map(|_| Instant::now().elapsed().as_nanos() as u64).collect();
    let timer_ns = median(&timer);
    let mut samples = vec![0_u32; timed.len()];
    for (command, sample) in timed.iter().zip(&mut samples) {
        let start = Instant::now();
        step(command);
        *sample = start.elapsed().as_nanos().min(u128::from(u32::MAX)) as u32;
    }
    for sample in &mut samples {
        *sample = sample.saturating_sub(timer_ns as u32);
    }
    let of = |kind| {
        let both = timed.iter().zip(&samples);
        percentiles(both.filter(|(command, _)| command.kind == kind).map(|at| *at.1).collect())
    };
    let kinds = Kind::ALL.map(of);
    Latencies { all: percentiles(samples), kinds, timer_ns }
}

/// Nearest rank.
fn percentiles(mut samples: Vec<u32>) -> Percentiles {
    samples.sort_unstable();
    let at = |per_10_000: usize| {
        let rank = (samples.len() * per_10_000).div_ceil(10_000).max(1);
        samples.get(rank - 1).copied().map_or(0, u64::from)
    };
    let ns = [at(5_000), at(9_900), at(9_990), at(9_999), at(10_000)];
    let mut buckets: Vec<(u64, u64)> = Vec::new();
    for &sample in &samples {
        let bound = bucket_of(sample.into());
        match buckets.last_mut() {
            Some(last) if last.0 == bound => last.1 += 1,
            _ => buckets.push((bound, 1)),
        }
    }
    Percentiles { samples: samples.len(), ns, buckets }
}

/// Upper bound of the bucket a sample falls into.
fn bucket_of(ns: u64) -> u64 {
    let octave = ns.max(4).ilog2();
    let quarter = 1 << (octave - 2);
    ns.div_ceil(quarter).max(1) * quarter
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_the_nearest_rank() {
        let found = percentiles((1..=10_000).rev().collect());
        assert_eq!(found.ns, [5_000, 9_900, 9_990, 9_999, 10_000]);
        assert_eq!(percentiles(vec![7]).ns, [7; 5]);
        assert_eq!(percentiles(vec![]).ns, [0; 5]);
        assert_eq!(found.buckets.iter().map(|at| at.1).sum::<u64>(), 10_000);
    }

    #[test]
    fn buckets_are_a_quarter_octave_wide() {
        for (ns, bound) in
            [(0, 1), (4, 4), (8, 8), (9, 10), (15, 16), (16, 16), (17, 20), (100, 112)]
        {
            assert_eq!(bucket_of(ns), bound, "{ns}");
        }
    }
}
