//! Recovery: the same history, the same root, or a refusal that says why.

mod venue;

use sealbook_enclave::Error;
use sealbook_wire::*;
use venue::*;

const BIG: u64 = 1_000_000_000_000;

/// A little trading, two batches and an open tail. What the host keeps, what the chain saw after each batch, and the last status.
fn history() -> (Disk, Vec<Batch>, u64, [u8; 32]) {
    let mut venue = Venue::genesis(&config(64, 1_000_000));
    let (alice, bob) = (wallet(1), wallet(2));
    venue.deposit(&alice, BIG);
    venue.deposit(&bob, BIG);
    let mut maker = Client::open(&mut venue, &alice, 1);
    let mut taker = Client::open(&mut venue, &bob, 2);
    for i in 0..20 {
        venue.ask(&mut maker, &place(1, Side::Sell, 100_000 + i, 5));
        venue.ask(&mut taker, &place(1, Side::Buy, 100_000 + i, 2));
    }
    venue.close_batch();
    venue.oracle(1, INDEX + 5_000, &[0, 2]);
    venue.tick(1_000_000);
    let withdrawal = Command::Withdraw(Withdraw { nonce: 1, amount: 77 });
    assert_eq!(venue.ask(&mut taker, &withdrawal).code, 0);
    venue.close_batch();
    let withdrawal = Command::Withdraw(Withdraw { nonce: 2, amount: 88 });
    assert_eq!(venue.ask(&mut taker, &withdrawal).code, 0);
    venue.ask(&mut taker, &place(1, Side::Buy, 99_000, 1));
    let (sequence, chain_hash) = venue.status(|s| (s.sequence, s.chain_hash));
    let (disk, batches) = venue.stop();
    // `stop` closed the tail as a third batch, which this chain never sees.
    assert_eq!(batches.len(), 3);
    (disk, batches[..2].to_vec(), sequence, chain_hash)
}

fn recover(disk: &Disk, chain: Option<Chain>) -> Result<Venue, Error> {
    Venue::recover(&config(64, 1_000_000), disk.clone(), chain)
}

#[test]
fn replay_leads_to_the_same_head_and_the_batches_go_on() {
    let (disk, batches, sequence, chain_hash) = history();
    for seen in [0usize, 1, 2] {
        let chain = seen.checked_sub(1).map(|last| batches[last].chain());
        let mut venue = recover(&disk, chain).expect("recovers");
        let opening = OpenEpoch::parse(&venue.open_epoch).expect("opening");
        let record =
            venue.wait("the epoch", |venue| venue.disk.journal.get(disk.journal.len()).cloned());
        assert_eq!(sequence_of(&record), sequence + 1);
        venue.wait("epoch 2", |venue| venue.status(|s| s.epoch == 2).then_some(()));
        assert_eq!((opening.epoch, opening.batch_number), (2, seen as u64));
        let batch = venue.close_batch();
        let before =
            chain.map_or((0, venue.genesis_root), |chain| (chain.last_sequence, chain.state_root));
        assert_eq!(
            (batch.number(2), batch.words[5]),
            (before.0 + 1, before.1),
            "continues where the chain stands"
        );
        assert_eq!(batch.number(1), seen as u64 + 1);
        // Whatever was in no accepted batch is in this one: the withdrawals too, each once.
        assert_eq!(batch.withdrawals, if seen == 2 { 1 } else { 2 });
        let mut bob = Client::open(&mut venue, &wallet(2), 1);
        let again = venue.ask(&mut bob, &Command::Withdraw(Withdraw { nonce: 2, amount: 88 }));
        assert_ne!(again.code, 0, "state survived: that nonce is used");
    }
    assert_ne!(chain_hash, [0; 32]);
}

#[test]
fn the_feed_gets_every_book_whole_after_recovery() {
    let (disk, ..) = history();
    let mut venue = recover(&disk, None).expect("recovers");
    let (previous, levels) = venue.wait("the book", |venue| {
        let markets = venue.records.iter().filter(|(kind, _)| *kind == ring::outward::PUBLIC);
        let books: Vec<(u64, Vec<LevelChange>)> = markets
            .filter_map(|(_, payload)| Market::parse(&payload[8..]).ok())
            .filter(|market| market.instrument == 1)
            .map(|market| (market.previous_sequence, market.levels.iter().collect()))
            .collect();
        books.iter().any(|(_, levels)| !levels.is_empty()).then(|| (books[0].0, books[1].1.clone()))
    });
    assert_eq!(previous, 0, "replaces what the reader had");
    // 20 × 5 lots were offered and 20 × 2 taken; one lot is bid.
    let resting = |side| levels.iter().filter(|l| l.side == side).map(|l| l.lots).sum::<u64>();
    assert_eq!((resting(Side::Buy), resting(Side::Sell)), (1, 60));
    let asks: Vec<u32> =
        levels.iter().filter(|l| l.side == Side::Sell).map(|l| l.price_ticks).collect();
    assert!(asks.is_sorted() && asks.windows(2).all(|pair| pair[0] != pair[1]), "a level once");
}

#[test]
fn the_epoch_record_names_the_end_of_the_old_one() {
    let (disk, batches, sequence, chain_hash) = history();
    let mut venue = recover(&disk, Some(batches[1].chain())).expect("recovers");
    // Recovering once more replays the epoch record, and would refuse one that did not continue the chain.
    venue.wait("the epoch", |venue| (venue.disk.journal.len() > disk.journal.len()).then_some(()));
    venue.wait("epoch 2", |venue| {
        venue.status(|s| (s.epoch, s.sequence) == (2, sequence + 1)).then_some(())
    });
    assert_ne!(venue.status(|s| s.chain_hash), chain_hash);
    let (longer, _) = venue.stop();
    let venue = recover(&longer, Some(batches[1].chain())).expect("recovers again");
    let opening = OpenEpoch::parse(&venue.open_epoch).expect("opening");
    // The chain never saw epoch 2, but the journal did: it is not used twice.
    assert_eq!((opening.epoch, opening.previous_epoch), (3, 1));
}

#[test]
fn two_identical_runs_give_identical_roots() {
    let (_, first, _, _) = history();
    let (_, second, _, _) = history();
    for (a, b) in first.iter().zip(&second) {
        assert_eq!((a.words[6], a.words[9], &a.data), (b.words[6], b.words[9], &b.data));
    }
}

#[test]
fn a_chain_ahead_or_aside_is_a_rollback() {
    let (disk, batches, _, _) = history();
    let chain = batches[1].chain();
    // Yesterday's data folder (F22): the journal ends before what the chain accepted.
    let mut old = disk.clone();
    old.journal.retain(|record| sequence_of(record) < chain.last_sequence);
    assert_eq!(recover(&old, Some(chain)).err(), Some(Error::Rollback));
    // Another state at the same place.
    let aside = Chain { state_root: [1; 32], ..chain };
    assert_eq!(recover(&disk, Some(aside)).err(), Some(Error::Rollback));
    let aside = Chain { inbox_cursor: chain.inbox_cursor + 1, ..chain };
    assert_eq!(recover(&disk, Some(aside)).err(), Some(Error::Rollback));
}

#[test]
fn a_withheld_reordered_or_repeated_record_is_refused() {
    let (disk, batches, _, _) = history();
    let chain = Some(batches[0].chain());
    let middle = 10;
    let mut withheld = disk.clone();
    withheld.journal.remove(middle);
    // `recover` feeds records one by one; the gap shows at the next.
    assert_eq!(recover(&withheld, chain).err(), Some(Error::Chain));
    let mut reordered = disk.clone();
    reordered.journal.swap(middle, middle + 1);
    assert_eq!(recover(&reordered, chain).err(), Some(Error::Chain));
    let mut repeated = disk.clone();
    repeated.journal.insert(middle, disk.journal[middle].clone());
    assert_eq!(recover(&repeated, chain).err(), Some(Error::Chain));
}

#[test]
fn torn_and_edited_records_are_refused() {
    let (disk, batches, _, _) = history();
    let chain = batches[0].chain();
    let last = disk.journal.len() - 1;
    // F02: the tail cut at any byte. Dropping it is the host's business; the enclave takes whole records only.
    for cut in [1, 4, 8, 40, 56, 60, disk.journal[last].len() - 1] {
        let mut torn = disk.clone();
        torn.journal[last].truncate(cut);
        // A fragment has no sequence to filter by, so it goes in by hand.
        let fragment = torn.journal.pop().expect("the torn one");
        let (mut enclave, _) = boot(&config(64, 1_000_000));
        for record in &torn.journal {
            enclave.recover(&piece(2, record)).expect("whole");
        }
        enclave.recover(&piece(2, &fragment)).expect("kept until the end");
        let end = recovery_end(&chain);
        assert_eq!(enclave.recover(&piece(4, &end)), Err(Error::Format), "cut at {cut}");
    }
    // Edited under a right checksum: the seal, the frame or the chain refuses.
    for at in [8, 16, 24, 55, 56, 100] {
        let mut edited = disk.clone();
        let record = &mut edited.journal[12];
        record[at] ^= 1;
        let crc = sealbook_wire::crc32c::crc32c(&record[8..]);
        record[4..8].copy_from_slice(&crc.to_le_bytes());
        let refused = recover(&edited, Some(chain)).err();
        assert!(matches!(refused, Some(Error::Seal | Error::Chain)), "byte {at}: {refused:?}");
    }
}

#[test]
fn another_venues_journal_does_not_open() {
    let (disk, _, _, _) = history();
    let refused = Venue::recover(&config(65, 1_000_000), disk, None).err();
    assert_eq!(refused, Some(Error::Seal));
}

#[test]
fn a_head_given_early_streams_the_journal() {
    let (disk, batches, _, _) = history();
    let (mut enclave, _) = boot(&config(64, 1_000_000));
    let end = recovery_end(&batches[1].chain());
    enclave.recover(&piece(5, &end)).expect("early head");
    let joined = disk.journal.concat();
    enclave.recover(&piece(2, &joined)).expect("many records in a piece");
    enclave.recover(&piece(4, &end)).expect("end");
    assert_eq!(EnclaveStatus::parse(&enclave.status().expect("status")).expect("parses").state, 2);
    // An error shows at once, and ends the handle.
    let (mut enclave, _) = boot(&config(64, 1_000_000));
    enclave.recover(&piece(5, &end)).expect("early head");
    assert_eq!(enclave.recover(&piece(2, &disk.journal[1])), Err(Error::Chain));
    assert_eq!(enclave.recover(&piece(2, &disk.journal[0])), Err(Error::Poisoned));
}

#[test]
fn a_snapshot_replaces_the_journal_before_it() {
    let mut venue = Venue::genesis(&config(64, 1_000_000));
    venue.deposit(&wallet(1), BIG);
    let mut client = Client::open(&mut venue, &wallet(1), 1);
    let mut chain = None;
    for i in 0..40 {
        venue.ask(&mut client, &place(1, Side::Buy, 1_000 + i, 1));
        chain = Some(venue.close_batch().chain());
    }
    venue.wait("a snapshot", |venue| (!venue.disk.snapshots.is_empty()).then_some(()));
    venue.ask(&mut client, &place(1, Side::Buy, 2_000, 1));
    let (sequence, chain_hash, orders) = venue.status(|s| (s.sequence, s.chain_hash, s.orders));
    let (mut disk, _) = venue.stop();
    let (from, sealed) = disk.snapshots[0].clone();
    let full = recover(&disk, chain).expect("with the journal whole");
    drop(full);
    disk.journal.retain(|record| sequence_of(record) > from);
    let mut venue = recover(&disk, chain).expect("from the snapshot");
    venue.wait("the epoch", |venue| venue.status(|s| s.sequence == sequence + 1).then_some(()));
    assert_eq!(venue.status(|s| s.orders), orders);
    let batch = venue.close_batch();
    assert_eq!(batch.words[5], chain.expect("batches").state_root);
    assert_ne!(chain_hash, batch.words[4]);

    // Bent, or of another venue: refused before anything is believed.
    for at in [0, 8, 20, sealed.len() - 1] {
        let mut bent = sealed.clone();
        bent[at] ^= 1;
        let (mut enclave, _) = boot(&config(64, 1_000_000));
        assert_eq!(enclave.recover(&piece(1, &bent)), Err(Error::Seal), "byte {at}");
    }
    // Beyond the chain: an older one is needed.
    let (mut enclave, reply) = boot(&config(64, 1_000_000));
    let genesis = BootReply::parse(&reply).expect("reply").state_root;
    let end =
        Chain { epoch: 0, batch_number: 0, last_sequence: 0, state_root: genesis, inbox_cursor: 0 };
    enclave.recover(&piece(1, &sealed)).expect("opens");
    assert_eq!(enclave.recover(&piece(4, &recovery_end(&end))), Err(Error::Rollback));
}

#[test]
fn batches_carry_a_signature_of_the_boot_key_and_continue_each_other() {
    let (_, batches, _, _) = history();
    for pair in batches.windows(2) {
        assert_eq!(pair[0].words[6], pair[1].words[5]);
        assert_eq!(pair[0].number(3) + 1, pair[1].number(2));
    }
    let mut venue = Venue::genesis(&config(64, 1_000_000));
    venue.deposit(&wallet(1), 5);
    let batch = venue.close_batch();
    let words: Vec<[u8; 32]> = batch.words.clone();
    let header = header::BatchHeader {
        epoch: batch.number(0),
        number: batch.number(1),
        first_sequence: batch.number(2),
        last_sequence: batch.number(3),
        chain_hash: words[4],
        state_root_before: words[5],
        state_root_after: words[6],
        inbox_cursor: batch.number(7),
        inbox_hash: words[8],
        withdrawals_root: words[9],
        withdrawals_total: batch.number(10),
        data_hash: words[11],
        blobs_hash: words[12],
        oracle_round: batch.number(13),
        closed_at: batch.number(14),
    };
    let signer = sealbook_enclave::eip712::recover(&venue.domain.batch(&header), &batch.signature);
    assert_eq!(signer, Some(venue.signer));
    assert_eq!(sealbook_enclave::keccak::keccak(&[&batch.data]), words[11]);
    let commitment = sealbook_kzg::Committer::default().commit(&batch.data);
    let hash = sealbook_kzg::versioned_hash(&commitment);
    assert_eq!(sealbook_enclave::keccak::keccak(&[&hash]), words[12]);
    // Signed heads come on their own.
    let head = venue.wait("a head", |venue| venue.heads.last().cloned());
    let word = |at: usize| u64::from_le_bytes(head[at..at + 8].try_into().expect("eight"));
    let digest = venue.domain.head(word(0), word(8), head[16..48].try_into().expect("hash"));
    let signature: [u8; 65] = head[48..].try_into().expect("signature");
    assert_eq!(sealbook_enclave::eip712::recover(&digest, &signature), Some(venue.signer));
}

/// The last head the venue signed, as a client would keep it.
fn signed_head(venue: &mut Venue) -> Head {
    let sequence = venue.status(|s| s.sequence);
    let word =
        |head: &[u8], at: usize| u64::from_le_bytes(head[at..at + 8].try_into().expect("eight"));
    let head = venue.wait("its head", |venue| {
        venue.heads.iter().find(|head| word(head, 8) == sequence).cloned()
    });
    Head {
        epoch: word(&head, 0),
        sequence,
        chain_hash: head[16..48].try_into().expect("hash"),
        signature: Some(head[48..].try_into().expect("signature")),
    }
}

#[test]
fn a_signed_head_of_a_history_we_lost_stops_the_enclave_with_both_heads() {
    let alice = wallet(1);
    let mut venue = Venue::genesis(&config(64, 1_000_000));
    venue.deposit(&alice, BIG);
    let mut client = Client::open(&mut venue, &alice, 1);
    venue.ask(&mut client, &place(1, Side::Buy, 99_000, 1));
    let seen = signed_head(&mut venue);
    let (mut disk, _) = venue.stop();
    // The host goes back before the order, to a chain that knows neither.
    disk.journal.retain(|record| sequence_of(record) < seen.sequence);
    let mut venue = recover(&disk, None).expect("recovers: the chain has no batch");
    venue.wait("epoch 2", |venue| venue.status(|s| s.epoch == 2).then_some(()));
    let own = signed_head(&mut venue);
    let claim = |head| Wish { seen: Some(head), ..Wish::default() };

    // Unsigned, or signed by nobody we know: refused, and the venue goes on.
    let forged = [Head { signature: None, ..seen }, Head { epoch: 2, ..seen }];
    for head in forged.into_iter().chain([Head { signature: own.signature, ..seen }]) {
        let opening = Opening::new(&venue, &alice, 1, &claim(head));
        let body = try_open(&mut venue, &opening);
        assert_eq!(body[..8], [0; 8], "refused in the clear");
        assert_eq!(venue.status(|s| s.state), 3);
    }
    // Our own head is welcome.
    let opening = Opening::new(&venue, &alice, 1, &claim(own));
    opening.finish(&try_open(&mut venue, &opening));

    let opening = Opening::new(&venue, &alice, 2, &claim(seen));
    let body = opening.request_body.clone();
    venue.push(ring::inward::FRAME, &[&2u64.to_le_bytes(), &body]);
    venue.wait("the stop", |venue| venue.status(|s| s.state == 5).then_some(()));
    venue.pump();
    let evidence =
        venue.records.iter().find(|(kind, _)| *kind == ring::outward::EVIDENCE).expect("evidence");
    let claimed = [
        &seen.epoch.to_le_bytes()[..],
        &seen.sequence.to_le_bytes(),
        &seen.chain_hash,
        &seen.signature.expect("signed"),
    ]
    .concat();
    assert_eq!(evidence.1[..113], claimed);
    let ours = &evidence.1[113..];
    let word = |at: usize| u64::from_le_bytes(ours[at..at + 8].try_into().expect("eight"));
    let digest = venue.domain.head(word(0), word(8), ours[16..48].try_into().expect("hash"));
    let signature: [u8; 65] = ours[48..].try_into().expect("signature");
    assert_eq!(sealbook_enclave::eip712::recover(&digest, &signature), Some(venue.signer));
    let kinds: Vec<u32> = venue.records.iter().map(|(kind, _)| *kind).collect();
    assert_eq!(kinds.last(), Some(&ring::outward::FAULT));
}

#[test]
fn a_result_and_the_digests_behind_it_lead_to_the_signed_head() {
    use sealbook_enclave::sequencer::{link, record_digest};
    let alice = wallet(1);
    let mut venue = Venue::genesis(&config(64, 1_000_000));
    venue.deposit(&alice, BIG);
    let mut client = Client::open(&mut venue, &alice, 1);
    let command = place(1, Side::Buy, 99_000, 1);
    let before = venue.status(|s| s.chain_hash);
    let result = venue.ask(&mut client, &command);
    for _ in 0..3 {
        venue.ask(&mut client, &Command::Ping(Ping { token: 1 }));
    }
    let head = signed_head(&mut venue);

    // The client alone can rebuild its record: it knows what it sent, and the result says the rest.
    let mut buffer = [0; 256];
    let raw = command.emit_into(&mut buffer).expect("fits").to_vec();
    let header = sequenced::SequencedHeader {
        origin: Origin::Session,
        epoch: result.epoch,
        sequence: result.sequence,
        time_us: result.time_us,
        account: 1,
        delegation_nonce: 0,
        delegation_expiry: Wish::default().expiry,
        scopes: 7,
        result: result.code,
        result_digest: result.result_digest,
    };
    let plaintext = [&header.emit()[..], &result.blind, &raw].concat();
    assert_eq!(link(&before, &record_digest(&plaintext)), result.chain_hash);

    let digests = venue.disk.journal.iter().map(|record| {
        journal::JournalRecord::new_checked(record).expect("whole").expect("a record")
    });
    let folded = digests
        .filter(|record| record.sequence > result.sequence && record.sequence <= head.sequence)
        .fold(result.chain_hash, |hash, record| link(&hash, &record.digest));
    assert_eq!(folded, head.chain_hash);
}
