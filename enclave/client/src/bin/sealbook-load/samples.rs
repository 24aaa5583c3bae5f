//! Latency samples: exact percentiles, and buckets that keep the shape.

use serde_json::{Value, json};

/// Nanoseconds, sorted. All samples are kept: a million take 8 MB, and no bucket then blurs a tail.
pub struct Samples(Vec<u64>);

impl Samples {
    /// Sorts.
    pub fn new(mut samples: Vec<u64>) -> Self {
        samples.sort_unstable();
        Self(samples)
    }

    /// The smallest sample that at least `per_million` millionths of them do not exceed (nearest rank). 0 without samples.
    pub fn quantile(&self, per_million: u64) -> u64 {
        let rank = (self.0.len() as u64 * per_million).div_ceil(1_000_000).max(1) as usize;
        self.0.get(rank - 1).copied().unwrap_or(0)
    }

    fn mean(&self) -> u64 {
        let total: u128 = self.0.iter().map(|&sample| u128::from(sample)).sum();
        (total / (self.0.len().max(1) as u128)) as u64
    }

    /// `(upper bound, samples)`, four buckets an octave, empty ones left out.
    fn buckets(&self) -> Vec<(u64, u64)> {
        let mut buckets: Vec<(u64, u64)> = Vec::new();
        for &sample in &self.0 {
            let upper = bucket_end(sample);
            match buckets.last_mut() {
                Some((end, count)) if *end == upper => *count += 1,
                _ => buckets.push((upper, 1)),
            }
        }
        buckets
    }

    /// The figures and the shape.
    pub fn to_json(&self) -> Value {
        json!({
            "samples": self.0.len(),
            "min": self.quantile(0),
            "mean": self.mean(),
            "p50": self.quantile(500_000),
            "p90": self.quantile(900_000),
            "p99": self.quantile(990_000),
            "p999": self.quantile(999_000),
            "p9999": self.quantile(999_900),
            "max": self.quantile(1_000_000),
            "buckets": self.buckets(),
        })
    }
}

/// The first bound above the sample: bounds are 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, …
fn bucket_end(sample: u64) -> u64 {
    let shift = (sample | 4).ilog2() - 2;
    ((sample >> shift) + 1) << shift
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_nearest_rank() {
        let samples = Samples::new((1..=1000).rev().collect());
        let at = |per_million| samples.quantile(per_million);
        assert_eq!(
            (at(0), at(500_000), at(990_000), at(999_000), at(1_000_000)),
            (1, 500, 990, 999, 1000)
        );
        assert_eq!(Samples::new(vec![7]).quantile(999_000), 7);
        assert_eq!(Samples::new(vec![]).quantile(500_000), 0);
    }

    #[test]
    fn buckets_hold_every_sample_below_their_end() {
        for sample in (0..5000).chain([u64::from(u32::MAX), 1 << 40]) {
            let end = bucket_end(sample);
            assert!(sample < end && end - sample <= (sample / 4).max(1), "{sample} in {end}");
        }
        let samples = Samples::new(vec![0, 1, 1, 8, 9, 100]);
        let buckets = samples.buckets();
        assert_eq!(buckets, [(1, 1), (2, 2), (10, 2), (112, 1)]);
        assert_eq!(samples.mean(), 19);
    }
}
