//! A start from the chain's data alone: no journal, no snapshot, every leaf.

mod venue;

use std::collections::BTreeMap;

use sealbook_enclave::Error;
use sealbook_enclave::packing::{pack, unpack};
use sealbook_wire::*;
use venue::*;

const BIG: u64 = 1_000_000_000_000;

/// Two batches of trading, as the chain has them.
fn batches() -> Vec<Batch> {
    let mut venue = Venue::genesis(&config(64, 1_000_000));
    let (alice, bob) = (wallet(1), wallet(2));
    venue.deposit(&alice, BIG);
    venue.deposit(&bob, BIG);
    let mut maker = Client::open(&mut venue, &alice, 1);
    let mut taker = Client::open(&mut venue, &bob, 2);
    venue.ask(&mut maker, &place(1, Side::Sell, 100_000, 50));
    venue.ask(&mut taker, &place(1, Side::Buy, 100_000, 20));
    venue.close_batch();
    venue.oracle(1, INDEX + 5_000, &[0, 2]);
    venue.tick(1_000_000);
    let withdrawal = Command::Withdraw(Withdraw { nonce: 1, amount: 77 });
    assert_eq!(venue.ask(&mut taker, &withdrawal).code, 0);
    venue.close_batch();
    venue.stop().1[..2].to_vec()
}

/// What a recovery from L1 writes: every leaf, packed, behind where the chain stands.
fn piece_6(batches: &[Batch], bend: impl Fn(&mut Vec<u8>)) -> Vec<u8> {
    let (mut accounts, mut instruments) = (BTreeMap::new(), BTreeMap::new());
    let (mut oracle_round, mut next_account) = (0, 0);
    for batch in batches {
        let leaves = unpack(&batch.data).expect("data");
        accounts.extend(leaves.accounts.into_iter().map(|leaf| (leaf.index, leaf)));
        instruments.extend(leaves.instruments.into_iter().map(|leaf| (leaf.index, leaf)));
        (oracle_round, next_account) = (leaves.oracle_round, leaves.next_account);
    }
    let accounts: Vec<_> = accounts.into_values().collect();
    let instruments: Vec<_> = instruments.into_values().collect();
    let mut packed = pack(&accounts, &instruments, oracle_round, next_account, &[]);
    bend(&mut packed);
    let last = batches.last().expect("a batch");
    let time_us = (last.number(14) + 1) * 1_000_000;
    let mut piece = Vec::new();
    for word in [last.number(0), last.number(3), time_us, last.number(7)] {
        piece.extend_from_slice(&word.to_le_bytes());
    }
    [piece, last.words[8].to_vec(), last.words[4].to_vec(), packed].concat()
}

fn start(leaves: Vec<u8>, journal: Vec<Vec<u8>>, chain: Chain) -> Result<Venue, Error> {
    let disk = Disk { leaves: Some(leaves), journal, ..Disk::default() };
    Venue::recover(&config(64, 1_000_000), disk, Some(chain))
}

#[test]
fn everybody_has_what_the_chain_says_and_the_venue_goes_on() {
    let batches = batches();
    let chain = batches[1].chain();
    let mut venue = start(piece_6(&batches, |_| {}), vec![], chain).expect("starts");
    let opening = OpenEpoch::parse(&venue.open_epoch).expect("opening");
    assert_eq!((opening.epoch, opening.batch_number), (chain.epoch + 1, chain.batch_number));
    assert_eq!(opening.last_sequence, chain.last_sequence);
    venue.wait("the epoch", |venue| {
        venue.status(|s| s.sequence == chain.last_sequence + 1).then_some(())
    });
    assert_eq!(venue.status(|s| (s.accounts, s.orders)), (3, 0), "the books are empty");

    // Not what was delegated before: what a wallet revoked is not in the leaves.
    let late = Wish { nonce: TIME_US / 1_000_000 + 10, ..Wish::default() };
    let mut bob = Client::open_as(&mut venue, &wallet(2), 2, &late);
    let mut alice = Client::open_as(&mut venue, &wallet(1), 1, &late);
    let used = venue.ask(&mut bob, &Command::Withdraw(Withdraw { nonce: 1, amount: 77 }));
    assert_ne!(used.code, 0, "that nonce is used");
    venue.oracle(2, INDEX, &[0, 1]);
    assert_eq!(venue.ask(&mut alice, &place(1, Side::Buy, 100_000, 20)).code, 0);
    let closing = venue.ask(&mut bob, &place(1, Side::Sell, 100_000, 20));
    assert_eq!((closing.code, closing.filled_lots), (0, 20), "the old position trades");
    let batch = venue.close_batch();
    assert_eq!((batch.number(1), batch.number(2)), (3, chain.last_sequence + 1));
    assert_eq!(batch.words[5], chain.state_root);
    assert_ne!(batch.words[6], chain.state_root);
    let mut old = Client::open(&mut venue, &wallet(2), 3);
    assert_ne!(venue.ask(&mut old, &place(1, Side::Buy, 1, 1)).code, 0, "an old delegation");

    // A crash after that: the leaves again, and the journal since.
    let chain = batch.chain();
    let (disk, _) = venue.stop();
    let again = start(piece_6(&batches, |_| {}), disk.journal.clone(), chain).expect("replays");
    assert_eq!(OpenEpoch::parse(&again.open_epoch).expect("opening").batch_number, 3);
}

#[test]
fn leaves_that_are_not_the_chains_are_a_rollback() {
    let batches = batches();
    let chain = batches[1].chain();
    let older = piece_6(&batches[..1], |_| {});
    assert_eq!(start(older, vec![], chain).err(), Some(Error::Rollback));
    let aside = Chain { state_root: [1; 32], ..chain };
    assert_eq!(start(piece_6(&batches, |_| {}), vec![], aside).err(), Some(Error::Rollback));
    // Somebody gives himself collateral: no state of ours, or not the chain's root.
    let length = piece_6(&batches, |_| {}).len() - 96;
    for at in (0..length).step_by(3) {
        let bent = piece_6(&batches, |packed| packed[at] ^= 1);
        let error = start(bent, vec![], chain).err();
        assert!(matches!(error, Some(Error::Format | Error::Rollback)), "byte {at}: {error:?}");
    }
    for cut in [0, 95, 96, 120] {
        let short = piece_6(&batches, |_| {})[..cut].to_vec();
        let (mut enclave, _) = boot(&config(64, 1_000_000));
        assert_eq!(enclave.recover(&piece(6, &short)), Err(Error::Format), "{cut} bytes");
    }
}
