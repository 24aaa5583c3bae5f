//! A second way to the same numbers: 256-bit fixed point with 160 fraction bits (48 digits), slow and obvious.
//!
//! It shares no method with the library (N by its Taylor series about 0, the textbook F·N(d₁) − K·N(d₂), exp by halving, ln by
//! atanh), and is itself checked against mpmath's rows in `test/vectors/black76`.
#![allow(dead_code, reason = "each test binary uses its part")]

mod big;
pub mod black;
pub mod functions;

pub use big::Big;

/// splitmix64: the samples of a seed, which every failure prints.
pub struct Samples(pub u64);

impl Samples {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Uniform in low..=high.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high - low + 1)
    }

    /// Uniform in [0, 1).
    pub fn fraction(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Log-uniform in low..high.
    pub fn spread(&mut self, low: f64, high: f64) -> f64 {
        (low.ln() + self.fraction() * (high / low).ln()).exp()
    }
}
