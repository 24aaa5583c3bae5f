//! wip
#![allow(missing_docs)]
pub mod aead;
pub mod config;
pub mod eip712;
pub mod error;
pub mod keccak;
pub mod keys;
pub mod platform;
pub mod ring;
pub mod shared;
