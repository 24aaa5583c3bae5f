//! What became of a client order id. Always answers; status `none` if the id is unknown or forgotten.

use sealbook_wire::{OrderStatus, Query};

use crate::book::Book;
use crate::engine::Outcome;
use crate::state::State;

/// See the module.
pub fn execute<B: Book>(state: &State<B>, account: u32, query: &Query) -> Outcome {
    let index = state.client_ids.find(account, &query.client_id);
    if index == 0 {
        return Outcome::NONE;
    }
    let entry = state.client_ids.get(index);
    let order_id = entry.outcome.order_id;
    let remaining_lots = match (entry.status, state.orders.find(order_id)) {
        (OrderStatus::Resting | OrderStatus::Waiting, Some(handle)) => {
            state.orders.get(handle).lots
        }
        _ => entry.remaining_lots,
    };
    Outcome {
        order_id,
        status: entry.status,
        filled_lots: entry.lots - remaining_lots,
        remaining_lots,
        ..Outcome::NONE
    }
}
