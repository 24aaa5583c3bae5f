//! What a report binds, and what a debug enclave cannot do.

mod venue;

use sealbook_enclave::platform::simulated::{measure, report_key, report_mac};
use sealbook_enclave::{Enclave, Error};
use sealbook_wire::*;
use sha2::{Digest, Sha256};
use venue::*;

fn boot_as(is_debug: bool) -> (Enclave, Vec<u8>) {
    let mut enclave = Enclave::load(b"image", &config(64, 1_000_000)).expect("load");
    let request = BootRequest { block_hash: [0xb1; 32], time_us: TIME_US, is_debug };
    let reply = enclave.boot(&emit(&request)).expect("boot");
    (enclave, reply)
}

#[test]
fn a_report_binds_keys_chain_block_and_configuration() {
    let (enclave, reply) = boot_as(false);
    let reply = BootReply::parse(&reply).expect("reply");
    let mut target = [0; 512];
    target[..32].fill(0x71);
    let report = enclave.report(&target).expect("report");
    let claims = evidence::ReportClaims {
        chain_id: CHAIN_ID,
        registry: [0x4e; 20],
        signer: reply.signer,
        encryption_key: reply.encryption_key,
        block_hash: [0xb1; 32],
        config_hash: Sha256::digest(config(64, 1_000_000)).into(),
    };
    assert_eq!(report[320..352], *Sha256::digest(claims.preimage()));
    assert_eq!(report[352..384], [0; 32]);
    assert_eq!(report[64..96], measure(b"image"));
    assert_eq!(report[48], 0x05);
    let key_id: [u8; 32] = report[384..416].try_into().expect("key id");
    let key = report_key(&[7; 32], &[0x71; 32], &key_id);
    assert_eq!(report_mac(&key, &report[..384]), report[416..]);
}

#[test]
fn two_boots_share_no_key() {
    let (_, first) = boot_as(false);
    let (_, second) = boot_as(false);
    let (first, second) =
        (BootReply::parse(&first).expect("one"), BootReply::parse(&second).expect("two"));
    assert_ne!(first.signer, second.signer);
    assert_ne!(first.encryption_key, second.encryption_key);
    assert_eq!((first.genesis_hash, first.state_root), (second.genesis_hash, second.state_root));
}

#[test]
fn a_debug_enclave_says_so_and_cannot_open_the_journal() {
    let mut venue = Venue::genesis(&config(64, 1_000_000));
    venue.deposit(&wallet(1), 5);
    let disk = venue.stop().0;
    let (mut debug, _) = boot_as(true);
    assert_eq!(debug.report(&[0; 512]).expect("report")[48], 0x07);
    debug.recover(&piece(2, &disk.journal.concat())).expect("kept");
    let end =
        Chain { epoch: 0, batch_number: 0, last_sequence: 0, state_root: [0; 32], inbox_cursor: 0 };
    let (_, reply) = boot_as(false);
    let state_root = BootReply::parse(&reply).expect("reply").state_root;
    assert_eq!(
        debug.recover(&piece(4, &recovery_end(&Chain { state_root, ..end }))),
        Err(Error::Seal)
    );
}
