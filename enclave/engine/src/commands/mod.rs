//! One deed per file. Checks, then effects, then events; nothing after the first effect may fail.

pub(crate) mod account_query;
pub(crate) mod amend;
pub(crate) mod cancel;
pub(crate) mod cancel_after;
pub(crate) mod cancel_all;
pub(crate) mod cancel_label;
pub(crate) mod connection_closed;
pub(crate) mod epoch_opened;
pub(crate) mod expire;
pub(crate) mod inbox_entry;
pub(crate) mod instrument_risk;
pub(crate) mod list_instrument;
pub(crate) mod list_option;
mod margin_check;
pub(crate) mod mass_quote;
pub(crate) mod oracle_round;
pub(crate) mod ping;
pub(crate) mod place;
pub(crate) mod place_advanced;
pub(crate) mod protection;
pub(crate) mod query;
pub(crate) mod revoke;
pub(crate) mod set_margin_mode;
pub(crate) mod set_market_mode;
pub(crate) mod tick;
pub(crate) mod transfer;
pub(crate) mod volatility_round;
pub(crate) mod withdraw;

#[cfg(test)]
mod option_test;
#[cfg(test)]
mod orders_test;
#[cfg(test)]
mod system_test;

use sealbook_wire::OrderRef;

use crate::book::Book;
use crate::orders::Handle;
use crate::reject::Reject;
use crate::state::State;

/// The account's open order. Unknown, filled and foreign orders are not told apart: no oracle for others' ids.
#[inline]
fn own_order<B: Book>(state: &State<B>, account: u32, order: &OrderRef) -> Result<Handle, Reject> {
    let id = match order {
        OrderRef::Id(id) => *id,
        OrderRef::Client(client_id) => match state.client_ids.find(account, client_id) {
            0 => return Err(Reject::NoOrder),
            entry => state.client_ids.get(entry).outcome.order_id,
        },
    };
    let handle = state.orders.find(id).ok_or(Reject::NoOrder)?;
    if state.orders.get(handle).account == account { Ok(handle) } else { Err(Reject::NoOrder) }
}
