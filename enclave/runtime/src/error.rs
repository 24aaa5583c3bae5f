//! The errors of the rim: what `sealbook_*` calls return, with stable numbers (`enclave/include/sealbook_enclave.h`).

use core::fmt;

/// Why a call failed. The discriminant is the negative code of the C header.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(i32)]
pub enum Error {
    /// A pointer is null.
    Null = -1,
    /// A pointer is not aligned for its type.
    Align = -2,
    /// A length is zero, absurd, or wraps the address space.
    Length = -3,
    /// Input and output, or two rings, share bytes.
    Overlap = -4,
    /// Output buffer too small; nothing was consumed.
    Buffer = -5,
    /// Not legal in this state of the enclave's life.
    State = -6,
    /// Another call on this handle is under way.
    Busy = -7,
    /// A fault happened earlier; only status, stop and destroy still work.
    Poisoned = -8,
    /// The configuration does not parse or contradicts itself.
    Config = -9,
    /// A request, record or snapshot does not parse.
    Format = -10,
    /// Bad ring header, or a cursor outside `tail ≤ head ≤ tail + capacity`.
    Ring = -11,
    /// Not a live handle of this library.
    Handle = -12,
    /// The chain has accepted a state this journal does not lead to.
    Rollback = -13,
    /// A journal record does not continue the hash chain, or one is missing.
    Chain = -14,
    /// Sealed bytes do not open under this enclave's key.
    Seal = -15,
    /// A replayed command gave another result than the journal says.
    Diverged = -16,
    /// Reserved: a poisoned command.
    Poison = -17,
    /// Allocation failed.
    Memory = -18,
    /// The platform refused: randomness, report or key.
    Platform = -19,
    /// A broken invariant; the handle is poisoned from here on.
    Fault = -20,
    /// A client holds a head that one of our signers signed and that is not on our chain.
    Contradiction = -21,
}

impl Error {
    /// The code the C ABI returns.
    pub fn code(self) -> i32 {
        self as i32
    }

    /// What went wrong and what to do, for a person.
    pub fn text(self) -> &'static str {
        match self {
            Error::Null => "a pointer is null",
            Error::Align => {
                "a pointer is not aligned for its type, or ring memory is not page aligned"
            }
            Error::Length => "a length is zero, absurd, or wraps the address space",
            Error::Overlap => "input and output, or two rings, share bytes",
            Error::Buffer => "the output buffer is too small; call again with the length given",
            Error::State => {
                "the call is not legal in this state: load, boot, recover, start, stop, destroy"
            }
            Error::Busy => "another call on this handle is under way",
            Error::Poisoned => {
                "the enclave stopped after a fault; destroy it and start again from the journal"
            }
            Error::Config => "the enclave configuration does not parse or contradicts itself",
            Error::Format => "the request, record or snapshot does not parse",
            Error::Ring => "a ring header is wrong or a cursor lies outside the ring",
            Error::Handle => "not a live handle of this library",
            Error::Rollback => {
                "the chain has accepted a state this journal does not lead to: the data folder is older than the chain"
            }
            Error::Chain => "a journal record does not continue the hash chain, or one is missing",
            Error::Seal => "sealed bytes do not open: another enclave, another network, or damaged",
            Error::Diverged => "a replayed command gave another result than the journal says",
            Error::Poison => "this command stopped the enclave before and is refused",
            Error::Memory => "not enough memory",
            Error::Platform => "the platform refused randomness, a report or a key",
            Error::Fault => "a broken invariant; the enclave has stopped before signing",
            Error::Contradiction => {
                "a client holds a signed head that is not on this chain: the venue was rolled back or runs twice"
            }
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.text(), self.code())
    }
}

impl std::error::Error for Error {}

/// Shorthand of this crate.
pub type Result<T> = core::result::Result<T, Error>;
