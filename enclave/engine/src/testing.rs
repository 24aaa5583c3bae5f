//! A small venue for tests: everything defaulted, so that an option that is set is one that matters.

use sealbook_wire::{
    Amend, Cancel, ClientId, Command as Session, InboxEntry, InboxKind, InstrumentConfig,
    InstrumentKind, List, ListInstrument, OraclePrice, OracleRound, OrderKind, OrderRef, Place,
    Reject, Side, Smile, SystemCommand, Text, Tick, TimeInForce, VolatilityRound,
};

use crate::{Command, Engine, Event, Events, Header, Limits, Outcome};

/// One unit a tick and lot; mark 1,000; 10 % initial, 5 % maintenance; no fees.
pub fn config(instrument: u16) -> InstrumentConfig {
    InstrumentConfig {
        instrument,
        symbol: Text::from_bytes(b"TEST").expect("legal"),
        kind: InstrumentKind::Perpetual,
        tick_value: 1,
        lots_max: 1_000_000,
        price_ticks_max: 100_000,
        initial_ppm: 100_000,
        maintenance_ppm: 50_000,
        maker_fee_ppm: 0,
        taker_fee_ppm: 0,
        liquidation_fee_ppm: 0,
        index: 1_000,
    }
}

/// A good-till-cancel limit order in instrument 1.
pub fn order(side: Side, price_ticks: u32, lots: u32) -> Place {
    Place {
        client_id: None,
        instrument: 1,
        side,
        kind: OrderKind::Limit,
        time_in_force: TimeInForce::GoodTillCancel,
        price_ticks,
        lots,
        post_only: false,
        reduce_only: false,
    }
}

pub fn client_id(text: &str) -> Option<ClientId> {
    Some(ClientId::from_bytes(text.as_bytes()).expect("legal"))
}

pub struct TestVenue {
    pub engine: Engine,
    pub events: Events,
    pub header: Header,
}

impl TestVenue {
    /// Instrument 1 listed; accounts from 1 with these deposits.
    pub fn new(deposits: &[u64]) -> TestVenue {
        TestVenue::with(&[config(1)], deposits)
    }

    pub fn with(configs: &[InstrumentConfig], deposits: &[u64]) -> TestVenue {
        let limits = Limits { accounts_max: 16, orders_max: 2_000, ..Limits::default() };
        let header = Header {
            sequence: 0,
            time_us: 1_000_000_000,
            account: None,
            delegation_nonce: 5,
            delegation_expiry: 10_000_000,
            scopes: 7,
        };
        let mut venue = TestVenue { engine: Engine::new(&limits), events: Events::new(), header };
        venue.tick(0);
        for config in configs {
            let config = List::of(core::slice::from_ref(config));
            let listing = SystemCommand::ListInstrument(ListInstrument { config });
            assert_eq!(venue.system(listing).code, 0);
        }
        for (at, &amount) in deposits.iter().enumerate() {
            assert_eq!(venue.inbox(InboxKind::Deposit, at as u8 + 1, amount, 0).code, 0);
        }
        venue
    }

    fn apply(&mut self, command: &Command<'_>) -> Outcome {
        self.header.sequence += 1;
        let outcome = self.engine.apply(&self.header, command, &mut self.events);
        self.engine.state().check_invariants().expect("every invariant");
        outcome
    }

    pub fn session(&mut self, account: u32, command: Session) -> Outcome {
        self.header.account = Some(account).filter(|&account| account != 0);
        self.apply(&Command::Session(command))
    }

    pub fn system(&mut self, command: SystemCommand<'_>) -> Outcome {
        self.apply(&Command::System(command))
    }

    pub fn place(&mut self, account: u32, place: Place) -> Outcome {
        self.session(account, Session::Place(place))
    }

    pub fn cancel(&mut self, account: u32, id: u64) -> Outcome {
        self.session(account, Session::Cancel(Cancel { order: OrderRef::Id(id) }))
    }

    pub fn amend(&mut self, account: u32, id: u64, price_ticks: u32, lots: u32) -> Outcome {
        let order = OrderRef::Id(id);
        self.session(account, Session::Amend(Amend { order, price_ticks, lots }))
    }

    pub fn tick(&mut self, by_us: u64) -> Outcome {
        self.header.time_us += by_us;
        self.system(SystemCommand::Tick(Tick))
    }

    pub fn inbox(&mut self, kind: InboxKind, n: u8, amount: u64, word: u8) -> Outcome {
        let mut data = [0; 32];
        data[31] = word;
        self.entry(kind, n, amount, data)
    }

    /// `coordinate` 0 is x, 1 is y.
    pub fn register_key(&mut self, n: u8, coordinate: u64, data: [u8; 32]) -> Outcome {
        self.entry(InboxKind::RegisterKey, n, coordinate, data)
    }

    fn entry(&mut self, kind: InboxKind, n: u8, amount: u64, data: [u8; 32]) -> Outcome {
        let index = self.engine.state().venue().inbox_cursor;
        let owner = [n; 20];
        let entry = InboxEntry { index, kind, owner, subaccount: 0, amount, data, at: 0 };
        self.system(SystemCommand::InboxEntry(entry))
    }

    pub fn mark(&mut self, index: i64) -> Outcome {
        self.marks(&[(1, index)])
    }

    pub fn marks(&mut self, prices: &[(u16, i64)]) -> Outcome {
        let price = |&(instrument, index): &(u16, i64)| OraclePrice { instrument, index };
        let prices: alloc::vec::Vec<OraclePrice> = prices.iter().map(price).collect();
        let round = OracleRound {
            round: self.engine.state().venue().oracle_round + 1,
            time_us: self.header.time_us,
            prices: List::of(&prices),
            signatures: List::of(&[]),
        };
        self.system(SystemCommand::OracleRound(round))
    }

    /// A flat smile of `nano` × 1e-9 total variance for the options on instrument 1.
    pub fn smile(&mut self, expiry_us: u64, forward: i64, nano: i64) -> Outcome {
        let (underlying, s) = (1, 100_000_000);
        let smiles = [Smile { underlying, expiry_us, forward, a: nano, b: 0, rho: 0, m: 0, s }];
        let round = VolatilityRound {
            round: self.engine.state().venue().volatility_round + 1,
            time_us: self.header.time_us,
            smiles: List::of(&smiles),
            signatures: List::of(&[]),
        };
        self.system(SystemCommand::VolatilityRound(round))
    }

    /// `lots` change hands from account `seller` to `buyer` at a price.
    pub fn trade(&mut self, buyer: u32, seller: u32, price_ticks: u32, lots: u32) {
        assert_eq!(self.place(seller, order(Side::Sell, price_ticks, lots)).code, 0);
        let outcome = self.place(buyer, order(Side::Buy, price_ticks, lots));
        assert_eq!((outcome.code, outcome.filled_lots), (0, lots));
    }

    /// Size and cost of an account's position in instrument 1.
    pub fn position(&self, account: usize) -> (i64, i64) {
        let account = &self.engine.state().accounts()[account];
        let slot = account.slot_of(1).map(|slot| account.slots[slot]).unwrap_or_default();
        (slot.size, slot.cost)
    }

    pub fn collateral(&self, account: usize) -> i64 {
        self.engine.state().accounts()[account].collateral
    }

    /// Makers met by the last command, in order: (order id, price, lots).
    pub fn fills(&self) -> alloc::vec::Vec<(u64, u32, u32)> {
        let fills = self.events.iter().filter_map(|event| match *event {
            Event::Traded { maker, price_ticks, lots, .. } => {
                Some((maker.order_id, price_ticks, lots))
            }
            _ => None,
        });
        fills.collect()
    }
}

/// Code and detail of a refusal, for comparing.
pub fn refused(reject: Reject, detail: u64) -> (u16, u64) {
    (reject as u16, detail)
}

pub fn said(outcome: Outcome) -> (u16, u64) {
    (outcome.code, outcome.detail)
}
