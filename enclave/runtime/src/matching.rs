//! The matching thread: one slot in, what follows from it out, in sequence order. Its story is told in four files:
//! `ingress` (slot → commands), `commit` (command → journal record), `publish` (events → slots) and this loop.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::SyncSender;

use sealbook_wire::header::Word;
use sealbook_wire::ring::inward;
use sealbook_wire::{
    ConnectionClosed, EpochOpened, Expire, InstrumentConfig, InstrumentKind, List, ListInstrument,
    ListOption, MarketMode, OptionConfig, Poison, SetMarketMode, SystemCommand, Tick,
};

use crate::batch::ClosedRange;
use crate::config::Config;
use crate::egress::Outbox;
use crate::error::Error;
use crate::halt::Halting;
use crate::journal::JournalWriter;
use crate::keys::BootKeys;
use crate::machine::Machine;
use crate::outlet::Outlet;
use crate::packing;
use crate::platform::Platform;
use crate::public::PublicFeed;
use crate::ring::{Consumer, Slot};
use crate::sequencer::Sequencer;
use crate::session::SessionTable;
use crate::snapshot::Snapshot;
use crate::status::{Phase, Status};
use crate::wait::{Doorbell, Spin};

/// Largest legal record on ring 0: a frame with its connection id, with room to spare for an oracle round.
pub const INWARD_PAYLOAD_MAX: usize = 8 + 65_536;
/// A tick is sequenced when engine time has run ahead of the last record by this much, µs.
pub const TICK_PERIOD_US: u64 = 100_000;
/// A range is closed once it has changed this many accounts, so that its data fits the blobs of one transaction: a leaf packs into at
/// most `packing::ACCOUNT_BYTES_MAX` bytes, and the last command of a range may change as many again as it has fills and
/// deleverages. (An option's expiry touches every holder at once; a batch too large for blobs has `blobsHash` 0 and goes as calldata.)
pub const BATCH_ACCOUNTS_MAX: usize = 600;
/// Or has promised this many withdrawals.
pub const BATCH_WITHDRAWALS_MAX: usize = 1_000;
const _: () = assert!(
    (BATCH_ACCOUNTS_MAX + sealbook_engine::limits::DELEVERAGES_PER_COMMAND_MAX)
        * packing::ACCOUNT_BYTES_MAX
        + packing::OTHER_BYTES_MAX
        + BATCH_WITHDRAWALS_MAX * packing::WITHDRAWAL_BYTES
        <= sealbook_kzg::DATA_BYTES_MAX
);
/// A snapshot is taken at every so many batch closings.
pub const SNAPSHOT_BATCHES: u64 = 32;
/// Tries after which a command that stopped the enclave is refused.
pub const POISON_TRIES: u8 = 2;

/// The range that will be the next batch.
#[derive(Clone, Copy, Debug, Default)]
pub struct OpenRange {
    /// Its first sequence.
    pub first_sequence: u64,
    /// Engine time of the first command, µs.
    pub opened_us: u64,
    /// Commands in it.
    pub commands: u64,
    /// Does it hold anything but idle ticks? Only then is it worth a transaction.
    pub is_worthwhile: bool,
}

/// State of the matching thread.
pub struct Matching {
    /// The venue.
    pub config: Arc<Config>,
    /// The CPU.
    pub platform: Arc<dyn Platform>,
    /// Per-boot keys.
    pub keys: Arc<BootKeys>,
    /// Shared with the host's calls.
    pub status: Arc<Status>,
    /// Wakes this thread.
    pub doorbell: Arc<Doorbell>,
    /// Engine and what is replayed with it.
    pub machine: Machine,
    /// Positions and time.
    pub sequencer: Sequencer,
    /// Journal records.
    pub journal: JournalWriter,
    /// Who is connected.
    pub sessions: SessionTable,
    /// Private events on their way.
    pub outbox: Outbox,
    /// Public messages.
    pub public: PublicFeed,
    /// Ring 0.
    pub inlet: Consumer,
    /// Ring 1.
    pub outlet: Outlet,
    /// To the batch thread.
    pub jobs: SyncSender<Box<ClosedRange>>,
    /// The next batch.
    pub range: OpenRange,
    /// Batches closed since start.
    pub closings: u64,
    /// Commands to refuse.
    pub poisons: Vec<Poison>,
    /// Longest spin before sleep, ns.
    pub spin_ns: u64,
    /// Engine time of the last record, µs.
    pub recorded_us: u64,
    /// A system command's bytes.
    pub scratch: Vec<u8>,
    /// An opened `open-session` message.
    pub opening: Vec<u8>,
}

impl Matching {
    /// Runs until asked to stop.
    ///
    /// # Errors
    /// The fault that ended it, with its evidence.
    pub fn run(&mut self) -> Halting<()> {
        let mut slot = Slot::new(INWARD_PAYLOAD_MAX);
        let mut spin = Spin::new(self.spin_ns);
        self.settle()?;
        loop {
            if self.inlet.pop(&mut slot)? {
                self.take(&mut slot)?;
                spin.reset();
                continue;
            }
            if self.status.is_stopping.load(Ordering::Acquire) {
                break;
            }
            let platform = &self.platform;
            if spin.again(|| platform.monotonic_ns()) {
                continue;
            }
            self.check_peer()?;
            if self.inlet.fall_asleep()? {
                self.doorbell.sleep();
                self.inlet.wake();
            }
        }
        self.close_range()?;
        self.settle()
    }

    /// The first records of a boot: the epoch, and at genesis (or after a crash in the midst of it) the listings.
    ///
    /// # Errors
    /// As `run`.
    pub fn open(&mut self, epoch: u64) -> Halting<()> {
        let before = *self.sequencer.head();
        self.sequencer.open_epoch(epoch);
        self.commit_system(SystemCommand::EpochOpened(EpochOpened {
            epoch,
            previous_sequence: before.sequence,
            previous_chain_hash: before.chain_hash,
            signer: self.keys.signer_address,
        }))?;
        let config = Arc::clone(&self.config);
        for instrument in &config.instruments {
            if !self.machine.is_listed(instrument.instrument) {
                let listing = [*instrument];
                let listing = ListInstrument { config: List::of(&listing) };
                let step = self.commit_system(SystemCommand::ListInstrument(listing))?;
                if step.code != 0 {
                    return Err(Error::Config.into());
                }
            }
        }
        for option in &config.options {
            if !self.machine.is_listed(option.instrument) {
                let (config, terms) = listing(option);
                let config = List::of(core::slice::from_ref(&config));
                let listing = ListOption { config, ..terms };
                // One that expired before the venue first ran is refused on record, and nothing is listed.
                self.commit_system(SystemCommand::ListOption(listing))?;
            }
        }
        self.publish_books()?;
        self.flush_replies()
    }

    /// One slot, from its arrival to the last record it caused.
    fn take(&mut self, slot: &mut Slot) -> Halting<()> {
        let arrived_ns = self.platform.monotonic_ns();
        let kind = slot.kind();
        self.dispatch(kind, slot.payload())?;
        self.settle()?;
        if kind == inward::FRAME {
            self.status.latency.record(self.platform.monotonic_ns().saturating_sub(arrived_ns));
        }
        self.close_range_if_due()
    }

    fn dispatch(&mut self, kind: u32, payload: &mut [u8]) -> Halting<()> {
        match (kind, payload.len()) {
            (inward::FRAME, 8..) => self.take_frame(payload),
            (inward::CLOSED, 8) => self.close_connection(word_at(payload, 0)),
            (inward::TICK, 8) => self.tick(word_at(payload, 0)),
            (inward::INBOX, 104) => self.take_inbox(payload),
            (inward::ORACLE, _) => self.take_oracle(payload),
            (inward::CLOSE_BATCH, 8) => self.close_range(),
            (inward::RESTRICT, 8) => self.restrict(word_at(payload, 0)),
            // What is anchored or durable concerns the host's release of replies; the enclave promises nothing on the host's word.
            (inward::ANCHORED, 16) | (inward::DURABLE, 8) => Ok(()),
            // A host that writes anything else is broken or hostile; guessing would be worse than stopping.
            _ => Err(Error::Ring.into()),
        }
    }

    /// Ends every session of a connection.
    fn close_connection(&mut self, connection: u64) -> Halting<()> {
        while let Some(slot) = self.sessions.next_on(connection) {
            self.end_session(slot)?;
        }
        self.flush_replies()
    }

    /// Ends a session; if it had asked for cancel-on-disconnect, that is a command of its own, sequenced like any other.
    pub(crate) fn end_session(&mut self, slot: u32) -> Halting<()> {
        let asked = self.sessions.get(slot).filter(|session| session.is_cancel_on_disconnect);
        let account = asked.and_then(|session| session.account);
        self.sessions.remove(slot);
        if let Some(account) = account {
            let closed = ConnectionClosed { account };
            self.commit_system(SystemCommand::ConnectionClosed(closed))?;
        }
        Ok(())
    }

    /// Rings the host and publishes where we stand.
    fn settle(&mut self) -> Halting<()> {
        self.outlet.flush();
        self.status.publish(self.sequencer.head());
        // After the head: who sees a cursor also sees the sequence that consumed it.
        self.status.counters.inbox_cursor.store(self.machine.inbox.cursor, Ordering::Release);
        Ok(())
    }

    /// A fault of the batch thread is a fault of the enclave.
    fn check_peer(&self) -> Halting<()> {
        if self.status.phase() == Phase::Faulted { Err(Error::Fault.into()) } else { Ok(()) }
    }

    fn tick(&mut self, host_time_us: u64) -> Halting<()> {
        self.sequencer.tick(host_time_us);
        if self.sequencer.head().time_us - self.recorded_us < TICK_PERIOD_US {
            return Ok(());
        }
        self.commit_system(SystemCommand::Tick(Tick {}))?;
        // One a tick: what is left of it, or the next option, comes with the next.
        if let Some(instrument) = self.machine.option_due() {
            self.commit_system(SystemCommand::Expire(Expire { instrument }))?;
        }
        self.flush_replies()
    }

    /// Seals and pushes the private events queued so far.
    pub fn flush_replies(&mut self) -> Halting<()> {
        let sequence = self.sequencer.head().sequence;
        Ok(self.outbox.flush(&mut self.sessions, &mut self.outlet, sequence)?)
    }

    fn close_range_if_due(&mut self) -> Halting<()> {
        let age_us = self.sequencer.head().time_us.saturating_sub(self.range.opened_us);
        let is_due = self.range.commands >= self.config.batch_commands_max.into()
            || age_us >= self.config.batch_us_max;
        if self.machine.is_batch_full() || is_due && self.range.is_worthwhile {
            self.close_range()
        } else {
            Ok(())
        }
    }

    /// The host asks to hold the venue back, because the chain does not follow or is frozen. It could refuse every frame as well: asked
    /// this way, positions can still be reduced. A hold is the host's to lift; what the oracles ordered stays.
    fn restrict(&mut self, restriction: u64) -> Halting<()> {
        let mode = match restriction {
            0 => MarketMode::Open,
            1 => MarketMode::CloseOnly,
            2 => MarketMode::Halted,
            _ => return Err(Error::Ring.into()),
        };
        for instrument in self.machine.instrument_ids() {
            let held = self.machine.engine().state().instrument(instrument).map(|at| at.held);
            if held.is_some_and(|held| held != mode) {
                self.commit_system(SystemCommand::SetMarketMode(SetMarketMode {
                    instrument,
                    mode,
                    number: 0,
                    signatures: List::of(&[]),
                }))?;
            }
        }
        self.flush_replies()
    }

    /// Hands the open range to the batch thread; an empty one is not closed.
    fn close_range(&mut self) -> Halting<()> {
        self.check_peer()?;
        if self.range.commands == 0 {
            return Ok(());
        }
        let head = *self.sequencer.head();
        let inbox = self.machine.inbox;
        let is_snapshot_due = self.closings.is_multiple_of(SNAPSHOT_BATCHES) && self.closings > 0;
        let snapshot = is_snapshot_due.then(|| Snapshot {
            epoch: head.epoch,
            sequence: head.sequence,
            chain_hash: head.chain_hash,
            time_us: head.time_us,
            inbox_cursor: inbox.cursor,
            inbox_hash: inbox.hash,
            batch_number: 0,
            state_root: Word::default(),
            public_sequences: self.machine.public_sequences().to_vec(),
            signers: self.machine.signers().to_vec(),
            engine: self.machine.emit_engine(),
        });
        let range = ClosedRange {
            epoch: head.epoch,
            first_sequence: self.range.first_sequence,
            last_sequence: head.sequence,
            chain_hash: head.chain_hash,
            inbox_cursor: inbox.cursor,
            inbox_hash: inbox.hash,
            closed_at: head.time_us / 1_000_000,
            changes: self.machine.changes(),
            withdrawals: self.machine.take_withdrawals(),
            snapshot,
        };
        self.range = OpenRange { first_sequence: head.sequence + 1, ..OpenRange::default() };
        self.closings += 1;
        // Waits when the batch thread is behind: back-pressure, never a growing queue.
        self.jobs.send(Box::new(range)).map_err(|_| Error::Fault.into())
    }
}

/// An option of the configuration as the command that lists it. Its margin fractions are not used, but must be sound.
fn listing(option: &OptionConfig) -> (InstrumentConfig, ListOption<'static>) {
    let config = InstrumentConfig {
        instrument: option.instrument,
        symbol: option.symbol,
        kind: InstrumentKind::Option,
        tick_value: option.tick_value,
        lots_max: option.lots_max,
        price_ticks_max: option.price_ticks_max,
        initial_ppm: 1_000_000,
        maintenance_ppm: 1_000_000,
        maker_fee_ppm: option.maker_fee_ppm,
        taker_fee_ppm: option.taker_fee_ppm,
        liquidation_fee_ppm: option.liquidation_fee_ppm,
        index: option.mark,
    };
    let terms = ListOption {
        config: List::of(&[]),
        underlying: option.underlying,
        is_call: option.is_call,
        strike: option.strike,
        expiry_us: option.expiry_us,
        number: 0,
        signatures: List::of(&[]),
    };
    (config, terms)
}

fn word_at(payload: &[u8], at: usize) -> u64 {
    let mut word = [0; 8];
    word.copy_from_slice(&payload[at..at + 8]);
    u64::from_le_bytes(word)
}
