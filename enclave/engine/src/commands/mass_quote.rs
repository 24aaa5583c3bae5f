//! Replaces the account's quotes under a label, up to sixteen instruments at once.
//!
//! Legal if the label is not 0, the protection (if named) exists and is not frozen, and the pairs ascend by instrument, are listed
//! and do not cross themselves. First every older quote of the label in the named instruments is cancelled, so that no new side
//! competes with an old one for margin; then each side is placed, post-only, good till cancelled. A side that is refused does not
//! keep the others from being placed: the result of each is a `Quoted` event. The detail counts the sides that rest.

use sealbook_wire::{
    CloseReason, MassQuote, OrderKind, OrderStatus, Place, QuoteLeg, Reject, Side, TimeInForce,
};

use super::place::{How, carry_out, check};
use super::place_advanced::protection_of;
use crate::book::Book;
use crate::engine::Outcome;
use crate::event::{Event, Events};
use crate::reject::Refusal;
use crate::state::State;
use crate::state::advanced::Terms;

/// See the module.
pub fn execute<B: Book>(
    state: &mut State<B>,
    account: u32,
    quote: &MassQuote<'_>,
    events: &mut Events,
) -> Result<Outcome, Refusal> {
    let protection = check_quote(state, account, quote)?;

    for pair in quote.quotes.iter() {
        state.close_matching(account, CloseReason::Replaced, events, |order, terms| {
            terms.is_quote && terms.label == quote.label && order.instrument == pair.instrument
        });
    }
    let terms = Terms {
        label: quote.label,
        protection,
        is_slide: quote.slide,
        is_quote: true,
        ..Terms::PLAIN
    };
    let mut resting = 0;
    for pair in quote.quotes.iter() {
        let mut place_side = |side, price_ticks, lots| {
            let place = quoted(pair.instrument, side, price_ticks, lots);
            place_quote(state, account, &place, &terms, events)
        };
        let (bid_order_id, bid_code) = place_side(Side::Buy, pair.bid_ticks, pair.bid_lots);
        let (ask_order_id, ask_code) = place_side(Side::Sell, pair.ask_ticks, pair.ask_lots);
        resting += u64::from(bid_order_id != 0) + u64::from(ask_order_id != 0);
        let instrument = pair.instrument;
        let leg = QuoteLeg { instrument, bid_order_id, bid_code, ask_order_id, ask_code };
        events.push(Event::Quoted { account, leg });
    }
    Ok(Outcome { detail: resting, ..Outcome::NONE })
}

/// Every check of the whole; its protection, 0 for none.
fn check_quote<B: Book>(
    state: &State<B>,
    account: u32,
    quote: &MassQuote<'_>,
) -> Result<u32, Refusal> {
    if quote.label == 0 {
        return Err(Reject::NoLabel.into());
    }
    let mut last = 0;
    for pair in quote.quotes.iter() {
        let is_two_sided = pair.bid_lots != 0 && pair.ask_lots != 0;
        let is_sound = pair.instrument > last
            && state.instrument(pair.instrument).is_some()
            && !(is_two_sided && pair.bid_ticks >= pair.ask_ticks);
        if !is_sound {
            return Err(Refusal::with(Reject::BadQuote, pair.instrument.into()));
        }
        last = pair.instrument;
    }
    if quote.protection == 0 { Ok(0) } else { protection_of(state, account, quote.protection) }
}

fn quoted(instrument: u16, side: Side, price_ticks: u32, lots: u32) -> Place {
    Place {
        client_id: None,
        instrument,
        side,
        kind: OrderKind::Limit,
        time_in_force: TimeInForce::GoodTillCancel,
        price_ticks,
        lots,
        post_only: true,
        reduce_only: false,
    }
}

/// One side: the order that rests, or 0 and why not. No lots, no order, no refusal.
fn place_quote<B: Book>(
    state: &mut State<B>,
    account: u32,
    place: &Place,
    terms: &Terms,
    events: &mut Events,
) -> (u64, u16) {
    if place.lots == 0 {
        return (0, 0);
    }
    if !state.advanced.has_room() {
        return (0, Reject::Capacity as u16);
    }
    match check(state, account, place, &How::of(terms)) {
        Err(refusal) => (0, refusal.reject as u16),
        Ok(checked) => {
            let terms = Terms { number: state.advanced.next_number(), ..*terms };
            let handle = state.orders.take_slot();
            let outcome = carry_out(state, place, &checked, handle, Some(&terms), events);
            let id = if outcome.status == OrderStatus::Resting { outcome.order_id } else { 0 };
            (id, outcome.code)
        }
    }
}
