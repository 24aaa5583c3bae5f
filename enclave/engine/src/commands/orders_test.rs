//! Orders at every boundary: FAULTS B37–B42, B44, B45.

use sealbook_wire::{
    CancelAll, CloseReason, Command as Session, OrderKind, OrderRef, OrderStatus, Place, Query,
    Reject, Side, TimeInForce,
};

use crate::Event;
use crate::limits::{FILLS_PER_COMMAND_MAX, ORDERS_PER_ACCOUNT_MAX};
use crate::testing::{TestVenue, client_id, config, order, refused, said};

const RICH: u64 = 1 << 50;

#[test]
fn b38_prices_and_sizes_at_their_limits() {
    let mut venue = TestVenue::new(&[RICH]);
    for (price, lots, expected) in [
        (0, 1, refused(Reject::BadPrice, 100_000)),
        (1, 1, (0, 0)),
        (100_000, 1, (0, 0)),
        (100_001, 1, refused(Reject::BadPrice, 100_000)),
        (u32::MAX, 1, refused(Reject::BadPrice, 100_000)),
        (1, 0, refused(Reject::BadLots, 1_000_000)),
        (1, 1_000_000, (0, 0)),
        (1, 1_000_001, refused(Reject::BadLots, 1_000_000)),
        (1, u32::MAX, refused(Reject::BadLots, 1_000_000)),
    ] {
        let ioc = Place {
            time_in_force: TimeInForce::ImmediateOrCancel,
            ..order(Side::Sell, price, lots)
        };
        let before = venue.engine.state().state_hash();
        let outcome = venue.place(1, ioc);
        assert_eq!(said(outcome), expected, "{lots} at {price}");
        if outcome.is_reject() {
            assert_eq!(venue.engine.state().state_hash(), before, "{lots} at {price}");
        }
    }
}

#[test]
fn b39_notional_beyond_what_a_position_may_be_worth() {
    let big = sealbook_wire::InstrumentConfig {
        tick_value: 1 << 20,
        price_ticks_max: 1 << 20,
        lots_max: u32::MAX,
        index: 1 << 20,
        ..config(1)
    };
    let mut venue = TestVenue::with(&[big], &[1 << 40]);
    let at = |lots| order(Side::Buy, 1 << 20, lots);
    assert_eq!(said(venue.place(1, at((1 << 15) + 1))), refused(Reject::NotionalLimit, 0));
    assert_eq!(said(venue.place(1, at(u32::MAX))), refused(Reject::NotionalLimit, 0));
    assert_eq!(
        venue.place(1, at(1 << 14)).code,
        Reject::Margin as u16,
        "in range, but unaffordable"
    );
}

#[test]
fn b40_unknown_markets() {
    let mut venue = TestVenue::new(&[RICH]);
    for instrument in [0, 2, u16::MAX] {
        let place = Place { instrument, ..order(Side::Buy, 10, 1) };
        assert_eq!(said(venue.place(1, place)), refused(Reject::NoMarket, 0));
    }
}

#[test]
fn b37_a_repeated_client_id_returns_the_stored_result() {
    let mut venue = TestVenue::new(&[RICH, RICH]);
    let place = Place { client_id: client_id("a"), ..order(Side::Buy, 10, 5) };
    let first = venue.place(1, place);
    assert_eq!(first.status, OrderStatus::Resting);
    assert_eq!(venue.place(1, place), first);
    assert!(venue.events.as_slice().is_empty(), "no second effect");
    let other = Place { lots: 6, ..place };
    assert_eq!(said(venue.place(1, other)), refused(Reject::ClientIdConflict, first.order_id));
    assert_ne!(venue.place(2, place).order_id, first.order_id, "ids belong to accounts");

    venue.place(2, order(Side::Sell, 10, 5));
    assert_eq!(venue.place(1, place), first, "also after it was filled");
    let query = Session::Query(Query { client_id: place.client_id.expect("set") });
    let now = venue.session(1, query);
    assert_eq!((now.status, now.filled_lots, now.remaining_lots), (OrderStatus::Filled, 5, 0));
    let unknown = Session::Query(Query { client_id: client_id("zz").expect("set") });
    assert_eq!(venue.session(1, unknown).status, OrderStatus::None);
}

#[test]
fn a_refused_order_leaves_its_client_id_free() {
    let mut venue = TestVenue::new(&[1_000]);
    let place = Place { client_id: client_id("a"), ..order(Side::Buy, 1_000, 11) };
    assert_eq!(venue.place(1, place).code, Reject::Margin as u16);
    assert_eq!(venue.place(1, Place { lots: 10, ..place }).code, 0);
}

#[test]
fn orders_match_by_price_then_time() {
    let mut venue = TestVenue::new(&[RICH, RICH]);
    let a = venue.place(1, order(Side::Sell, 12, 5)).order_id;
    let b = venue.place(1, order(Side::Sell, 11, 5)).order_id;
    let c = venue.place(1, order(Side::Sell, 11, 5)).order_id;
    assert_eq!(said(venue.amend(1, b, 11, 4)), (0, 0), "smaller: keeps its place");
    let taken = venue.place(2, order(Side::Buy, 11, 6));
    assert_eq!(venue.fills(), [(b, 11, 4), (c, 11, 2)]);
    assert_eq!((taken.filled_lots, taken.status), (6, OrderStatus::Filled));
    let d = venue.place(1, order(Side::Sell, 11, 1)).order_id;
    assert_eq!(venue.amend(1, c, 11, 4).code, 0, "larger: goes to the back");
    venue.place(2, order(Side::Buy, 12, 10));
    assert_eq!(venue.fills(), [(d, 11, 1), (c, 11, 4), (a, 12, 5)]);
}

#[test]
fn an_amend_that_crosses_trades_under_the_same_id() {
    let mut venue = TestVenue::new(&[RICH, RICH]);
    let maker = venue.place(1, order(Side::Sell, 12, 5)).order_id;
    let bid = venue.place(2, order(Side::Buy, 10, 8)).order_id;
    let outcome = venue.amend(2, bid, 12, 8);
    assert_eq!(venue.fills(), [(maker, 12, 5)]);
    assert_eq!(outcome.order_id, bid);
    assert_eq!((outcome.status, outcome.remaining_lots), (OrderStatus::Resting, 3));
    assert_eq!(said(venue.amend(2, bid, 12, 3)), refused(Reject::NothingToAmend, 0));
    assert_eq!(said(venue.amend(1, bid, 12, 2)), refused(Reject::NoOrder, 0));
    let post = venue.place(1, Place { post_only: true, ..order(Side::Sell, 13, 1) }).order_id;
    assert_eq!(said(venue.amend(1, post, 12, 1)), refused(Reject::WouldCross, 12));
}

#[test]
fn b41_post_only_self_trade_and_fill_or_kill() {
    let mut venue = TestVenue::new(&[RICH, RICH]);
    let own = venue.place(1, order(Side::Sell, 12, 5)).order_id;
    let post = Place { post_only: true, ..order(Side::Buy, 12, 1) };
    assert_eq!(said(venue.place(2, post)), refused(Reject::WouldCross, 12));
    assert_eq!(said(venue.place(1, order(Side::Buy, 12, 1))), refused(Reject::SelfTrade, own));
    let before = venue.engine.state().state_hash();
    let kill = Place { time_in_force: TimeInForce::FillOrKill, ..order(Side::Buy, 12, 6) };
    assert_eq!(said(venue.place(2, kill)), refused(Reject::WouldNotFill, 5));
    assert_eq!(venue.engine.state().state_hash(), before);
    assert_eq!(venue.place(2, Place { lots: 5, ..kill }).filled_lots, 5);
}

#[test]
fn a_market_order_never_rests() {
    let mut venue = TestVenue::new(&[RICH, RICH]);
    venue.place(1, order(Side::Sell, 12, 5));
    let market = Place { kind: OrderKind::Market, ..order(Side::Buy, 12, 8) };
    let outcome = venue.place(2, market);
    assert_eq!((outcome.status, outcome.filled_lots), (OrderStatus::Cancelled, 5));
    assert_eq!(outcome.remaining_lots, 3);
    assert_eq!(venue.engine.state().orders().live(), 0);
}

#[test]
fn b41_reduce_only_never_opens_and_is_cut_to_the_position() {
    let mut venue = TestVenue::new(&[RICH, RICH]);
    let reduce = Place { reduce_only: true, ..order(Side::Sell, 12, 50) };
    assert_eq!(said(venue.place(1, reduce)), refused(Reject::NotReducing, 0));
    venue.trade(1, 2, 10, 8);
    assert_eq!(
        venue.place(1, Place { side: Side::Buy, ..reduce }).code,
        Reject::NotReducing as u16
    );
    let first = venue.place(1, reduce);
    assert_eq!((first.status, first.remaining_lots), (OrderStatus::Resting, 8));
    assert_eq!(venue.place(1, reduce).code, Reject::NotReducing as u16, "all of it is spoken for");

    // Half the position goes by another order: the rest of the reduce-only order is cut.
    venue.place(2, order(Side::Buy, 9, 3));
    venue.place(1, order(Side::Sell, 9, 3));
    let handle = venue.engine.state().orders().find(first.order_id).expect("open");
    assert_eq!(venue.engine.state().orders().get(handle).lots, 5);

    // The position goes: so does the order, in the same command.
    venue.place(2, order(Side::Buy, 9, 5));
    venue.place(1, order(Side::Sell, 9, 5));
    let is_closed = |event: &Event| {
        matches!(event, Event::OrderClosed { order_id, reason: CloseReason::ReduceOnly, lots: 5, .. }
            if *order_id == first.order_id)
    };
    assert!(venue.events.iter().any(is_closed));
    assert_eq!(venue.position(1), (0, 0));
}

#[test]
fn b42_unknown_filled_and_foreign_orders_look_the_same() {
    let mut venue = TestVenue::new(&[RICH, RICH]);
    let filled = venue.place(1, order(Side::Sell, 12, 5)).order_id;
    venue.place(2, order(Side::Buy, 12, 5));
    let foreign = venue.place(2, order(Side::Buy, 11, 1)).order_id;
    for id in [0, 1, filled, foreign, u64::MAX] {
        assert_eq!(said(venue.cancel(1, id)), refused(Reject::NoOrder, 0), "{id}");
    }
    let named = OrderRef::Client(client_id("nobody").expect("set"));
    let cancel = Session::Cancel(sealbook_wire::Cancel { order: named });
    assert_eq!(said(venue.session(1, cancel)), refused(Reject::NoOrder, 0));
    assert_eq!(venue.cancel(2, foreign).status, OrderStatus::Cancelled);
    assert_eq!(said(venue.cancel(2, foreign)), refused(Reject::NoOrder, 0));
}

#[test]
fn b44_the_open_order_cap_and_cancel_all() {
    let mut venue = TestVenue::new(&[RICH]);
    let cap = u32::from(ORDERS_PER_ACCOUNT_MAX);
    for price in 1..=cap {
        assert_eq!(venue.place(1, order(Side::Buy, price, 1)).code, 0);
    }
    let more = venue.place(1, order(Side::Buy, 1, 1));
    assert_eq!(said(more), refused(Reject::OrdersFull, cap.into()));
    let all = Session::CancelAll(CancelAll { instrument: None });
    assert_eq!(said(venue.session(1, all)), (0, cap.into()));
    let levels = venue.events.iter().filter(|event| matches!(event, Event::Level { lots: 0, .. }));
    assert_eq!(levels.count(), cap as usize);
    assert_eq!(venue.engine.state().orders().live(), 0);
}

#[test]
fn a_full_pool_refuses_and_changes_nothing() {
    let limits = crate::Limits { orders_max: 2, ..crate::Limits::default() };
    let mut venue = TestVenue::new(&[]);
    venue.engine = crate::Engine::new(&limits);
    let config = config(1);
    let list = sealbook_wire::List::of(core::slice::from_ref(&config));
    let listing = sealbook_wire::ListInstrument { config: list };
    venue.system(sealbook_wire::SystemCommand::ListInstrument(listing));
    venue.inbox(sealbook_wire::InboxKind::Deposit, 1, RICH, 0);
    venue.place(1, order(Side::Buy, 1, 1));
    let last = venue.place(1, order(Side::Buy, 1, 1)).order_id;
    let before = venue.engine.state().state_hash();
    assert_eq!(said(venue.place(1, order(Side::Buy, 1, 1))), refused(Reject::Capacity, 0));
    assert_eq!(venue.engine.state().state_hash(), before);
    venue.cancel(1, last);
    assert_eq!(venue.place(1, order(Side::Buy, 1, 1)).code, 0);
}

#[test]
fn too_many_fills_keeps_them_or_refuses() {
    let mut venue = TestVenue::new(&[RICH, RICH, RICH]);
    let cap = u32::from(FILLS_PER_COMMAND_MAX);
    for n in 0..cap + 1 {
        venue.place(1 + n % 2, order(Side::Sell, 12, 1));
    }
    let sweep = order(Side::Buy, 12, cap + 1);
    let before = venue.engine.state().state_hash();
    let kill = Place { time_in_force: TimeInForce::FillOrKill, ..sweep };
    assert_eq!(said(venue.place(3, kill)), refused(Reject::TooManyFills, cap.into()));
    assert_eq!(venue.engine.state().state_hash(), before);
    let outcome = venue.place(3, sweep);
    assert_eq!(said(outcome), refused(Reject::TooManyFills, cap.into()));
    assert_eq!((outcome.filled_lots, outcome.remaining_lots), (cap, 1));
    assert_eq!(outcome.status, OrderStatus::Cancelled);
    assert_eq!(venue.position(3).0, i64::from(cap));
}

/// B45: ten lots at 1,000 need exactly 1,000 at 10 %.
#[test]
fn b45_margin_at_the_limit_and_one_unit_off() {
    for (deposit, lots, code) in
        [(1_000, 10, 0), (999, 10, Reject::Margin as u16), (1_000, 11, Reject::Margin as u16)]
    {
        for side in Side::ALL {
            let mut venue = TestVenue::new(&[deposit]);
            let outcome = venue.place(1, order(side, 1_000, lots));
            assert_eq!(outcome.code, code, "{deposit} {lots}");
            if code != 0 {
                assert_eq!(outcome.detail, if deposit == 999 { 1 } else { 100 });
            }
        }
    }
}

/// An account exactly at its initial requirement can still close by a market order with a wide bound.
#[test]
fn closing_is_judged_by_the_fills_the_book_gives() {
    let mut venue = TestVenue::new(&[1_000, RICH]);
    venue.trade(1, 2, 1_000, 10);
    venue.place(2, order(Side::Buy, 1_000, 10));
    let close = Place { kind: OrderKind::Market, reduce_only: true, ..order(Side::Sell, 900, 10) };
    let outcome = venue.place(1, close);
    assert_eq!((outcome.code, outcome.filled_lots), (0, 10));
    assert_eq!((venue.position(1), venue.collateral(1)), ((0, 0), 1_000));
}

/// Unhealthy: may reduce while equity over maintenance does not fall; may not grow, flip or worsen.
#[test]
fn an_unhealthy_account_may_only_improve() {
    let mut venue = TestVenue::new(&[1_000, RICH]);
    venue.trade(1, 2, 1_000, 10);
    venue.mark(960);
    let ioc = |side, price, lots| Place {
        time_in_force: TimeInForce::ImmediateOrCancel,
        ..order(side, price, lots)
    };
    venue.place(2, order(Side::Buy, 960, 3));
    venue.place(2, order(Side::Buy, 700, 20));
    venue.place(2, order(Side::Sell, 1_000, 20));
    assert_eq!(venue.place(1, ioc(Side::Buy, 1_000, 1)).code, Reject::Margin as u16, "grows");
    assert_eq!(venue.place(1, ioc(Side::Sell, 700, 11)).code, Reject::Margin as u16, "flips");
    assert_eq!(venue.place(1, ioc(Side::Sell, 960, 3)).filled_lots, 3, "reduces at the mark");
    assert_eq!(venue.place(1, ioc(Side::Sell, 700, 1)).code, Reject::Margin as u16, "worsens");
}
