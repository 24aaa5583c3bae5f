//! Why the matching thread ended before it was asked to, as the fault slot tells the host.

use sealbook_wire::Origin;
use sha2::{Digest, Sha256};

use crate::error::Error;

/// A stop with its evidence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Halt {
    /// Its class.
    pub error: Error,
    /// Sequence at which it happened: of the command that was not released, or of the head.
    pub sequence: u64,
    /// Digest of the command that must not be tried for ever, or of the evidence; zero if there is none.
    pub digest: [u8; 32],
    /// For a person.
    pub text: String,
}

/// A result of the matching thread.
pub type Halting<T> = core::result::Result<T, Halt>;

impl From<Error> for Halt {
    fn from(error: Error) -> Self {
        Halt { error, sequence: 0, digest: [0; 32], text: error.text().to_owned() }
    }
}

/// Names a command across restarts, when its sequence may differ: `SHA-256("sealbook.poison" ‖ origin ‖ account ‖ command)`.
pub fn command_digest(origin: Origin, account: u32, raw: &[u8]) -> [u8; 32] {
    Sha256::new()
        .chain_update("sealbook.poison")
        .chain_update([origin as u8])
        .chain_update(account.to_le_bytes())
        .chain_update(raw)
        .finalize()
        .into()
}
