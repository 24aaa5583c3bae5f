//! The loop every verb runs: keep a window of frames in flight, and time each from the moment it was due.

use std::collections::VecDeque;
use std::io::{Error, ErrorKind};
use std::time::{Duration, Instant};

use sealbook_client::ClientError;
use sealbook_client::connection::{SILENCE_MAX, Traffic};

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::samples::Samples;

/// The other side of the loop, one frame at a time.
pub trait Peer {
    /// Prepares the next frame.
    fn queue(&mut self) -> Result<(), ClientError>;
    /// Sends what was prepared.
    fn flush(&mut self) -> Result<(), ClientError>;
    /// Waits for a frame from the other side; how many of ours it completes (0 for news nobody asked for).
    fn receive(&mut self) -> Result<u32, ClientError>;
    /// The same without waiting; none if nothing is here.
    fn receive_ready(&mut self) -> Result<Option<u32>, ClientError>;
    /// See `Connection::set_spinning`.
    fn set_spinning(&mut self, is_spinning: bool) -> Result<(), ClientError>;
    /// Bytes and frames so far.
    fn traffic(&self) -> Traffic;
}

/// How to drive a peer.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Frames measured.
    pub count: u64,
    /// Frames before those.
    pub warmup: u64,
    /// Frames in flight at most.
    pub window: u64,
    /// Frames a second, sent when due whether or not replies came (open loop). None: as fast as the window allows.
    pub rate: Option<u64>,
    /// Whether to poll the socket in place of sleeping in it.
    pub is_spinning: bool,
}

impl Plan {
    /// The loop options of a command line.
    pub fn take(arguments: &mut Arguments) -> Result<Self, Failure> {
        let count = arguments.number("count", 1, 100_000_000)?.unwrap_or(20_000);
        let rate = arguments.number("rate", 1, 10_000_000)?;
        let window = arguments.number("window", 1, 4096)?;
        Ok(Self {
            count,
            warmup: arguments.number("warmup", 0, 100_000_000)?.unwrap_or(count / 10),
            // An open loop sends when a frame is due; the window is then only a bound on memory.
            window: window.unwrap_or(if rate.is_some() { 4096 } else { 1 }),
            rate,
            is_spinning: arguments.choice("wait", &[("block", false), ("spin", true)])?,
        })
    }
}

/// What a run showed.
pub struct Outcome {
    /// First send to last reply.
    pub elapsed_ns: u64,
    /// Of each measured frame: from when it was due (closed loop: when it was prepared) to when its reply was decoded.
    pub samples: Samples,
    /// Of the measured part.
    pub traffic: Traffic,
}

/// Warms up, then measures.
pub fn run(peer: &mut impl Peer, plan: &Plan) -> Result<Outcome, ClientError> {
    peer.set_spinning(plan.is_spinning || plan.rate.is_some())?;
    closed_loop(peer, plan.warmup, plan.window)?;
    let before = peer.traffic();
    let start = Instant::now();
    let samples = match plan.rate {
        None => closed_loop(peer, plan.count, plan.window)?,
        Some(rate) => open_loop(peer, plan.count, plan.window, rate)?,
    };
    let elapsed_ns = start.elapsed().as_nanos() as u64;
    let after = peer.traffic();
    let traffic = Traffic {
        frames_sent: after.frames_sent - before.frames_sent,
        bytes_sent: after.bytes_sent - before.bytes_sent,
        frames_received: after.frames_received - before.frames_received,
        bytes_received: after.bytes_received - before.bytes_received,
    };
    Ok(Outcome { elapsed_ns, samples: Samples::new(samples), traffic })
}

/// Frames in flight, oldest first, and the samples of those that came back.
struct Flight {
    due: VecDeque<Instant>,
    samples: Vec<u64>,
}

impl Flight {
    fn new(count: u64, window: u64) -> Self {
        Self {
            due: VecDeque::with_capacity(window as usize),
            samples: Vec::with_capacity(count as usize),
        }
    }

    fn complete(&mut self, frames: u32) -> Result<(), ClientError> {
        for _ in 0..frames {
            let due = self.due.pop_front().ok_or(ClientError::Frame("a reply to nothing"))?;
            self.samples.push(due.elapsed().as_nanos() as u64);
        }
        Ok(())
    }
}

fn closed_loop(peer: &mut impl Peer, count: u64, window: u64) -> Result<Vec<u64>, ClientError> {
    let mut flight = Flight::new(count, window);
    let mut sent = 0;
    while (flight.samples.len() as u64) < count {
        while sent < count && (flight.due.len() as u64) < window {
            flight.due.push_back(Instant::now());
            peer.queue()?;
            sent += 1;
        }
        peer.flush()?;
        let frames = peer.receive()?;
        flight.complete(frames)?;
        while let Some(frames) = peer.receive_ready()? {
            flight.complete(frames)?;
        }
    }
    Ok(flight.samples)
}

/// A frame that had to wait for a slow reply before it counts its wait: without that a stall of a second would be one bad
/// sample in place of the thousand orders it held up (coordinated omission).
fn open_loop(
    peer: &mut impl Peer,
    count: u64,
    window: u64,
    rate: u64,
) -> Result<Vec<u64>, ClientError> {
    let mut flight = Flight::new(count, window);
    let start = Instant::now();
    let due = |frame: u64| {
        let after_ns = u128::from(frame) * 1_000_000_000 / u128::from(rate);
        start + Duration::from_nanos(after_ns as u64)
    };
    let (mut sent, mut heard) = (0, start);
    while (flight.samples.len() as u64) < count {
        let now = Instant::now();
        while sent < count && (flight.due.len() as u64) < window && due(sent) <= now {
            flight.due.push_back(due(sent));
            peer.queue()?;
            sent += 1;
        }
        peer.flush()?;
        while let Some(frames) = peer.receive_ready()? {
            flight.complete(frames)?;
            heard = Instant::now();
        }
        // Nobody sleeps in the kernel here, so nobody else's time limit runs out.
        if heard.elapsed() > SILENCE_MAX && !flight.due.is_empty() {
            return Err(Error::new(ErrorKind::TimedOut, "the venue fell silent").into());
        }
        std::thread::yield_now();
    }
    Ok(flight.samples)
}

#[cfg(test)]
#[path = "exchange_test.rs"]
mod tests;
