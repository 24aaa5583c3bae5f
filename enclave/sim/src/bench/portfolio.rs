//! What an oracle round costs a whole engine whose accounts are all in portfolio mode: 500 options priced with their 33 scenarios,
//! marks and greeks told, and every account's requirement computed anew, because none can be set aside.

use std::time::Instant;

use sealbook_engine::risk::margin::assess;
use sealbook_engine::{Engine, Limits, book::LadderBook};
use sealbook_wire::{
    Command, InboxKind, InstrumentConfig, InstrumentKind, List, ListOption, MarginMode,
    OraclePrice, OrderKind, Place, SetMarginMode, Side, Smile, SystemCommand, TimeInForce,
    VolatilityRound,
};

use crate::market::{Venue, instrument};
use crate::random::Random;

const OPTIONS: u16 = 500;
/// Positions of an account: as many as it can have.
const LEGS: u64 = 16;
const DAY_US: u64 = 86_400_000_000;

/// Mean times, µs.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    /// The whole round.
    pub round_us: u64,
    /// Every account's requirement alone.
    pub assess_us: u64,
    /// Positions held.
    pub positions: u64,
}

/// Measures, mean of `rounds`.
pub fn run(accounts: u32, random: &mut Random, rounds: u64) -> Times {
    let limits =
        Limits { accounts_max: accounts + 2, instruments_max: OPTIONS + 1, ..Limits::default() };
    let mut venue = Venue::new(Engine::<LadderBook>::new(&limits));
    venue.header.delegation_nonce = 1;
    list(&mut venue);
    for account in 1..=accounts {
        venue.inbox(InboxKind::Deposit, account, 1 << 40, [0; 32]);
        let mode = MarginMode::Portfolio;
        venue.session(account, Command::SetMarginMode(SetMarginMode { mode }));
    }
    for pair in 0..accounts / 2 {
        let first = random.below(u64::from(OPTIONS) + 1 - LEGS) as u16;
        for leg in 0..LEGS as u16 {
            let sides =
                if leg % 2 == 0 { [Side::Sell, Side::Buy] } else { [Side::Buy, Side::Sell] };
            trade(&mut venue, 1 + first + leg, [2 * pair + 1, 2 * pair + 2], sides);
        }
    }
    let held = venue.engine.state().accounts().iter();
    let positions = held.map(|at| at.slots.iter().filter(|slot| slot.size != 0).count() as u64);
    let mut times = Times { round_us: 0, assess_us: 0, positions: positions.sum() };
    for round in 0..rounds {
        venue.tick(1_000_000);
        let index = 30_000_000 + (round % 7) as i64 * 3_000;
        let started = Instant::now();
        venue.round(&[OraclePrice { instrument: 1, index }]);
        times.round_us += started.elapsed().as_micros() as u64;
        let started = Instant::now();
        let state = venue.engine.state();
        let below = state.accounts().iter().skip(1);
        let below = below.filter(|at| assess(at, state.instruments()).is_liquidatable()).count();
        times.assess_us += started.elapsed().as_micros() as u64;
        assert!(below == 0, "a deposit of a million carries every portfolio");
    }
    Times { round_us: times.round_us / rounds, assess_us: times.assess_us / rounds, ..times }
}

/// One perpetual, its options over ten expiries, their smiles.
fn list(venue: &mut Venue<LadderBook>) {
    venue.list(&InstrumentConfig { maker_fee_ppm: 0, taker_fee_ppm: 0, ..instrument(1) });
    venue.tick(0);
    let now = venue.header.time_us;
    let expiry_us = |n: u64| (now / DAY_US + 2 + 9 * n) * DAY_US + DAY_US / 3;
    for id in 2..=OPTIONS + 1 {
        let config = [InstrumentConfig {
            kind: InstrumentKind::Option,
            maker_fee_ppm: 0,
            taker_fee_ppm: 0,
            index: 1_000,
            ..instrument(id)
        }];
        let at = u64::from(id);
        let outcome = venue.system(SystemCommand::ListOption(ListOption {
            config: List::of(&config),
            underlying: 1,
            is_call: id % 2 == 0,
            strike: 22_000_000 + (at / 20) as i64 * 640_000,
            expiry_us: expiry_us(at % 10),
            number: 0,
            signatures: List::of(&[]),
        }));
        assert!(!outcome.is_reject(), "{outcome:?}");
    }
    let smile = |n| {
        let (forward, b, s) = (30_000_000, 10_000_000, 100_000_000);
        let a = 2_000_000 * (n as i64 + 1);
        Smile { underlying: 1, expiry_us: expiry_us(n), forward, a, b, rho: 0, m: 0, s }
    };
    let smiles: Vec<Smile> = (0..10).map(smile).collect();
    let (smiles, signatures) = (List::of(&smiles), List::of(&[]));
    let round = VolatilityRound { round: 1, time_us: now, smiles, signatures };
    assert!(!venue.system(SystemCommand::VolatilityRound(round)).is_reject());
}

fn trade(venue: &mut Venue<LadderBook>, id: u16, accounts: [u32; 2], sides: [Side; 2]) {
    let state = venue.engine.state();
    let at = state.instrument(id).map_or(1, |at| (at.mark.0 / at.tick_value.0 as i64).max(1));
    for (account, side) in accounts.into_iter().zip(sides) {
        let place = Place {
            client_id: None,
            instrument: id,
            side,
            kind: OrderKind::Limit,
            time_in_force: TimeInForce::GoodTillCancel,
            price_ticks: at as u32,
            lots: 5,
            post_only: false,
            reduce_only: false,
        };
        venue.session(account, Command::Place(place));
    }
}
