//! Random batches of the operations that the validity circuit knows, carried out by the engine: what it did, and the leaves and state
//! root it ended with. `circuits/test/engine.test.ts` proves the same operations and compares the roots.
//!
//! The books are empty whenever a round of prices arrives, because the circuit has no book: a liquidation then goes to the insurance
//! fund, as it does there.

use std::fmt::Write;

use sealbook_engine::book::LadderBook;
use sealbook_engine::state::State;
use sealbook_engine::{Engine, Event, Limits, Outcome};
use sealbook_tree::{AccountsTree, Field, InstrumentsTree, hash, state_root};
use sealbook_wire::{
    CancelAll, Command, InboxKind, InstrumentConfig, InstrumentKind, InstrumentRisk, List,
    ListOption, OraclePrice, OrderKind, Place, Side, Smile, SystemCommand, TimeInForce,
    VolatilityRound, Withdraw,
};

use crate::market::{Venue, instrument, owner};
use crate::random::Random;

const OWNERS: u32 = 10;
const OPTION: u16 = 3;
const DAY_US: u64 = 86_400_000_000;
const DATA_NONE: [u8; 32] = [0; 32];

/// A key as two big-endian coordinates.
pub type Key = [[u8; 32]; 2];

/// Reads keys, `x y` in hex a line.
pub fn keys_of(text: &str) -> Option<Vec<Key>> {
    let word = |hex: &str| {
        let mut bytes = [0; 32];
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(hex.get(2 * at..2 * at + 2)?, 16).ok()?;
        }
        Some(bytes)
    };
    let key = |line: &str| {
        let (x, y) = line.split_once(' ')?;
        Some([word(x)?, word(y.trim())?])
    };
    text.lines().map(key).collect()
}

struct Flow {
    venue: Venue<LadderBook>,
    random: Random,
    index: [i64; 2],
    operations: Vec<String>,
}

/// One JSON object a line: the state to start from, then each batch.
pub fn run(seed: u64, batches: usize, operations: usize, keys: &[Key]) -> String {
    let limits = Limits { instruments_max: 4, ..Limits::default() };
    let venue = Venue::new(Engine::new(&limits));
    let random = Random::new(seed);
    let mut flow = Flow { venue, random, index: [30_000_000, 900_000], operations: Vec::new() };
    flow.open(keys);
    let mut out = flow.line(&[]);
    for _ in 0..batches {
        flow.operations.clear();
        if flow.random.once_in(3) || !flow.round() {
            flow.operations.clear();
        }
        while flow.operations.len() < operations {
            flow.step();
        }
        let done = std::mem::take(&mut flow.operations);
        out.push_str(&flow.line(&done[..done.len().min(operations)]));
        if done.len() > operations {
            // A round that liquidates more than a batch holds: what follows would start elsewhere.
            break;
        }
    }
    out
}

impl Flow {
    fn open(&mut self, keys: &[Key]) {
        let second = InstrumentConfig { tick_value: 100, index: self.index[1], ..instrument(2) };
        self.venue.list(&instrument(1));
        self.venue.list(&second);
        let risk = InstrumentRisk {
            number: 1,
            signatures: List::of(&[]),
            instrument: 2,
            ramp_ppm: 500,
            ramp_shift: 3,
            interest_low_lots: 0,
            interest_high_lots: 0,
            stale_us: 0,
            volatile_ppm: 0,
        };
        self.venue.system(SystemCommand::InstrumentRisk(risk));
        self.list_option();
        self.venue.inbox(InboxKind::InsuranceDeposit, 99, 1 << 42, DATA_NONE);
        for n in 1..=OWNERS {
            self.venue.inbox(InboxKind::Deposit, n, 20_000_000, DATA_NONE);
            if let Some(key) = keys.get(n as usize - 1) {
                self.venue.inbox(InboxKind::RegisterKey, n, 0, key[0]);
                self.venue.inbox(InboxKind::RegisterKey, n, 1, key[1]);
            }
        }
        self.round();
        self.operations.clear();
    }

    fn list_option(&mut self) {
        let config = [InstrumentConfig {
            kind: InstrumentKind::Option,
            index: 1_000_000,
            ..instrument(OPTION)
        }];
        let expiry_us = (self.venue.header.time_us / DAY_US + 30) * DAY_US + DAY_US / 3;
        self.venue.system(SystemCommand::ListOption(ListOption {
            number: 2,
            signatures: List::of(&[]),
            config: List::of(&config),
            underlying: 1,
            is_call: self.random.once_in(2),
            strike: 30_000_000,
            expiry_us,
        }));
        let smile = Smile {
            underlying: 1,
            expiry_us,
            forward: 30_100_000,
            a: 20_000_000,
            b: 1_000_000,
            rho: 0,
            m: 0,
            s: 100_000_000,
        };
        let smiles = [smile];
        let (smiles, signatures) = (List::of(&smiles), List::of(&[]));
        let time_us = self.venue.header.time_us;
        let round = VolatilityRound { round: 1, time_us, smiles, signatures };
        self.venue.system(SystemCommand::VolatilityRound(round));
    }

    /// New prices; `false` if the engine did something that the circuit has no operation for.
    fn round(&mut self) -> bool {
        self.venue.tick(10_000_000);
        for index in &mut self.index {
            let step = self.random.pick(&[3, 10, 40]);
            let moved = self.random.below(2 * step + 1) as i64 - step as i64;
            *index += *index * moved / 1_000;
        }
        let prices =
            [1, 2].map(|id| OraclePrice { instrument: id, index: self.index[usize::from(id) - 1] });
        self.venue.round(&prices);
        let mut is_known = true;
        let mut liquidations = Vec::new();
        for event in self.venue.events.iter() {
            match *event {
                Event::Liquidated { account, instrument, lots, price, .. } if lots != 0 => {
                    liquidations.push(format!(
                        r#"{{"kind":"liquidate","account":{account},"instrument":{instrument},"lots":"{}","price":"{price}"}}"#,
                        lots.unsigned_abs()
                    ));
                }
                Event::Deleveraged { .. } | Event::Traded { .. } => is_known = false,
                _ => {}
            }
        }
        assert!(is_known, "the fund is large and the books are empty");
        self.operations.append(&mut liquidations);
        true
    }

    fn step(&mut self) {
        match self.random.below(12) {
            0 => self.deposit(),
            1 => self.withdraw(),
            2 => self.forced(),
            3 => self.consumed(),
            4 if self.random.once_in(3) => self.insure(),
            _ => self.trade(),
        }
    }

    fn deposit(&mut self) {
        let n = 1 + self.random.below(u64::from(OWNERS) + 2) as u32;
        let amount = 1 + self.random.below(3_000_000);
        let before = self.venue.engine.find_account(&owner(n), 0);
        self.venue.inbox(InboxKind::Deposit, n, amount, DATA_NONE);
        let account = self.venue.engine.find_account(&owner(n), 0).unwrap_or_default();
        let hex: String = owner(n).iter().map(|byte| format!("{byte:02x}")).collect();
        let is_new = before.is_none();
        self.operations.push(format!(
            r#"{{"kind":"deposit","account":{account},"identity":"0x{hex}","amount":"{amount}","isNew":{is_new}}}"#
        ));
    }

    fn insure(&mut self) {
        let amount = 1 + self.random.below(1_000);
        self.venue.inbox(InboxKind::InsuranceDeposit, 99, amount, DATA_NONE);
        self.operations.push(format!(r#"{{"kind":"insurance","amount":"{amount}"}}"#));
    }

    /// A withdrawal the engine refuses is none.
    fn withdraw(&mut self) {
        let account = self.account();
        let amount = 1 + self.random.below(4_000_000);
        let nonce = self.venue.engine.state().accounts()[account as usize].nonce + 1;
        let outcome = self.venue.session(account, Command::Withdraw(Withdraw { amount, nonce }));
        if !outcome.is_reject() {
            self.operations
                .push(format!(r#"{{"kind":"withdraw","account":{account},"amount":"{amount}"}}"#));
        }
    }

    /// A forced withdrawal, of more than there is one time in two; it may end without effect.
    fn forced(&mut self) {
        let n = 1 + self.random.below(u64::from(OWNERS)) as u32;
        let asked =
            if self.random.once_in(2) { u64::MAX } else { 1 + self.random.below(1_000_000) };
        let account = self.venue.engine.find_account(&owner(n), 0).unwrap_or_default();
        self.venue.inbox(InboxKind::ForcedWithdraw, n, asked, DATA_NONE);
        self.operations
            .push(format!(r#"{{"kind":"forced","account":{account},"asked":"{asked}"}}"#));
    }

    /// A forced close without a book, a forced cancel-all, an order of somebody unknown.
    fn consumed(&mut self) {
        let kind = self.random.pick(&[InboxKind::ForcedClose, InboxKind::ForcedCancelAll]);
        let n = self.random.pick(&[1, 2, 77]);
        self.venue.inbox(kind, n, 0, DATA_NONE);
        self.operations.push(r#"{"kind":"skip"}"#.into());
    }

    fn account(&mut self) -> u32 {
        1 + self.random.below(u64::from(OWNERS)) as u32
    }

    /// A maker's order and a taker's, one fill; nothing is left of either in the book.
    fn trade(&mut self) {
        let (maker, taker) = (self.account(), self.account());
        let id = self.random.pick(&[1, 1, 2, 2, OPTION]);
        let Some(shared) = self.venue.engine.state().instrument(id).copied() else { return };
        let fair = shared.mark.0 as u64 / shared.tick_value.0;
        let spread = fair / 200 + 1;
        let price_ticks = (fair + self.random.below(2 * spread) + 1).saturating_sub(spread) as u32;
        let side = self.random.pick(&[Side::Buy, Side::Sell]);
        let most = 400_000_000 / shared.mark.0 as u64 + 2;
        let lots = 1 + self.random.below(most) as u32;
        let wanted = 1 + self.random.below(most) as u32;
        let reduce_only = self.random.once_in(3);
        let offer = Place {
            client_id: None,
            instrument: id,
            side: other(side),
            kind: OrderKind::Limit,
            time_in_force: TimeInForce::GoodTillCancel,
            price_ticks,
            lots,
            post_only: true,
            reduce_only,
        };
        if maker == taker || self.venue.session(maker, Command::Place(offer)).is_reject() {
            return;
        }
        let hit = Place {
            side,
            time_in_force: TimeInForce::ImmediateOrCancel,
            lots: wanted,
            post_only: false,
            reduce_only: self.random.once_in(3),
            ..offer
        };
        let outcome: Outcome = self.venue.session(taker, Command::Place(hit));
        let traded = outcome.filled_lots;
        self.venue.session(maker, Command::CancelAll(CancelAll { instrument: None }));
        if !outcome.is_reject() && traded > 0 {
            let is_buy = side == Side::Buy;
            self.operations.push(format!(
                r#"{{"kind":"trade","maker":{maker},"taker":{taker},"instrument":{id},"price":"{price_ticks}","lots":"{traded}","isTakerBuy":{is_buy}}}"#
            ));
        }
    }

    /// The operations and where they led.
    fn line(&self, operations: &[String]) -> String {
        let state = self.venue.engine.state();
        let venue = state.venue();
        let mut out = String::new();
        let listed = || (1..=OPTION).filter_map(|id| state.instrument(id));
        let quotes: Vec<String> = listed()
            .map(|at| {
                format!(
                    r#"{{"instrument":{},"mark":"{}","index":"{}","fundingIndex":"{}"}}"#,
                    at.id, at.mark.0, at.index.0, at.funding_index
                )
            })
            .collect();
        let accounts: Vec<String> = (0..state.accounts().len() as u32)
            .filter_map(|id| state.leaf_words(id))
            .map(|words| words_json(&words))
            .collect();
        let instruments: Vec<String> = listed()
            .filter_map(|at| state.instrument_words(at.id))
            .map(|words| words_json(&words))
            .collect();
        let _ = writeln!(
            out,
            r#"{{"time":"{}","round":"{}","held":"{}","quotes":[{}],"operations":[{}],"accounts":[{}],"instruments":[{}],"root":"0x{}"}}"#,
            venue.time_us,
            venue.oracle_round,
            venue.deposited - venue.withdrawn,
            quotes.join(","),
            operations.join(","),
            accounts.join(","),
            instruments.join(","),
            root_of(state).iter().map(|byte| format!("{byte:02x}")).collect::<String>(),
        );
        out
    }
}

fn other(side: Side) -> Side {
    if side == Side::Buy { Side::Sell } else { Side::Buy }
}

fn words_json(words: &[[u64; 4]]) -> String {
    let hex = words.iter().map(|[a, b, c, d]| format!(r#""0x{d:016x}{c:016x}{b:016x}{a:016x}""#));
    format!("[{}]", hex.collect::<Vec<_>>().join(","))
}

/// The root, hashed from all leaves.
fn root_of(state: &State<LadderBook>) -> [u8; 32] {
    let leaf = |words: &[[u64; 4]]| {
        let fields: Vec<Field> =
            words.iter().map(|word| Field::from_words(*word).unwrap_or(Field::ZERO)).collect();
        if fields.iter().all(|field| field.is_zero()) { Field::ZERO } else { hash(&fields) }
    };
    let (mut accounts, mut instruments) = (AccountsTree::new(), InstrumentsTree::new());
    for id in 0..state.accounts().len() as u32 {
        if let Some(words) = state.leaf_words(id) {
            let _ = accounts.set_leaf(id, leaf(&words));
        }
    }
    for id in 1..=OPTION {
        if let Some(words) = state.instrument_words(id) {
            let _ = instruments.set_leaf(id.into(), leaf(&words));
        }
    }
    let venue = state.venue();
    let next = state.accounts().len() as u32;
    state_root(accounts.root(), instruments.root(), venue.oracle_round, next).to_be_bytes()
}
