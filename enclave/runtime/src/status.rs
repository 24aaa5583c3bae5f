//! What anyone may ask a running enclave: counters the threads write and the host reads without stopping them.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};

use crate::histogram::{Histogram, Percentiles};
use crate::sequencer::Head;

/// Where an enclave is in its life; the numbers are `enclave-status.state`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum Phase {
    /// Image measured, configuration checked.
    Loaded = 0,
    /// Keys drawn.
    Booted = 1,
    /// State rebuilt up to the chain and beyond.
    Recovered = 2,
    /// Threads run.
    Running = 3,
    /// Threads ended in good order.
    Stopped = 4,
    /// Stopped by a fault.
    Faulted = 5,
}

impl Phase {
    fn from_u8(value: u8) -> Phase {
        match value {
            0 => Phase::Loaded,
            1 => Phase::Booted,
            2 => Phase::Recovered,
            3 => Phase::Running,
            4 => Phase::Stopped,
            _ => Phase::Faulted,
        }
    }
}

/// Plain counters.
#[derive(Debug, Default)]
pub struct Counters {
    /// Commands sequenced since start.
    pub commands: AtomicU64,
    /// Of these, rejected.
    pub rejects: AtomicU64,
    /// Trades since start.
    pub trades: AtomicU64,
    /// Accounts.
    pub accounts: AtomicU64,
    /// Resting orders.
    pub orders: AtomicU64,
    /// Inbox entries consumed.
    pub inbox_cursor: AtomicU64,
    /// Last closed batch.
    pub batch_number: AtomicU64,
    /// Time the batch thread took for it, µs.
    pub batch_close_us: AtomicU64,
}

/// How long a latency window lasts at least, ns.
const WINDOW_NS: u64 = 10_000_000_000;

struct Window {
    start_ns: u64,
    counts: Vec<u64>,
}

/// Shared by the threads and the host's calls.
pub struct Status {
    phase: AtomicU8,
    /// Head of the chain after the last handled slot; also what the batch thread signs.
    head: Mutex<Head>,
    /// State root of the last closed batch.
    pub state_root: Mutex<[u8; 32]>,
    /// Counters.
    pub counters: Counters,
    /// Slot in to slot out.
    pub latency: Histogram,
    window: Mutex<Window>,
    /// The host asks the threads to end.
    pub is_stopping: AtomicBool,
}

impl Status {
    /// At the start of a history.
    pub fn new(head: Head) -> Self {
        Status {
            phase: AtomicU8::new(Phase::Loaded as u8),
            head: Mutex::new(head),
            state_root: Mutex::new([0; 32]),
            counters: Counters::default(),
            latency: Histogram::default(),
            window: Mutex::new(Window { start_ns: 0, counts: Vec::new() }),
            is_stopping: AtomicBool::new(false),
        }
    }

    /// Present phase.
    pub fn phase(&self) -> Phase {
        Phase::from_u8(self.phase.load(Ordering::Acquire))
    }

    /// Moves to a phase. A fault is final.
    pub fn set_phase(&self, phase: Phase) {
        let before = self.phase.swap(phase as u8, Ordering::AcqRel);
        if before == Phase::Faulted as u8 {
            self.phase.store(before, Ordering::Release);
        }
    }

    /// Last published head.
    pub fn head(&self) -> Head {
        *lock(&self.head)
    }

    /// Publishes a head: once a slot, not once a command.
    pub fn publish(&self, head: &Head) {
        *lock(&self.head) = *head;
    }

    /// Latency over the present window, which restarts once it is ten seconds old.
    pub fn percentiles(&self, now_ns: u64) -> Percentiles {
        let mut window = lock(&self.window);
        let found = self.latency.percentiles_since(&window.counts);
        if now_ns.saturating_sub(window.start_ns) > WINDOW_NS {
            *window = Window { start_ns: now_ns, counts: self.latency.counts() };
        }
        found
    }
}

/// Locks even if a thread died holding the lock: what it guards are plain values, never half a change.
pub fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
