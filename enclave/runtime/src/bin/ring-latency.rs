//! `ring-latency [--json] [--count N]`: slot in to slot out, in one process with both sides spinning.
//!
//! `floor_ns` is the bare hand-over of the same run: the same frame through two rings and back with nothing between. `aead_ns` has the
//! enclave in between: open the seal, parse, sequence, execute, chain, seal and push the journal record, publish, seal the result.
//! Sealing and opening on the client's side are outside the clock. The commands are a resting order, a taker that fills it, another
//! resting order and its cancel, in turn, one a frame.

#[path = "../../tests/venue/mod.rs"]
mod venue;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use sealbook_enclave::ring::{Consumer, Producer, Slot};
use sealbook_wire::ring::{inward, outward};
use sealbook_wire::{Cancel, Command, Message, OrderRef, ResultEvent, Side};
use venue::{Client, Venue, bytes_of, config, place, wallet};

const WARM_UP: usize = 5_000;
/// The bench's two sides never sleep.
const SPIN_NS: u64 = 5_000_000_000;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let after = |name: &str| {
        arguments.iter().position(|argument| argument == name).and_then(|at| arguments.get(at + 1))
    };
    let count: usize = match after("--count").map(|text| text.parse()) {
        None => 40_000,
        Some(Ok(count)) if count > 0 => count,
        Some(_) => {
            eprintln!("ring-latency: --count wants a positive number");
            std::process::exit(2);
        }
    };
    // Interleaved halves: a noisy minute on the machine then hits both.
    let (mut floor, mut aead, mut frame_bytes) = (Vec::new(), Vec::new(), 0);
    for _ in 0..2 {
        let (samples, bytes) = measure_aead(count / 2 + 1);
        floor.extend(measure_floor(count / 2 + 1, bytes));
        aead.extend(samples);
        frame_bytes = bytes;
    }
    println!(
        "{{\"count\":{count},\"frame_bytes\":{frame_bytes},\"floor_ns\":{},\"aead_ns\":{}}}",
        percentiles(&mut floor),
        percentiles(&mut aead)
    );
}

fn percentiles(samples: &mut [u64]) -> String {
    samples.sort_unstable();
    let at = |per_mille: usize| samples[(samples.len() * per_mille / 1000).min(samples.len() - 1)];
    format!("{{\"p50\":{},\"p99\":{},\"p999\":{}}}", at(500), at(990), at(999))
}

/// One frame there and back, with an echoing thread that copies it out of one ring and into the other.
fn measure_floor(count: usize, frame_bytes: usize) -> Vec<u64> {
    let (there_pages, there) = venue::ring();
    let (back_pages, back) = venue::ring();
    // Safety: both pages outlive the scope below.
    let (there_2, back_2) = unsafe { (there_pages.attach(), back_pages.attach()) };
    let mut producer = Producer::new(there).expect("ring");
    let mut consumer = Consumer::new(back).expect("ring");
    let is_done = Arc::new(AtomicBool::new(false));
    let stop = Arc::clone(&is_done);
    let mut samples = Vec::with_capacity(count);
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let (mut consumer, mut producer) =
                (Consumer::new(there_2).expect("ring"), Producer::new(back_2).expect("ring"));
            let mut slot = Slot::new(1 << 16);
            while !stop.load(Ordering::Relaxed) {
                if consumer.pop(&mut slot).expect("pop") {
                    assert!(producer.push(outward::REPLY, &[slot.payload()]).expect("push"));
                } else {
                    core::hint::spin_loop();
                }
            }
        });
        let frame = vec![7; frame_bytes];
        let mut slot = Slot::new(1 << 16);
        for i in 0..WARM_UP + count {
            let start = Instant::now();
            assert!(producer.push(inward::FRAME, &[&frame]).expect("push"));
            while !consumer.pop(&mut slot).expect("pop") {
                core::hint::spin_loop();
            }
            if i >= WARM_UP {
                samples.push(start.elapsed().as_nanos() as u64);
            }
        }
        is_done.store(true, Ordering::Relaxed);
    });
    samples
}

fn measure_aead(count: usize) -> (Vec<u64>, usize) {
    let mut venue = Venue::genesis_spinning(&config(64, u32::MAX), SPIN_NS);
    for owner in 1..=2 {
        venue.deposit(&wallet(owner), 1 << 50);
    }
    let mut maker = Client::open(&mut venue, &wallet(1), 1);
    let mut taker = Client::open(&mut venue, &wallet(2), 2);
    let mut slot = Slot::new(1 << 20);
    let mut samples = Vec::with_capacity(count);
    let (mut order_id, mut frame_bytes) = (0, 0);
    for i in 0..WARM_UP + count {
        let command = match i % 4 {
            0 => place(1, Side::Sell, 100_000, 5),
            1 => place(1, Side::Buy, 100_000, 5),
            2 => place(1, Side::Buy, 90_000, 5),
            _ => Command::Cancel(Cancel { order: OrderRef::Id(order_id) }),
        };
        let client = if i % 4 == 1 { &mut taker } else { &mut maker };
        let body = client.seal(&[bytes_of(&command)]);
        frame_bytes = 8 + body.len();
        let connection = client.connection.to_le_bytes();
        let start = Instant::now();
        assert!(venue.inward.push(inward::FRAME, &[&connection, &body]).expect("push"));
        loop {
            if !venue.outward.pop(&mut slot).expect("pop") {
                core::hint::spin_loop();
                continue;
            }
            if slot.kind() == outward::REPLY && slot.payload()[..8] == connection {
                break;
            }
        }
        let elapsed = start.elapsed().as_nanos() as u64;
        if i >= WARM_UP {
            samples.push(elapsed);
        }
        let client = if i % 4 == 1 { &mut taker } else { &mut maker };
        let events = client.open_body(slot.payload()[24..].to_vec());
        let result =
            ResultEvent::parse(events.first().expect("an event")).expect("the result comes first");
        if i % 4 == 1 {
            // The maker's fill is the next reply; the clock stands.
            take_reply(&mut venue, &mut slot, &mut maker);
        }
        assert_eq!(result.code, 0, "{command:?}");
        order_id = result.order_id;
        if i % 64 == 0 {
            while venue.ledger.pop(&mut slot).expect("ring 2") {}
        }
    }
    (samples, frame_bytes)
}

fn take_reply(venue: &mut Venue, slot: &mut Slot, client: &mut Client) {
    loop {
        if venue.outward.pop(slot).expect("pop") && slot.kind() == outward::REPLY {
            client.open_body(slot.payload()[24..].to_vec());
            return;
        }
    }
}
