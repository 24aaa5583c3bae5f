//! Building blocks of a simulated venue: instruments, owners, headers, system commands.

use sealbook_engine::{Command, Engine, Events, Header, Outcome, book::Book};
use sealbook_wire::{
    InboxEntry, InboxKind, InstrumentConfig, InstrumentKind, List, ListInstrument, OraclePrice,
    OracleRound, SystemCommand, Text, Tick,
};

use crate::heap_count::allocations;

/// Where a simulated venue's time starts: 2026-01-01, in µs.
pub const START_US: u64 = 1_767_225_600_000_000;

/// An instrument with everything defaulted; set what matters.
pub fn instrument(id: u16) -> InstrumentConfig {
    InstrumentConfig {
        instrument: id,
        symbol: Text::from_bytes(b"SIM-PERP").unwrap_or_else(|| unreachable!("printable")),
        kind: InstrumentKind::Perpetual,
        tick_value: 1_000,
        lots_max: 1_000_000,
        price_ticks_max: 1_000_000,
        initial_ppm: 50_000,
        maintenance_ppm: 25_000,
        maker_fee_ppm: -50,
        taker_fee_ppm: 350,
        liquidation_fee_ppm: 5_000,
        index: 30_000_000,
    }
}

/// The wallet of the nth simulated owner.
pub fn owner(n: u32) -> [u8; 20] {
    let mut owner = [0x51; 20];
    owner[16..].copy_from_slice(&n.to_be_bytes());
    owner
}

/// A venue being driven: the engine, its events, and the sequence.
#[derive(Debug)]
pub struct Venue<B: Book> {
    /// The engine.
    pub engine: Engine<B>,
    /// Events of the last command.
    pub events: Events,
    /// Header of the next command; the sequence counts itself up.
    pub header: Header,
    /// Heap allocations of the commands so far, where they are counted: `session` leaves it out, because benches time it.
    pub allocations: u64,
}

impl<B: Book> Venue<B> {
    /// A venue at [`START_US`] with nothing listed.
    pub fn new(engine: Engine<B>) -> Venue<B> {
        let header = Header {
            sequence: 0,
            time_us: START_US,
            account: None,
            delegation_nonce: 0,
            delegation_expiry: u64::MAX,
            scopes: 7,
        };
        Venue { engine, events: Events::new(), header, allocations: 0 }
    }

    /// Applies a command of an account.
    #[inline]
    pub fn session(&mut self, account: u32, command: sealbook_wire::Command) -> Outcome {
        self.header.sequence += 1;
        self.header.account = Some(account);
        self.engine.apply(&self.header, &Command::Session(command), &mut self.events)
    }

    /// As [`Venue::session`], counting.
    pub fn session_counted(&mut self, account: u32, command: sealbook_wire::Command) -> Outcome {
        let before = allocations();
        let outcome = self.session(account, command);
        self.allocations += allocations() - before;
        outcome
    }

    /// Applies a system command.
    pub fn system(&mut self, command: SystemCommand<'_>) -> Outcome {
        self.header.sequence += 1;
        self.header.account = None;
        let before = allocations();
        let outcome = self.engine.apply(&self.header, &Command::System(command), &mut self.events);
        self.allocations += allocations() - before;
        outcome
    }

    /// Lists an instrument.
    pub fn list(&mut self, config: &InstrumentConfig) -> Outcome {
        let config = List::of(core::slice::from_ref(config));
        self.system(SystemCommand::ListInstrument(ListInstrument { config }))
    }

    /// Consumes the next inbox entry.
    pub fn inbox(&mut self, kind: InboxKind, n: u32, amount: u64, data: [u8; 32]) -> Outcome {
        let index = self.engine.state().venue().inbox_cursor;
        let at = self.header.time_us / 1_000_000;
        let owner = owner(n);
        self.system(SystemCommand::InboxEntry(InboxEntry {
            index,
            kind,
            owner,
            subaccount: 0,
            amount,
            data,
            at,
        }))
    }

    /// Moves engine time forward.
    pub fn tick(&mut self, by_us: u64) -> Outcome {
        self.header.time_us += by_us;
        self.system(SystemCommand::Tick(Tick))
    }

    /// A fresh oracle round.
    pub fn round(&mut self, prices: &[OraclePrice]) -> Outcome {
        let round = self.engine.state().venue().oracle_round + 1;
        let (prices, time_us) = (List::of(prices), self.header.time_us);
        let signatures = List::of(&[]);
        self.system(SystemCommand::OracleRound(OracleRound { round, time_us, prices, signatures }))
    }
}
