//! Places an order with everything `place` leaves out: self-trade mode, slide, expiry, label, trigger, links, protection.
//!
//! Legal if (1) its client id is new, or repeats the same order; (2) its fields agree with each other ([`check_combination`]) and its
//! expiry lies ahead; (3) its trigger could act ([`check_trigger`]); (4) its group has room; (5) its protection exists and is not
//! frozen; and then, unless it waits, (6) everything `place` asks. An order that waits is asked that when it is placed; if it is
//! refused then, it ends with the reason `refused`.

use sealbook_wire::{
    Link, MarketMode, OrderKind, OrderStatus, Place, PlaceAdvanced, Reject, Side, TimeInForce,
    TriggerKind,
};

use super::place::{How, carry_out, check, check_range, remember, slot_in};
use crate::book::Book;
use crate::engine::Outcome;
use crate::event::Events;
use crate::limits::{GROUP_ORDERS_MAX, ORDERS_PER_ACCOUNT_MAX};
use crate::orders::NewOrder;
use crate::reject::Refusal;
use crate::risk::margin::assess_with;
use crate::state::State;
use crate::state::advanced::{Terms, fires_above};
use crate::state::instrument::Instrument;
use crate::state::owners::mix;
use crate::triggers::is_met;

/// See the module.
pub fn execute<B: Book>(
    state: &mut State<B>,
    account: u32,
    advanced: &PlaceAdvanced,
    events: &mut Events,
) -> Result<Outcome, Refusal> {
    let (place, digest) = (lean(advanced), digest(advanced));
    if let Some(stored) = repeated(state, account, &place, digest)? {
        return Ok(stored);
    }
    let terms = check_terms(state, account, advanced)?;
    let waits = advanced.trigger != TriggerKind::None || advanced.link == Link::Secondary;
    let checked = if waits {
        check_waiting(state, account, advanced)?;
        None
    } else {
        Some(check(state, account, &place, &How::of(&terms))?)
    };

    let terms = Terms { number: state.advanced.next_number(), ..terms };
    let client =
        place.client_id.map_or(0, |id| state.client_ids.insert(account, &id, &place, digest));
    let order_id = state.orders.next_id();
    let handle = state.orders.take_slot();
    let outcome = if let Some(mut checked) = checked {
        checked.taker.client = client;
        let outcome = carry_out(state, &place, &checked, handle, Some(&terms), events);
        if client != 0 {
            remember(state, client, &checked.taker, &outcome);
        }
        outcome
    } else {
        state.orders.open(handle, &waiting(&place, account, client));
        state.wait(handle, &terms);
        state.announce(handle, OrderStatus::Waiting, events);
        let status = OrderStatus::Waiting;
        let outcome = Outcome { order_id, status, remaining_lots: place.lots, ..Outcome::NONE };
        if client != 0 {
            let entry = state.client_ids.get_mut(client);
            (entry.outcome, entry.status) = (outcome, status);
        }
        outcome
    };
    Ok(outcome)
}

/// The part that `place` has.
fn lean(advanced: &PlaceAdvanced) -> Place {
    Place {
        client_id: advanced.client_id,
        instrument: advanced.instrument,
        side: advanced.side,
        kind: advanced.kind,
        time_in_force: advanced.time_in_force,
        price_ticks: advanced.price_ticks,
        lots: advanced.lots,
        post_only: advanced.post_only,
        reduce_only: advanced.reduce_only,
    }
}

/// The rest as one number that is never 0: a repeated client id must repeat it too.
fn digest(advanced: &PlaceAdvanced) -> u64 {
    let small = u64::from(advanced.self_trade as u8)
        | u64::from(advanced.slide) << 8
        | u64::from(advanced.trigger as u8) << 16
        | u64::from(advanced.trigger_source as u8) << 24
        | u64::from(advanced.link as u8) << 32
        | u64::from(advanced.protection) << 40;
    let words = [
        small,
        advanced.expiry_us,
        u64::from(advanced.label) << 32 | u64::from(advanced.group),
        advanced.trigger_ticks.into(),
    ];
    words.iter().fold(0x9e37_79b9_7f4a_7c15, |hash, word| mix(hash, *word)) | 1
}

fn repeated<B: Book>(
    state: &State<B>,
    account: u32,
    place: &Place,
    digest: u64,
) -> Result<Option<Outcome>, Refusal> {
    let Some(id) = &place.client_id else { return Ok(None) };
    let index = state.client_ids.find(account, id);
    if index == 0 {
        return Ok(None);
    }
    let entry = state.client_ids.get(index);
    if entry.place == *place && entry.advanced == digest {
        Ok(Some(entry.outcome))
    } else {
        Err(Refusal::with(Reject::ClientIdConflict, entry.outcome.order_id))
    }
}

/// What must hold of the terms whether the order waits or not; the terms, without a number.
fn check_terms<B: Book>(
    state: &State<B>,
    account: u32,
    advanced: &PlaceAdvanced,
) -> Result<Terms, Refusal> {
    state.instrument(advanced.instrument).ok_or(Reject::NoMarket)?;
    check_combination(advanced)?;
    let time_us = state.venue.time_us;
    let may_rest =
        advanced.kind == OrderKind::Limit && advanced.time_in_force == TimeInForce::GoodTillCancel;
    if advanced.expiry_us != 0 && (advanced.expiry_us <= time_us || !may_rest) {
        return Err(Refusal::with(Reject::BadExpiry, time_us));
    }
    if advanced.link != Link::None {
        check_group(state, account, advanced)?;
    }
    let protection = match advanced.protection {
        0 => 0,
        group => protection_of(state, account, group)?,
    };
    if !state.advanced.has_room() {
        return Err(Reject::Capacity.into());
    }
    Ok(Terms {
        expiry_us: advanced.expiry_us,
        label: advanced.label,
        group: advanced.group,
        trigger_ticks: advanced.trigger_ticks,
        protection,
        kind: advanced.kind,
        time_in_force: advanced.time_in_force,
        self_trade: advanced.self_trade,
        trigger: advanced.trigger,
        source: advanced.trigger_source,
        link: advanced.link,
        is_slide: advanced.slide,
        ..Terms::PLAIN
    })
}

/// The account's protection group, if orders may be placed under it now.
pub(super) fn protection_of<B: Book>(
    state: &State<B>,
    account: u32,
    group: u8,
) -> Result<u32, Refusal> {
    let index = state.protections.find(account, group);
    let guard = state.protections.get(index);
    if index == 0 || guard.window_us == 0 {
        return Err(Reject::NoProtection.into());
    }
    if guard.is_frozen(state.venue.time_us) {
        return Err(Refusal::with(Reject::Frozen, guard.frozen_until_us));
    }
    Ok(index)
}

/// The rules, by number, are those of docs/orders.md.
fn check_combination(advanced: &PlaceAdvanced) -> Result<(), Refusal> {
    let has_trigger = advanced.trigger != TriggerKind::None;
    let rules = [
        !advanced.slide || advanced.post_only,
        has_trigger == (advanced.trigger_ticks != 0),
        !(has_trigger && advanced.post_only),
        (advanced.group != 0) == (advanced.link != Link::None),
        advanced.link != Link::Primary || !(has_trigger || advanced.reduce_only),
        advanced.protection == 0
            || advanced.post_only && !advanced.reduce_only && advanced.link == Link::None,
    ];
    match rules.iter().position(|holds| !holds) {
        None => Ok(()),
        Some(at) => Err(Refusal::with(Reject::BadCombination, at as u64 + 1)),
    }
}

/// A group is small, in one instrument, and has one primary at most.
fn check_group<B: Book>(
    state: &State<B>,
    account: u32,
    advanced: &PlaceAdvanced,
) -> Result<(), Refusal> {
    let (mut count, mut has_primary, mut is_elsewhere) = (0, false, false);
    let mut handle = state.accounts[account as usize].order_head;
    while handle != 0 {
        let (order, terms) = (state.orders.get(handle), state.advanced.terms(handle));
        if terms.group == advanced.group {
            count += 1;
            has_primary |= terms.link == Link::Primary;
            is_elsewhere |= order.instrument != advanced.instrument;
        }
        handle = state.orders.next_of_account(handle);
    }
    let is_second = has_primary && advanced.link == Link::Primary;
    if count >= GROUP_ORDERS_MAX || is_second || is_elsewhere {
        return Err(Refusal::with(Reject::BadGroup, GROUP_ORDERS_MAX as u64));
    }
    Ok(())
}

/// What is asked of an order that waits, now; the rest is asked when it is placed.
fn check_waiting<B: Book>(
    state: &State<B>,
    account: u32,
    advanced: &PlaceAdvanced,
) -> Result<(), Refusal> {
    let instrument = &state.instruments[usize::from(advanced.instrument)];
    let mode = instrument.mode_now();
    if matches!(mode, MarketMode::CancelOnly | MarketMode::Halted) {
        return Err(Refusal::with(Reject::MarketClosed, mode as u64));
    }
    check_range(instrument, advanced.price_ticks, advanced.lots)?;
    if advanced.trigger != TriggerKind::None {
        check_trigger(state, account, instrument, advanced)?;
    }
    if state.accounts[account as usize].orders >= ORDERS_PER_ACCOUNT_MAX {
        return Err(Refusal::with(Reject::OrdersFull, ORDERS_PER_ACCOUNT_MAX.into()));
    }
    if state.orders.has_room() { Ok(()) } else { Err(Reject::Capacity.into()) }
}

/// A trigger must lie in range, ahead of its source, and, for a stop that protects a position, before the account's liquidation: an
/// account that would be liquidated at the trigger price has its orders cancelled before the stop could act.
///
/// A secondary's trigger is judged ahead of the source only once it is woken, when it may fire at once.
fn check_trigger<B: Book>(
    state: &State<B>,
    account: u32,
    instrument: &Instrument,
    advanced: &PlaceAdvanced,
) -> Result<(), Refusal> {
    let price = state.source_price(instrument, advanced.trigger_source);
    let refused = Err(Refusal::with(Reject::BadTrigger, price.map_or(0, |price| price.0 as u64)));
    if advanced.trigger_ticks > instrument.price_ticks_max {
        return refused;
    }
    let trigger = instrument.unit_value(advanced.trigger_ticks);
    let is_above = fires_above(advanced.trigger, advanced.side);
    let is_secondary = advanced.link == Link::Secondary;
    if !is_secondary && price.is_some_and(|price| is_met(price, trigger, is_above)) {
        return refused;
    }
    let owner = &state.accounts[account as usize];
    let Some(at) = owner.slot_of(advanced.instrument) else { return Ok(()) };
    let slot = slot_in(owner, at, advanced.instrument);
    let protects = advanced.trigger == TriggerKind::Stop
        && match advanced.side {
            Side::Buy => slot.size < 0,
            Side::Sell => slot.size > 0,
        };
    let then = Instrument { mark: trigger, ..*instrument };
    if protects && assess_with(owner, &state.instruments, at, &then, slot).is_liquidatable() {
        return refused;
    }
    Ok(())
}

fn waiting(place: &Place, account: u32, client: u32) -> NewOrder {
    NewOrder {
        price_ticks: place.price_ticks,
        lots: place.lots,
        account,
        instrument: place.instrument,
        slot: 0,
        side: place.side,
        is_reduce_only: place.reduce_only,
        is_post_only: place.post_only,
        is_advanced: true,
        is_waiting: true,
        client,
    }
}
