//! The loop against a peer that is only numbers.
#![allow(clippy::unwrap_used)]

use super::*;

/// Replies at once, except that it stalls before one reply; remembers how full the window ever was.
#[derive(Default)]
struct Toy {
    queued: u64,
    sent: u64,
    replied: u64,
    most_in_flight: u64,
    stall_at: Option<(u64, Duration)>,
}

impl Peer for Toy {
    fn queue(&mut self) -> Result<(), ClientError> {
        self.queued += 1;
        Ok(())
    }

    fn flush(&mut self) -> Result<(), ClientError> {
        self.sent = self.queued;
        self.most_in_flight = self.most_in_flight.max(self.sent - self.replied);
        Ok(())
    }

    fn receive(&mut self) -> Result<u32, ClientError> {
        self.receive_ready().map(|frames| frames.unwrap())
    }

    fn receive_ready(&mut self) -> Result<Option<u32>, ClientError> {
        if self.replied == self.sent {
            return Ok(None);
        }
        if let Some((_, stall)) = self.stall_at.filter(|(at, _)| *at == self.replied) {
            std::thread::sleep(stall);
        }
        self.replied += 1;
        Ok(Some(1))
    }

    fn set_spinning(&mut self, _: bool) -> Result<(), ClientError> {
        Ok(())
    }

    fn traffic(&self) -> Traffic {
        Traffic { frames_sent: self.sent, frames_received: self.replied, ..Traffic::default() }
    }
}

const PLAN: Plan = Plan { count: 1000, warmup: 10, window: 64, rate: None, is_spinning: false };

#[test]
fn a_window_is_filled_and_never_exceeded() {
    for window in [1, 3, 64] {
        let mut toy = Toy::default();
        let outcome = run(&mut toy, &Plan { window, ..PLAN }).unwrap();
        assert_eq!(toy.most_in_flight, window.min(1000));
        assert_eq!((outcome.traffic.frames_sent, outcome.traffic.frames_received), (1000, 1000));
        assert_eq!(toy.replied, 1010);
        assert!(outcome.samples.quantile(1_000_000) <= outcome.elapsed_ns);
    }
}

/// One stall in a closed loop is one slow sample; in an open loop it delays everything that was due meanwhile.
#[test]
fn an_open_loop_counts_the_wait_of_every_frame_a_stall_held_up() {
    let stall = Duration::from_millis(50);
    let stalled = || Toy { stall_at: Some((10, stall)), ..Toy::default() };
    let slow = |outcome: &Outcome| {
        let half = stall.as_nanos() as u64 / 2;
        (0..1000).filter(|i| outcome.samples.quantile(1 + i * 1000) >= half).count()
    };

    let closed = run(&mut stalled(), &Plan { warmup: 0, window: 1, ..PLAN }).unwrap();
    assert!(slow(&closed) >= 1);
    // 10,000 a second: 250 frames fall due in the first half of the stall and wait at least the other half.
    let plan = Plan { warmup: 0, window: 4096, rate: Some(10_000), ..PLAN };
    let open = run(&mut stalled(), &plan).unwrap();
    assert!(slow(&open) >= 240, "{}", slow(&open));
}

#[test]
fn a_reply_to_nothing_is_an_error() {
    let mut flight = Flight::new(1, 1);
    assert!(flight.complete(1).is_err());
}
