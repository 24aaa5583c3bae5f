//! The mark price, and the provisions that depend on it.
//!
//! The mark is the index. FORMULAS 4.6 blends in the book's own premium; until then nobody can move a mark by trading.

use sealbook_wire::Side;

use crate::book::Book;
use crate::risk::watch::Watch;
use crate::state::State;
use crate::state::account::loss_at;

/// Moves the mark to the index and re-prices the open-loss provision of every order that is, or was, worse than the mark.
///
/// Those are the orders between the mark and the far side of the market: few, because others would take them.
///
/// How far it moved, relative, in 1e-9, rounded up.
pub fn apply<B: Book>(state: &mut State<B>, instrument: u16) -> u64 {
    let at = usize::from(instrument);
    let shared = &mut state.instruments[at];
    let (old, new) = (shared.mark, shared.index);
    shared.mark = new;
    let shared = *shared;
    state.mark_instrument(instrument);
    if old == new {
        return 0;
    }
    for side in Side::ALL {
        let mut handle = state.books[at].head(&state.orders, side);
        while handle != 0 {
            let order = state.orders.get(handle);
            let unit = shared.unit_value(order.price_ticks);
            let before = loss_at(side, order.lots, unit, old);
            let after = loss_at(side, order.lots, unit, new);
            if before == 0 && after == 0 {
                break;
            }
            let slot = usize::from(order.slot);
            state.accounts[order.account as usize].slots[slot].open_loss += after - before;
            handle = state.books[at].after(&state.orders, handle);
        }
    }
    Watch::moved(old.0, new.0)
}
