//! The ring against a fair peer, and against one that lies (F27, torn_slot).

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread;

use super::*;
use crate::shared;

const PAGE: usize = 4096;

fn pair(capacity: u32) -> (Producer, Consumer, *mut u8) {
    let length = DATA_AT + capacity as usize;
    let base = shared::allocate(length.next_multiple_of(PAGE)).expect("memory");
    // Safety: fresh memory of that length; tests leak it.
    let producer = unsafe { RingMemory::initialise(base, length, capacity) }.expect("initialise");
    let consumer = unsafe { RingMemory::attach(base, length) }.expect("attach");
    (Producer::new(producer).expect("producer"), Consumer::new(consumer).expect("consumer"), base)
}

fn store(base: *mut u8, at: usize, value: u32) {
    // Safety: inside the header or data area of a live test ring.
    unsafe { AtomicU32::from_ptr(base.add(at).cast()) }.store(value, Ordering::SeqCst);
}

#[test]
fn every_length_survives_every_offset() {
    let (mut producer, mut consumer, _) = pair(4096);
    let mut slot = Slot::new(2048);
    for round in 0..4000usize {
        let length = (round * 37) % 300;
        let payload: Vec<u8> = (0..length).map(|i| (i * 7 + round) as u8).collect();
        let cut = length / 3;
        assert!(
            producer
                .push(1 + (round % 5) as u32, &[&payload[..cut], &[], &payload[cut..]])
                .expect("push")
        );
        assert!(consumer.pop(&mut slot).expect("pop"));
        assert_eq!(slot.kind(), 1 + (round % 5) as u32);
        assert_eq!(slot.payload(), &payload[..]);
        assert!(!consumer.pop(&mut slot).expect("empty"));
    }
}

#[test]
fn a_full_ring_refuses_and_loses_nothing() {
    let (mut producer, mut consumer, _) = pair(4096);
    let mut slot = Slot::new(2048);
    let mut written = 0u64;
    while producer.push(9, &[&written.to_le_bytes(), &[0; 92]]).expect("push") {
        written += 1;
    }
    assert!(written > 30);
    for expected in 0..written {
        assert!(consumer.pop(&mut slot).expect("pop"));
        assert_eq!(slot.payload()[..8], expected.to_le_bytes());
    }
    assert_eq!(producer.push(1, &[&[0; 4096]]), Err(Error::Length));
}

#[test]
fn impossible_cursors_are_faults() {
    for head in [1, 4, 4097, 4104, u32::MAX, u32::MAX - 7, 1 << 31] {
        let (_, mut consumer, base) = pair(4096);
        store(base, HEAD_AT, head);
        assert_eq!(consumer.pop(&mut Slot::new(64)), Err(Error::Ring), "head {head}");
    }
    for tail in [8, 3, u32::MAX, 1 << 30] {
        let (mut producer, _, base) = pair(4096);
        store(base, TAIL_AT, tail);
        assert_eq!(producer.backlog(), Err(Error::Ring), "tail {tail}");
    }
}

#[test]
fn impossible_records_are_faults() {
    // (length, kind) as the host writes them, with 64 bytes announced.
    let cases = [
        (u32::MAX, 1),
        (u32::MAX - 7, 1),
        (57, 1),
        (4096, 1),
        (1 << 31, 2),
        (8, 0),
        (u32::MAX, 0),
        (56, 1),
    ];
    for (length, kind) in cases {
        let (_, mut consumer, base) = pair(4096);
        store(base, DATA_AT, length);
        store(base, DATA_AT + 4, kind);
        store(base, HEAD_AT, 64);
        // The slot holds 48 bytes, so even a record that is legal for the ring but not for us is refused.
        assert_eq!(
            consumer.pop(&mut Slot::new(48)),
            Err(Error::Ring),
            "length {length} kind {kind}"
        );
    }
}

#[test]
fn bad_headers_are_refused() {
    let base = shared::allocate(3 * PAGE).expect("memory");
    // Safety: three mapped pages.
    let attach =
        |at: usize, length| unsafe { RingMemory::attach(base.add(at), length) }.map(|_| ());
    assert_eq!(attach(0, 3 * PAGE), Err(Error::Ring));
    store(base, MAGIC_AT, MAGIC);
    for capacity in [0, 8, 2048, 4097, 8192 + 4096, 16384, 1 << 31] {
        store(base, CAPACITY_AT, capacity);
        assert_eq!(attach(0, 3 * PAGE), Err(Error::Ring), "capacity {capacity}");
    }
    store(base, CAPACITY_AT, 8192);
    assert_eq!(attach(0, 3 * PAGE), Ok(()));
    assert_eq!(attach(8, 2 * PAGE), Err(Error::Align));
    assert_eq!(attach(0, 100), Err(Error::Length));
}

/// A peer thread rewrites header, cursors and data while we read. Whatever happens, `pop` returns a bounded private copy or a fault.
#[test]
fn a_peer_that_flips_bytes_cannot_hurt_the_consumer() {
    let stop = Arc::new(AtomicBool::new(false));
    let (mut producer, mut consumer, base) = pair(4096);
    let flipper = {
        let stop = Arc::clone(&stop);
        let base = base as usize;
        thread::spawn(move || {
            let mut x = 42u64;
            while !stop.load(Ordering::Relaxed) {
                x = x.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                let at = DATA_AT + (((x >> 33) as usize % 4096) & !3);
                store(base as *mut u8, at, (x >> 7) as u32 % 5000);
            }
        })
    };
    let mut slot = Slot::new(512);
    let (mut copies, mut faults) = (0u32, 0u32);
    for _ in 0..100_000 {
        let _ = producer.push(1, &[&[0xab; 100]]);
        match consumer.pop(&mut slot) {
            Ok(true) => {
                assert!(slot.payload().len() <= 512);
                // One read decides: the private copy does not change under us.
                let first: u64 = slot.payload().iter().map(|b| u64::from(*b)).sum();
                thread::yield_now();
                assert_eq!(first, slot.payload().iter().map(|b| u64::from(*b)).sum::<u64>());
                copies += 1;
            }
            Ok(false) => {}
            Err(error) => {
                assert_eq!(error, Error::Ring);
                faults += 1;
                // A faulted ring is abandoned; take fresh sides of the same memory to go on.
                store(base, HEAD_AT, 0);
                store(base, TAIL_AT, 0);
                let again = || {
                    unsafe { RingMemory::attach(base, DATA_AT + 4096) }.expect("header untouched")
                };
                producer = Producer::new(again()).expect("producer");
                consumer = Consumer::new(again()).expect("consumer");
            }
        }
        if copies > 500 && faults > 50 {
            break;
        }
    }
    stop.store(true, Ordering::Relaxed);
    flipper.join().expect("flipper");
    assert!(copies > 0 && faults > 0, "the race never happened: {copies} copies, {faults} faults");
}

#[test]
fn two_threads_pass_everything_in_order() {
    let (mut producer, mut consumer, _) = pair(8192);
    let writer = thread::spawn(move || {
        for n in 0..100_000u64 {
            let payload = [n.to_le_bytes(), (!n).to_le_bytes()].concat();
            while !producer.push(3, &[&payload, &payload[..(n % 16) as usize]]).expect("push") {
                thread::yield_now();
            }
        }
    });
    let mut slot = Slot::new(64);
    for n in 0..100_000u64 {
        while !consumer.pop(&mut slot).expect("pop") {
            thread::yield_now();
        }
        assert_eq!(slot.payload().len(), 16 + (n % 16) as usize);
        assert_eq!(slot.payload()[..8], n.to_le_bytes());
    }
    writer.join().expect("writer");
}

#[test]
fn the_doorbell_rings_once_a_sleep() {
    let (mut producer, mut consumer, _) = pair(4096);
    assert!(!producer.wants_doorbell());
    assert!(consumer.fall_asleep().expect("asleep"));
    producer.push(1, &[&[1]]).expect("push");
    assert!(producer.wants_doorbell());
    assert!(!producer.wants_doorbell());
    assert!(!consumer.fall_asleep().expect("something came"), "data is there: no sleep");
    assert!(!producer.wants_doorbell());
}
