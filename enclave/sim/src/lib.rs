//! The simulator: seeded workloads, the property driver, the engine's bench, and a development engine behind a C ABI.
//!
//! A seed and a commit reproduce everything here. Nothing in this crate is part of a measured enclave.

pub mod bench;
pub mod dev_engine;
pub mod encode;
pub mod exit_vectors;
pub mod floor;
pub mod flow;
pub mod heap_count;
pub mod history;
pub mod market;
pub mod proof_flow;
pub mod property;
pub mod random;
pub mod workload;
