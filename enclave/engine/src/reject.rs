//! A refusal: a stable code and the number its text explains. Journaled like any result.

pub use sealbook_wire::Reject;

/// Why a command had no effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The stable code.
    pub reject: Reject,
    /// What the code's text says, else 0.
    pub detail: u64,
}

impl Refusal {
    /// A refusal with its detail.
    pub const fn with(reject: Reject, detail: u64) -> Refusal {
        Refusal { reject, detail }
    }
}

impl From<Reject> for Refusal {
    fn from(reject: Reject) -> Refusal {
        Refusal { reject, detail: 0 }
    }
}

/// Stops the engine: an invariant is broken, and a stop is recoverable while a wrong signature is not.
///
/// No input leads here; each caller says why not.
#[cold]
#[inline(never)]
pub fn fault(invariant: &'static str) -> ! {
    panic!("fault: {invariant}");
}
