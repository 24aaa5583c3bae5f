//! Slot-in to slot-out latency: log-linear buckets, written by the matching thread without a lock, read by anyone.

use core::sync::atomic::{AtomicU64, Ordering};

/// Each power of two is cut in 16, so a figure is right to 6 %.
const SUB_BITS: u32 = 4;
const SUB: usize = 1 << SUB_BITS;
/// Up to 2^36 ns, about a minute; slower lands in the last bucket.
const BUCKETS: usize = (36 - SUB_BITS as usize + 1) * SUB;

/// Cumulative counts.
#[derive(Debug)]
pub struct Histogram {
    counts: Vec<AtomicU64>,
}

/// p50, p99 and p99.9 in ns, 0 without samples.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Percentiles {
    /// Half are at most this.
    pub p50: u64,
    /// 99 % are at most this.
    pub p99: u64,
    /// 99.9 % are at most this.
    pub p999: u64,
    /// How many samples.
    pub count: u64,
}

impl Default for Histogram {
    fn default() -> Self {
        Histogram { counts: (0..BUCKETS).map(|_| AtomicU64::new(0)).collect() }
    }
}

fn bucket(ns: u64) -> usize {
    if ns < SUB as u64 {
        return ns as usize;
    }
    let top = 63 - ns.leading_zeros();
    let sub = (ns >> (top - SUB_BITS)) as usize & (SUB - 1);
    (((top - SUB_BITS + 1) as usize) * SUB + sub).min(BUCKETS - 1)
}

/// Largest value of a bucket.
fn upper(bucket: usize) -> u64 {
    if bucket < SUB {
        return bucket as u64;
    }
    let shift = (bucket / SUB - 1) as u32;
    (((SUB + bucket % SUB) as u64 + 1) << shift) - 1
}

impl Histogram {
    /// Counts one sample.
    #[inline]
    pub fn record(&self, ns: u64) {
        let count = &self.counts[bucket(ns)];
        // One writer: a load and a store are enough, and cost less than a locked add.
        count.store(count.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
    }

    /// A copy of all counts.
    pub fn counts(&self) -> Vec<u64> {
        self.counts.iter().map(|count| count.load(Ordering::Relaxed)).collect()
    }

    /// Percentiles of what was recorded since `earlier` was copied.
    pub fn percentiles_since(&self, earlier: &[u64]) -> Percentiles {
        let now = self.counts();
        let window = |i: usize| now[i].saturating_sub(earlier.get(i).copied().unwrap_or(0));
        let count: u64 = (0..BUCKETS).map(window).sum();
        let at = |per_mille: u64| {
            let rank = (count * per_mille).div_ceil(1000);
            let mut seen = 0;
            for i in 0..BUCKETS {
                seen += window(i);
                if seen >= rank && seen > 0 {
                    return upper(i);
                }
            }
            0
        };
        Percentiles { p50: at(500), p99: at(990), p999: at(999), count }
    }
}

#[cfg(test)]
mod test {
    use super::*;

    #[test]
    fn buckets_cover_everything_in_order() {
        let mut last = 0;
        for ns in (0..5000).chain([1 << 20, 1 << 35, (1 << 36) - 1, 1 << 40, u64::MAX]) {
            let i = bucket(ns);
            assert!(i >= last && i < BUCKETS);
            last = i;
            if ns < 1 << 36 {
                assert!(
                    upper(i) >= ns && upper(i) - ns <= ns / 16 + 1,
                    "{ns} in {i} up to {}",
                    upper(i)
                );
            }
        }
    }

    #[test]
    fn percentiles_of_a_window() {
        let histogram = Histogram::default();
        histogram.record(1_000_000);
        let start = histogram.counts();
        for ns in 1..=1000 {
            histogram.record(ns);
        }
        let found = histogram.percentiles_since(&start);
        assert_eq!(found.count, 1000);
        for (value, expected) in [(found.p50, 500), (found.p99, 990), (found.p999, 999)] {
            assert!(
                value >= expected && value <= expected + expected / 15,
                "{value} for {expected}"
            );
        }
        assert_eq!(histogram.percentiles_since(&histogram.counts()), Percentiles::default());
    }
}
