//! What must hold after every command: equal twins, invariants, ledgers that agree, nobody made unhealthy.

use sealbook_engine::book::Book;
use sealbook_engine::risk::margin::assess;
use sealbook_engine::state::account::Account;
use sealbook_engine::state::instrument::Instrument;
use sealbook_engine::{Engine, Event, Outcome, State};
use sealbook_wire::{ClientId, Command, MarginMode, TriggerSource};

use super::{Broken, OPTIONS, Twins};

impl Twins {
    /// Handles of client ids are private to an engine; what they stand for must be the same.
    fn events_are_equal(&self) -> bool {
        let fast = self.fast.events.iter().map(|event| plain(event, &self.fast.engine));
        let naive = self.naive.events.iter().map(|event| plain(event, &self.naive.engine));
        fast.eq(naive)
    }

    pub(super) fn broken(&self, property: impl Into<String>) -> Broken {
        let command = self.coverage.commands;
        Broken { seed: self.seed, command, property: property.into() }
    }

    /// Checks a command that both have applied.
    pub(super) fn check(
        &mut self,
        kind: &'static str,
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
            return Err(self.broken(format!("{invariant}, after {kind} {session:?}")));
        }
        self.history.follow(&self.fast.events, self.fast.engine.state());
        if let Some((id, told)) = self.history.difference(self.fast.engine.state()) {
            let has = &self.fast.engine.state().accounts()[id as usize];
            let text =
                format!("account {id} was told {told:?} and is {has:?}, after {kind} {session:?}");
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
        self.count(kind, &fast);
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

    fn count(&mut self, kind: &'static str, outcome: &Outcome) {
        self.coverage.saw_command(kind, outcome);
        for event in self.fast.events.iter() {
            self.coverage.saw_event(event);
            cases(event, self.fast.engine.state(), |case| self.coverage.saw(case));
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

    fn fold(&mut self, word: u64) {
        let digest = &mut self.coverage.digest;
        *digest = (*digest ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
    }

    pub(super) fn compare_states(&mut self) -> Result<(), Broken> {
        let fast = self.fast.engine.state().state_hash();
        if fast != self.naive.engine.state().state_hash() {
            return Err(self.broken("twin states differ"));
        }
        self.fold(fast);
        Ok(())
    }

    /// Continues the fast venue from its own snapshot.
    pub(super) fn restart(&mut self) -> Result<(), Broken> {
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

pub(super) fn health<B: Book>(state: &State<B>) -> impl Iterator<Item = bool> + '_ {
    let instruments: &[Instrument] = state.instruments();
    let is_healthy = |account: &Account| assess(account, instruments).is_healthy();
    state.accounts().iter().skip(1).map(is_healthy)
}

/// What an event tells together with the state: of options, of accounts in portfolio mode, of triggers.
fn cases<B: Book>(event: &Event, state: &State<B>, mut saw: impl FnMut(&'static str)) {
    let is_portfolio =
        |id: u32| state.accounts()[id as usize].margin_mode() == MarginMode::Portfolio;
    match *event {
        Event::Traded { instrument, maker, taker, .. } => {
            if OPTIONS.contains(&instrument) {
                saw("option traded");
            }
            if is_portfolio(maker.account) || is_portfolio(taker.account) {
                saw("portfolio traded");
            }
        }
        Event::Liquidated { account, instrument, lots, .. } => {
            match (OPTIONS.contains(&instrument), lots) {
                (true, 0) => saw("option liquidated by the book"),
                (true, _) => saw("option taken over"),
                (false, _) => {}
            }
            if is_portfolio(account) {
                saw("portfolio liquidated");
            }
        }
        Event::Deleveraged { account, instrument, .. } => {
            if OPTIONS.contains(&instrument) {
                saw("option deleveraged");
            }
            if is_portfolio(account) {
                saw("portfolio deleveraged");
            }
        }
        Event::Expired { account, .. } if is_portfolio(account) => {
            saw("portfolio held at settlement");
        }
        Event::OrderTriggered { source, .. } => saw(match source {
            TriggerSource::Mark => "triggered by mark",
            TriggerSource::Index => "triggered by index",
            TriggerSource::Last => "triggered by last",
        }),
        _ => {}
    }
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
