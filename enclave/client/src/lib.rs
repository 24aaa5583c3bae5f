//! The client half of a session (docs/boundaries.md section 1), for market makers and benchmarks.
//!
//! ```no_run
//! use sealbook_client::{Address, Client, EnclaveKey, Terms, Wallet};
//! use sealbook_wire::{Command, Ping, SessionEvent};
//!
//! # fn main() -> Result<(), sealbook_client::ClientError> {
//! # let enclave = EnclaveKey { encryption_key: [0; 32], chain_id: 1, settlement: [0; 20] };
//! let wallet = Wallet::from_hex(&std::env::var("WALLET_KEY").unwrap_or_default())?;
//! let address = Address::parse("127.0.0.1:7700")?;
//! let mut client = Client::connect(&address, &enclave, &wallet, &Terms::trading_until(1_900_000_000))?;
//! client.send(&[Command::Ping(Ping { token: 7 })])?;
//! for event in client.receive()? {
//!     if let SessionEvent::Result(result) = event? {
//!         println!("{} at {}", result.code, result.sequence);
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! One corridor, one file a step:
//! - [`wallet`] signs, [`delegation`] is what it signs (EIP-712);
//! - [`session`] turns that into HPKE's opening and then seals and opens frames;
//! - [`framing`] and [`connection`] carry frames over TCP or a Unix socket;
//! - [`client`] is the four of them together; [`error`] says what can go wrong.
//!
//! Assumption: the caller has verified and appraised the evidence [`EnclaveKey`] was taken from (`sealbook attest verify`,
//! or the TypeScript SDK, which does it before first use). Nothing here does.

#![forbid(unsafe_code)]

pub mod client;
pub mod connection;
pub mod delegation;
pub mod error;
pub mod framing;
#[cfg(test)]
mod recipient;
pub mod session;
pub mod wallet;

pub use client::{Client, Events};
pub use connection::{Address, Connection};
pub use delegation::{Delegation, SCOPE_CANCEL, SCOPE_TRADE, SCOPE_WITHDRAW};
pub use error::ClientError;
pub use session::{EnclaveKey, Opening, Session, Terms};
pub use wallet::Wallet;
