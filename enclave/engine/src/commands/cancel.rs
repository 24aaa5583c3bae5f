//! Cancels a resting order and releases what it held.
//!
//! Legal if it rests in the book and belongs to the sender; otherwise `NO_ORDER`, whatever the cause.

use sealbook_wire::{Cancel, CloseReason, OrderStatus};

use super::own_order;
use crate::book::Book;
use crate::engine::Outcome;
use crate::event::Events;
use crate::reject::Refusal;
use crate::state::State;

/// See the module.
#[inline(always)]
pub fn execute<B: Book>(
    state: &mut State<B>,
    account: u32,
    cancel: &Cancel,
    events: &mut Events,
) -> Result<Outcome, Refusal> {
    let handle = own_order(state, account, &cancel.order)?;

    let outcome = Outcome {
        order_id: state.orders.id(handle),
        status: OrderStatus::Cancelled,
        remaining_lots: state.orders.get(handle).lots,
        ..Outcome::NONE
    };
    state.close_order_inline(handle, CloseReason::CancelledByUser, events);
    Ok(outcome)
}
