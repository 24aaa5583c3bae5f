//! The property driver: random commands of every kind against two whole venues, one on the fast book, one on its naive twin.
//!
//! After every command both must give the same outcome and the same events, every named invariant must hold, and no account that
//! was healthy may have become unhealthy by a session's command, its own or another's. Every so often the state digests are
//! compared and the fast venue is replaced by what its own snapshot restores.

use std::collections::BTreeMap;

use sealbook_engine::book::{Book, LadderBook, NaiveBook};
use sealbook_engine::risk::margin::assess;
use sealbook_engine::state::account::Account;
use sealbook_engine::state::instrument::Instrument;
use sealbook_engine::{Engine, Event, Limits, Outcome, State};
use sealbook_wire::{
    ClientId, Command, ConnectionClosed, Expire, InboxKind, List, ListOption, MarginMode,
    MarketMode, MassQuote, OraclePrice, OrderStatus, Reject, SetMarketMode, Smile, SystemCommand,
    VolatilityRound,
};

use self::commands::{config, risks};
use crate::history::History;
use crate::market::Venue;
use crate::random::Random;

mod commands;

const DAY_US: u64 = 86_400_000_000;
const OWNERS: u32 = 10;
const INSTRUMENTS: u16 = 3;
/// Ids of the options, two on each of the first two of them.
const OPTIONS: [u16; 4] = [4, 5, 6, 7];
/// Accounts: the owners', the fund's, and some of their other sub-accounts.
const ACCOUNTS: u32 = OWNERS + 8;
/// Commands between two comparisons of the whole state.
const DIGEST_EVERY: u64 = 512;
/// Commands between two restarts from a snapshot.
const SNAPSHOT_EVERY: u64 = 8_192;

/// What a run saw.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// Commands applied.
    pub commands: u64,
    /// Outcomes by wire name; `OK` for none.
    pub outcomes: BTreeMap<&'static str, u64>,
    /// Events by kind.
    pub events: BTreeMap<&'static str, u64>,
    /// Restarts from a snapshot.
    pub snapshots: u64,
    /// Heap allocations of the fast venue's commands, if the program counts them.
    pub allocations: u64,
    /// Digest over all outcomes and the final state: equal seeds give equal digests on any machine.
    pub digest: u64,
}

/// A broken property, with everything needed to see it again.
#[derive(Clone, Debug)]
pub struct Broken {
    /// Seed of the run.
    pub seed: u64,
    /// Sequence of the command.
    pub sequence: u64,
    /// What did not hold.
    pub property: String,
}

impl std::fmt::Display for Broken {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "seed {} command {}: {}", self.seed, self.sequence, self.property)
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
}

/// Runs `commands` random commands.
pub fn run(seed: u64, commands: u64) -> Result<Coverage, Broken> {
    let mut twins = driven(seed, commands)?;
    twins.compare_states()?;
    twins.coverage.allocations = twins.fast.allocations;
    Ok(twins.coverage)
}

/// As [`run`], and looks at the venue it led to.
pub fn run_to<T>(
    seed: u64,
    commands: u64,
    look: impl FnOnce(&Engine<LadderBook>) -> T,
) -> Result<T, Broken> {
    let mut twins = driven(seed, commands)?;
    twins.compare_states()?;
    Ok(look(&twins.fast.engine))
}

fn driven(seed: u64, commands: u64) -> Result<Twins, Broken> {
    let mut twins = Twins::new(seed);
    twins.open()?;
    while twins.coverage.commands < commands {
        twins.step()?;
        let count = twins.coverage.commands;
        if count.is_multiple_of(DIGEST_EVERY) {
            twins.compare_states()?;
        }
        if count.is_multiple_of(SNAPSHOT_EVERY) {
            twins.restart()?;
        }
    }
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
        }
    }

    fn open(&mut self) -> Result<(), Broken> {
        for id in 1..=INSTRUMENTS {
            let outcomes = (self.fast.list(&config(id)), self.naive.list(&config(id)));
            self.check(outcomes, None)?;
        }
        for risk in risks() {
            let command = SystemCommand::InstrumentRisk(risk);
            self.both(command)?;
        }
        for n in 1..=OWNERS {
            self.deposit(InboxKind::Deposit, n, 30_000_000)?;
        }
        self.deposit(InboxKind::InsuranceDeposit, 0, 1_000_000)
    }

    fn deposit(&mut self, kind: InboxKind, n: u32, amount: u64) -> Result<(), Broken> {
        let outcomes =
            (self.fast.inbox(kind, n, amount, [0; 32]), self.naive.inbox(kind, n, amount, [0; 32]));
        self.check(outcomes, None)
    }

    fn step(&mut self) -> Result<(), Broken> {
        match self.random.below(1_000) {
            0..30 => self.tick(),
            30..60 => self.round(),
            60..75 => self.inbox(),
            75..90 => {
                let id = self.random.pick(&OPTIONS);
                self.option(id)
            }
            90..93 => self.mode(),
            93..95 => self.disconnect(),
            95..125 => self.mass_quote(),
            _ => {
                let account = self.account();
                let command = self.command(account);
                self.session(account, command)
            }
        }
    }

    /// Markets are open most of the time: every other mode lasts until the next change.
    fn mode(&mut self) -> Result<(), Broken> {
        let instrument = 1 + self.random.below(u64::from(INSTRUMENTS) + 4) as u16;
        let number = self.number();
        let mode = if self.random.once_in(8) {
            self.random.pick(&MarketMode::ALL)
        } else {
            MarketMode::Open
        };
        let set = |instrument| {
            SystemCommand::SetMarketMode(SetMarketMode {
                instrument,
                mode,
                number,
                signatures: List::of(&[]),
            })
        };
        let outcomes = (self.fast.system(set(instrument)), self.naive.system(set(instrument)));
        self.check(outcomes, None)
    }

    /// Of a signed order: mostly the next, now and then the enclave's own 0 or one that came too late.
    fn number(&mut self) -> u64 {
        let last = self.fast.engine.state().venue().order_number;
        self.random.pick(&[0, last, last + 1, last + 1, last + 1, last + 3])
    }

    /// Anybody but the fund.
    fn account(&mut self) -> u32 {
        let accounts = self.fast.engine.state().accounts().len() as u64;
        1 + self.random.below(accounts - 1) as u32
    }

    fn disconnect(&mut self) -> Result<(), Broken> {
        let account = self.random.below(u64::from(ACCOUNTS) + 2) as u32;
        let closed = || SystemCommand::ConnectionClosed(ConnectionClosed { account });
        let outcomes = (self.fast.system(closed()), self.naive.system(closed()));
        self.check(outcomes, None)
    }

    fn mass_quote(&mut self) -> Result<(), Broken> {
        let account = self.account();
        let pairs = self.quote_pairs();
        let quote = MassQuote {
            label: self.random.below(4) as u32,
            protection: self.random.below(3) as u8,
            slide: self.random.once_in(2),
            quotes: List::of(&pairs),
        };
        self.session(account, Command::MassQuote(quote))
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
        self.check(outcomes, Some(&command))
    }

    /// Lists an option anew once the last is settled, tells its smile, and settles it when it is due.
    fn option(&mut self, id: u16) -> Result<(), Broken> {
        let state = self.fast.engine.state();
        let time_us = state.venue().time_us;
        let listed = state.instrument(id).filter(|at| !at.option.is_settled);
        let Some(window_us) = listed.map(|at| at.option.window_end_us) else {
            return self.list_option(id);
        };
        if window_us <= time_us {
            return self.settle_late(id);
        }
        if self.random.once_in(12) && window_us > time_us + 450 * 4_000_000 {
            return self.settle(id, window_us - time_us);
        }
        if self.random.once_in(4) {
            return self.both(SystemCommand::Expire(Expire { instrument: id }));
        }
        self.smiles()
    }

    fn list_option(&mut self, id: u16) -> Result<(), Broken> {
        let time_us = self.fast.engine.state().venue().time_us;
        let underlying = if id <= OPTIONS[1] { 1 } else { 2 };
        let index = self.index[usize::from(underlying) - 1];
        let config = [commands::option_config(id)];
        let number = self.number();
        let days = self.random.below(3);
        let listing = ListOption {
            config: List::of(&config),
            underlying,
            is_call: self.random.once_in(2),
            strike: (index / 20_000 + self.random.below(5) as i64 - 2) * 20_000,
            expiry_us: (time_us / DAY_US + 1 + days) * DAY_US + DAY_US / 3,
            number,
            signatures: List::of(&[]),
        };
        self.both(SystemCommand::ListOption(listing))
    }

    /// A smile for every expiry there is, now and then one that no option has or that is no smile.
    fn smiles(&mut self) -> Result<(), Broken> {
        let venue = *self.fast.engine.state().venue();
        let instruments = self.fast.engine.state().instruments();
        let mut keys: Vec<(u16, u64)> = instruments
            .iter()
            .filter(|at| OPTIONS.contains(&at.id) && !at.option.is_settled)
            .map(|at| (at.option.underlying, at.option.expiry_us))
            .collect();
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

    /// Time may have run past a window by hours: each void one starts anew where the last ended, until one lies ahead again.
    fn settle_late(&mut self, id: u16) -> Result<(), Broken> {
        loop {
            self.both(SystemCommand::Expire(Expire { instrument: id }))?;
            let state = self.fast.engine.state();
            let at = state.instrument(id).map(|at| (at.option.is_settled, at.option.window_end_us));
            if at.is_none_or(|(is_settled, end_us)| is_settled || end_us > state.venue().time_us) {
                return Ok(());
            }
        }
    }

    /// Goes to the option's settlement window, samples it through (now and then with gaps), and settles.
    fn settle(&mut self, id: u16, left_us: u64) -> Result<(), Broken> {
        self.wait(left_us.saturating_sub(450 * 4_000_000))?;
        let has_gaps = self.random.once_in(4);
        for _ in 0..450 {
            if !(has_gaps && self.random.once_in(8)) {
                let price = [1, 2].map(|instrument| {
                    let at = usize::from(instrument) - 1;
                    OraclePrice { instrument, index: self.index[at] }
                });
                let outcomes = (self.fast.round(&price), self.naive.round(&price));
                self.check(outcomes, None)?;
            }
            if self.random.once_in(5) {
                let account = self.account();
                let command = self.command(account);
                self.session(account, command)?;
            }
            self.wait(4_000_000)?;
        }
        self.both(SystemCommand::Expire(Expire { instrument: id }))
    }

    fn wait(&mut self, by_us: u64) -> Result<(), Broken> {
        let outcomes = (self.fast.tick(by_us), self.naive.tick(by_us));
        self.check(outcomes, None)
    }

    fn both(&mut self, command: SystemCommand<'_>) -> Result<(), Broken> {
        let outcomes = (self.fast.system(command), self.naive.system(command));
        self.check(outcomes, None)
    }

    fn tick(&mut self) -> Result<(), Broken> {
        let by_us = self.random.pick(&[0, 1_000, 10_000_000, 60_000_000, 3_600_000_000]);
        let outcomes = (self.fast.tick(by_us), self.naive.tick(by_us));
        self.check(outcomes, None)
    }

    /// Mostly small steps; now and then a crash or a jump, and rounds that must be refused.
    fn round(&mut self) -> Result<(), Broken> {
        let mut prices = Vec::new();
        for id in 1..=INSTRUMENTS {
            let at = usize::from(id) - 1;
            let step = match self.random.below(40) {
                0 => 150,
                1..6 => 30,
                _ => 5,
            };
            let moved = self.random.below(2 * step + 1) as i64 - step as i64;
            let index = self.index[at] + self.index[at] * moved / 1_000;
            self.index[at] = index.clamp(200_000, 1_600_000);
            if !self.random.once_in(6) {
                prices.push(OraclePrice { instrument: id, index: self.index[at] });
            }
        }
        if self.random.once_in(40) {
            let bad = self.random.pick(&[(1, 0), (1, -5), (9, 5), (1, i64::MAX)]);
            prices.push(OraclePrice { instrument: bad.0, index: bad.1 });
        }
        let outcomes = (self.fast.round(&prices), self.naive.round(&prices));
        self.check(outcomes, None)
    }

    fn inbox(&mut self) -> Result<(), Broken> {
        let kind = self.random.pick(&InboxKind::ALL);
        let n = 1 + self.random.below(u64::from(OWNERS) + 2) as u32;
        let amount = match kind {
            InboxKind::RegisterKey => self.random.below(2),
            InboxKind::Deposit => self.random.below(30_000_000),
            InboxKind::InsuranceDeposit => self.random.below(100_000),
            _ => self.random.below(8_000_000),
        };
        let mut data = [0; 32];
        data[31] = self.random.below(u64::from(INSTRUMENTS) + 1) as u8;
        let outcomes =
            (self.fast.inbox(kind, n, amount, data), self.naive.inbox(kind, n, amount, data));
        self.check(outcomes, None)
    }

    /// Handles of client ids are private to an engine; what they stand for must be the same.
    fn events_are_equal(&self) -> bool {
        let fast = self.fast.events.iter().map(|event| plain(event, &self.fast.engine));
        let naive = self.naive.events.iter().map(|event| plain(event, &self.naive.engine));
        fast.eq(naive)
    }

    fn broken(&self, property: impl Into<String>) -> Broken {
        let sequence = self.fast.header.sequence;
        Broken { seed: self.seed, sequence, property: property.into() }
    }

    fn check(
        &mut self,
        (fast, naive): (Outcome, Outcome),
        session: Option<&Command<'_>>,
    ) -> Result<(), Broken> {
        self.coverage.commands += 1;
        if fast != naive {
            return Err(self.broken(format!("twin outcomes: {fast:?} and {naive:?}")));
        }
        if !self.events_are_equal() {
            let (fast, naive) = (self.fast.events.as_slice(), self.naive.events.as_slice());
            return Err(self.broken(format!("twin events: {fast:?} and {naive:?}")));
        }
        if let Err(invariant) = self.fast.engine.state().check_invariants() {
            return Err(self.broken(format!("{invariant}, after {session:?}")));
        }
        self.history.follow(&self.fast.events, self.fast.engine.state());
        if let Some((id, told)) = self.history.difference(self.fast.engine.state()) {
            let has = &self.fast.engine.state().accounts()[id as usize];
            let text = format!("account {id} was told {told:?} and is {has:?}, after {session:?}");
            return Err(self.broken(text));
        }
        for event in self.fast.events.iter() {
            if let Event::Deleveraged { leverage_before_ppm, leverage_after_ppm, .. } = event
                && leverage_after_ppm > leverage_before_ppm
            {
                return Err(self.broken(format!("deleveraging raised a leverage: {event:?}")));
            }
        }
        if let Some(command) = session {
            self.check_health(command)?;
            // Orders may have expired, or fired, before or after what was refused.
            let is_refused = fast.is_reject() && self.fast.events.as_slice().is_empty();
            let before = self.before.take().filter(|_| is_refused);
            if before.is_some_and(|hash| hash != self.fast.engine.state().state_hash()) {
                return Err(self.broken(format!("a reject changed the state: {command:?}")));
            }
        }
        self.count(&fast);
        Ok(())
    }

    /// Healthy stays healthy, by one's own command and by anybody's.
    fn check_health(&mut self, command: &Command<'_>) -> Result<(), Broken> {
        let now = health(self.fast.engine.state());
        let fell = now.zip(&self.was_healthy).position(|(now, &before)| before && !now);
        match fell {
            None => Ok(()),
            Some(account) => {
                let events = self.fast.events.as_slice();
                let text =
                    format!("account {} became unhealthy: {command:?} {events:?}", account + 1);
                Err(self.broken(text))
            }
        }
    }

    fn count(&mut self, outcome: &Outcome) {
        let name = Reject::from_code(outcome.code).map_or("OK", Reject::wire);
        *self.coverage.outcomes.entry(name).or_default() += 1;
        for event in self.fast.events.iter() {
            *self.coverage.events.entry(kind(event)).or_default() += 1;
            if let Some(kind) = self.portfolio_kind(event) {
                *self.coverage.events.entry(kind).or_default() += 1;
            }
        }
        for word in [outcome.code.into(), outcome.detail, outcome.order_id] {
            self.fold(word);
        }
        if outcome.order_id != 0 {
            if self.ids.len() == 64 {
                let at = self.random.below(64) as usize;
                self.ids.swap_remove(at);
            }
            self.ids.push(outcome.order_id);
        }
    }

    /// What happens to accounts in portfolio mode is counted apart.
    fn portfolio_kind(&self, event: &Event) -> Option<&'static str> {
        let accounts = self.fast.engine.state().accounts();
        let is_portfolio = |id: u32| accounts[id as usize].margin_mode() == MarginMode::Portfolio;
        match *event {
            Event::Traded { maker, taker, .. }
                if is_portfolio(maker.account) || is_portfolio(taker.account) =>
            {
                Some("traded in portfolio mode")
            }
            Event::Liquidated { account, .. } if is_portfolio(account) => {
                Some("portfolio liquidated")
            }
            Event::Deleveraged { account, .. } if is_portfolio(account) => {
                Some("portfolio deleveraged")
            }
            _ => None,
        }
    }

    fn fold(&mut self, word: u64) {
        let digest = &mut self.coverage.digest;
        *digest = (*digest ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
    }

    fn compare_states(&mut self) -> Result<(), Broken> {
        let fast = self.fast.engine.state().state_hash();
        if fast != self.naive.engine.state().state_hash() {
            return Err(self.broken("twin states differ"));
        }
        self.fold(fast);
        Ok(())
    }

    /// Continues the fast venue from its own snapshot.
    fn restart(&mut self) -> Result<(), Broken> {
        let bytes = self.fast.engine.state().emit_snapshot();
        let restored = State::parse_snapshot(&self.limits, &bytes)
            .map_err(|error| self.broken(format!("snapshot: {error:?}")))?;
        if restored.emit_snapshot() != bytes {
            return Err(self.broken("a snapshot of the restored state differs"));
        }
        self.fast.engine = Engine::restored(restored);
        self.coverage.snapshots += 1;
        Ok(())
    }
}

fn health<B: Book>(state: &State<B>) -> impl Iterator<Item = bool> + '_ {
    let instruments: &[Instrument] = state.instruments();
    let is_healthy = |account: &Account| assess(account, instruments).is_healthy();
    state.accounts().iter().skip(1).map(is_healthy)
}

/// An event without its handles, and the client ids they stand for.
fn plain<B: Book>(event: &Event, engine: &Engine<B>) -> (Event, [Option<ClientId>; 2]) {
    let mut event = *event;
    let ids = match &mut event {
        Event::Traded { maker, taker, .. } => {
            let ids = [maker.client, taker.client].map(|client| engine.client_id(client));
            (maker.client, taker.client) = (0, 0);
            ids
        }
        Event::OrderClosed { client, .. }
        | Event::OrderResized { client, .. }
        | Event::OrderTriggered { client, .. }
        | Event::OrderOpened { client, .. } => {
            let id = engine.client_id(*client);
            *client = 0;
            [id, None]
        }
        _ => [None, None],
    };
    (event, ids)
}

fn kind(event: &Event) -> &'static str {
    match event {
        Event::Traded { taker, .. } if taker.order_id == 0 => "traded by liquidation or force",
        Event::Traded { .. } => "traded",
        Event::OrderClosed { reason, .. } => reason.name(),
        Event::OrderResized { .. } => "resized",
        Event::OrderTriggered { .. } => "triggered",
        Event::OrderOpened { status: OrderStatus::Waiting, .. } => "waits",
        Event::OrderOpened { .. } => "opened",
        Event::Quoted { .. } => "quoted",
        Event::ProtectionTripped { .. } => "tripped",
        Event::Credited { .. } => "credited",
        Event::Withdrawn { .. } => "withdrawn",
        Event::Liquidated { lots: 0, .. } => "liquidated by the book",
        Event::Liquidated { .. } => "taken over",
        Event::Deleveraged { .. } => "deleveraged",
        Event::Expired { .. } => "option expired",
        Event::FundingSettled { .. } => "funding settled",
        Event::Transferred { .. } => "transferred",
        Event::Covered { .. } => "covered",
        Event::Listed { .. } => "listed",
        Event::Socialised { .. } => "socialised",
        Event::Account { .. } => "account",
        Event::Level { .. } => "level",
        Event::Ticker { .. } => "ticker",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_twins_agree_and_the_invariants_hold() {
        let (mut outcomes, mut events) = (BTreeSet::new(), BTreeSet::new());
        for seed in 1..=4 {
            let coverage = run(seed, 60_000).unwrap_or_else(|broken| panic!("{broken}"));
            outcomes.extend(coverage.outcomes.into_keys());
            events.extend(coverage.events.into_keys());
        }
        for outcome in [
            "OK",
            "MARGIN",
            "SELF_TRADE",
            "NO_ORDER",
            "WOULD_CROSS",
            "WOULD_NOT_FILL",
            "NOT_REDUCING",
            "CLIENT_ID_CONFLICT",
            "KEY_REVOKED",
            "SCOPE",
            "BAD_ORACLE",
            "WITHDRAW_AMOUNT",
            "NO_MARKET",
            "BAD_PRICE",
            "BAD_QTY",
            "MARKET_CLOSED",
            "BAD_EXPIRY",
            "BAD_TRIGGER",
            "BAD_COMBINATION",
            "BAD_GROUP",
            "NO_LABEL",
            "BAD_QUOTE",
            "NO_PROTECTION",
            "FROZEN",
            "BAD_PROTECTION",
            "BAD_TIMEOUT",
            "SAME_ACCOUNT",
            "STALE_ROUND",
            "BAD_SMILE",
            "NOT_EXPIRED",
        ] {
            assert!(outcomes.contains(outcome), "never {outcome}");
        }
        for event in [
            "traded",
            "liquidation",
            "reduce-only",
            "withdrawn",
            "taken over",
            "resized",
            "triggered",
            "waits",
            "opened",
            "quoted",
            "tripped",
            "expired",
            "linked",
            "refused",
            "protection",
            "dead-man",
            "disconnect",
            "replaced",
            "self-trade",
            "deleveraged",
            "option expired",
            "funding settled",
            "transferred",
            "traded in portfolio mode",
            "portfolio liquidated",
            "portfolio deleveraged",
            "socialised",
            "listed",
        ] {
            assert!(events.contains(event), "never {event}");
        }
    }

    #[test]
    fn a_seed_reproduces_a_run() {
        let digest = |seed| run(seed, 5_000).map(|coverage| coverage.digest).ok();
        assert_eq!(digest(9), digest(9));
        assert_ne!(digest(9), digest(10));
    }
}
