//! Our half of a session against the enclave's.
#![allow(clippy::unwrap_used)]

use k256::ecdsa::{RecoveryId, Signature, VerifyingKey};
use sealbook_wire::{Command, CommandFrame, OrderStatus, Ping, ResultEvent, Writer};

use super::*;
use crate::recipient::{Accepted, Recipient, SESSION, emit, open_body, opened, reply_body};
use crate::wallet::keccak;

fn result(counter: u64) -> SessionEvent<'static> {
    SessionEvent::Result(ResultEvent {
        counter,
        index: 0,
        code: 0,
        detail: 0,
        order_id: 0,
        status: OrderStatus::None,
        filled_lots: 0,
        remaining_lots: 0,
        epoch: 1,
        sequence: 77 + counter,
        chain_hash: [6; 32],
        time_us: 1,
        level: Level::Written,
        result_digest: [0; 32],
        blind: [0; 16],
    })
}

fn wallet() -> Wallet {
    Wallet::from_bytes(&[0x46; 32]).unwrap()
}

fn session(recipient: &Recipient) -> (Session, Accepted) {
    let opening = Opening::seal(&recipient.key, &wallet(), &Terms::trading_until(9)).unwrap();
    let accepted =
        recipient.accept(opening.body(), &emit(&[SessionEvent::SessionOpened(opened())])).unwrap();
    let (session, said) = opening.accept(&mut accepted.reply.clone()).unwrap();
    assert_eq!((said, session.id()), (opened(), SESSION));
    (session, accepted)
}

#[test]
fn the_opening_carries_a_delegation_by_the_wallet_to_the_session_key() {
    let recipient = Recipient::new(1);
    let head = Head { epoch: 3, sequence: 5, chain_hash: [8; 32], signature: None };
    let terms = Terms {
        subaccount: 2,
        scopes: 7,
        expiry: 1_900_000_000,
        nonce: 11,
        level: Level::Synced,
        head: Some(head),
    };
    let opening = Opening::seal(&recipient.key, &wallet(), &terms).unwrap();
    let accepted = recipient.accept(opening.body(), &[]).unwrap();
    let message = OpenSession::parse(&accepted.message).unwrap();
    assert_eq!((message.chain_id, message.settlement), (31_337, [7; 20]));
    assert_eq!((message.owner, message.subaccount, message.scopes), (wallet().address(), 2, 7));
    assert_eq!((message.expiry, message.nonce, message.level), (1_900_000_000, 11, Level::Synced));
    assert_eq!(message.head.iter().collect::<Vec<_>>(), [head]);

    let delegation = Delegation {
        account: message.owner,
        subaccount: 2,
        session_key: accepted.session_key,
        scopes: 7,
        expiry: 1_900_000_000,
        nonce: 11,
    };
    let digest = delegation.digest(31_337, &[7; 20]);
    let signature = Signature::from_slice(&message.signature[..64]).unwrap();
    let recovery = RecoveryId::from_byte(message.signature[64] - 27).unwrap();
    let signer = VerifyingKey::recover_from_prehash(&digest, &signature, recovery).unwrap();
    let point = signer.to_sec1_point(false);
    assert_eq!(keccak(&[&point.as_bytes()[1..]])[12..], wallet().address());
}

#[test]
fn another_enclave_cannot_open_it_and_no_two_openings_share_a_key() {
    let recipient = Recipient::new(1);
    let seal = || Opening::seal(&recipient.key, &wallet(), &Terms::trading_until(9)).unwrap();
    let (one, other) = (seal(), seal());
    assert!(Recipient::new(2).accept(one.body(), &[]).is_none());
    assert_ne!(one.body()[9..73], other.body()[9..73]);

    // The sender is authenticated: under another session key the same ciphertext does not open.
    let mut swapped = one.body().to_vec();
    swapped[9..41].copy_from_slice(&other.body()[9..41]);
    assert!(recipient.accept(&swapped, &[]).is_none());
}

#[test]
fn frames_pass_both_ways_with_counters_from_one() {
    let recipient = Recipient::new(1);
    let (mut session, enclave) = session(&recipient);
    let ping = Command::Ping(Ping { token: 99 });
    let mut buffer = [0; 64];
    let mut writer = Writer::new(&mut buffer);
    writer.array(1);
    ping.emit(&mut writer);
    let plaintext = writer.finish().unwrap();

    for counter in 1..=3 {
        let mut body = Vec::new();
        assert_eq!(session.seal(plaintext, &mut body).unwrap(), counter);
        let (id, sent, opened) = open_body(&enclave.receiver, &body).unwrap();
        assert_eq!((id, sent), (SESSION, counter));
        let commands = CommandFrame::new_checked(&opened).unwrap();
        assert!(commands.iter().all(|(_, _, command)| command == ping));

        let event = result(counter);
        let mut reply = reply_body(&enclave.sender, SESSION, counter, None, &emit(&[event]));
        let plaintext = session.open(&mut reply).unwrap();
        assert_eq!(plaintext, emit(&[event]));
    }
}

#[test]
fn a_repeated_dropped_or_altered_frame_is_refused() {
    let recipient = Recipient::new(1);
    let (mut session, enclave) = session(&recipient);
    let reply = |counter| reply_body(&enclave.sender, SESSION, counter, None, &emit(&[result(1)]));

    let early = session.open(&mut reply(2)).unwrap_err();
    assert!(matches!(early, ClientError::Counter { expected: 1, actual: 2 }));
    for at in [0, 8, 16, reply(1).len() - 1] {
        let mut altered = reply(1);
        altered[at] ^= 1;
        assert!(session.open(&mut altered).is_err(), "byte {at}");
    }
    assert!(matches!(session.open(&mut [0; 15]), Err(ClientError::Frame(_))));
    assert!(matches!(session.open(&mut reply(1)[..31]), Err(ClientError::Frame(_))));

    session.open(&mut reply(1)).unwrap();
    let again = session.open(&mut reply(1)).unwrap_err();
    assert!(matches!(again, ClientError::Counter { expected: 2, actual: 1 }));
}

#[test]
fn other_server_randomness_gives_other_keys() {
    let recipient = Recipient::new(1);
    let opening = Opening::seal(&recipient.key, &wallet(), &Terms::trading_until(9)).unwrap();
    let accepted =
        recipient.accept(opening.body(), &emit(&[SessionEvent::SessionOpened(opened())])).unwrap();
    let mut reply = accepted.reply;
    reply[16] ^= 1;
    assert!(matches!(opening.accept(&mut reply), Err(ClientError::Seal)));
}

#[test]
fn a_refusal_in_the_clear_is_an_error_with_its_code() {
    let error = ErrorEvent { counter: 0, code: 101, detail: 5 };
    let mut body = vec![0; 16];
    body.extend(emit(&[SessionEvent::Error(error)]));

    let recipient = Recipient::new(1);
    let opening = Opening::seal(&recipient.key, &wallet(), &Terms::trading_until(9)).unwrap();
    let refused = opening.accept(&mut body.clone()).err().unwrap();
    assert!(matches!(refused, ClientError::Refused { code: 101, detail: 5 }));
    assert!(refused.to_string().contains("BAD_DOMAIN"));

    let (mut session, _) = session(&recipient);
    let refused = session.open(&mut body).unwrap_err();
    assert!(matches!(refused, ClientError::Refused { code: 101, detail: 5 }));
}

#[test]
fn a_key_that_is_no_point_is_refused() {
    let enclave = EnclaveKey { encryption_key: [0; 32], chain_id: 1, settlement: [0; 20] };
    let opening = Opening::seal(&enclave, &wallet(), &Terms::trading_until(9));
    assert!(matches!(opening.err(), Some(ClientError::EnclaveKey)));
}
