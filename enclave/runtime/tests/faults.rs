//! A host that lies, an oracle that does not sign, a step that panics.

mod venue;

use sealbook_wire::ring::{inward, outward};
use sealbook_wire::*;
use venue::*;

fn fault_of(venue: &mut Venue) -> Vec<u8> {
    let fault = venue.wait("the fault", |venue| {
        venue
            .records
            .iter()
            .find(|(kind, _)| *kind == outward::FAULT)
            .map(|(_, payload)| payload.clone())
    });
    venue.wait("the stop", |venue| venue.status(|s| s.state == 5).then_some(()));
    fault
}

#[test]
fn oracle_rounds_need_enough_ascending_known_signers() {
    let mut venue = Venue::genesis(&config(64, 1_000_000));
    venue.deposit(&wallet(1), 5);
    let start = venue.status(|s| s.sequence);
    venue.oracle(1, INDEX, &[0]);
    venue.oracle(1, INDEX, &[1, 0]);
    venue.oracle(1, INDEX, &[1, 1]);
    venue.oracle(1, INDEX, &[0, 1, 1]);
    venue.oracle(1, 0, &[0, 1]);
    venue.oracle(1, -5, &[0, 1]);
    venue.push(inward::ORACLE, &[b"not a round"]);
    venue.deposit(&wallet(1), 5);
    assert_eq!(venue.status(|s| s.sequence), start + 1, "none was sequenced");
    venue.oracle(1, INDEX + 1, &[0, 2]);
    venue.wait("the round", |venue| venue.status(|s| s.sequence == start + 2).then_some(()));
    let tickers = venue.records.iter().filter(|(kind, payload)| {
        *kind == outward::PUBLIC
            && Ticker::parse(&payload[8..])
                .is_ok_and(|t| t.sequence == start + 2 && t.index >= INDEX)
    });
    assert_eq!(tickers.count(), 2);
    // The same round again is sequenced and refused: its signatures are good, its number is not.
    venue.oracle(1, INDEX + 1, &[0, 2]);
    venue.wait("the refusal", |venue| venue.status(|s| s.rejects == 1).then_some(()));
}

#[test]
fn an_oracle_signature_for_another_price_does_not_count() {
    let mut venue = Venue::genesis(&config(64, 1_000_000));
    let before =
        venue.wait("genesis", |venue| venue.status(|s| (s.sequence == 3).then_some(s.sequence)));
    let prices = [OraclePrice { instrument: 1, index: INDEX }];
    let signatures = [0, 1].map(|signer| OracleSignature { signer, signature: [0x1b; 65] });
    let round = OracleRound {
        round: 1,
        time_us: venue.time_us,
        prices: List::of(&prices),
        signatures: List::of(&signatures),
    };
    venue.push(inward::ORACLE, &[&emit(&round)]);
    venue.deposit(&wallet(1), 5);
    assert_eq!(venue.status(|s| s.sequence), before + 1);
}

#[test]
fn time_moves_in_bounded_steps_and_ticks_are_sparse() {
    let mut venue = Venue::genesis(&config(64, 1_000_000));
    venue.deposit(&wallet(1), 5);
    let mut client = Client::open(&mut venue, &wallet(1), 1);
    let mut time =
        |venue: &mut Venue| venue.ask(&mut client, &Command::Ping(Ping { token: 1 })).time_us;
    let start = time(&mut venue);
    for (host, step) in [(start + 50_000, 50_000), (0, 0), (u64::MAX, 2_000_000), (start, 0)] {
        let before = time(&mut venue);
        venue.push(inward::TICK, &[&host.to_le_bytes()]);
        assert_eq!(time(&mut venue) - before, step, "host said {host}");
    }
    // A hundred ticks of 1 ms become one record, after 100 ms without another.
    let now = time(&mut venue);
    let before = venue.status(|s| s.sequence);
    for i in 1..=100 {
        venue.push(inward::TICK, &[&(now + i * 1000).to_le_bytes()]);
    }
    venue.wait("the tick", |venue| venue.status(|s| s.sequence == before + 1).then_some(()));
}

#[test]
fn inbox_entries_are_taken_in_order_and_once() {
    let mut venue = Venue::genesis(&config(64, 1_000_000));
    venue.deposit(&wallet(1), 5);
    venue.inbox_index = 0;
    venue.push(inward::INBOX, &[&0u64.to_le_bytes(), &[1; 96]]);
    venue.push(inward::INBOX, &[&7u64.to_le_bytes(), &[1; 96]]);
    venue.inbox_index = 1;
    venue.deposit(&wallet(1), 6);
    let batch = venue.close_batch();
    assert_eq!(batch.number(7), 2);
    let entry = |index, amount, at| InboxEntry {
        index,
        kind: InboxKind::Deposit,
        owner: sealbook_enclave::eip712::address_of(wallet(1).verifying_key()),
        subaccount: 0,
        amount,
        data: [0; 32],
        at,
    };
    let at = TIME_US / 1_000_000;
    let hash = [entry(0, 5, at), entry(1, 6, at)].iter().fold([0; 32], |hash, entry| {
        sealbook_enclave::keccak::keccak_words(&inbox::hash_words(&hash, entry))
    });
    assert_eq!(batch.words[8], hash);
}

#[test]
fn a_host_that_writes_nonsense_stops_the_enclave() {
    let nonsense: [(u32, &[u8]); 7] = [
        (99, &[]),
        (inward::FRAME, &[1, 2, 3]),
        (inward::TICK, &[0; 7]),
        (inward::INBOX, &[0; 103]),
        (inward::CLOSED, &[]),
        (inward::ANCHORED, &[0; 15]),
        // The inbox entry of the next index, with a kind nobody knows.
        (inward::INBOX, &[0; 104]),
    ];
    for (kind, payload) in nonsense {
        let mut venue = Venue::genesis(&config(64, 1_000_000));
        venue.push(kind, &[payload]);
        let fault = fault_of(&mut venue);
        assert!(fault.len() > 40, "it says why");
    }
}

#[test]
fn idle_venues_close_no_batches() {
    let mut venue = Venue::genesis(&config(64, 1_000_000));
    venue.close_batch();
    for _ in 0..50 {
        venue.tick(1_900_000);
    }
    // Fifty ticks later the range is 95 s old; an hour is the limit. Only a request closes ticks.
    let last = venue.close_batch();
    venue.push(inward::CLOSE_BATCH, &[&[0; 8]]);
    venue.push(inward::CLOSE_BATCH, &[&[0; 8]]);
    venue.deposit(&wallet(1), 5);
    let next = venue.close_batch();
    assert_eq!(next.number(1), last.number(1) + 1, "empty ranges are not closed");
}

#[test]
fn batches_close_by_count() {
    let mut venue = Venue::genesis(&config(64, 10));
    venue.deposit(&wallet(1), 1_000_000);
    let mut client = Client::open(&mut venue, &wallet(1), 1);
    let pings: Vec<Vec<u8>> =
        (0..25).map(|token| bytes_of(&Command::Ping(Ping { token }))).collect();
    venue.exchange(&mut client, &pings[..3], 3);
    venue.exchange(&mut client, &pings, 25);
    let batch = venue.wait("a batch", |venue| venue.batches.first().cloned());
    assert!(batch.number(3) >= 10);
}

/// Anybody can register any 32 bytes as a key on chain. What is no field element must not stop the venue, now or at recovery.
#[test]
fn a_key_beyond_the_field_counts_as_none() {
    let mut venue = Venue::genesis(&config(64, 1_000_000));
    venue.deposit(&wallet(1), 5);
    let plain = venue.close_batch();
    let entry = InboxEntry {
        index: 1,
        kind: InboxKind::RegisterKey,
        owner: sealbook_enclave::eip712::address_of(wallet(1).verifying_key()),
        subaccount: 0,
        amount: 0,
        data: [0xff; 32],
        at: TIME_US / 1_000_000,
    };
    venue.push(inward::INBOX, &[&1u64.to_le_bytes(), &inbox::emit(&entry)]);
    let batch = venue.close_batch();
    assert_eq!(batch.number(7), 2, "consumed");
    assert_eq!(batch.words[6], plain.words[6], "and without effect on the leaf");
    let chain = batch.chain();
    let disk = venue.stop().0;
    Venue::recover(&config(64, 1_000_000), disk, Some(chain)).expect("recovers");
}

/// Back-pressure: with nobody consuming, the enclave stops taking input; when somebody does, every answer is there, in order.
#[test]
fn a_full_ring_delays_and_drops_nothing() {
    let mut venue = Venue::genesis(&config(64, 1_000_000));
    venue.deposit(&wallet(1), 1 << 50);
    let mut client = Client::open(&mut venue, &wallet(1), 1);
    let connection = client.connection.to_le_bytes();
    let mut frames = 0u64;
    // Ring 0 only fills up because ring 1 did: an answer is several times as long as its question.
    loop {
        let token = frames + 1;
        let body = client.seal(&[bytes_of(&Command::Ping(Ping { token }))]);
        let end = std::time::Instant::now() + std::time::Duration::from_millis(200);
        let mut is_in = venue.inward.push(inward::FRAME, &[&connection, &body]).expect("ring 0");
        while !is_in && std::time::Instant::now() < end {
            std::thread::yield_now();
            is_in = venue.inward.push(inward::FRAME, &[&connection, &body]).expect("ring 0");
        }
        if !is_in {
            break;
        }
        if venue.inward.wants_doorbell() {
            venue.enclave.doorbell().ring();
        }
        frames += 1;
    }
    assert!(frames > 10_000);
    let events = venue.collect(&mut client, frames as usize);
    let tokens = events.iter().map(|event| ResultEvent::parse(event).expect("a result").detail);
    assert!(tokens.eq(1..=frames));
}

/// F27 on the whole enclave: the host rewrites slots while they are read. Whatever was read once is what happened: the journal replays
/// to the same head, because every decision was made on the private copy.
#[test]
fn slots_that_change_while_they_are_read_leave_a_consistent_history() {
    use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
    let mut venue = Venue::genesis(&config(64, 1_000_000));
    venue.deposit(&wallet(1), 5);
    let (base, length) = venue.inward_memory();
    let (base, is_done) = (base as usize, AtomicBool::new(false));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut x = 1u64;
            while !is_done.load(Ordering::Relaxed) {
                x = x.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                // Payload words only, so that ticks and inbox entries change but keep their frame.
                let at = 256 + (((x >> 20) as usize % (length - 256)) & !15) + 8;
                // Safety: inside the ring's data area, aligned.
                unsafe { AtomicU32::from_ptr((base + at) as *mut u32) }
                    .fetch_xor((x >> 40) as u32, Ordering::Relaxed);
            }
        });
        for i in 0..40_000u64 {
            if venue.status(|s| s.state) != 3 {
                break;
            }
            let time = (TIME_US + i * 100_000).to_le_bytes();
            venue.push(inward::TICK, &[&time]);
        }
        is_done.store(true, Ordering::Relaxed);
    });
    let disk = venue.stop().0;
    assert!(disk.journal.len() > 10);
    let again = Venue::recover(&config(64, 1_000_000), disk.clone(), None)
        .expect("replays to the same results");
    let (longer, _) = again.stop();
    assert_eq!(longer.journal[..disk.journal.len()], disk.journal);
}

/// F29: nothing of the command is released; after two tries it is refused and the venue lives.
#[cfg(feature = "buggify")]
#[test]
fn a_panic_in_the_step_releases_nothing_and_is_refused_after_two_tries() {
    let mut venue = Venue::genesis(&config(64, 1_000_000));
    venue.deposit(&wallet(1), 1_000_000);
    let mut client = Client::open(&mut venue, &wallet(1), 1);
    let good = venue.ask(&mut client, &Command::Ping(Ping { token: 1 }));
    let bomb = Command::Ping(Ping { token: sealbook_enclave::BUGGIFY_TOKEN });
    let body = client.seal(&[bytes_of(&bomb)]);
    venue.send_body(&client, &body);
    let fault = fault_of(&mut venue);
    assert_eq!(fault[..8], (good.sequence + 1).to_le_bytes());
    assert!(String::from_utf8_lossy(&fault[40..]).contains("buggify"));
    assert_eq!(
        sequence_of(venue.disk.journal.last().expect("records")),
        good.sequence,
        "no record of it"
    );
    assert!(venue.replies_to(&mut client).is_empty(), "no reply to it");
    assert_eq!(venue.enclave.open_epoch().map(|_| ()), Ok(()), "the handle answers");

    let mut disk = venue.stop().0;
    let digest: [u8; 32] = fault[8..40].try_into().expect("digest");
    for tries in [1, 2] {
        disk.poisons = vec![Poison { sequence: good.sequence + 1, digest, tries }];
        let mut venue =
            Venue::recover(&config(64, 1_000_000), disk.clone(), None).expect("recovers");
        let mut client = Client::open(&mut venue, &wallet(1), 1);
        if tries == 1 {
            let body = client.seal(&[bytes_of(&bomb)]);
            venue.send_body(&client, &body);
            assert_eq!(fault_of(&mut venue)[8..40], digest, "named the same on every boot");
        } else {
            let refused = venue.ask(&mut client, &bomb);
            assert_eq!((refused.code, refused.sequence), (Reject::Poison.code(), 0));
            assert_eq!(venue.ask(&mut client, &Command::Ping(Ping { token: 2 })).code, 0);
        }
    }
}
