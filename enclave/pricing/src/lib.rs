//! Option pricing in integers: Black-76, SVI volatilities and the 33 portfolio-margin scenarios.
//!
//! The same inputs give the same bits on every machine: no float, no allocation, no dependency, no platform-sized
//! integer in a result. Formulas, domains, error budget and measured figures: `docs/pricing.md`.
//!
//! | file | idea |
//! | --- | --- |
//! | [`fixed`] | the two number formats, `exp`, `ln`, `sqrt`, the normal distribution |
//! | [`amount`] | money with a fraction, and the named roundings out of it |
//! | [`volatility`] | σ and τ become σ√τ once per expiry and volatility |
//! | [`black76`] | price of a European option on a forward |
//! | [`greeks`] | its sensitivities |
//! | [`implied`] | the volatility a price stands for |
//! | [`svi`] | σ(k) from signed parameters, with butterfly and calendar checks |
//! | [`scenario`] | what a lot gains in each of 33 scenarios; an account is a dot product |
#![no_std]
#![forbid(unsafe_code)]

#[cfg(test)]
extern crate std;

pub mod amount;
pub mod black76;
pub mod error;
pub mod fixed;
pub mod greeks;
pub mod implied;
pub mod scenario;
pub mod svi;
pub mod volatility;

pub use amount::Amount;
pub use black76::{Contract, Side, price_ceil, price_floor, price_nearest};
pub use error::PricingError;
pub use greeks::Greeks;
pub use scenario::{SCENARIOS, ScenarioTable, Vector};
pub use svi::{Svi, SviError};
pub use volatility::{Expiry, TotalVolatility};

/// The highest forward or strike, collateral per lot: 2^48. The engine's own bound is 2^40, and six times that (the
/// widest scenario) still fits.
pub const PRICE_MAX: i64 = 1 << 48;

/// The highest volatility, 1e-9 a year: 64, that is 6,400 %.
pub const SIGMA_MAX: u64 = 64_000_000_000;

/// The longest time to expiry, µs: 2^50, about 35 years.
pub const TAU_MAX: u64 = 1 << 50;

/// A year, µs: 365 days, Deribit's and Derive's convention.
pub const YEAR: u64 = 365 * DAY;

/// A day, µs.
pub const DAY: u64 = 86_400_000_000;
