//! Options from listing to expiry, to the unit.

use sealbook_wire::{
    Expire, InstrumentConfig, InstrumentKind, List, ListOption, MarketMode, Place, Reject, Side,
    SystemCommand,
};

use crate::Event;
use crate::testing::{TestVenue, config, order, refused, said};

/// 08:00 UTC of the first day after the test venue's start, which is at 1,000 s.
const EXPIRY_US: u64 = 8 * 3_600_000_000;

fn listing(venue: &mut TestVenue, id: u16, is_call: bool, strike: i64, expiry_us: u64) -> u16 {
    let config = [InstrumentConfig { kind: InstrumentKind::Option, index: 1, ..config(id) }];
    let config = List::of(&config);
    let listing = ListOption {
        config,
        underlying: 1,
        is_call,
        strike,
        expiry_us,
        number: 0,
        signatures: List::of(&[]),
    };
    venue.system(SystemCommand::ListOption(listing)).code
}

/// A call struck at 1,000 on an index of 1,000, with a smile that makes it worth 40: √w = 0.1003.
fn venue(deposits: &[u64]) -> TestVenue {
    let mut venue = TestVenue::new(deposits);
    assert_eq!(listing(&mut venue, 2, true, 1_000, EXPIRY_US), 0);
    assert_eq!(venue.smile(EXPIRY_US, 1_000, 10_060_000).code, 0);
    venue
}

fn option(side: Side, price_ticks: u32, lots: u32) -> Place {
    Place { instrument: 2, ..order(side, price_ticks, lots) }
}

fn mark(venue: &TestVenue) -> i64 {
    venue.engine.state().instrument(2).expect("listed").mark.0
}

fn expire(venue: &mut TestVenue) -> (u16, u64) {
    said(venue.system(SystemCommand::Expire(Expire { instrument: 2 })))
}

#[test]
fn listings_are_checked() {
    let mut venue = TestVenue::new(&[]);
    for (id, strike, expiry_us) in
        [(2, 0, EXPIRY_US), (2, 1_000, EXPIRY_US + 1), (2, 1_000, 0), (2, i64::MAX, EXPIRY_US)]
    {
        let code = listing(&mut venue, id, true, strike, expiry_us);
        assert_eq!(code, Reject::BadOption as u16, "{strike} {expiry_us}");
    }
    assert_eq!(listing(&mut venue, 1, true, 1_000, EXPIRY_US), Reject::NoMarket as u16);
    assert_eq!(listing(&mut venue, 2, true, 1_000, EXPIRY_US), 0);
    assert_eq!(listing(&mut venue, 2, true, 1_000, EXPIRY_US), Reject::NoMarket as u16);
}

#[test]
fn no_order_before_the_first_smile_and_none_after_expiry() {
    let mut venue = TestVenue::new(&[1 << 30]);
    assert_eq!(listing(&mut venue, 2, true, 1_000, EXPIRY_US), 0);
    let closed = refused(Reject::MarketClosed, MarketMode::CancelOnly as u64);
    assert_eq!(said(venue.place(1, option(Side::Buy, 40, 1))), closed);
    for (forward, nano) in [(0, 10_000_000), (1_000, -1), (i64::MAX, 10_000_000)] {
        assert_eq!(said(venue.smile(EXPIRY_US, forward, nano)), refused(Reject::BadSmile, 1));
    }
    assert_eq!(venue.smile(EXPIRY_US, 1_000, 10_060_000).code, 0);
    assert_eq!(mark(&venue), 40);
    assert_eq!(venue.place(1, option(Side::Buy, 40, 1)).code, 0);
    venue.tick(EXPIRY_US);
    let halted = refused(Reject::MarketClosed, MarketMode::Halted as u64);
    assert_eq!(said(venue.place(1, option(Side::Buy, 40, 1))), halted);
}

/// Ten at 40: the buyer needs the premium, 400; the seller 0.15 × 1,000 + 40 a lot, of which the buyer pays 40.
#[test]
fn premium_and_requirement_are_exact() {
    for (buyer, seller, codes) in [
        (400, 1_900, (0, 0)),
        (399, 1_900, (Reject::Margin as u16, 0)),
        (400, 1_899, (0, Reject::Margin as u16)),
    ] {
        let mut venue = venue(&[buyer, seller]);
        let sold = venue.place(2, option(Side::Sell, 40, 10)).code;
        let bought = venue.place(1, option(Side::Buy, 40, 10)).code;
        assert_eq!((bought, sold), codes, "{buyer} {seller}");
        if codes == (0, 0) {
            let at = |account| venue.engine.statement(account).expect("known");
            assert_eq!(
                (at(1).equity, at(1).margin_initial, at(1).margin_maintenance),
                (400, 400, 0)
            );
            let short = at(2);
            assert_eq!((short.equity, short.margin_initial), (1_900, 1_900));
            assert_eq!(short.margin_maintenance, 1_150);
        }
    }
}

/// The forward follows the index; a short call that falls below maintenance is closed in the same round.
#[test]
fn a_round_of_the_index_moves_marks_and_liquidates() {
    let mut venue = venue(&[1 << 30, 1_900]);
    assert_eq!(venue.place(2, option(Side::Sell, 40, 10)).code, 0);
    assert_eq!(venue.place(1, option(Side::Buy, 40, 10)).code, 0);
    venue.mark(1_050);
    assert!(mark(&venue) > 70, "at least what it would pay now: {}", mark(&venue));
    assert_eq!(venue.engine.state().accounts()[2].orders, 0);
    let before = venue.engine.statement(2).expect("known");
    assert!(before.equity >= before.margin_maintenance);
    // At 1,200 the calls are worth at least 200 each: 1,900 less 160 is not enough, and only the other side can take them.
    venue.mark(1_200);
    let slot = |account: usize| {
        let owner = &venue.engine.state().accounts()[account];
        owner.slot_of(2).map_or(0, |slot| owner.slots[slot].size)
    };
    assert_eq!((slot(1), slot(2)), (0, 0));
    assert!(
        venue.events.iter().any(|event| matches!(event, Event::Deleveraged { account: 1, .. }))
    );
}

#[test]
fn expiry_pays_the_average_and_conserves_collateral() {
    let mut venue = venue(&[10_000, 20_000]);
    assert_eq!(venue.place(2, option(Side::Sell, 40, 10)).code, 0);
    assert_eq!(venue.place(1, option(Side::Buy, 40, 10)).code, 0);
    venue.place(1, option(Side::Buy, 1, 5));
    assert_eq!(expire(&mut venue), refused(Reject::NotExpired, EXPIRY_US));
    let start = EXPIRY_US - 1_800_000_000;
    venue.tick(start - venue.header.time_us);
    for n in 0..450 {
        venue.mark(if n < 225 { 1_050 } else { 1_150 });
        venue.tick(4_000_000);
    }
    assert_eq!(venue.engine.option_due(), Some(2));
    assert_eq!(expire(&mut venue), (0, 0));
    let receipt = |account, lots| Event::Expired {
        account,
        instrument: 2,
        lots,
        settlement: 1_100,
        payoff: 100,
    };
    for expected in [receipt(1, 10), receipt(2, -10)] {
        assert!(venue.events.iter().any(|event| *event == expected), "{:?}", venue.events);
    }
    assert_eq!((venue.collateral(1), venue.collateral(2)), (10_000 + 600, 20_000 - 600));
    assert_eq!(venue.engine.state().orders().live(), 0);
    assert_eq!(venue.engine.option_due(), None);
    assert_eq!(expire(&mut venue), refused(Reject::NoMarket, 0));
    let next = EXPIRY_US + 86_400_000_000;
    assert_eq!(listing(&mut venue, 2, false, 900, next), 0, "its id is free again");
}

#[test]
fn a_window_with_too_many_gaps_is_void_and_starts_again() {
    let mut venue = venue(&[10_000, 20_000]);
    venue.tick(EXPIRY_US - venue.header.time_us);
    let extended = EXPIRY_US + 1_800_000_000;
    assert_eq!(expire(&mut venue), (0, extended), "not one sample");
    assert_eq!(expire(&mut venue), refused(Reject::NotExpired, extended));
    for _ in 0..450 {
        venue.mark(990);
        venue.tick(4_000_000);
    }
    assert_eq!(expire(&mut venue), (0, 0));
    let instrument = venue.engine.state().instrument(2).expect("listed");
    assert!(instrument.option.is_settled);
}
