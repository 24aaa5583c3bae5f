//! An option that everybody holds expires: one command touches more accounts than a batch closes at, and the data takes several blobs.

mod venue;

use std::collections::BTreeMap;

use k256::ecdsa::SigningKey;
use sealbook_enclave::config::Config;
use sealbook_enclave::eip712::{address_of, sign};
use sealbook_enclave::keccak::keccak;
use sealbook_enclave::oracle;
use sealbook_enclave::packing::unpack;
use sealbook_enclave::trees::{Changes, Trees};
use sealbook_kzg::{BLOB_DATA_BYTES, Committer, blobs_of, versioned_hash};
use sealbook_wire::ring::{inward, outward};
use sealbook_wire::*;
use venue::options::*;
use venue::*;

/// Holders, and the one who sold to all of them.
const HOLDERS: u32 = 1_000;
const STRIKE: i64 = INDEX - 100_000;
const PREMIUM_TICKS: u32 = 1_100;

fn option(instrument: u16, expiry_us: u64) -> OptionConfig {
    OptionConfig {
        lots_max: 1_000_000,
        mark: 110_000,
        strike: STRIKE,
        expiry_us,
        ..call_option(instrument)
    }
}

/// A call that expires and two that do not: what is left of the leaves has a length.
fn crowded() -> Vec<u8> {
    let bytes = config(HOLDERS + 8, 1_000_000);
    let options =
        [option(3, EXPIRY_US), option(4, EXPIRY_US + DAY_US), option(5, EXPIRY_US + 2 * DAY_US)];
    let config = EnclaveConfig::parse(&bytes).expect("parses");
    emit(&EnclaveConfig {
        options: List::of(&options),
        instruments_max: 80,
        tick_us_max: DAY_US,
        ..config
    })
}

/// Prices the three expiries, or nothing but cancels would be taken.
fn price(venue: &mut Venue) {
    let smiles = [0, 1, 2].map(|days| Smile {
        underlying: 1,
        expiry_us: EXPIRY_US + days * DAY_US,
        forward: INDEX,
        a: 1_000_000,
        b: 0,
        rho: 0,
        m: 0,
        s: 1_000_000,
    });
    let (time_us, smiles) = (venue.time_us, List::of(&smiles));
    let unsigned = VolatilityRound { round: 1, time_us, smiles, signatures: List::of(&[]) };
    let digest = oracle::volatility_digest(&Config::parse(&crowded()).expect("config"), &unsigned);
    let signatures = [0, 1]
        .map(|signer| OracleSignature { signer, signature: sign(&oracle_key(signer), &digest) });
    venue.push(
        inward::ORACLE,
        &[&emit(&VolatilityRound { signatures: List::of(&signatures), ..unsigned })],
    );
}

fn key(n: u32) -> SigningKey {
    let mut bytes = [0x11; 32];
    bytes[28..].copy_from_slice(&n.to_be_bytes());
    SigningKey::from_slice(&bytes).expect("key")
}

fn terms(venue: &mut Venue, instrument: u16) -> Option<Terms> {
    venue.pump();
    let public = venue.records.iter().filter(|(kind, _)| *kind == outward::PUBLIC);
    let mut all = public.filter_map(|(_, payload)| Terms::parse(&payload[8..]).ok());
    all.rfind(|terms| terms.instrument == instrument)
}

/// A key on chain, in two entries; any number below 2^253 is one as far as leaves go.
fn register(venue: &mut Venue, n: u32) {
    for half in 0..2 {
        let mut data = [0x0d; 32];
        data[28..].copy_from_slice(&n.to_be_bytes());
        let entry = InboxEntry {
            index: venue.inbox_index,
            kind: InboxKind::RegisterKey,
            owner: address_of(key(n).verifying_key()),
            subaccount: 0,
            amount: half,
            data,
            at: venue.time_us / 1_000_000,
        };
        venue.inbox_index += 1;
        venue.push(inward::INBOX, &[&entry.index.to_le_bytes(), &inbox::emit(&entry)]);
    }
}

/// Everybody buys a lot of each option and of the perpetual from one seller.
fn crowd(venue: &mut Venue) {
    venue.deposit(&key(0), 1_000_000_000_000_000);
    let mut seller = Client::open(venue, &key(0), 1);
    for (instrument, ticks) in
        [(1, 100_000), (3, PREMIUM_TICKS), (4, PREMIUM_TICKS), (5, PREMIUM_TICKS)]
    {
        let offer = place(instrument, Side::Sell, ticks, HOLDERS);
        let result = venue.ask(&mut seller, &offer);
        assert_eq!(result.code, 0, "instrument {instrument}: {result:?}");
    }
    for n in 1..=HOLDERS {
        venue.deposit(&key(n), 1_000_000_000 + u64::from(n));
        register(venue, n);
        let connection = 1 + u64::from(n);
        let mut buyer = Client::open(venue, &key(n), connection);
        let orders = [(1, 100_000), (3, PREMIUM_TICKS), (4, PREMIUM_TICKS), (5, PREMIUM_TICKS)]
            .map(|(instrument, ticks)| bytes_of(&place(instrument, Side::Buy, ticks, 1)));
        venue.exchange(&mut buyer, &orders, orders.len());
        venue.push(inward::CLOSED, &[&connection.to_le_bytes()]);
        venue.records.clear();
    }
}

fn word(batch: &Batch, at: usize) -> [u8; 32] {
    batch.words[at]
}

/// keccak256 over the versioned hashes of these bytes' blobs.
fn blobs_hash(data: &[u8]) -> [u8; 32] {
    let mut committer = Committer::default();
    let hashes: Vec<u8> =
        blobs_of(data).flat_map(|blob| versioned_hash(&committer.commit(blob))).collect();
    keccak(&[&hashes])
}

#[test]
fn an_expiry_that_touches_everybody_spans_blobs_and_leads_to_its_root() {
    let mut venue = Venue::genesis(&crowded());
    venue.wait("the terms", |venue| terms(venue, 5));
    price(&mut venue);
    crowd(&mut venue);
    let start = EXPIRY_US - 450 * 4_000_000;
    let by_us = start - venue.time_us;
    venue.tick(by_us);
    for n in 0..450 {
        venue.oracle(1 + n, INDEX, &[0, 1]);
        venue.tick(4_000_000);
        venue.records.clear();
    }
    venue.close_batch();
    let before = venue.batches.len();
    venue.tick(200_000);
    venue.wait("the settlement", |venue| terms(venue, 3).filter(|terms| terms.is_settled));
    venue.close_batch();

    let (mut trees, mut leaves) = (Trees::default(), BTreeMap::new());
    let mut widest = (0, 0);
    for (at, batch) in venue.batches.iter().enumerate() {
        let changes: Changes = unpack(&batch.data).expect("data");
        let root = trees.apply(&changes).expect("leaves");
        assert_eq!(root, word(batch, 6), "batch {}", at + 1);
        assert_eq!(keccak(&[&batch.data]), word(batch, 11));
        widest = widest.max((changes.accounts.len(), at));
        leaves.extend(changes.accounts.into_iter().map(|leaf| (leaf.index, leaf)));
    }
    let (touched, at) = widest;
    let expiry = &venue.batches[at];
    assert!(at >= before && touched > HOLDERS as usize, "{touched} in batch {}", at + 1);
    assert!(expiry.data.len() > BLOB_DATA_BYTES, "{} bytes", expiry.data.len());
    assert_eq!(blobs_hash(&expiry.data), word(expiry, 12));

    // What was held in the option is collateral now: the settlement is the index, one lot each.
    let payoff = INDEX - STRIKE;
    let premium = i64::from(PREMIUM_TICKS) * 100;
    for n in 1..=HOLDERS {
        let leaf = &leaves[&(n + 1)];
        let fee = 100_000 * TICK_VALUE as i64 * 500 / 1_000_000;
        let deposit = 1_000_000_000 + i64::from(n);
        assert_eq!(leaf.words[3][0] as i64, deposit - fee - premium + payoff, "holder {n}");
        let held: Vec<u64> = leaf.words[4..].iter().map(|word| word[0] & 0xffff).collect();
        assert_eq!(held[..4], [1, 4, 5, 0], "holder {n}");
    }
}
