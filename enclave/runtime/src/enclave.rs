//! One enclave from load to destroy: the state machine behind the C ABI, usable from Rust as it is.
//!
//! load → boot → recover… → open epoch → start → stop. A call out of order is `State` and changes nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use sealbook_wire::header::OpenEpoch;
use sealbook_wire::{BootReply, BootRequest, EnclaveStatus, Message};

use crate::config::Config;
use crate::eip712::sign;
use crate::error::{Error, Result};
use crate::keys::BootKeys;
use crate::platform::simulated::Simulated;
use crate::platform::{Measurement, Platform, REPORT_BYTES, TARGET_INFO_BYTES};
use crate::recovery::Recovery;
use crate::ring::RingMemory;
use crate::sequencer::Head;
use crate::status::{Phase, Status, lock};
use crate::wait::{Doorbell, SPIN_NS_DEFAULT};

/// How long a stop waits for the host to take what is left in the outward rings.
const STOP_PATIENCE_NS: u64 = 5_000_000_000;
const STOP_LOOK: Duration = Duration::from_millis(1);
/// Largest message any call returns.
const REPLY_BYTES_MAX: usize = 1024;

/// A loaded enclave.
pub struct Enclave {
    image: Vec<u8>,
    pub(crate) config: Arc<Config>,
    pub(crate) platform: Arc<dyn Platform>,
    pub(crate) status: Arc<Status>,
    pub(crate) doorbell: Arc<Doorbell>,
    pub(crate) abandon: Arc<AtomicBool>,
    pub(crate) boot: Option<Boot>,
    pub(crate) recovery: Option<Recovery>,
    pub(crate) epoch: Option<OpenEpoch>,
    pub(crate) rings: [Option<RingMemory>; 3],
    ranges: [(usize, usize); 3],
    pub(crate) threads: Vec<JoinHandle<()>>,
    pub(crate) spin_ns: u64,
}

/// What one boot drew.
pub(crate) struct Boot {
    pub(crate) keys: Arc<BootKeys>,
    block_hash: [u8; 32],
    time_us: u64,
}

impl Enclave {
    /// Measures `image` and checks `config`.
    ///
    /// # Errors
    /// `Config`, `Length` for an empty image, `Platform`.
    pub fn load(image: &[u8], config: &[u8]) -> Result<Self> {
        if image.is_empty() {
            return Err(Error::Length);
        }
        let config = Arc::new(Config::parse(config)?);
        let platform = Arc::new(Simulated::load(config.platform_seed, image, false)?);
        let head = Head { epoch: 0, sequence: 0, chain_hash: config.genesis_hash, time_us: 0 };
        Ok(Enclave {
            image: image.to_vec(),
            config,
            platform,
            status: Arc::new(Status::new(head)),
            doorbell: Arc::new(Doorbell::default()),
            abandon: Arc::new(AtomicBool::new(false)),
            boot: None,
            recovery: None,
            epoch: None,
            rings: [None, None, None],
            ranges: [(0, 0); 3],
            threads: Vec::new(),
            spin_ns: SPIN_NS_DEFAULT,
        })
    }

    /// Longest spin of the matching thread before it sleeps, ns. Before `start`.
    pub fn set_spin_ns(&mut self, spin_ns: u64) {
        self.spin_ns = spin_ns;
    }

    /// The doorbell of the matching thread: ring it when ring 0's consumer sleeps.
    pub fn doorbell(&self) -> Arc<Doorbell> {
        Arc::clone(&self.doorbell)
    }

    /// Counters and phase, readable at any time.
    pub fn shared_status(&self) -> Arc<Status> {
        Arc::clone(&self.status)
    }

    /// Identity of the image.
    pub fn measurement(&self) -> Measurement {
        self.platform.measurement()
    }

    pub(crate) fn expect(&self, phase: Phase) -> Result<()> {
        match self.status.phase() {
            Phase::Faulted => Err(Error::Poisoned),
            now if now == phase => Ok(()),
            _ => Err(Error::State),
        }
    }

    /// Draws the boot keys. `boot-request` in, `boot-reply` out.
    ///
    /// # Errors
    /// `State`, `Format`, `Platform`.
    pub fn boot(&mut self, request: &[u8]) -> Result<Vec<u8>> {
        self.expect(Phase::Loaded)?;
        let request = BootRequest::parse(request).map_err(|_| Error::Format)?;
        if request.is_debug {
            self.platform =
                Arc::new(Simulated::load(self.config.platform_seed, &self.image, true)?);
        }
        let keys = Arc::new(BootKeys::generate(&*self.platform)?);
        let recovery =
            Recovery::new(Arc::clone(&self.config), Arc::clone(&self.platform), &keys.blind)?;
        let reply = BootReply {
            signer: keys.signer_address,
            encryption_key: keys.encryption_public,
            config_hash: self.config.hash,
            genesis_hash: self.config.genesis_hash,
            state_root: recovery.state_root(),
        };
        let reply = emit(&reply)?;
        *lock(&self.status.state_root) = recovery.state_root();
        // The image was only kept to be measured again as a debug one.
        self.image = Vec::new();
        self.boot = Some(Boot { keys, block_hash: request.block_hash, time_us: request.time_us });
        self.recovery = Some(recovery);
        self.status.set_phase(Phase::Booted);
        Ok(reply)
    }

    /// EREPORT over the report data of docs/boundaries.md section 6.
    ///
    /// # Errors
    /// `State` before boot, `Format` for a malformed target.
    pub fn report(&self, target_info: &[u8; TARGET_INFO_BYTES]) -> Result<[u8; REPORT_BYTES]> {
        let boot = self.boot.as_ref().ok_or(Error::State)?;
        let config = &self.config;
        let data = boot.keys.report_data(
            config.chain_id,
            &config.registry,
            &boot.block_hash,
            &config.hash,
        );
        self.platform.report(target_info, &data)
    }

    /// One piece of recovery: kind byte, then the piece.
    ///
    /// # Errors
    /// See `recovery`; after any error but `State` the enclave must be destroyed.
    pub fn recover(&mut self, piece: &[u8]) -> Result<()> {
        self.expect(Phase::Booted)?;
        let (kind, bytes) = piece.split_first().ok_or(Error::Length)?;
        let (Some(recovery), Some(boot)) = (&mut self.recovery, &self.boot) else {
            return Err(Error::State);
        };
        let done = match kind {
            1 => recovery.snapshot(bytes, &boot.keys.blind),
            2 => recovery.records(bytes),
            3 => recovery.poison(bytes),
            4 => recovery.end(bytes),
            5 => recovery.chain_head(bytes),
            6 => recovery.leaves(bytes, &boot.keys.blind),
            _ => return Err(Error::Format),
        };
        if let Err(error) = done {
            if error != Error::State {
                self.status.set_phase(Phase::Faulted);
            }
            return Err(error);
        }
        self.status.publish(recovery.sequencer.head());
        if *kind == 4 {
            self.finish_recovery()?;
        }
        Ok(())
    }

    fn finish_recovery(&mut self) -> Result<()> {
        let (Some(recovery), Some(boot)) = (&mut self.recovery, &self.boot) else {
            return Err(Error::State);
        };
        let chain = recovery.chain().ok_or(Error::State)?;
        // An epoch that was journaled but never reached the chain is not used twice: `(epoch, sequence)` names one event.
        let journaled = recovery.sequencer.head().epoch;
        self.epoch = Some(OpenEpoch {
            epoch: chain.epoch.max(journaled) + 1,
            previous_epoch: chain.epoch,
            batch_number: chain.batch.number,
            last_sequence: chain.last_sequence,
            state_root: chain.batch.state_root,
        });
        recovery.sequencer.resume(boot.time_us);
        *lock(&self.status.state_root) = chain.batch.state_root;
        let counters = &self.status.counters;
        counters.batch_number.store(chain.batch.number, Ordering::Relaxed);
        counters.inbox_cursor.store(recovery.machine.inbox.cursor, Ordering::Relaxed);
        counters.accounts.store(recovery.machine.accounts().into(), Ordering::Relaxed);
        counters.orders.store(recovery.machine.orders().into(), Ordering::Relaxed);
        self.status.set_phase(Phase::Recovered);
        Ok(())
    }

    /// The signed `open-epoch` message.
    ///
    /// # Errors
    /// `State` before the recovery ended.
    pub fn open_epoch(&self) -> Result<Vec<u8>> {
        let (Some(opening), Some(boot)) = (&self.epoch, &self.boot) else {
            return Err(Error::State);
        };
        emit(&sealbook_wire::OpenEpoch {
            epoch: opening.epoch,
            previous_epoch: opening.previous_epoch,
            batch_number: opening.batch_number,
            last_sequence: opening.last_sequence,
            state_root: opening.state_root,
            signature: sign(&boot.keys.signer, &self.config.domain.open_epoch(opening)),
        })
    }

    /// Takes a ring the host has initialised.
    ///
    /// # Safety
    /// `memory .. memory + length` stays mapped until this enclave is dropped.
    ///
    /// # Errors
    /// `Ring`, `Align`, `Length`, `Overlap` with another ring, `State` if the place is taken or the threads run.
    pub unsafe fn attach(&mut self, ring: usize, memory: *mut u8, length: usize) -> Result<()> {
        if self.status.phase() >= Phase::Running {
            return Err(Error::State);
        }
        let range = (memory as usize, length);
        if !self.platform.is_untrusted_range(range.0, range.1) {
            return Err(Error::Length);
        }
        let place = self.rings.get(ring).ok_or(Error::Length)?;
        if place.is_some() {
            return Err(Error::State);
        }
        let shares =
            |other: &(usize, usize)| range.0 < other.0 + other.1 && other.0 < range.0 + range.1;
        if self.ranges.iter().any(shares) {
            return Err(Error::Overlap);
        }
        // Safety: the caller's promise.
        self.rings[ring] = Some(unsafe { RingMemory::attach(memory, length) }?);
        self.ranges[ring] = range;
        Ok(())
    }

    /// `enclave-status`.
    ///
    /// # Errors
    /// None in practice: the message has a fixed size.
    pub fn status(&self) -> Result<Vec<u8>> {
        let status = &self.status;
        let counters = &status.counters;
        // Before the head, as the writer stores it after.
        let inbox_cursor = counters.inbox_cursor.load(Ordering::Acquire);
        let head = status.head();
        let latency = status.percentiles(self.platform.monotonic_ns());
        let load = |counter: &core::sync::atomic::AtomicU64| counter.load(Ordering::Relaxed);
        emit(&EnclaveStatus {
            state: status.phase() as u8,
            epoch: head.epoch,
            sequence: head.sequence,
            chain_hash: head.chain_hash,
            state_root: *lock(&status.state_root),
            batch_number: load(&counters.batch_number),
            inbox_cursor,
            commands: load(&counters.commands),
            rejects: load(&counters.rejects),
            trades: load(&counters.trades),
            accounts: load(&counters.accounts) as u32,
            orders: load(&counters.orders) as u32,
            latency_ns_p50: latency.p50,
            latency_ns_p99: latency.p99,
            latency_ns_p999: latency.p999,
            batch_close_us: load(&counters.batch_close_us),
        })
    }

    /// Drains ring 0, closes the open batch and ends the threads. If the host no longer consumes, gives up after five seconds.
    ///
    /// # Errors
    /// `State` unless it runs or has faulted.
    pub fn stop(&mut self) -> Result<()> {
        if self.threads.is_empty() {
            return Err(Error::State);
        }
        self.status.is_stopping.store(true, Ordering::Release);
        self.doorbell.ring();
        let patience_ends_ns = self.platform.monotonic_ns().saturating_add(STOP_PATIENCE_NS);
        while self.threads.iter().any(|thread| !thread.is_finished()) {
            if self.platform.monotonic_ns() > patience_ends_ns {
                self.abandon.store(true, Ordering::Relaxed);
            }
            std::thread::sleep(STOP_LOOK);
        }
        for thread in self.threads.drain(..) {
            // The closures catch every panic themselves.
            let _ = thread.join();
        }
        self.status.set_phase(Phase::Stopped);
        Ok(())
    }
}

impl Drop for Enclave {
    fn drop(&mut self) {
        self.abandon.store(true, Ordering::Relaxed);
        let _ = self.stop();
    }
}

fn emit<'m>(message: &impl Message<'m>) -> Result<Vec<u8>> {
    let mut buffer = [0; REPLY_BYTES_MAX];
    message.emit_into(&mut buffer).map(<[u8]>::to_vec).map_err(|_| Error::Fault)
}
