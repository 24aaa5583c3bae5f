//! Voids every delegation of the account whose nonce is below this.
//!
//! Legal up to one above the sender's own nonce: a stolen old key can void itself and older ones, never the newer key that
//! replaced it. The floor never falls.

use sealbook_wire::Revoke;

use crate::book::Book;
use crate::engine::{Header, Outcome};
use crate::reject::{Refusal, Reject};
use crate::state::State;

/// See the module.
pub fn execute<B: Book>(
    state: &mut State<B>,
    account: u32,
    header: &Header,
    revoke: &Revoke,
) -> Result<Outcome, Refusal> {
    if revoke.nonce > header.delegation_nonce.saturating_add(1) {
        return Err(Reject::Scope.into());
    }

    let floor = &mut state.accounts[account as usize].delegation_nonce_min;
    *floor = revoke.nonce.max(*floor);
    Ok(Outcome { detail: *floor, ..Outcome::NONE })
}
