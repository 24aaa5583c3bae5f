//! A ring towards the host that never drops: when it is full the caller waits, and so stops taking input (back-pressure).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::error::{Error, Result};
use crate::ring::Producer;

/// The host's doorbell: `ring` has something for a sleeping consumer.
pub type Callback = Arc<dyn Fn(i32) + Send + Sync>;

/// Rounds of yielding before the wait for room turns into short sleeps.
const YIELDS: u32 = 100;
const PAUSE: Duration = Duration::from_micros(100);

/// One outward ring with its doorbell.
pub struct Outlet {
    producer: Producer,
    ring: i32,
    callback: Callback,
    /// Set when the host wants to stop and no longer consumes: waiting would be for ever.
    abandon: Arc<AtomicBool>,
    has_news: bool,
}

impl Outlet {
    /// Wraps a producer.
    pub fn new(
        producer: Producer,
        ring: i32,
        callback: Callback,
        abandon: Arc<AtomicBool>,
    ) -> Self {
        Outlet { producer, ring, callback, abandon, has_news: false }
    }

    /// Appends a record, waiting for room as long as it takes. Call `flush` before going on to other work.
    ///
    /// # Errors
    /// `Ring` if the host's cursor is impossible, `Length` if the record can never fit, `State` if the wait was abandoned.
    #[inline]
    pub fn push(&mut self, kind: u32, parts: &[&[u8]]) -> Result<()> {
        self.has_news = true;
        if self.producer.push(kind, parts)? {
            return Ok(());
        }
        self.push_waiting(kind, parts)
    }

    #[cold]
    fn push_waiting(&mut self, kind: u32, parts: &[&[u8]]) -> Result<()> {
        let mut rounds = 0;
        loop {
            // A consumer that fell asleep on a full ring would never make room.
            self.flush();
            if self.abandon.load(Ordering::Relaxed) {
                return Err(Error::State);
            }
            if rounds < YIELDS {
                rounds += 1;
                std::thread::yield_now();
            } else {
                std::thread::sleep(PAUSE);
            }
            if self.producer.push(kind, parts)? {
                self.has_news = true;
                return Ok(());
            }
        }
    }

    /// Rings the host if it sleeps and something was pushed since the last flush.
    #[inline]
    pub fn flush(&mut self) {
        if core::mem::take(&mut self.has_news) && self.producer.wants_doorbell() {
            (self.callback)(self.ring);
        }
    }

    /// Largest payload of one record, bytes.
    pub fn payload_max(&self) -> usize {
        self.producer.payload_max()
    }

    /// Bytes the host has not consumed yet.
    ///
    /// # Errors
    /// `Ring` if the host's cursor is impossible.
    pub fn backlog(&mut self) -> Result<u32> {
        self.producer.backlog()
    }
}
