//! `bench-risk`: what an oracle round costs.
//!
//! Portfolio margin: 500 options priced in 33 scenarios each, then 10,000 accounts of 20 options as dot products. The sweep: a real
//! round over accounts with perpetuals, found by the index of distances, beside assessing every account.

use std::time::Instant;

use sealbook_engine::risk::margin::assess;
use sealbook_engine::{Engine, Limits, book::LadderBook};
use sealbook_pricing::scenario::{ExpiryShocks, Instrument, SHOCKS, Term};
use sealbook_pricing::{DAY, Expiry, PricingError, SCENARIOS, ScenarioTable, Side};
use sealbook_wire::{
    Command, InboxKind, InstrumentConfig, OraclePrice, OrderKind, Place, Side as Direction,
    TimeInForce,
};

use super::portfolio;
use crate::market::{Venue, instrument};
use crate::random::Random;

const ACCOUNTS: usize = 10_000;
const LEGS: usize = 20;
const OPTIONS: usize = 500;

/// Figures of one run.
#[derive(Clone, Copy, Debug)]
pub struct Report {
    /// Seed.
    pub seed: u64,
    /// Pricing all scenario vectors once, best of the rounds, µs.
    pub pricing_us: u64,
    /// Dot products of all accounts, best of the rounds, µs.
    pub accounts_us: u64,
    /// An oracle round of the engine with its sweep, mean, µs.
    pub sweep_index_us: u64,
    /// Assessing every account of the same engine, mean, µs.
    pub sweep_all_us: u64,
    /// Accounts of that engine.
    pub sweep_accounts: usize,
    /// An oracle round of an engine in which as many accounts are in portfolio mode with 16 positions each, mean, µs.
    pub portfolio_round_us: u64,
    /// Their requirements alone, mean, µs.
    pub portfolio_assess_us: u64,
    /// Positions they hold.
    pub portfolio_positions: u64,
    /// Σ of the worst scenarios: a run that computed nothing cannot give it.
    pub checksum: i128,
}

impl Report {
    /// One line of JSON.
    pub fn json(&self) -> String {
        format!(
            "{{\"accounts\":{ACCOUNTS},\"legs\":{LEGS},\"options\":{OPTIONS},\"scenarios\":{SCENARIOS},\"seed\":{},\
             \"pricing_us\":{},\"accounts_us\":{},\"round_us\":{},\"sweep_accounts\":{},\"sweep_index_us\":{},\
             \"sweep_all_us\":{},\"portfolio_positions\":{},\"portfolio_round_us\":{},\
             \"portfolio_assess_us\":{},\"checksum\":\"{}\"}}",
            self.seed,
            self.pricing_us,
            self.accounts_us,
            self.pricing_us + self.accounts_us,
            self.sweep_accounts,
            self.sweep_index_us,
            self.sweep_all_us,
            self.portfolio_positions,
            self.portfolio_round_us,
            self.portfolio_assess_us,
            self.checksum
        )
    }

    /// For people.
    pub fn text(&self) -> String {
        format!(
            "{ACCOUNTS} accounts x {LEGS} options x {SCENARIOS} scenarios: pricing {} us, accounts {} us\n\
             sweep of {} accounts with perpetuals: by distance {} us a round, all {} us\n\
             engine with {} positions of as many accounts in portfolio mode: {} us a round, of it requirements {} us",
            self.pricing_us,
            self.accounts_us,
            self.sweep_accounts,
            self.sweep_index_us,
            self.sweep_all_us,
            self.portfolio_positions,
            self.portfolio_round_us,
            self.portfolio_assess_us
        )
    }
}

/// Measures, best of `rounds`.
pub fn run(seed: u64, rounds: usize) -> Result<Report, PricingError> {
    let mut random = Random::new(seed);
    let mut report = Report {
        seed,
        pricing_us: u64::MAX,
        accounts_us: u64::MAX,
        sweep_index_us: u64::MAX,
        sweep_all_us: u64::MAX,
        sweep_accounts: ACCOUNTS,
        portfolio_round_us: 0,
        portfolio_assess_us: 0,
        portfolio_positions: 0,
        checksum: 0,
    };
    let options: Vec<Instrument> = (0..OPTIONS)
        .map(|at| Instrument::Option {
            side: if at % 2 == 0 { Side::Call } else { Side::Put },
            strike: 20_000_000 + random.below(20_000_000) as i64,
            sigma: 300_000_000 + random.below(700_000_000),
            expiry: (at % 10) as u16,
        })
        .collect();
    let positions: Vec<(usize, i64)> = (0..ACCOUNTS * LEGS)
        .map(|_| (random.below(OPTIONS as u64) as usize, random.below(2_001) as i64 - 1_000))
        .collect();
    let mut room = vec![[0; SCENARIOS]; OPTIONS];
    for round in 0..rounds {
        let started = Instant::now();
        let mut terms = Vec::with_capacity(10);
        for at in 1..=10 {
            let shocks = ExpiryShocks::new(Expiry::new(at * 9 * DAY)?, &SHOCKS)?;
            terms.push(Term::new(30_000_000 + round as i64, shocks)?);
        }
        let table = ScenarioTable::build(&options, &terms, &mut room)?;
        report.pricing_us = report.pricing_us.min(started.elapsed().as_micros() as u64);
        let started = Instant::now();
        let mut checksum = 0;
        for account in positions.chunks(LEGS) {
            let gains = table.gains(account.iter().copied())?;
            checksum += gains.iter().min().copied().unwrap_or(0);
        }
        report.accounts_us = report.accounts_us.min(started.elapsed().as_micros() as u64);
        report.checksum = checksum;
    }
    sweep(&mut report, &mut random, rounds);
    let times = portfolio::run(ACCOUNTS as u32, &mut random, 10 * rounds as u64);
    report.portfolio_round_us = times.round_us;
    report.portfolio_assess_us = times.assess_us;
    report.portfolio_positions = times.positions;
    Ok(report)
}

/// Ten thousand accounts with positions in three perpetuals, leverages from 1 to 10.
fn sweep(report: &mut Report, random: &mut Random, rounds: usize) {
    let limits = Limits { accounts_max: ACCOUNTS as u32 + 2, ..Limits::default() };
    let mut venue = Venue::new(Engine::<LadderBook>::new(&limits));
    for id in 1..=3 {
        venue.list(&InstrumentConfig { maker_fee_ppm: 0, taker_fee_ppm: 0, ..instrument(id) });
    }
    venue.header.delegation_nonce = 1;
    for account in 1..=ACCOUNTS as u32 {
        venue.inbox(InboxKind::Deposit, account, 30_000_000 * (10 + random.below(80)), [0; 32]);
    }
    for pair in 0..ACCOUNTS as u32 / 2 {
        for id in 1..=3 {
            for (account, side) in [(2 * pair + 1, Direction::Sell), (2 * pair + 2, Direction::Buy)]
            {
                let place = Place {
                    client_id: None,
                    instrument: id,
                    side,
                    kind: OrderKind::Limit,
                    time_in_force: TimeInForce::GoodTillCancel,
                    price_ticks: 30_000,
                    lots: 25,
                    post_only: false,
                    reduce_only: false,
                };
                venue.session(account, Command::Place(place));
            }
        }
    }
    let (mut index_us, mut all_us) = (0, 0);
    for round in 0..(20 * rounds as i64) {
        let prices: Vec<OraclePrice> = (1..=3)
            .map(|id| OraclePrice { instrument: id, index: 30_000_000 + (round % 7) * 3_000 })
            .collect();
        venue.tick(1_000_000);
        let started = Instant::now();
        venue.round(&prices);
        index_us += started.elapsed().as_micros() as u64;
        let started = Instant::now();
        let state = venue.engine.state();
        let below = state.accounts().iter().skip(1);
        let below = below.filter(|at| assess(at, state.instruments()).is_liquidatable()).count();
        all_us += started.elapsed().as_micros() as u64;
        report.checksum += below as i128;
    }
    report.sweep_index_us = index_us / (20 * rounds as u64);
    report.sweep_all_us = all_us / (20 * rounds as u64);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_seeds_give_equal_sums() {
        let sum = |seed| run(seed, 1).map(|report| report.checksum).ok();
        assert_eq!(sum(3), sum(3));
        assert_ne!(sum(3), sum(4));
        assert!(sum(3).is_some_and(|sum| sum < 0));
    }
}
