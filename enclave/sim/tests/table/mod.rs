//! A stage for scenario tables: one market, three traders, and the language of their rows.
//!
//! `ana buy 5 @ 990 #a1 post-only`, `ana cancel #a1`, `ana amend #a1 4 @ 991`, `ana cancel label 7`, `ana cancel after 5s`,
//! `ana quote 7 5 @ 990 / 5 @ 1010 protect 1`, `ana protect 1 window 60s freeze 5s lots 10`, `ana unfreeze 1`, `index 980`,
//! `tick 5s`, `mode close-only`, `disconnect ana`.

use sealbook_engine::book::{Book, LadderBook};
use sealbook_engine::{Engine, Event, Limits, Outcome};
use sealbook_sim::market::{Venue, instrument};
use sealbook_wire::{
    Amend, Cancel, CancelAfter, CancelAll, CancelLabel, ClientId, Command, ConnectionClosed,
    InboxKind, InstrumentConfig, Link, List, MarketMode, MassQuote, OraclePrice, OrderKind,
    OrderRef, PlaceAdvanced, QuotePair, Reject, ResetProtection, SelfTradeMode, SetMarketMode,
    SetProtection, Side, SystemCommand, TimeInForce, TriggerKind, TriggerSource,
};

const TRADERS: [&str; 3] = ["ana", "bob", "cat"];
const DEPOSIT: u64 = 1_000_000;

/// A row's words, read from the left.
struct Words<'a>(std::str::SplitWhitespace<'a>);

impl<'a> Words<'a> {
    fn next(&mut self) -> &'a str {
        self.0.next().expect("another word")
    }

    fn number(&mut self) -> u32 {
        let word = self.next();
        word.parse().unwrap_or_else(|_| panic!("{word} is no number"))
    }

    fn expect(&mut self, word: &str) {
        assert_eq!(self.next(), word);
    }

    /// `5 @ 990`: lots, then price.
    fn terms(&mut self) -> (u32, u32) {
        let lots = self.number();
        self.expect("@");
        (lots, self.number())
    }

    /// `5s` or `300ms`, in µs.
    fn duration_us(&mut self) -> u64 {
        let word = self.next();
        let (number, unit) = match word.strip_suffix("ms") {
            Some(number) => (number, 1_000),
            None => (word.strip_suffix('s').expect("a duration"), 1_000_000),
        };
        number.parse::<u64>().expect("a duration") * unit
    }
}

/// One market at index 1,000: one unit a tick and lot, 10 % initial and 5 % maintenance margin, no fees.
pub struct Stage {
    venue: Venue<LadderBook>,
}

impl Stage {
    /// Everybody has a deposit, nobody an order.
    pub fn new() -> Stage {
        let limits =
            Limits { accounts_max: 8, orders_max: 256, instruments_max: 1, ..Limits::default() };
        let mut venue = Venue::new(Engine::new(&limits));
        venue.list(&InstrumentConfig {
            tick_value: 1,
            lots_max: 100_000,
            price_ticks_max: 100_000,
            initial_ppm: 100_000,
            maintenance_ppm: 50_000,
            maker_fee_ppm: 0,
            taker_fee_ppm: 0,
            liquidation_fee_ppm: 0,
            index: 1_000,
            ..instrument(1)
        });
        for n in 1..=TRADERS.len() as u32 {
            venue.inbox(InboxKind::Deposit, n, DEPOSIT, [0; 32]);
        }
        Stage { venue }
    }

    /// Result, bid, price, ask, events.
    pub fn run(&mut self, row: &str) -> Vec<String> {
        let mut words = Words(row.split_whitespace());
        let outcome = match words.next() {
            "index" => {
                let price = OraclePrice { instrument: 1, index: words.number().into() };
                self.venue.round(&[price])
            }
            "tick" => {
                let by_us = words.duration_us();
                self.venue.tick(by_us)
            }
            "mode" => {
                let name = words.next();
                let mode = MarketMode::ALL.into_iter().find(|mode| mode.name() == name);
                let mode = mode.expect("a mode");
                self.venue.system(SystemCommand::SetMarketMode(SetMarketMode {
                    instrument: 1,
                    mode,
                    number: 0,
                    signatures: List::of(&[]),
                }))
            }
            "disconnect" => {
                let account = account(words.next());
                self.venue.system(SystemCommand::ConnectionClosed(ConnectionClosed { account }))
            }
            trader => self.ask(account(trader), &mut words),
        };
        self.venue.engine.state().check_invariants().expect("every invariant");
        let state = self.venue.engine.state();
        let best = |side| match state.book(1).best(side) {
            None => "-".to_owned(),
            Some(price) => {
                format!("{} @ {price}", state.book(1).lots_at(state.orders(), side, price))
            }
        };
        let last = match state.last_ticks(1) {
            0 => "-".to_owned(),
            price => price.to_string(),
        };
        vec![told(&outcome), best(Side::Buy), last, best(Side::Sell), self.events()]
    }

    fn ask(&mut self, account: u32, words: &mut Words<'_>) -> Outcome {
        let verb = words.next();
        if verb == "quote" {
            return self.quote(account, words);
        }
        let now = self.venue.header.time_us;
        let command = match verb {
            "buy" => Command::PlaceAdvanced(order(Side::Buy, words, now)),
            "sell" => Command::PlaceAdvanced(order(Side::Sell, words, now)),
            "cancel" => cancel(words),
            "amend" => {
                let order = order_ref(words.next());
                let (lots, price_ticks) = words.terms();
                Command::Amend(Amend { order, price_ticks, lots })
            }
            "protect" => Command::SetProtection(protection(words)),
            "unfreeze" => Command::ResetProtection(ResetProtection { group: words.number() as u8 }),
            other => panic!("{other} is no verb"),
        };
        self.venue.session(account, command)
    }

    /// `quote 7 5 @ 990 / 5 @ 1010`
    fn quote(&mut self, account: u32, words: &mut Words<'_>) -> Outcome {
        let label = words.number();
        let (bid_lots, bid_ticks) = words.terms();
        words.expect("/");
        let (ask_lots, ask_ticks) = words.terms();
        let pairs = [QuotePair { instrument: 1, bid_ticks, bid_lots, ask_ticks, ask_lots }];
        let (mut protection, mut slide) = (0, false);
        while let Some(word) = words.0.next() {
            match word {
                "protect" => protection = words.number() as u8,
                "slide" => slide = true,
                other => panic!("{other} says nothing of a quote"),
            }
        }
        let quote = MassQuote { label, protection, slide, quotes: List::of(&pairs) };
        self.venue.session(account, Command::MassQuote(quote))
    }

    /// Private events but fills of takers, which the result tells.
    fn events(&self) -> String {
        let engine = &self.venue.engine;
        let name = |client| match engine.client_id(client) {
            Some(id) => format!("#{}", String::from_utf8_lossy(id.as_bytes())),
            None => "order".to_owned(),
        };
        let told: Vec<String> = self
            .venue
            .events
            .iter()
            .filter_map(|event| match *event {
                Event::Traded { ref maker, price_ticks, lots, .. } => {
                    Some(format!("{} fills {lots} @ {price_ticks}", name(maker.client)))
                }
                Event::OrderClosed { client, lots, reason, .. } => {
                    Some(format!("{} ends with {lots}: {}", name(client), reason.name()))
                }
                Event::OrderResized { client, lots, reason, .. } => {
                    Some(format!("{} has {lots} left: {}", name(client), reason.name()))
                }
                Event::OrderTriggered { client, source, price, .. } => {
                    Some(format!("{} triggers: {} {price}", name(client), source.name()))
                }
                Event::OrderOpened { client, price_ticks, lots, status, .. } => {
                    Some(format!("{} is {}: {lots} @ {price_ticks}", name(client), status.name()))
                }
                Event::Quoted { ref leg, .. } if leg.bid_code != 0 || leg.ask_code != 0 => {
                    let code = |code| Reject::from_code(code).map_or("OK", Reject::wire);
                    Some(format!("quoted {} / {}", code(leg.bid_code), code(leg.ask_code)))
                }
                Event::ProtectionTripped { group, .. } => Some(format!("protection {group} trips")),
                _ => None,
            })
            .collect();
        told.join("; ")
    }
}

fn account(trader: &str) -> u32 {
    let at = TRADERS.iter().position(|&name| name == trader);
    1 + at.unwrap_or_else(|| panic!("{trader} is no trader")) as u32
}

fn told(outcome: &Outcome) -> String {
    if let Some(reject) = Reject::from_code(outcome.code) {
        return reject.wire().to_owned();
    }
    match (outcome.order_id, outcome.filled_lots) {
        (0, _) => "done".to_owned(),
        (_, 0) => outcome.status.name().to_owned(),
        (_, lots) => format!("{}, {lots} filled", outcome.status.name()),
    }
}

fn client_id(word: &str) -> ClientId {
    let id = word.strip_prefix('#').expect("a name like #a1");
    ClientId::from_bytes(id.as_bytes()).expect("a legal name")
}

fn order_ref(word: &str) -> OrderRef {
    OrderRef::Client(client_id(word))
}

fn cancel(words: &mut Words<'_>) -> Command<'static> {
    match words.next() {
        "all" => Command::CancelAll(CancelAll { instrument: None }),
        "label" => Command::CancelLabel(CancelLabel { label: words.number(), instrument: None }),
        "after" => Command::CancelAfter(CancelAfter { timeout_us: words.duration_us() }),
        name => Command::Cancel(Cancel { order: order_ref(name) }),
    }
}

fn protection(words: &mut Words<'_>) -> SetProtection {
    let group = words.number() as u8;
    let mut set =
        SetProtection { group, window_us: 0, frozen_us: 0, lots_max: 0, delta_max: 0, vega_max: 0 };
    while let Some(word) = words.0.next() {
        match word {
            "window" => set.window_us = words.duration_us(),
            "freeze" => set.frozen_us = words.duration_us(),
            "lots" => set.lots_max = words.number().into(),
            "delta" => set.delta_max = u64::from(words.number()) * 1_000_000,
            other => panic!("{other} says nothing of a protection"),
        }
    }
    set
}

/// `5 @ 990 #a1 …`: every option is a word or two behind the terms.
fn order(side: Side, words: &mut Words<'_>, now: u64) -> PlaceAdvanced {
    let (lots, price_ticks) = words.terms();
    let mut order = PlaceAdvanced {
        client_id: None,
        instrument: 1,
        side,
        kind: OrderKind::Limit,
        time_in_force: TimeInForce::GoodTillCancel,
        price_ticks,
        lots,
        post_only: false,
        reduce_only: false,
        self_trade: SelfTradeMode::Refuse,
        slide: false,
        expiry_us: 0,
        label: 0,
        trigger: TriggerKind::None,
        trigger_source: TriggerSource::Mark,
        trigger_ticks: 0,
        group: 0,
        link: Link::None,
        protection: 0,
    };
    while let Some(word) = words.0.next() {
        match word {
            "market" => order.kind = OrderKind::Market,
            "ioc" => order.time_in_force = TimeInForce::ImmediateOrCancel,
            "fok" => order.time_in_force = TimeInForce::FillOrKill,
            "post-only" => order.post_only = true,
            "slide" => order.slide = true,
            "reduce-only" => order.reduce_only = true,
            "cancel-maker" => order.self_trade = SelfTradeMode::CancelMaker,
            "cancel-both" => order.self_trade = SelfTradeMode::CancelBoth,
            "decrement" => order.self_trade = SelfTradeMode::Decrement,
            "expires" => order.expiry_us = now + words.duration_us(),
            "label" => order.label = words.number(),
            "protect" => order.protection = words.number() as u8,
            "oco" => (order.link, order.group) = (Link::OneCancelsOther, words.number()),
            "primary" => (order.link, order.group) = (Link::Primary, words.number()),
            "secondary" => (order.link, order.group) = (Link::Secondary, words.number()),
            "stop" | "take-profit" => {
                let name = words.next();
                let kind = if word == "stop" { TriggerKind::Stop } else { TriggerKind::TakeProfit };
                let source = TriggerSource::ALL.into_iter().find(|source| source.name() == name);
                order.trigger = kind;
                order.trigger_source = source.expect("mark, index or last");
                order.trigger_ticks = words.number();
            }
            name => order.client_id = Some(client_id(name)),
        }
    }
    order
}
