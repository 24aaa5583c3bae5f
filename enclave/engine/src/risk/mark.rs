//! The mark price (FORMULAS 4.6), and the provisions that depend on it.
//!
//! The median of three: the index plus a 150 s average of how far the book's middle lies over it; the median of bid, ask and last
//! trade; and, in place of other venues' prices, a 30 s average of that median. Held within 0.5 % of the index (Lighter). Without
//! two sides there is no book to speak of: the averages fall back to the index. It moves with oracle rounds alone, so nobody
//! can move a mark between two rounds, and a burst of trades weighs as little as its time.

use sealbook_wire::{InstrumentKind, Side};

use crate::book::Book;
use crate::limits::UNIT_VALUE_MAX;
use crate::risk::watch::Watch;
use crate::rounding::div_floor;
use crate::state::State;
use crate::state::account::loss_at;
use crate::state::instrument::{Instrument, linear_scenarios};
use crate::units::UnitValue;

const PREMIUM_US: u64 = 150_000_000;
const MEDIAN_US: u64 = 30_000_000;
/// The mark stays within one part in this of the index: 0.5 %.
const PREMIUM_PART: i64 = 200;

/// An average × 2^16, `elapsed` after its last sample: `a + (x − a) × t / (t + window)`, rounded down.
pub fn ema(average: i64, sample: i64, elapsed_us: u64, window_us: u64) -> i64 {
    let change = (i128::from(sample) << 16) - i128::from(average);
    let (elapsed, window) = (i128::from(elapsed_us.min(1 << 50)), i128::from(window_us));
    (i128::from(average) + div_floor(change * elapsed, elapsed + window)) as i64
}

/// The middle one.
fn median(a: i64, b: i64, c: i64) -> i64 {
    a.max(b).min(a.min(b).max(c))
}

/// The book's middle and the median of bid, ask and last, over the index; `None` without two sides.
fn book_over_index<B: Book>(book: &B, instrument: &Instrument) -> Option<(i64, i64)> {
    let bid = instrument.unit_value(book.best(Side::Buy)?).0;
    let ask = instrument.unit_value(book.best(Side::Sell)?).0;
    let middle = bid + (ask - bid) / 2;
    let last = if instrument.last_price == 0 { middle } else { instrument.last_price };
    Some((middle - instrument.index.0, median(bid, ask, last) - instrument.index.0))
}

/// The mark for the index and the book as they are, `elapsed_us` after the last one.
fn next_mark<B: Book>(book: &B, instrument: &mut Instrument, elapsed_us: u64) -> UnitValue {
    let over = book_over_index(book, instrument);
    let (middle, now) = over.unwrap_or((0, 0));
    instrument.premium_ema = ema(instrument.premium_ema, middle, elapsed_us, PREMIUM_US);
    instrument.median_ema = ema(instrument.median_ema, now, elapsed_us, MEDIAN_US);
    let slow = instrument.premium_ema >> 16;
    let premium = over.map_or(slow, |_| median(slow, now, instrument.median_ema >> 16));
    let cap = instrument.index.0 / PREMIUM_PART;
    UnitValue((instrument.index.0 + premium.clamp(-cap, cap)).clamp(1, UNIT_VALUE_MAX))
}

/// Moves the mark to the new index and re-prices the open-loss provision of every order that is, or was, worse than the mark.
///
/// Those are the orders between the mark and the far side of the market: few, because others would take them. How far it
/// moved, relative, in 1e-9, rounded up.
pub fn apply<B: Book>(state: &mut State<B>, instrument: u16, elapsed_us: u64) -> u64 {
    let at = usize::from(instrument);
    let new = next_mark(&state.books[at], &mut state.instruments[at], elapsed_us);
    set(state, instrument, new)
}

/// Moves a mark and what depends on it.
pub(super) fn set<B: Book>(state: &mut State<B>, instrument: u16, new: UnitValue) -> u64 {
    let at = usize::from(instrument);
    let shared = &mut state.instruments[at];
    let old = shared.mark;
    shared.mark = new;
    if shared.kind == InstrumentKind::Perpetual {
        shared.scenarios = linear_scenarios(new);
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_average_closes_half_the_gap_in_its_window() {
        assert_eq!(ema(0, 100, 0, 30), 0);
        assert_eq!(ema(0, 100, 30, 30), 50 << 16);
        assert_eq!(ema(50 << 16, 100, 30, 30), 75 << 16);
        assert_eq!(ema(0, -100, 30, 30), -(50 << 16));
    }

    #[test]
    fn medians() {
        for (a, b, c) in [(1, 2, 3), (1, 3, 2), (2, 1, 3), (2, 3, 1), (3, 1, 2), (3, 2, 1)] {
            assert_eq!(median(a, b, c), 2);
        }
    }
}
