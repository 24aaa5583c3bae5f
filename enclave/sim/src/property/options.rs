//! Options: listed again as soon as they are settled, told their smiles, traded into their settlement windows, and settled.
//!
//! A window is 450 samples of the index, 4 s apart, before 08:00 (FORMULAS 1.12). The driver samples most of them through, some with
//! gaps, and leaves some with too many samples missing: those are void and start again. Options that expire on the same day
//! are settled one after the other.

use sealbook_engine::Event;
use sealbook_engine::state::instrument::{Instrument, OptionTerms};
use sealbook_wire::{Expire, InstrumentConfig, InstrumentKind, List, ListOption, Smile};
use sealbook_wire::{SystemCommand, VolatilityRound};

use super::markets::config;
use super::{Broken, OPTIONS, Twins};

const DAY_US: u64 = 86_400_000_000;
const SAMPLE_US: u64 = 4_000_000;
const SAMPLES: u64 = 450;

/// The next settlement window.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    pub start_us: u64,
    end_us: u64,
}

/// An option, whichever it is.
fn option_config(id: u16) -> InstrumentConfig {
    InstrumentConfig { kind: InstrumentKind::Option, index: 1_000, ..config(id) }
}

/// The first half of the ids is on the first market, the other on the second.
fn underlying_of(id: u16) -> u16 {
    if id < OPTIONS[OPTIONS.len() / 2] { 1 } else { 2 }
}

impl Twins {
    /// Smiles mostly; a listing, a settlement, each now and then before its time.
    pub(super) fn option(&mut self) -> Result<(), Broken> {
        let id = self.random.pick(&OPTIONS);
        match (self.terms(id), self.random.below(8)) {
            (None, 0..6) | (Some(_), 0) => self.list_option(id),
            (_, 1) => self.expire(id),
            _ => self.smiles(),
        }
    }

    /// Terms of an unsettled option.
    fn terms(&self, id: u16) -> Option<OptionTerms> {
        let listed = self.fast.engine.state().instrument(id);
        listed.map(|at| at.option).filter(|option| !option.is_settled)
    }

    fn unsettled(&self) -> impl Iterator<Item = &Instrument> {
        let instruments = self.fast.engine.state().instruments();
        instruments.iter().filter(|at| OPTIONS.contains(&at.id) && !at.option.is_settled)
    }

    fn list_option(&mut self, id: u16) -> Result<(), Broken> {
        let time_us = self.fast.engine.state().venue().time_us;
        let underlying = underlying_of(id);
        let index = self.index[usize::from(underlying) - 1];
        let config = [option_config(id)];
        let number = self.number();
        let days = self.random.pick(&[0, 0, 0, 1, 1, 2]);
        let listing = ListOption {
            config: List::of(&config),
            underlying,
            is_call: self.random.once_in(2),
            strike: (index / 20_000 + self.random.below(5) as i64 - 2) * 20_000,
            expiry_us: (time_us / DAY_US + 1 + days) * DAY_US + DAY_US / 3,
            number,
            signatures: List::of(&[]),
        };
        self.both(SystemCommand::ListOption(listing))?;
        let alive = self.unsettled().count() as u64;
        self.coverage.options_alive_max = self.coverage.options_alive_max.max(alive);
        if self.random.once_in(8) { Ok(()) } else { self.smiles() }
    }

    /// A smile for every expiry there is, now and then one that no option has or that is no smile.
    fn smiles(&mut self) -> Result<(), Broken> {
        let venue = *self.fast.engine.state().venue();
        let mut keys: Vec<(u16, u64)> =
            self.unsettled().map(|at| (at.option.underlying, at.option.expiry_us)).collect();
        keys.sort_unstable();
        keys.dedup();
        let mut smiles = Vec::new();
        for (underlying, expiry_us) in keys {
            let index = self.index[usize::from(underlying) - 1];
            let forward = index + self.random.below(20_000) as i64 - 10_000;
            let a = self.random.below(20_000_000) as i64;
            let (b, rho) = (1_000_000, 500_000_000 - self.random.below(1_000_000_000) as i64);
            let s = if self.random.once_in(40) { 0 } else { 100_000_000 };
            smiles.push(Smile { underlying, expiry_us, forward, a, b, rho, m: 0, s });
        }
        if self.random.once_in(40) {
            smiles.reverse();
        }
        let round = venue.volatility_round + 1;
        let (smiles, signatures) = (List::of(&smiles), List::of(&[]));
        let round = VolatilityRound { round, time_us: venue.time_us, smiles, signatures };
        self.both(SystemCommand::VolatilityRound(round))
    }

    /// The next window of any unsettled option, also one that has begun.
    pub(super) fn next_window(&self) -> Option<Window> {
        let time_us = self.fast.header.time_us;
        let ends = self.unsettled().map(|at| at.option.window_end_us);
        let end_us = ends.filter(|&end_us| end_us > time_us).min()?;
        Some(Window { start_us: end_us - SAMPLES * SAMPLE_US, end_us })
    }

    /// Goes to a window, samples it while accounts trade, and settles whatever it was the window of.
    pub(super) fn go_through(&mut self, window: Window) -> Result<(), Broken> {
        self.wait(window.start_us.saturating_sub(self.fast.header.time_us))?;
        let gap = self.random.pick(&[u64::MAX, u64::MAX, 40, 15]);
        let leaves_at = if self.random.once_in(8) { self.random.below(SAMPLES) } else { SAMPLES };
        for _ in 0..leaves_at {
            if self.fast.header.time_us >= window.end_us {
                break;
            }
            let prices = self.prices(gap, 600);
            self.publish(&prices)?;
            if self.random.once_in(3) {
                let account = self.account();
                let command = self.command(account);
                self.session(account, command)?;
            }
            if self.random.once_in(60) {
                self.smiles()?;
            }
            self.fast.header.time_us += SAMPLE_US;
            self.naive.header.time_us += SAMPLE_US;
        }
        self.wait(window.end_us.saturating_sub(self.fast.header.time_us))?;
        for id in OPTIONS {
            let is_due = self.terms(id).is_some_and(|terms| {
                terms.window_end_us <= self.fast.header.time_us && !self.random.once_in(20)
            });
            if is_due {
                self.expire(id)?;
                if self.terms(id).is_none() && !self.random.once_in(3) {
                    self.list_option(id)?;
                }
            }
        }
        Ok(())
    }

    /// Settles an option, if its time has come. Time may have run past its window by hours: each void one starts anew where the
    /// last ended, until one lies ahead.
    fn expire(&mut self, id: u16) -> Result<(), Broken> {
        loop {
            let before = self.terms(id);
            self.both(SystemCommand::Expire(Expire { instrument: id }))?;
            let (Some(before), after) = (before, self.terms(id)) else { return Ok(()) };
            let Some(after) = after else {
                self.saw_settled(id);
                return Ok(());
            };
            if after.window_end_us == before.window_end_us {
                return Ok(());
            }
            self.coverage.saw("settlement window void");
            if after.window_end_us > self.fast.engine.state().venue().time_us {
                return Ok(());
            }
        }
    }

    fn saw_settled(&mut self, id: u16) {
        let mut events = self.fast.events.iter();
        let payoff = events.find_map(|event| match event {
            Event::Expired { payoff, .. } => Some(*payoff),
            _ => None,
        });
        self.coverage.saw(match payoff {
            None => "option settled with nobody in it",
            Some(0) => "option settled out of the money",
            Some(_) => "option settled in the money",
        });
        let settled = self.fast.engine.state().instrument(id);
        if settled.is_some_and(|at| at.option.missing > 0) {
            self.coverage.saw("option settled over gaps");
        }
    }
}
