//! The engine, stepped through a script: every command whole, with authorisation, margin, fees and events.

use sealbook_engine::{Engine, Event, Limits, book::LadderBook};
use sealbook_wire::{Cancel, Command, InboxKind, OrderKind, OrderRef, Place, Side, TimeInForce};

use super::script::{ACCOUNTS, Kind, Step};
use crate::market::{Venue, instrument};
use crate::workload::Tape;

/// Open orders the venue has room for.
const ORDERS_MAX: u32 = 32_768;
/// The part of an order id that is used again (docs/boundaries.md).
const SLOT_MASK: u64 = (1 << 24) - 1;

/// A venue ready for a script.
pub struct Driver {
    /// The venue.
    pub venue: Venue<LadderBook>,
    /// Script id of the order in each slot of the venue's pool.
    scripts: Vec<u32>,
    /// Trades so far.
    pub tape: Tape,
    /// Commands the engine refused.
    pub rejects: u64,
    /// Commands whose order had another id than the one learned.
    pub strangers: u64,
}

impl Default for Driver {
    fn default() -> Driver {
        Driver::new()
    }
}

impl Driver {
    /// A venue with one instrument and funded accounts.
    pub fn new() -> Driver {
        let limits = Limits {
            orders_max: ORDERS_MAX,
            accounts_max: ACCOUNTS + 1,
            instruments_max: 1,
            ..Limits::default()
        };
        let mut venue = Venue::new(Engine::new(&limits));
        venue.list(&instrument(1));
        for n in 1..=ACCOUNTS {
            venue.inbox(InboxKind::Deposit, n, 10_000_000_000_000, [0; 32]);
        }
        Driver {
            venue,
            scripts: vec![0; ORDERS_MAX as usize + 1],
            tape: Tape::default(),
            rejects: 0,
            strangers: 0,
        }
    }

    /// Whether all commands were taken, under the ids learned, with these trades.
    pub fn is_right(&self, expected: Tape) -> bool {
        (self.rejects, self.strangers, self.tape) == (0, 0, expected)
    }

    /// One command; the id of its order.
    #[inline]
    pub fn step(&mut self, step: &Step) -> u64 {
        let account = u32::from(step.account);
        if step.kind == Kind::Cancel {
            let order = OrderRef::Id(step.id);
            let outcome = self.venue.session(account, Command::Cancel(Cancel { order }));
            self.rejects += u64::from(outcome.is_reject());
            return outcome.order_id;
        }
        let place = Place {
            client_id: None,
            instrument: 1,
            side: if step.is_sell { Side::Sell } else { Side::Buy },
            kind: OrderKind::Limit,
            time_in_force: if step.kind == Kind::Ioc {
                TimeInForce::ImmediateOrCancel
            } else {
                TimeInForce::GoodTillCancel
            },
            price_ticks: step.price,
            lots: step.lots,
            post_only: false,
            reduce_only: false,
        };
        let outcome = self.venue.session(account, Command::Place(place));
        self.rejects += u64::from(outcome.is_reject());
        self.strangers += u64::from(outcome.order_id != step.id);
        if outcome.filled_lots > 0 {
            self.record_trades(step.script);
        }
        self.scripts[(outcome.order_id & SLOT_MASK) as usize] = step.script;
        outcome.order_id
    }

    fn record_trades(&mut self, taker: u32) {
        for event in self.venue.events.iter() {
            if let Event::Traded { maker, price_ticks, lots, .. } = event {
                let maker = self.scripts[(maker.order_id & SLOT_MASK) as usize];
                self.tape.record(maker, taker, *price_ticks, *lots);
            }
        }
    }
}
