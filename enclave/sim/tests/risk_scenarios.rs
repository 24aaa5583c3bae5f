//! Runs `test/scenarios/risk-*.json`: tables of what traders do and what each account has afterwards.
//!
//! A scenario: `markets` (instrument 1 and up: index 1,000, one unit a tick and lot, 10 % initial, 5 % maintenance, no fees unless
//! said), `deposits` by name, `insurance`, and `steps`, pairs of what is done and what must then be so. Every named invariant is
//! checked after every step, so money is conserved to the unit whatever a table leaves out. With `SEALBOOK_WRITE_SCENARIOS=1` what is
//! then so is written instead of compared (then `npm run format`), for a reader to judge.
//!
//! Options on instrument 1: `call 1000 in 2`, `put 1000 in 3` lists one that expires at the next 08:00 UTC; `smile 10060000` prices all
//! (total variance, 1e-9); `samples 450 of 450 at 1000` goes through the settlement window with as many samples, `samples first 225 at 1000` into it; `expire 2`.
//!
//! Done: `ann buys 10 at 1000 [in 2]`, `ann sells …`, `index 900 [in 2]` (several with commas), `wait 60`, `ann withdraws 100`,
//! `insurance gets 100`, `ann goes portfolio|standard`, `ann moves 100 to 1`, `mode halted in 2`. So: `ann: 10 lots [in 2], 1000 collateral, 900 equity`, `ann: sound|below maintenance`, `refused MARGIN`,
//! `ann: 100 initial, 80 maintenance`, `all: 5000 equity` (everybody's and the fund's), `settled ann 10 at 1050`, `book 2: 39 / 41`,
//! `deleveraged ann -3 at 900`, `liquidated ann 6 at 900`, `nothing liquidated`, `mark 995`, `left behind ann 500`.

use std::collections::BTreeMap;
use std::path::Path;

use sealbook_engine::book::LadderBook;
use sealbook_engine::{Engine, Event, Limits};
use sealbook_sim::market::{Venue, instrument};
use sealbook_wire::{
    Command, Expire, InboxKind, InstrumentConfig, InstrumentKind, List, ListOption, MarginMode,
    MarketMode, OraclePrice, OrderKind, Place, Reject, SetMarginMode, SetMarketMode, Side, Smile,
    SystemCommand, TimeInForce, Transfer, VolatilityRound, Withdraw,
};
use serde_json::Value;

struct Run {
    venue: Venue<LadderBook>,
    names: BTreeMap<String, u32>,
    code: u16,
    events: Vec<Event>,
}

fn number(word: Option<&&str>) -> i64 {
    word.and_then(|word| word.parse().ok()).expect("a number")
}

/// The instrument after `in`, 1 if none is named.
fn market(words: &[&str]) -> u16 {
    let at = words.iter().position(|word| *word == "in");
    at.map_or(1, |at| number(words.get(at + 1)) as u16)
}

impl Run {
    fn open(scenario: &Value) -> Run {
        let limits = Limits { accounts_max: 600, instruments_max: 4, ..Limits::default() };
        let mut venue = Venue::new(Engine::new(&limits));
        venue.tick(0);
        for (at, market) in scenario["markets"].as_array().expect("markets").iter().enumerate() {
            let of = |key: &str, default: i64| market[key].as_i64().unwrap_or(default);
            let config = InstrumentConfig {
                tick_value: 1,
                price_ticks_max: 1_000_000,
                initial_ppm: of("initial_ppm", 100_000) as u32,
                maintenance_ppm: of("maintenance_ppm", 50_000) as u32,
                maker_fee_ppm: of("maker_fee_ppm", 0) as i32,
                taker_fee_ppm: of("taker_fee_ppm", 0) as i32,
                liquidation_fee_ppm: of("liquidation_fee_ppm", 0) as u32,
                index: of("index", 1_000),
                ..instrument(at as u16 + 1)
            };
            assert_eq!(venue.list(&config).code, 0);
        }
        let mut names = BTreeMap::from([("fund".to_string(), 0)]);
        for (at, deposit) in scenario["deposits"].as_array().expect("deposits").iter().enumerate() {
            let (name, amount) = (deposit[0].as_str().expect("a name"), deposit[1].as_u64());
            names.insert(name.to_string(), at as u32 + 1);
            let amount = amount.expect("an amount");
            assert_eq!(venue.inbox(InboxKind::Deposit, at as u32 + 1, amount, [0; 32]).code, 0);
        }
        let insurance = scenario["insurance"].as_u64().unwrap_or(0);
        venue.inbox(InboxKind::InsuranceDeposit, 0, insurance, [0; 32]);
        Run { venue, names, code: 0, events: Vec::new() }
    }

    fn account(&self, name: &str) -> u32 {
        *self.names.get(name).unwrap_or_else(|| panic!("nobody is called {name}"))
    }

    fn act(&mut self, deed: &str) {
        let words: Vec<&str> = deed.split([' ', ',']).filter(|word| !word.is_empty()).collect();
        let outcome = match words[..] {
            ["index", ..] => {
                let prices: Vec<OraclePrice> = deed["index".len()..]
                    .split(',')
                    .map(|part| {
                        let words: Vec<&str> = part.split_whitespace().collect();
                        OraclePrice { instrument: market(&words), index: number(words.first()) }
                    })
                    .collect();
                self.venue.round(&prices)
            }
            ["call" | "put", strike, "in", id] => self.list_option(
                words[0] == "call",
                number(Some(&strike)),
                number(Some(&id)) as u16,
            ),
            ["smile", variance] => self.smile(number(Some(&variance))),
            ["samples", count, "of", "450", "at", price] => {
                self.sample(number(Some(&count)) as u64, 450, number(Some(&price)))
            }
            ["samples", "first", count, "at", price] => {
                let count = number(Some(&count)) as u64;
                self.sample(count, count, number(Some(&price)))
            }
            ["expire", id] => {
                let instrument = number(Some(&id)) as u16;
                self.venue.system(SystemCommand::Expire(Expire { instrument }))
            }
            ["mode", name, "in", id] => {
                let mode = MarketMode::ALL.into_iter().find(|mode| mode.name() == name);
                self.venue.system(SystemCommand::SetMarketMode(SetMarketMode {
                    instrument: number(Some(&id)) as u16,
                    mode: mode.expect("a mode"),
                    number: 0,
                    signatures: List::of(&[]),
                }))
            }
            [name, "goes", mode] => {
                let mode = MarginMode::ALL.into_iter().find(|known| known.name() == mode);
                let mode = mode.expect("portfolio or standard");
                let set = Command::SetMarginMode(SetMarginMode { mode });
                self.venue.session(self.account(name), set)
            }
            [name, "moves", amount, "to", subaccount] => {
                let transfer = Transfer {
                    subaccount: number(Some(&subaccount)) as u8,
                    amount: number(Some(&amount)) as u64,
                };
                self.venue.session(self.account(name), Command::Transfer(transfer))
            }
            ["wait", seconds] => self.venue.tick(number(Some(&seconds)) as u64 * 1_000_000),
            ["insurance", "gets", amount] => {
                let amount = number(Some(&amount)) as u64;
                self.venue.inbox(InboxKind::InsuranceDeposit, 0, amount, [0; 32])
            }
            [name, "withdraws", amount] => {
                let account = self.account(name);
                let nonce = self.venue.engine.state().accounts()[account as usize].nonce + 1;
                let amount = number(Some(&amount)) as u64;
                self.venue.session(account, Command::Withdraw(Withdraw { nonce, amount }))
            }
            [name, verb @ ("buys" | "sells"), lots, "at", price, ..] => {
                let side = if verb == "buys" { Side::Buy } else { Side::Sell };
                let place = Place {
                    client_id: None,
                    instrument: market(&words),
                    side,
                    kind: OrderKind::Limit,
                    time_in_force: TimeInForce::GoodTillCancel,
                    price_ticks: number(Some(&price)) as u32,
                    lots: number(Some(&lots)) as u32,
                    post_only: false,
                    reduce_only: false,
                };
                self.venue.session(self.account(name), Command::Place(place))
            }
            _ => panic!("no such deed: {deed}"),
        };
        self.code = outcome.code;
        self.events = self.venue.events.as_slice().to_vec();
        self.venue.engine.state().check_invariants().expect("every invariant");
    }

    /// Lists an option on instrument 1 that expires at the next 08:00 UTC.
    fn list_option(&mut self, is_call: bool, strike: i64, id: u16) -> sealbook_engine::Outcome {
        let config = [InstrumentConfig {
            tick_value: 1,
            price_ticks_max: 1_000_000,
            maker_fee_ppm: 0,
            taker_fee_ppm: 0,
            liquidation_fee_ppm: 0,
            kind: InstrumentKind::Option,
            index: 1,
            ..instrument(id)
        }];
        self.venue.system(SystemCommand::ListOption(ListOption {
            config: List::of(&config),
            underlying: 1,
            is_call,
            strike,
            expiry_us: expiry_us(self.venue.header.time_us),
            number: 0,
            signatures: List::of(&[]),
        }))
    }

    /// A flat smile for the options' expiry, its forward at the index.
    fn smile(&mut self, variance: i64) -> sealbook_engine::Outcome {
        let state = self.venue.engine.state();
        let round = state.venue().volatility_round + 1;
        let forward = state.instrument(1).expect("listed").index.0;
        let options = state.instruments().iter().filter(|at| at.option.underlying == 1);
        let mut expiries: Vec<u64> = options.map(|at| at.option.expiry_us).collect();
        expiries.sort_unstable();
        expiries.dedup();
        let flat = |expiry_us| {
            let s = 100_000_000;
            Smile { underlying: 1, expiry_us, forward, a: variance, b: 0, rho: 0, m: 0, s }
        };
        let smiles: Vec<Smile> = expiries.into_iter().map(flat).collect();
        let time_us = self.venue.header.time_us;
        let (smiles, signatures) = (List::of(&smiles), List::of(&[]));
        let round = VolatilityRound { round, time_us, smiles, signatures };
        self.venue.system(SystemCommand::VolatilityRound(round))
    }

    /// Goes to the start of the settlement window (the first 450 samples that are still ahead) and through it.
    fn sample(&mut self, count: u64, ticks: u64, index: i64) -> sealbook_engine::Outcome {
        let listed = self.venue.engine.state().instruments();
        let option = listed.iter().find(|at| at.kind == InstrumentKind::Option).expect("an option");
        let start = option.option.window_end_us - 450 * 4_000_000;
        let now = self.venue.header.time_us;
        self.venue.tick(start.saturating_sub(now));
        for n in 0..ticks {
            if n < count {
                self.venue.round(&[OraclePrice { instrument: 1, index }]);
            }
            self.venue.tick(4_000_000);
        }
        self.venue.tick(0)
    }

    /// What is so, in the words of the expectation.
    fn observed(&self, expected: &str) -> String {
        let words: Vec<&str> = expected.split([' ', ',']).filter(|word| !word.is_empty()).collect();
        let state = self.venue.engine.state();
        let told = |wanted: &str| {
            let said = self.events.iter().filter_map(|event| self.tell(event));
            said.filter(|said| said.starts_with(wanted)).collect::<Vec<String>>().join("; ")
        };
        match words[..] {
            ["refused", ..] => {
                format!("refused {}", Reject::from_code(self.code).map_or("nothing", Reject::wire))
            }
            ["mark", _, ..] => {
                let id = market(&words);
                let mark = state.instrument(id).expect("listed").mark.0;
                if id == 1 { format!("mark {mark}") } else { format!("mark {mark} in {id}") }
            }
            ["all:", ..] => {
                let accounts = 0..state.accounts().len() as u32;
                let equities = accounts.filter_map(|id| self.venue.engine.statement(id));
                format!("all: {} equity", equities.map(|at| at.equity).sum::<i64>())
            }
            ["settled", name, ..] => told(&format!("settled {name}")),
            ["book", id, ..] => {
                let at = number(Some(&id.trim_end_matches(':'))) as u16;
                let best = |side| {
                    let best = sealbook_engine::book::Book::best(state.book(at), side);
                    best.map_or("-".to_string(), |price| price.to_string())
                };
                format!("book {at}: {} / {}", best(Side::Buy), best(Side::Sell))
            }
            [name, _, "initial", ..] => {
                let name = name.trim_end_matches(':');
                let statement = self.venue.engine.statement(self.account(name)).expect("known");
                let (initial, maintenance) =
                    (statement.margin_initial, statement.margin_maintenance);
                format!("{name}: {initial} initial, {maintenance} maintenance")
            }
            ["nothing", "liquidated"] => match told("liquidated") + &told("deleveraged") {
                said if said.is_empty() => "nothing liquidated".to_string(),
                said => said,
            },
            ["liquidated" | "deleveraged", name, ..] => told(&format!("{} {name}", words[0])),
            ["left", "behind", name, ..] => told(&format!("left behind {name}")),
            [name, ..] => {
                let name = name.trim_end_matches(':');
                let statement = self.venue.engine.statement(self.account(name)).expect("known");
                if expected.contains("sound") || expected.contains("below") {
                    let is_sound = statement.equity >= statement.margin_maintenance;
                    return format!(
                        "{name}: {}",
                        if is_sound { "sound" } else { "below maintenance" }
                    );
                }
                let id = market(&words);
                let open = &statement.positions[..statement.positions_count];
                let lots = open.iter().find(|at| at.instrument == id).map_or(0, |at| at.lots);
                let place = if id == 1 { String::new() } else { format!(" in {id}") };
                let (collateral, equity) = (statement.collateral, statement.equity);
                format!("{name}: {lots} lots{place}, {collateral} collateral, {equity} equity")
            }
            [] => String::new(),
        }
    }

    fn tell(&self, event: &Event) -> Option<String> {
        let name = |account: u32| self.names.iter().find(|entry| *entry.1 == account);
        let name = |account| name(account).map_or("somebody", |entry| entry.0.as_str());
        Some(match *event {
            Event::Liquidated { account, lots, price, .. } => {
                format!("liquidated {} {lots} at {price}", name(account))
            }
            Event::Deleveraged { account, lots, price, .. } => {
                format!("deleveraged {} {lots} at {price}", name(account))
            }
            Event::Expired { account, lots, settlement, .. } => {
                format!("settled {} {lots} at {settlement}", name(account))
            }
            Event::Socialised { account, amount } => {
                format!("left behind {} {amount}", name(account))
            }
            _ => return None,
        })
    }
}

#[test]
fn every_table_holds() {
    let is_writing = std::env::var_os("SEALBOOK_WRITE_SCENARIOS").is_some();
    let mut count = 0;
    let mut wrong = Vec::new();
    for entry in std::fs::read_dir(folder()).expect("the folder") {
        let path = entry.expect("an entry").path();
        let file = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_string();
        if !file.starts_with("risk-") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("readable");
        let tables: Value = serde_json::from_str(&text).expect("JSON");
        let mut all = Vec::new();
        for scenario in tables.as_array().expect("a list of scenarios") {
            count += 1;
            let mut played = scenario.clone();
            let mut run = Run::open(scenario);
            for (at, step) in scenario["steps"].as_array().expect("steps").iter().enumerate() {
                run.act(step[0].as_str().expect("a deed"));
                let mut seen = Vec::new();
                for expected in step[1].as_array().into_iter().flatten() {
                    let expected = expected.as_str().expect("text");
                    let observed = run.observed(expected);
                    seen.push(Value::from(observed.clone()));
                    if observed != expected {
                        wrong.push(format!(
                            "{file}, {}, step {at}:\n  expected {expected}\n  observed {observed}",
                            scenario["name"]
                        ));
                    }
                }
                played["steps"][at][1] = Value::Array(seen);
            }
            all.push(played);
        }
        if is_writing {
            let text = serde_json::to_string_pretty(&Value::Array(all)).expect("JSON");
            std::fs::write(&path, text + "\n").expect("written");
        }
    }
    assert!(is_writing || wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count >= 50, "only {count} tables");
}

/// Trader-readable tables of both languages, together.
#[test]
fn there_are_a_hundred_tables() {
    let mut count = 0;
    for entry in std::fs::read_dir(folder()).expect("the folder") {
        let path = entry.expect("an entry").path();
        let text = std::fs::read_to_string(&path).expect("readable");
        let tables: Value = serde_json::from_str(&text).expect("JSON");
        let list = tables.as_array().or_else(|| tables["scenarios"].as_array());
        count += list.expect("a list of scenarios").len();
    }
    assert!(count >= 100, "only {count} tables");
}

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../test/scenarios"))
}

/// The next 08:00 UTC.
fn expiry_us(now_us: u64) -> u64 {
    let day_us = 86_400_000_000;
    (now_us - day_us / 3) / day_us * day_us + day_us + day_us / 3
}
