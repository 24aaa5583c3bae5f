//! What a taker would get, before anything changes: for the checks that a bound does not settle.

use sealbook_wire::{Link, SelfTradeMode};

use crate::book::{Book, crosses, opposite};
use crate::limits::{
    FILLS_PER_COMMAND_MAX, GROUP_ORDERS_MAX, LEVELS_PER_COMMAND_MAX, LEVELS_PER_FILL_RESERVE,
    TAKEN_VALUE_MAX,
};
use crate::matching::Taker;
use crate::orders::Handle;
use crate::state::State;
use crate::state::protection::Protection;
use crate::units::Lots;

/// What a taker would get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Preview {
    pub lots: u32,
    pub value: u64,
    pub fee: i64,
    /// The taker's own order, if it would be met.
    pub own: Handle,
    /// Whether taking gives exactly this. Reduce-only orders that other fills may trim are left out and make it inexact.
    pub is_exact: bool,
    /// More would match, but a command may not make more fills.
    pub is_capped: bool,
}

/// What will become of an advanced order that a taker meets.
enum Foreseen {
    /// It fills like any other.
    Fills,
    /// It leaves without a fill, and closes this many orders.
    Leaves(usize),
    /// Depends on fills before it.
    Unknown,
}

/// Protections a preview follows: the most that are on one side of a book at once, in practice. Beyond them it does not know.
const GUARDS_MAX: usize = 8;

/// Copies of the protections a preview has met; one that tripped is marked by its group number 0.
#[derive(Default)]
struct Guards {
    indices: [u32; GUARDS_MAX],
    copies: [Protection; GUARDS_MAX],
}

impl<B: Book> State<B> {
    /// What taking `lots` of an advanced order would do.
    fn foresee(&self, handle: Handle, lots: u32, guards: &mut Guards) -> Foreseen {
        let order = self.orders.get(handle);
        let terms = self.advanced.terms(handle);
        if terms.expiry_us != 0 && terms.expiry_us <= self.venue.time_us {
            return Foreseen::Leaves(1);
        }
        if terms.link == Link::OneCancelsOther {
            return Foreseen::Unknown;
        }
        if terms.protection == 0 {
            return Foreseen::Fills;
        }
        let known = guards.indices.iter().position(|&at| at == terms.protection || at == 0);
        let Some(at) = known else { return Foreseen::Unknown };
        if guards.indices[at] == 0 {
            guards.indices[at] = terms.protection;
            guards.copies[at] = *self.protections.get(terms.protection);
        }
        let guard = &mut guards.copies[at];
        if guard.group == 0 {
            return Foreseen::Leaves(0);
        }
        let each = self.sensitivity(order.instrument);
        if guard.admit(self.venue.time_us, order.side(), lots, each) {
            return Foreseen::Fills;
        }
        guard.group = 0;
        Foreseen::Leaves(guard.orders.into())
    }

    /// What [`State::take`] would do, from an empty event buffer.
    pub(crate) fn preview(&self, taker: &Taker) -> Preview {
        let instrument = &self.instruments[usize::from(taker.instrument)];
        let book = &self.books[usize::from(taker.instrument)];
        let mut preview =
            Preview { lots: 0, value: 0, fee: 0, own: 0, is_exact: true, is_capped: false };
        let (mut fills, mut levels) = (0, LEVELS_PER_FILL_RESERVE);
        let mut guards = Guards::default();
        let mut handle = book.head(&self.orders, opposite(taker.side));
        while handle != 0 && preview.lots < taker.lots {
            let order = self.orders.get(handle);
            let maker = &self.accounts[order.account as usize].slots[usize::from(order.slot)];
            levels += 1 + usize::from(maker.reduce_only_orders);
            if !crosses(taker.side, taker.limit_ticks, order.price_ticks) {
                break;
            }
            preview.is_capped = fills == FILLS_PER_COMMAND_MAX
                || levels > LEVELS_PER_COMMAND_MAX
                || preview.value > TAKEN_VALUE_MAX;
            if preview.is_capped {
                break;
            }
            if order.account == taker.account {
                preview.own = handle;
                match taker.self_trade {
                    SelfTradeMode::CancelMaker | SelfTradeMode::Decrement => {
                        handle = book.after(&self.orders, handle);
                        continue;
                    }
                    SelfTradeMode::Refuse | SelfTradeMode::CancelBoth => return preview,
                }
            }
            if order.is_advanced() {
                let lots = order.lots.min(taker.lots - preview.lots);
                match self.foresee(handle, lots, &mut guards) {
                    Foreseen::Fills => {}
                    Foreseen::Leaves(closes) => {
                        levels += closes;
                        handle = book.after(&self.orders, handle);
                        continue;
                    }
                    Foreseen::Unknown => {
                        preview.is_exact = false;
                        levels += GROUP_ORDERS_MAX;
                        fills += 1;
                        handle = book.after(&self.orders, handle);
                        continue;
                    }
                }
            }
            let side_lots = maker.open_lots[order.side() as usize];
            if order.is_reduce_only() && maker.reduce_only_lots != side_lots {
                preview.is_exact = false;
            } else {
                let lots = order.lots.min(taker.lots - preview.lots);
                let value = instrument.unit_value(order.price_ticks).value(Lots(lots));
                preview.lots += lots;
                preview.value += value.0;
                preview.fee += value.fee_ceil(taker.fee);
            }
            fills += 1;
            handle = book.after(&self.orders, handle);
        }
        preview
    }
}
