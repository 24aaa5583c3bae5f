//! The batch thread: closes ranges, computes state roots, signs headers and heads, seals snapshots. Off the matching thread, because a
//! signature costs a thousand matches.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use k256::ecdsa::SigningKey;
use sealbook_kzg::{Committer, DATA_BYTES_MAX, blobs_of, versioned_hash};
use sealbook_wire::batch::{Withdrawal, emit_prefix};
use sealbook_wire::header::BatchHeader;
use sealbook_wire::ring::ledger;

use crate::eip712::{Domain, sign};
use crate::error::{Error, Result};
use crate::keccak::keccak;
use crate::outlet::Outlet;
use crate::packing;
use crate::platform::Platform;
use crate::snapshot::SnapshotSealer;
use crate::status::{Status, lock};
use crate::trees::{Changes, Trees};
use crate::withdrawals;

/// Heads are signed at most this often.
const HEAD_PERIOD: Duration = Duration::from_millis(1);
/// Once the chain stands still this many periods, the thread sleeps longer between looks.
const HEAD_IDLE_PERIODS: u32 = 50;
const IDLE_PERIOD: Duration = Duration::from_millis(5);
/// Largest part of a snapshot on the ring.
const SNAPSHOT_PART_BYTES: usize = 1 << 20;

/// A closed range, as the matching thread hands it over.
pub struct ClosedRange {
    /// Epoch that closes it.
    pub epoch: u64,
    /// First sequence.
    pub first_sequence: u64,
    /// Last sequence.
    pub last_sequence: u64,
    /// Chain hash at the last sequence.
    pub chain_hash: [u8; 32],
    /// Inbox entries consumed.
    pub inbox_cursor: u64,
    /// Rolling hash there.
    pub inbox_hash: [u8; 32],
    /// Engine time, Unix seconds.
    pub closed_at: u64,
    /// Leaves the range changed.
    pub changes: Changes,
    /// Withdrawals of the range, in order.
    pub withdrawals: Vec<Withdrawal>,
    /// A snapshot of the state at the last sequence, when one is due. Its batch fields are filled in here.
    pub snapshot: Option<crate::snapshot::Snapshot>,
}

/// keccak256 of the versioned hashes of the blobs that carry `data`; 0, which no blobs hash to, for data that needs more blobs than a
/// transaction carries. The matching thread closes a range before that, unless a single command changed that much.
fn blobs_hash(committer: &mut Committer, data: &[u8]) -> [u8; 32] {
    if data.len() > DATA_BYTES_MAX {
        return [0; 32];
    }
    let hashes: Vec<u8> =
        blobs_of(data).flat_map(|blob| versioned_hash(&committer.commit(blob))).collect();
    keccak(&[&hashes])
}

/// Where the chain stands in batches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchHead {
    /// Last batch number, 0 before the first.
    pub number: u64,
    /// State root after it.
    pub state_root: [u8; 32],
}

/// State of the batch thread.
pub struct Batcher {
    /// Both trees, as of `head`.
    pub trees: Trees,
    /// Last closed batch.
    pub head: BatchHead,
    /// EIP-712 domain.
    pub domain: Domain,
    /// Commits to blobs.
    pub committer: Committer,
    /// Per-boot signer.
    pub signer: SigningKey,
    /// Ring 2.
    pub outlet: Outlet,
    /// Seals snapshots.
    pub sealer: SnapshotSealer,
    /// Shared with the host's calls.
    pub status: Arc<Status>,
    /// Where this boot begins: heads are signed from the next sequence on. Read before either thread starts, or a slow start of this
    /// one would leave the first head unsigned until the chain moves again.
    pub signed_sequence: u64,
    /// The CPU.
    pub platform: Arc<dyn Platform>,
    /// Ranges that recovery closed: they come before the queue's.
    pub recovered: Vec<ClosedRange>,
}

/// Signs a closed range: the header and the payload of its ring record.
///
/// # Errors
/// `Fault` if the changes are not what the engine promises.
fn close(batcher: &mut Batcher, range: &ClosedRange) -> Result<Vec<u8>> {
    let state_root_after = batcher.trees.apply(&range.changes)?;
    let changes = &range.changes;
    let data = packing::pack(
        &changes.accounts,
        &changes.instruments,
        changes.oracle_round,
        changes.next_account,
        &range.withdrawals,
    );
    let header = BatchHeader {
        epoch: range.epoch,
        number: batcher.head.number + 1,
        first_sequence: range.first_sequence,
        last_sequence: range.last_sequence,
        chain_hash: range.chain_hash,
        state_root_before: batcher.head.state_root,
        state_root_after,
        inbox_cursor: range.inbox_cursor,
        inbox_hash: range.inbox_hash,
        withdrawals_root: withdrawals::root(&range.withdrawals),
        withdrawals_total: withdrawals::total(&range.withdrawals)?,
        data_hash: keccak(&[&data]),
        blobs_hash: blobs_hash(&mut batcher.committer, &data),
        oracle_round: changes.oracle_round,
        closed_at: range.closed_at,
    };
    let signature = sign(&batcher.signer, &batcher.domain.batch(&header));

    let mut record = emit_prefix(&header, &signature, range.withdrawals.len() as u32).to_vec();
    for withdrawal in &range.withdrawals {
        record.extend_from_slice(&withdrawal.emit());
    }
    record.extend_from_slice(&(data.len() as u32).to_le_bytes());
    record.extend_from_slice(&data);

    batcher.head = BatchHead { number: header.number, state_root: state_root_after };
    Ok(record)
}

impl Batcher {
    /// Runs until the matching thread ends, or until the ring or the engine breaks its promise.
    ///
    /// # Errors
    /// Whatever ended it early; the enclave is then faulted.
    pub fn run(mut self, jobs: &Receiver<Box<ClosedRange>>) -> Result<()> {
        for range in core::mem::take(&mut self.recovered) {
            self.close(range)?;
        }
        let mut signed_sequence = self.signed_sequence;
        let mut idle_periods = 0;
        loop {
            let wait = if idle_periods > HEAD_IDLE_PERIODS { IDLE_PERIOD } else { HEAD_PERIOD };
            let job = jobs.recv_timeout(wait);
            let sequence = self.sign_head(signed_sequence)?;
            idle_periods = if sequence == signed_sequence { idle_periods + 1 } else { 0 };
            signed_sequence = sequence;
            match job {
                Ok(range) => self.close(*range)?,
                // The matching thread has ended, and everything it closed is signed.
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }

    /// Signs the present head if the chain moved.
    fn sign_head(&mut self, signed_sequence: u64) -> Result<u64> {
        let head = self.status.head();
        if head.sequence == signed_sequence {
            return Ok(signed_sequence);
        }
        let digest = self.domain.head(head.epoch, head.sequence, &head.chain_hash);
        let signature = sign(&self.signer, &digest);
        let (epoch, sequence) = (head.epoch.to_le_bytes(), head.sequence.to_le_bytes());
        self.outlet.push(ledger::HEAD, &[&epoch, &sequence, &head.chain_hash, &signature])?;
        self.outlet.flush();
        Ok(head.sequence)
    }

    fn close(&mut self, mut range: ClosedRange) -> Result<()> {
        let started_ns = self.platform.monotonic_ns();
        let record = close(self, &range)?;
        // A batch that cannot be posted must not be half-posted: fail loudly if the host made the ring too small for it.
        if record.len() > self.outlet.payload_max() {
            return Err(Error::Length);
        }
        self.outlet.push(ledger::BATCH, &[&record])?;
        self.outlet.flush();
        if let Some(mut snapshot) = range.snapshot.take() {
            snapshot.batch_number = self.head.number;
            snapshot.state_root = self.head.state_root;
            self.push_snapshot(
                range.last_sequence,
                &self.sealer.seal(&*self.platform, &snapshot)?,
            )?;
        }
        let counters = &self.status.counters;
        counters.batch_number.store(self.head.number, Ordering::Relaxed);
        counters
            .batch_close_us
            .store((self.platform.monotonic_ns() - started_ns) / 1000, Ordering::Relaxed);
        *lock(&self.status.state_root) = self.head.state_root;
        Ok(())
    }

    fn push_snapshot(&mut self, sequence: u64, sealed: &[u8]) -> Result<()> {
        let part_bytes = SNAPSHOT_PART_BYTES.min(self.outlet.payload_max() - 16);
        let parts = sealed.len().div_ceil(part_bytes) as u32;
        for (part, bytes) in (0u32..).zip(sealed.chunks(part_bytes)) {
            let head =
                [sequence.to_le_bytes().as_slice(), &part.to_le_bytes(), &parts.to_le_bytes()]
                    .concat();
            self.outlet.push(ledger::SNAPSHOT, &[&head, bytes])?;
            self.outlet.flush();
        }
        Ok(())
    }
}
