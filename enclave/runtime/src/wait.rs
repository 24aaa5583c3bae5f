//! How a thread waits: spin a bounded time, then sleep until somebody rings. An idle enclave must not hold a core.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::Thread;
use std::time::Duration;

/// Spinning time before sleep unless configured otherwise, ns.
pub const SPIN_NS_DEFAULT: u64 = 50_000;
/// A sleeper looks again after this long even if nobody rings: a host that forgets the doorbell costs latency, never liveness.
const SLEEP_MAX: Duration = Duration::from_millis(50);
/// Of a spin, the part before the core is offered to others each round.
const EAGER_ROUNDS: u32 = 1_000;

/// Wakes one thread; rung from anywhere.
#[derive(Debug, Default)]
pub struct Doorbell {
    sleeper: OnceLock<Thread>,
    has_rung: AtomicBool,
}

impl Doorbell {
    /// Names the calling thread as the one to wake.
    pub fn answer_here(&self) {
        let _ = self.sleeper.set(std::thread::current());
    }

    /// Wakes the sleeper, or lets its next sleep end at once.
    pub fn ring(&self) {
        self.has_rung.store(true, Ordering::Release);
        if let Some(sleeper) = self.sleeper.get() {
            sleeper.unpark();
        }
    }

    /// Sleeps until a ring or the maximum.
    pub fn sleep(&self) {
        self.sleep_for(SLEEP_MAX);
    }

    /// Sleeps until a ring or `time`.
    pub fn sleep_for(&self, time: Duration) {
        if !self.has_rung.swap(false, Ordering::Acquire) {
            std::thread::park_timeout(time);
            self.has_rung.store(false, Ordering::Relaxed);
        }
    }
}

/// A bounded spin.
#[derive(Debug)]
pub struct Spin {
    rounds: u32,
    since_ns: u64,
    limit_ns: u64,
}

impl Spin {
    /// Spins at most `limit_ns` from its first `again`.
    pub fn new(limit_ns: u64) -> Self {
        Spin { rounds: 0, since_ns: 0, limit_ns }
    }

    /// Work was found: the next wait starts afresh.
    #[inline]
    pub fn reset(&mut self) {
        self.rounds = 0;
    }

    /// Waits a moment; `false` when the time to spin is over.
    #[inline]
    pub fn again(&mut self, now_ns: impl Fn() -> u64) -> bool {
        self.rounds += 1;
        if self.rounds < EAGER_ROUNDS {
            core::hint::spin_loop();
            return true;
        }
        if self.rounds == EAGER_ROUNDS {
            self.since_ns = now_ns();
        }
        if self.rounds.is_multiple_of(16) && now_ns().saturating_sub(self.since_ns) > self.limit_ns
        {
            self.rounds = EAGER_ROUNDS - 1;
            return false;
        }
        std::thread::yield_now();
        true
    }
}
