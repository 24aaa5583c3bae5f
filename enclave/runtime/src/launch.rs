//! Starting the two threads, and what becomes of their faults.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::sync_channel;
use std::thread::Builder;

use sealbook_kzg::Committer;
use sealbook_wire::SystemCommand;
use sealbook_wire::ring::outward;

use crate::batch::{Batcher, ClosedRange};
use crate::commit::panic_text;
use crate::egress::Outbox;
use crate::enclave::Enclave;
use crate::error::{Error, Result};
use crate::halt::{Halt, Halting};
use crate::journal::{JournalWriter, journal_key};
use crate::matching::Matching;
use crate::outlet::{Callback, Outlet};
use crate::public::PublicFeed;
use crate::ring::{Consumer, Producer};
use crate::session::SessionTable;
use crate::snapshot::SnapshotSealer;
use crate::status::Phase;

/// Closed ranges that may wait for the batch thread before the matching thread does.
const JOBS_MAX: usize = 4;

/// Whose thread this is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ThreadRole {
    /// The host's.
    Host,
    /// Ours: the matching thread.
    Matching,
    /// Ours: the batch thread.
    Batch,
}

std::thread_local! {
    static ROLE: core::cell::Cell<ThreadRole> = const { core::cell::Cell::new(ThreadRole::Host) };
}

/// Whose thread the caller is on; one of ours means: inside the host's doorbell callback.
pub fn thread_role() -> ThreadRole {
    ROLE.with(core::cell::Cell::get)
}

impl Enclave {
    /// Starts the matching and batch threads. Their first record opens the epoch.
    ///
    /// # Errors
    /// `State` without recovery or with a ring missing, `Ring`, `Memory` if a thread cannot start.
    pub fn start(&mut self, callback: Callback) -> Result<()> {
        self.expect(Phase::Recovered)?;
        if self.rings.iter().any(Option::is_none) {
            return Err(Error::State);
        }
        let [Some(inlet), Some(outward), Some(ledger)] = core::mem::take(&mut self.rings) else {
            return Err(Error::State);
        };
        let outlet = |memory, ring| {
            let producer = Producer::new(memory)?;
            Ok(Outlet::new(producer, ring, Arc::clone(&callback), Arc::clone(&self.abandon)))
        };
        let (inlet, outward, ledger) =
            (Consumer::new(inlet)?, outlet(outward, 1)?, outlet(ledger, 2)?);
        let (Some(recovery), Some(boot), Some(opening)) =
            (self.recovery.take(), &self.boot, self.epoch)
        else {
            return Err(Error::State);
        };
        let chain = recovery.chain().ok_or(Error::State)?;
        let (jobs, queue) = sync_channel(JOBS_MAX);
        let genesis_hash = &self.config.genesis_hash;
        let batcher = Batcher {
            trees: recovery.trees,
            head: chain.batch,
            domain: self.config.domain,
            committer: Committer::default(),
            signer: boot.keys.signer.clone(),
            outlet: ledger,
            sealer: SnapshotSealer::new(&*self.platform, genesis_hash),
            status: Arc::clone(&self.status),
            signed_sequence: recovery.sequencer.head().sequence,
            platform: Arc::clone(&self.platform),
            recovered: recovery
                .closed
                .into_iter()
                .map(|range| ClosedRange { epoch: opening.epoch, ..range })
                .collect(),
        };
        let recorded_us = recovery.sequencer.head().time_us;
        let matching = Matching {
            config: Arc::clone(&self.config),
            platform: Arc::clone(&self.platform),
            keys: Arc::clone(&boot.keys),
            status: Arc::clone(&self.status),
            doorbell: Arc::clone(&self.doorbell),
            machine: recovery.machine,
            sequencer: recovery.sequencer,
            journal: JournalWriter::new(journal_key(&*self.platform, genesis_hash)),
            sessions: SessionTable::default(),
            outbox: Outbox::default(),
            public: PublicFeed::default(),
            inlet,
            outlet: outward,
            jobs,
            range: recovery.range,
            closings: 0,
            poisons: recovery.poisons,
            spin_ns: self.spin_ns,
            recorded_us,
            scratch: vec![0; SystemCommand::LENGTH_MAX],
            opening: Vec::new(),
        };
        self.status.set_phase(Phase::Running);
        let status = Arc::clone(&self.status);
        let doorbell = Arc::clone(&self.doorbell);
        let batch = move || {
            ROLE.with(|role| role.set(ThreadRole::Batch));
            let ran = catch_unwind(AssertUnwindSafe(|| batcher.run(&queue)));
            if !matches!(ran, Ok(Ok(()))) && !status.is_stopping.load(Ordering::Acquire) {
                status.set_phase(Phase::Faulted);
                doorbell.ring();
            }
        };
        let epoch = opening.epoch;
        let matching = move || {
            ROLE.with(|role| role.set(ThreadRole::Matching));
            run_matching(matching, epoch);
        };
        self.threads.push(
            Builder::new().name("sealbook-batch".into()).spawn(batch).map_err(|_| Error::Memory)?,
        );
        self.threads.push(
            Builder::new()
                .name("sealbook-match".into())
                .spawn(matching)
                .map_err(|_| Error::Memory)?,
        );
        Ok(())
    }
}

/// The matching thread, first record to last, and what becomes of a fault.
fn run_matching(mut matching: Matching, epoch: u64) {
    matching.doorbell.answer_here();
    let ran = catch_unwind(AssertUnwindSafe(|| -> Halting<()> {
        matching.open(epoch)?;
        matching.run()
    }));
    let halt = match ran {
        Ok(Ok(())) => return,
        Ok(Err(halt)) => halt,
        Err(panic) => Halt { text: panic_text(&*panic), ..Error::Fault.into() },
    };
    let sequence =
        if halt.sequence == 0 { matching.sequencer.head().sequence } else { halt.sequence };
    let parts = [&sequence.to_le_bytes()[..], &halt.digest, halt.text.as_bytes()];
    let _ = matching.outlet.push(outward::FAULT, &parts);
    matching.outlet.flush();
    matching.status.set_phase(Phase::Faulted);
}
