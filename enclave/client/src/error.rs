//! What can go wrong between a client and a venue.

use std::fmt;
use std::io;

use sealbook_wire::{ParseError, Reject};

/// Why a call failed. [`ClientError::code`] is stable; the text is for people.
#[derive(Debug)]
pub enum ClientError {
    /// The socket failed, closed, or was silent for too long.
    Socket(io::Error),
    /// An address that is neither `host:port` nor `unix:/path`.
    Address(String),
    /// A wallet key that is not 32 bytes of hex below the curve order. The key itself is never repeated.
    WalletKey,
    /// The enclave's encryption key is not an X25519 point HPKE accepts.
    EnclaveKey,
    /// A frame from the venue does not have the shape section 1 gives it.
    Frame(&'static str),
    /// A frame does not open under the session's key: someone between the client and the enclave altered it.
    Seal,
    /// A frame was dropped, repeated or reordered on the way here.
    Counter {
        /// The counter that should have come.
        expected: u64,
        /// The counter that came.
        actual: u64,
    },
    /// The venue refused in the clear. Not authenticated: a hint to reconnect, never a result.
    Refused {
        /// A code of docs/wire.md.
        code: u16,
        /// What the code's text says.
        detail: u64,
    },
    /// A sealed plaintext is not the message it should be.
    Message(ParseError),
    /// 1 to 64 commands fit a frame, and at most 4,096 bytes.
    Commands(usize),
    /// The operating system gave no randomness.
    Randomness,
}

impl ClientError {
    /// A stable name for scripts.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Socket(_) => "E_SOCKET",
            Self::Address(_) => "E_ADDRESS",
            Self::WalletKey => "E_WALLET_KEY",
            Self::EnclaveKey => "E_ENCLAVE_KEY",
            Self::Frame(_) => "E_FRAME",
            Self::Seal => "E_SEAL",
            Self::Counter { .. } => "E_COUNTER",
            Self::Refused { .. } => "E_REFUSED",
            Self::Message(_) => "E_MESSAGE",
            Self::Commands(_) => "E_COMMANDS",
            Self::Randomness => "E_RANDOMNESS",
        }
    }
}

impl fmt::Display for ClientError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Socket(error) => write!(out, "the connection to the venue failed: {error}"),
            Self::Address(text) => {
                write!(out, "{text:?} is no address: give host:port or unix:/path")
            }
            Self::WalletKey => write!(out, "a wallet key is 64 hex digits, 0x in front allowed"),
            Self::EnclaveKey => {
                write!(out, "the enclave's encryption key is not a usable X25519 key")
            }
            Self::Frame(what) => write!(out, "the venue sent a malformed frame: {what}"),
            Self::Seal => write!(out, "a frame does not open under the session's key; reconnect"),
            Self::Counter { expected, actual } => {
                write!(out, "frame {actual} came where {expected} should; reconnect")
            }
            Self::Refused { code, detail } => match Reject::from_code(*code) {
                Some(reject) => {
                    write!(
                        out,
                        "the venue refused: {} (detail {detail}). {}",
                        reject.wire(),
                        reject.doc()
                    )
                }
                None => write!(out, "the venue refused with the unknown code {code}"),
            },
            Self::Message(error) => write!(out, "the venue sent a malformed message: {error}"),
            Self::Commands(count) => {
                write!(out, "{count} commands do not fit a frame: 1 to 64, at most 4,096 bytes")
            }
            Self::Randomness => write!(out, "the operating system gave no randomness"),
        }
    }
}

impl std::error::Error for ClientError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Socket(error) => Some(error),
            Self::Message(error) => Some(error),
            _ => None,
        }
    }
}

impl From<io::Error> for ClientError {
    fn from(error: io::Error) -> Self {
        Self::Socket(error)
    }
}

impl From<ParseError> for ClientError {
    fn from(error: ParseError) -> Self {
        Self::Message(error)
    }
}
