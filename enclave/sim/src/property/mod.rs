//! The property driver: random commands of every kind against two whole venues, one on the fast book, one on its naive twin.
//!
//! After every command both must give the same outcome and the same events, every named invariant must hold, and no account that
//! was healthy may have become unhealthy by a session's command, its own or another's. Every so often the state digests are
//! compared and the fast venue is replaced by what its own snapshot restores.
//!
//! | | |
//! |---|---|
//! | `orders` | what accounts ask for: orders of every kind, their changes and their ends |
//! | `quotes` | mass quotes and protection |
//! | `money` | deposits, withdrawals, transfers |
//! | `markets` | prices, clocks, modes, risk parameters |
//! | `options` | listed, told their smiles, traded into their windows, settled |
//! | `check` | what must hold after every command |
//! | `coverage` | what a run saw, and what a long one must have seen |

mod check;
pub mod coverage;
mod markets;
mod money;
mod options;
mod orders;
mod quotes;

use sealbook_engine::book::{LadderBook, NaiveBook};
use sealbook_engine::{Engine, Limits};
use sealbook_wire::{Command, InboxKind, MarginMode, SystemCommand};

use self::check::health;
pub use self::coverage::Coverage;
use self::coverage::{kind_of_command, kind_of_system};
use self::markets::{config, risks};
use crate::history::History;
use crate::market::Venue;
use crate::random::Random;

const OWNERS: u32 = 10;
const INSTRUMENTS: u16 = 3;
/// Ids of the options, four on each of the first two markets.
const OPTIONS: [u16; 8] = [4, 5, 6, 7, 8, 9, 10, 11];
/// Accounts: the owners', the fund's, and some of their other sub-accounts.
const ACCOUNTS: u32 = OWNERS + 8;
/// Commands between two comparisons of the whole state, and between two restarts from a snapshot, at least.
const DIGEST_EVERY: u64 = 512;
const SNAPSHOT_EVERY: u64 = 8_192;
/// A venue's fund grows rich in fees, and then nobody is deleveraged any more: after so many commands another venue opens.
const VENUE_COMMANDS: u64 = 120_000;

/// A broken property, with everything needed to see it again.
#[derive(Clone, Debug)]
pub struct Broken {
    /// Seed of the run.
    pub seed: u64,
    /// Which command of the run.
    pub command: u64,
    /// What did not hold.
    pub property: String,
}

impl std::fmt::Display for Broken {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "seed {} command {}: {}", self.seed, self.command, self.property)
    }
}

struct Twins {
    fast: Venue<LadderBook>,
    naive: Venue<NaiveBook>,
    random: Random,
    limits: Limits,
    coverage: Coverage,
    /// Order ids seen lately, of anybody.
    ids: Vec<u64>,
    /// Index of each instrument.
    index: [i64; INSTRUMENTS as usize],
    was_healthy: Vec<bool>,
    /// What each account was told.
    history: History,
    /// State digest before the command, when this one is sampled.
    before: Option<u64>,
    seed: u64,
    /// Commands at which the states are compared next, and at which the fast venue restarts.
    digest_at: u64,
    snapshot_at: u64,
    /// And at which another venue opens.
    opens_at: u64,
}

/// Runs `commands` random commands, a few more if the last belong to a settlement window. A long run must see all of
/// [`coverage::MUST`].
pub fn run(seed: u64, commands: u64) -> Result<Coverage, Broken> {
    let mut twins = driven(seed, commands)?;
    twins.coverage.allocations = twins.fast.allocations;
    match twins.coverage.lack() {
        None => Ok(twins.coverage),
        Some(lack) => Err(twins.broken(lack)),
    }
}

/// As [`run`], and looks at the venue it led to.
pub fn run_to<T>(
    seed: u64,
    commands: u64,
    look: impl FnOnce(&Engine<LadderBook>) -> T,
) -> Result<T, Broken> {
    let twins = driven(seed, commands)?;
    Ok(look(&twins.fast.engine))
}

fn driven(seed: u64, commands: u64) -> Result<Twins, Broken> {
    let mut twins = Twins::new(seed);
    twins.open()?;
    while twins.coverage.commands < commands {
        twins.step()?;
        let count = twins.coverage.commands;
        if count >= twins.digest_at {
            twins.digest_at = count + DIGEST_EVERY;
            twins.compare_states()?;
        }
        if count >= twins.snapshot_at {
            twins.snapshot_at = count + SNAPSHOT_EVERY;
            twins.restart()?;
        }
        if count >= twins.opens_at {
            twins.open_another()?;
        }
    }
    twins.compare_states()?;
    Ok(twins)
}

impl Twins {
    fn new(seed: u64) -> Twins {
        let limits = Limits {
            accounts_max: ACCOUNTS,
            orders_max: 400,
            instruments_max: OPTIONS[OPTIONS.len() - 1],
            hash_seed: seed,
            ..Limits::default()
        };
        Twins {
            fast: Venue::new(Engine::new(&limits)),
            naive: Venue::new(Engine::new(&limits)),
            random: Random::new(seed),
            limits,
            coverage: Coverage::default(),
            ids: Vec::new(),
            index: [1_000_000; INSTRUMENTS as usize],
            was_healthy: Vec::new(),
            history: History::default(),
            before: None,
            seed,
            digest_at: DIGEST_EVERY,
            snapshot_at: SNAPSHOT_EVERY,
            opens_at: VENUE_COMMANDS,
        }
    }

    fn open(&mut self) -> Result<(), Broken> {
        for id in 1..=INSTRUMENTS {
            let outcomes = (self.fast.list(&config(id)), self.naive.list(&config(id)));
            self.check("list-instrument", outcomes, None)?;
        }
        for risk in risks() {
            self.both(SystemCommand::InstrumentRisk(risk))?;
        }
        for n in 1..=OWNERS {
            self.deposit(InboxKind::Deposit, n, 30_000_000)?;
        }
        self.deposit(InboxKind::InsuranceDeposit, 0, 400_000)
    }

    /// The run goes on with a new venue.
    fn open_another(&mut self) -> Result<(), Broken> {
        self.compare_states()?;
        let (allocations, salt) = (self.fast.allocations, self.random.word());
        *self = Twins {
            random: self.random.clone(),
            coverage: core::mem::take(&mut self.coverage),
            seed: self.seed,
            digest_at: self.digest_at,
            snapshot_at: self.snapshot_at,
            opens_at: self.opens_at + VENUE_COMMANDS,
            ..Twins::new(salt)
        };
        self.fast.allocations = allocations;
        self.open()
    }

    fn step(&mut self) -> Result<(), Broken> {
        match self.random.below(1_000) {
            0..36 => self.tick(),
            36..64 => self.round(),
            64..79 => self.inbox(),
            79..93 => self.option(),
            93..96 => self.mode(),
            96..98 => self.disconnect(),
            98 => self.rule(),
            99..129 => self.mass_quote(),
            _ => {
                let account = self.account();
                let command = self.command(account);
                self.session(account, command)
            }
        }
    }

    /// Anybody but the fund.
    fn account(&mut self) -> u32 {
        let accounts = self.fast.engine.state().accounts().len() as u64;
        1 + self.random.below(accounts - 1) as u32
    }

    fn session(&mut self, account: u32, command: Command<'_>) -> Result<(), Broken> {
        let nonce = if self.random.once_in(40) { self.random.below(40) } else { 39 };
        for header in [&mut self.fast.header, &mut self.naive.header] {
            (header.delegation_nonce, header.scopes) = (nonce, 7);
        }
        if self.random.once_in(50) {
            let scopes = self.random.below(8) as u8;
            (self.fast.header.scopes, self.naive.header.scopes) = (scopes, scopes);
        }
        self.was_healthy.clear();
        self.was_healthy.extend(health(self.fast.engine.state()));
        self.before = self.random.once_in(128).then(|| self.fast.engine.state().state_hash());
        let outcomes =
            (self.fast.session_counted(account, command), self.naive.session(account, command));
        self.check(kind_of_command(&command), outcomes, Some(&command))?;
        let chosen =
            matches!(command, Command::SetMarginMode(set) if set.mode == MarginMode::Portfolio);
        if chosen && !outcomes.0.is_reject() {
            self.coverage.saw("portfolio mode chosen");
        }
        Ok(())
    }

    /// A system command for both.
    fn both(&mut self, command: SystemCommand<'_>) -> Result<(), Broken> {
        let outcomes = (self.fast.system(command), self.naive.system(command));
        self.check(kind_of_system(&command), outcomes, None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_twins_agree_and_the_invariants_hold() {
        let mut all = Coverage::default();
        for seed in 1..=4 {
            let coverage = run(seed, 60_000).unwrap_or_else(|broken| panic!("{broken}"));
            all.add(&coverage);
        }
        assert_eq!(all.lack(), None);
    }

    #[test]
    fn a_seed_reproduces_a_run() {
        let digest = |seed| run(seed, 5_000).map(|coverage| coverage.digest).ok();
        assert_eq!(digest(9), digest(9));
        assert_ne!(digest(9), digest(10));
    }
}
