//! Recovery: from a snapshot and the journal to the same chain hash, the same results and, where the chain says so, the same state root
//! (docs/boundaries.md section 8).

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use sealbook_wire::journal::JournalRecord;
use sealbook_wire::{Message, Poison, PoisonList, RecoveryEnd, Sequenced, SystemCommand};

use sealbook_engine::state::from_leaves::LeafHead;

use crate::aead::Key;
use crate::batch::{BatchHead, ClosedRange};
use crate::config::Config;
use crate::error::{Error, Result};
use crate::journal;
use crate::machine::{Inbox, Machine};
use crate::matching::OpenRange;
use crate::packing;
use crate::platform::Platform;
use crate::sequencer::{Head, Sequencer, link, record_digest};
use crate::snapshot::SnapshotSealer;
use crate::trees::Trees;

/// Bytes before the packed data of piece 6.
const LEAVES_HEAD_BYTES: usize = 4 * 8 + 2 * 32;

/// Journal bytes kept until the chain's head is known. A host with more gives the head first.
const PENDING_BYTES_MAX: usize = 1 << 30;

/// A venue on its way back.
pub struct Recovery {
    config: Arc<Config>,
    platform: Arc<dyn Platform>,
    journal_key: Key,
    hash_seed: u64,
    /// Engine and counters so far.
    pub machine: Machine,
    /// Trees as of the chain's last batch, once that is reached; before, as of the snapshot.
    pub trees: Trees,
    /// Positions so far.
    pub sequencer: Sequencer,
    /// What the next batch already holds.
    pub range: OpenRange,
    /// Ranges the chain has not taken that had to be closed while replaying; their epoch is the new one.
    pub closed: Vec<ClosedRange>,
    /// Commands to refuse.
    pub poisons: Vec<Poison>,
    state_root: [u8; 32],
    chain: Option<ChainHead>,
    is_anchored: bool,
    is_started: bool,
    pending: Vec<u8>,
    scratch: Vec<u8>,
}

/// What the chain has accepted: `recovery-end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainHead {
    /// Present epoch.
    pub epoch: u64,
    /// Last batch.
    pub batch: BatchHead,
    /// Its last sequence.
    pub last_sequence: u64,
    /// Inbox entries it consumed.
    pub inbox_cursor: u64,
}

impl Recovery {
    /// Starts at genesis.
    ///
    /// # Errors
    /// `Fault` if the empty state cannot be hashed.
    pub fn new(config: Arc<Config>, platform: Arc<dyn Platform>, blind: &[u8; 16]) -> Result<Self> {
        let journal_key = journal::journal_key(&*platform, &config.genesis_hash);
        let label = [&b"sealbook.tables"[..], &config.genesis_hash].concat();
        let mut hash_seed = [0; 8];
        hash_seed.copy_from_slice(&platform.seal_key(&label)[..8]);
        let hash_seed = u64::from_le_bytes(hash_seed);
        let head = Head { epoch: 0, sequence: 0, chain_hash: config.genesis_hash, time_us: 0 };
        let mut machine = Machine::new(&config, hash_seed);
        let mut trees = Trees::default();
        let state_root = trees.apply(&machine.changes())?;
        Ok(Recovery {
            sequencer: Sequencer::new(head, config.tick_us_max, blind),
            range: OpenRange { first_sequence: 1, ..OpenRange::default() },
            config,
            platform,
            journal_key,
            hash_seed,
            machine,
            trees,
            closed: Vec::new(),
            poisons: Vec::new(),
            state_root,
            chain: None,
            is_anchored: false,
            is_started: false,
            pending: Vec::new(),
            scratch: Vec::new(),
        })
    }

    /// State root of the genesis state, or of the snapshot, or at the chain's head: the last one computed.
    pub fn state_root(&self) -> [u8; 32] {
        self.state_root
    }

    /// What the chain has accepted, once told.
    pub fn chain(&self) -> Option<ChainHead> {
        self.chain
    }

    /// Piece 3: commands to refuse.
    ///
    /// # Errors
    /// `Format`, or `State` after the first record.
    pub fn poison(&mut self, bytes: &[u8]) -> Result<()> {
        if self.is_started {
            return Err(Error::State);
        }
        let list = PoisonList::parse(bytes).map_err(|_| Error::Format)?;
        self.poisons = list.poisons.iter().collect();
        Ok(())
    }

    /// Piece 1: a sealed snapshot to start from instead of genesis.
    ///
    /// # Errors
    /// `Seal`, `Format`, or `State` after the first record.
    pub fn snapshot(&mut self, sealed: &[u8], blind: &[u8; 16]) -> Result<()> {
        if self.is_started || self.sequencer.head().sequence > 0 {
            return Err(Error::State);
        }
        let snapshot =
            SnapshotSealer::new(&*self.platform, &self.config.genesis_hash).open(sealed)?;
        let inbox = Inbox { cursor: snapshot.inbox_cursor, hash: snapshot.inbox_hash };
        let mut machine = Machine::restore(
            &self.config,
            self.hash_seed,
            inbox,
            &snapshot.public_sequences,
            &snapshot.signers,
            &snapshot.engine,
        )?;
        let mut trees = Trees::default();
        let state_root = trees.apply(&machine.all_leaves())?;
        // The seal says we wrote it; this says we read it back as it was.
        if state_root != snapshot.state_root {
            return Err(Error::Diverged);
        }
        let head = Head {
            epoch: snapshot.epoch,
            sequence: snapshot.sequence,
            chain_hash: snapshot.chain_hash,
            time_us: snapshot.time_us,
        };
        self.sequencer = Sequencer::new(head, self.config.tick_us_max, blind);
        self.range = OpenRange { first_sequence: head.sequence + 1, ..OpenRange::default() };
        (self.machine, self.trees, self.state_root) = (machine, trees, state_root);
        Ok(())
    }

    /// Piece 6: every leaf, as the chain's data has them, instead of a snapshot: `u64 epoch ‖ u64 sequence ‖ u64 time µs ‖ u64 inbox
    /// cursor ‖ inbox hash 32 ‖ chain hash 32 ‖ packed data`.
    ///
    /// Whether they are the chain's is decided where it counts: at the chain's last sequence the root must be the chain's. The
    /// hashes are the host's word. A wrong inbox hash makes every batch unacceptable; a wrong chain hash contradicts the heads
    /// that clients hold.
    ///
    /// # Errors
    /// `Format`, `State` after the first record.
    pub fn leaves(&mut self, bytes: &[u8], blind: &[u8; 16]) -> Result<()> {
        if self.is_started || self.sequencer.head().sequence > 0 {
            return Err(Error::State);
        }
        let (place, packed) =
            bytes.split_first_chunk::<LEAVES_HEAD_BYTES>().ok_or(Error::Format)?;
        let [epoch, sequence, time_us, inbox_cursor] = [0, 8, 16, 24].map(|at| u64_at(place, at));
        let (inbox_hash, chain_hash) = (hash_at(place, 32), hash_at(place, 64));
        let leaves = packing::unpack(packed)?;
        let oracle_round = leaves.oracle_round;
        let head = LeafHead { epoch, sequence, time_us, oracle_round, inbox_cursor };
        let inbox = Inbox { cursor: inbox_cursor, hash: inbox_hash };
        let mut machine =
            Machine::from_leaves(&self.config, self.hash_seed, inbox, &head, &leaves)?;
        let mut trees = Trees::default();
        // From what the engine made of them, not from the bytes: so an equal root also says that nothing was lost in between.
        let state_root = trees.apply(&machine.all_leaves())?;
        let head = Head { epoch, sequence, chain_hash, time_us };
        self.sequencer = Sequencer::new(head, self.config.tick_us_max, blind);
        self.range = OpenRange { first_sequence: sequence + 1, ..OpenRange::default() };
        (self.machine, self.trees, self.state_root) = (machine, trees, state_root);
        self.anchor_if_reached()
    }

    /// Piece 5: the chain's head before the journal, so that records need not be kept.
    ///
    /// # Errors
    /// `Format`, `State` after the first record, `Rollback` if the snapshot is already beyond it.
    pub fn chain_head(&mut self, bytes: &[u8]) -> Result<()> {
        if self.is_started || self.chain.is_some() {
            return Err(Error::State);
        }
        self.set_chain(bytes)?;
        self.anchor_if_reached()
    }

    fn set_chain(&mut self, bytes: &[u8]) -> Result<()> {
        let end = RecoveryEnd::parse(bytes).map_err(|_| Error::Format)?;
        self.chain = Some(ChainHead {
            epoch: end.epoch,
            batch: BatchHead { number: end.batch_number, state_root: end.state_root },
            last_sequence: end.last_sequence,
            inbox_cursor: end.inbox_cursor,
        });
        Ok(())
    }

    /// Piece 2: one or more whole journal records.
    ///
    /// # Errors
    /// `Chain` for a gap or a record that does not continue the hash chain, `Seal`, `Format`, `Diverged`, `Rollback`. After an error
    /// the recovery is over.
    pub fn records(&mut self, bytes: &[u8]) -> Result<()> {
        self.is_started = true;
        if self.chain.is_some() {
            return self.replay(bytes);
        }
        if self.pending.len() + bytes.len() > PENDING_BYTES_MAX {
            return Err(Error::Memory);
        }
        self.pending.extend_from_slice(bytes);
        Ok(())
    }

    /// Piece 4: the end. What the chain has accepted must lie on our history.
    ///
    /// # Errors
    /// As `records`; `Rollback` if the journal ends before the chain's last sequence or leads to another state there.
    pub fn end(&mut self, bytes: &[u8]) -> Result<()> {
        let told = self.chain;
        self.set_chain(bytes)?;
        if told.is_some() && told != self.chain {
            return Err(Error::State);
        }
        self.is_started = true;
        self.anchor_if_reached()?;
        let pending = core::mem::take(&mut self.pending);
        self.replay(&pending)?;
        if self.is_anchored { Ok(()) } else { Err(Error::Rollback) }
    }

    fn replay(&mut self, mut bytes: &[u8]) -> Result<()> {
        let mut scratch = core::mem::take(&mut self.scratch);
        while !bytes.is_empty() {
            let record = JournalRecord::new_checked(bytes)
                .map_err(|_| Error::Format)?
                .ok_or(Error::Format)?;
            bytes = &bytes[record.length..];
            self.replay_record(&record, &mut scratch)?;
        }
        self.scratch = scratch;
        Ok(())
    }

    fn replay_record(&mut self, record: &JournalRecord<'_>, scratch: &mut Vec<u8>) -> Result<()> {
        let head = *self.sequencer.head();
        if record.sequence != head.sequence + 1 {
            return Err(Error::Chain);
        }
        let opened = journal::open(&self.journal_key, record, scratch)?;
        let digest = record_digest(opened.plaintext);
        if digest != record.digest || link(&head.chain_hash, &digest) != opened.chain_hash {
            return Err(Error::Chain);
        }
        let header = &opened.header;
        let opens_epoch =
            matches!(opened.command, Sequenced::System(SystemCommand::EpochOpened(_)));
        let is_epoch_right =
            if opens_epoch { header.epoch > head.epoch } else { header.epoch == head.epoch };
        if !is_epoch_right || header.time_us < head.time_us {
            return Err(Error::Chain);
        }
        let machine = &mut self.machine;
        let step = catch_unwind(AssertUnwindSafe(|| machine.step(header, &opened.command)));
        let step = step.map_err(|_| Error::Fault)?;
        if (step.code, step.digest) != (header.result, header.result_digest) {
            return Err(Error::Diverged);
        }
        let is_idle_tick =
            matches!(opened.command, Sequenced::System(SystemCommand::Tick(_))) && !step.has_events;
        self.sequencer.open_epoch(header.epoch);
        self.sequencer.resume(header.time_us);
        self.sequencer.advance(opened.chain_hash);
        self.range.commands += 1;
        self.range.is_worthwhile |= !is_idle_tick;
        if self.range.commands == 1 {
            self.range.opened_us = header.time_us;
        }
        self.anchor_if_reached()?;
        self.close_if_full();
        Ok(())
    }

    /// What the chain has not taken is closed anew, and must fit its blobs as it did when it happened.
    fn close_if_full(&mut self) {
        if !self.is_anchored || !self.machine.is_batch_full() {
            return;
        }
        let head = *self.sequencer.head();
        self.closed.push(ClosedRange {
            epoch: head.epoch,
            first_sequence: self.range.first_sequence,
            last_sequence: head.sequence,
            chain_hash: head.chain_hash,
            inbox_cursor: self.machine.inbox.cursor,
            inbox_hash: self.machine.inbox.hash,
            closed_at: head.time_us / 1_000_000,
            changes: self.machine.changes(),
            withdrawals: self.machine.take_withdrawals(),
            snapshot: None,
        });
        self.range = OpenRange { first_sequence: head.sequence + 1, ..OpenRange::default() };
    }

    /// At the chain's last sequence our state root must be the chain's; what comes after is the next batch's.
    fn anchor_if_reached(&mut self) -> Result<()> {
        let Some(chain) = self.chain.filter(|_| !self.is_anchored) else { return Ok(()) };
        let sequence = self.sequencer.head().sequence;
        if sequence < chain.last_sequence {
            return Ok(());
        }
        if sequence > chain.last_sequence {
            return Err(Error::Rollback);
        }
        self.state_root = self.trees.apply(&self.machine.changes())?;
        drop(self.machine.take_withdrawals());
        if self.state_root != chain.batch.state_root
            || self.machine.inbox.cursor != chain.inbox_cursor
        {
            return Err(Error::Rollback);
        }
        self.range = OpenRange { first_sequence: sequence + 1, ..OpenRange::default() };
        self.is_anchored = true;
        Ok(())
    }
}

fn u64_at(place: &[u8; LEAVES_HEAD_BYTES], at: usize) -> u64 {
    let mut word = [0; 8];
    word.copy_from_slice(&place[at..at + 8]);
    u64::from_le_bytes(word)
}

fn hash_at(place: &[u8; LEAVES_HEAD_BYTES], at: usize) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(&place[at..at + 32]);
    hash
}
