//! What a run saw, by name; and what a long run must have seen, or it proved less than it says.

use std::collections::BTreeMap;
use std::fmt;

use sealbook_engine::{Event, Outcome};
use sealbook_wire::{Command, OrderStatus, Reject, SystemCommand};

/// Commands from which on a run that never saw one of [`MUST`] fails.
pub const COMMANDS_TELLING: u64 = 200_000;

/// What a run saw.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// Commands applied.
    pub commands: u64,
    /// Commands taken and refused, by kind.
    pub kinds: BTreeMap<&'static str, [u64; 2]>,
    /// Outcomes by wire name; `OK` for none.
    pub outcomes: BTreeMap<&'static str, u64>,
    /// Events by kind.
    pub events: BTreeMap<&'static str, u64>,
    /// What happened and no single event tells.
    pub cases: BTreeMap<&'static str, u64>,
    /// The most options unsettled at once.
    pub options_alive_max: u64,
    /// Restarts from a snapshot.
    pub snapshots: u64,
    /// Heap allocations of the fast venue's commands, if the program counts them.
    pub allocations: u64,
    /// Digest over all outcomes and the final state: equal seeds give equal digests on any machine.
    pub digest: u64,
}

/// What every long run must see: commands taken, refusals, events, cases.
pub const MUST: [(&str, &[&str]); 4] = [
    ("command", &COMMANDS_MUST),
    ("outcome", &OUTCOMES_MUST),
    ("event", &EVENTS_MUST),
    ("case", &CASES_MUST),
];

const COMMANDS_MUST: [&str; 26] = [
    "place",
    "amend",
    "cancel",
    "cancel-all",
    "query",
    "withdraw",
    "ping",
    "revoke",
    "account-query",
    "place-advanced",
    "cancel-label",
    "cancel-after",
    "mass-quote",
    "set-protection",
    "reset-protection",
    "set-margin-mode",
    "transfer",
    "cancel-on-disconnect",
    "tick",
    "oracle-round",
    "inbox-entry",
    "instrument-risk",
    "list-option",
    "volatility-round",
    "expire",
    "set-market-mode",
];

const OUTCOMES_MUST: [&str; 32] = [
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
    "E_CAPACITY",
    "NONCE_WINDOW",
];

const EVENTS_MUST: [&str; 34] = [
    "traded",
    "traded by liquidation or force",
    "cancelled-by-user",
    "liquidation",
    "reduce-only",
    "market-mode",
    "credited",
    "withdrawn",
    "liquidated by the book",
    "taken over",
    "deleveraged",
    "socialised",
    "covered",
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
    "option expired",
    "funding settled",
    "transferred",
    "listed",
    "account",
    "level",
    "ticker",
];

const CASES_MUST: [&str; 17] = [
    "option traded",
    "option liquidated by the book",
    "option taken over",
    "option deleveraged",
    "option settled in the money",
    "option settled out of the money",
    "option settled with nobody in it",
    "option settled over gaps",
    "settlement window void",
    "portfolio mode chosen",
    "portfolio traded",
    "portfolio liquidated",
    "portfolio deleveraged",
    "portfolio held at settlement",
    "triggered by mark",
    "triggered by index",
    "triggered by last",
];

impl Coverage {
    /// Counts a case.
    pub fn saw(&mut self, case: &'static str) {
        *self.cases.entry(case).or_default() += 1;
    }

    /// Counts a command by its kind.
    pub fn saw_command(&mut self, kind: &'static str, outcome: &Outcome) {
        self.kinds.entry(kind).or_default()[usize::from(outcome.is_reject())] += 1;
        let name = Reject::from_code(outcome.code).map_or("OK", Reject::wire);
        *self.outcomes.entry(name).or_default() += 1;
    }

    /// Counts an event by its kind.
    pub fn saw_event(&mut self, event: &Event) {
        *self.events.entry(kind_of_event(event)).or_default() += 1;
    }

    /// Adds what another run saw.
    pub fn add(&mut self, other: &Coverage) {
        self.commands += other.commands;
        for (kind, [taken, refused]) in &other.kinds {
            let sum = self.kinds.entry(kind).or_default();
            (sum[0], sum[1]) = (sum[0] + taken, sum[1] + refused);
        }
        for (to, from) in [
            (&mut self.outcomes, &other.outcomes),
            (&mut self.events, &other.events),
            (&mut self.cases, &other.cases),
        ] {
            from.iter().for_each(|(name, count)| *to.entry(name).or_default() += count);
        }
    }

    /// What of [`MUST`] never happened.
    pub fn missing(&self) -> Vec<String> {
        let mut missing = Vec::new();
        for (what, names) in MUST {
            for name in names {
                let count = match what {
                    "command" => self.kinds.get(name).map_or(0, |counts| counts[0]),
                    "outcome" => self.outcomes.get(name).copied().unwrap_or(0),
                    "event" => self.events.get(name).copied().unwrap_or(0),
                    _ => self.cases.get(name).copied().unwrap_or(0),
                };
                if count == 0 {
                    missing.push(format!("{what} {name}"));
                }
            }
        }
        missing
    }

    /// Whether the run was long enough to be judged and saw too little: then what is missing.
    pub fn lack(&self) -> Option<String> {
        let missing = self.missing();
        let is_lacking = self.commands >= COMMANDS_TELLING && !missing.is_empty();
        is_lacking.then(|| format!("never in {} commands: {}", self.commands, missing.join(", ")))
    }
}

impl fmt::Display for Coverage {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{} commands, digest {:016x}", self.commands, self.digest)?;
        writeln!(out, "restarts from a snapshot: {}", self.snapshots)?;
        writeln!(out, "heap allocations: {}", self.allocations)?;
        writeln!(out, "options alive at once: {}", self.options_alive_max)?;
        let kinds = self.kinds.iter().map(|(kind, [taken, no])| format!("{kind} {taken}+{no}"));
        writeln!(out, "commands, taken+refused: {}", kinds.collect::<Vec<_>>().join(", "))?;
        for (what, counts) in
            [("outcomes", &self.outcomes), ("events", &self.events), ("cases", &self.cases)]
        {
            let counts = counts.iter().map(|(name, count)| format!("{name} {count}"));
            writeln!(out, "{what}: {}", counts.collect::<Vec<_>>().join(", "))?;
        }
        Ok(())
    }
}

/// A session command's name in the wire's schema.
pub fn kind_of_command(command: &Command<'_>) -> &'static str {
    match command {
        Command::Place(_) => "place",
        Command::Amend(_) => "amend",
        Command::Cancel(_) => "cancel",
        Command::CancelAll(_) => "cancel-all",
        Command::Query(_) => "query",
        Command::Withdraw(_) => "withdraw",
        Command::Ping(_) => "ping",
        Command::Revoke(_) => "revoke",
        Command::AccountQuery(_) => "account-query",
        Command::PlaceAdvanced(_) => "place-advanced",
        Command::CancelLabel(_) => "cancel-label",
        Command::CancelAfter(_) => "cancel-after",
        Command::MassQuote(_) => "mass-quote",
        Command::SetProtection(_) => "set-protection",
        Command::ResetProtection(_) => "reset-protection",
        Command::SetMarginMode(_) => "set-margin-mode",
        Command::Transfer(_) => "transfer",
        Command::CancelOnDisconnect(_) => "cancel-on-disconnect",
    }
}

/// A system command's name in the wire's schema.
pub fn kind_of_system(command: &SystemCommand<'_>) -> &'static str {
    match command {
        SystemCommand::ListInstrument(_) => "list-instrument",
        SystemCommand::Tick(_) => "tick",
        SystemCommand::OracleRound(_) => "oracle-round",
        SystemCommand::InboxEntry(_) => "inbox-entry",
        SystemCommand::EpochOpened(_) => "epoch-opened",
        SystemCommand::SetMarketMode(_) => "set-market-mode",
        SystemCommand::ConnectionClosed(_) => "connection-closed",
        SystemCommand::InstrumentRisk(_) => "instrument-risk",
        SystemCommand::ListOption(_) => "list-option",
        SystemCommand::VolatilityRound(_) => "volatility-round",
        SystemCommand::Expire(_) => "expire",
    }
}

fn kind_of_event(event: &Event) -> &'static str {
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
    use super::*;

    #[test]
    fn a_long_run_that_saw_too_little_lacks_it() {
        let short = Coverage { commands: COMMANDS_TELLING - 1, ..Coverage::default() };
        assert_eq!(short.lack(), None);
        let mut long = Coverage { commands: COMMANDS_TELLING, ..Coverage::default() };
        for (what, names) in MUST {
            for name in names {
                assert!(long.lack().is_some_and(|lack| lack.contains(&format!("{what} {name}"))));
                match what {
                    "command" => long.kinds.insert(name, [1, 0]).map_or((), drop),
                    "outcome" => long.outcomes.insert(name, 1).map_or((), drop),
                    "event" => long.events.insert(name, 1).map_or((), drop),
                    _ => long.cases.insert(name, 1).map_or((), drop),
                }
            }
        }
        assert_eq!(long.lack(), None);
        // Refused alone is not taken.
        long.kinds.insert("expire", [0, 9]);
        assert!(long.lack().is_some_and(|lack| lack.ends_with(": command expire")));
    }
}
