//! Sets, removes and resets a market-maker protection (`state/protection.rs`).
//!
//! Setting is legal if the group is not 0, the window is at most an hour, some limit is named, and there is room. It starts the
//! window afresh but does not unfreeze: that is what a reset is for.

use sealbook_wire::{ResetProtection, SetProtection};

use crate::book::Book;
use crate::engine::Outcome;
use crate::limits::PROTECTION_WINDOW_US_MAX;
use crate::reject::{Refusal, Reject};
use crate::state::State;
use crate::state::protection::Protection;

/// See the module.
pub fn set<B: Book>(
    state: &mut State<B>,
    account: u32,
    set: &SetProtection,
) -> Result<Outcome, Refusal> {
    let has_limit = set.lots_max != 0 || set.delta_max != 0 || set.vega_max != 0;
    let is_removal = set.window_us == 0;
    if set.group == 0 || set.window_us > PROTECTION_WINDOW_US_MAX || !(has_limit || is_removal) {
        return Err(Refusal::with(Reject::BadProtection, PROTECTION_WINDOW_US_MAX));
    }
    let index = if is_removal {
        Some(state.protections.find(account, set.group)).filter(|&index| index != 0)
    } else {
        state.protections.find_or_add(account, set.group)
    };
    let missing = if is_removal { Reject::NoProtection } else { Reject::Capacity };
    let index = index.ok_or(missing)?;

    let guard = state.protections.get_mut(index);
    *guard = Protection {
        window_us: set.window_us,
        frozen_us: set.frozen_us,
        lots_max: if is_removal { 0 } else { set.lots_max },
        delta_max: if is_removal { 0 } else { set.delta_max },
        vega_max: if is_removal { 0 } else { set.vega_max },
        opened_us: 0,
        lots: 0,
        delta: 0,
        vega: 0,
        ..*guard
    };
    Ok(Outcome::NONE)
}

/// Unfreezes a group and starts its window afresh.
pub fn reset<B: Book>(
    state: &mut State<B>,
    account: u32,
    reset: &ResetProtection,
) -> Result<Outcome, Refusal> {
    let index = state.protections.find(account, reset.group);
    if index == 0 {
        return Err(Reject::NoProtection.into());
    }

    let guard = state.protections.get_mut(index);
    *guard = Protection { frozen_until_us: 0, opened_us: 0, lots: 0, delta: 0, vega: 0, ..*guard };
    Ok(Outcome::NONE)
}
