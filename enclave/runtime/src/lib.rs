//! The measured executable: everything between the rings and the engine.
//!
//! One order's way through this crate, file by file:
//!
//! | step | file |
//! |---|---|
//! | a slot is copied in, once | [`ring`] |
//! | its session is found, its seal opened, its frame parsed | [`session`], [`aead`], `ingress` |
//! | it gets its position and time | [`sequencer`] |
//! | the engine runs it; the result is digested | [`machine`], [`digest`] |
//! | its record is chained, sealed and pushed | `commit`, [`journal`] |
//! | events become messages, sealed and pushed after the record | `publish`, [`public`], [`egress`], [`outlet`] |
//! | ranges are closed, hashed and signed | [`batch`], [`trees`], [`packing`], [`withdrawals`] |
//!
//! Around it: [`handshake`] opens sessions, [`oracle`] checks rounds, [`keys`] and [`eip712`] sign, [`snapshot`] and [`recovery`] bring
//! a venue back, [`platform`] is the CPU, [`matching`] is the loop, [`enclave`] the life from load to stop, [`launch`] the start of its threads, [`abi`] what C sees of it.

pub mod abi;
pub mod aead;
pub mod batch;
mod commit;
pub mod config;
pub mod digest;
pub mod egress;
pub mod eip712;
pub mod enclave;
pub mod error;
pub mod halt;
pub mod handshake;
pub mod histogram;
mod ingress;
pub mod journal;
pub mod keccak;
pub mod keys;
pub mod launch;
pub mod machine;
pub mod matching;
pub mod oracle;
pub mod outlet;
pub mod packing;
pub mod platform;
pub mod public;
mod publish;
pub mod recovery;
mod republish;
pub mod ring;
pub mod sequencer;
pub mod session;
pub mod shared;
pub mod snapshot;
pub mod status;
pub mod trees;
pub mod wait;
pub mod withdrawals;

#[cfg(feature = "buggify")]
pub use commit::BUGGIFY_TOKEN;
pub use enclave::Enclave;
pub use error::{Error, Result};
