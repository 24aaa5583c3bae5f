//! How a command names an order.

use crate::client_id::ClientId;

/// On the wire a uint is the venue's order id and a str is the client's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderRef {
    /// The order id of a `result`.
    Id(u64),
    /// The client id the order was placed with.
    Client(ClientId),
}
