//! The golden vectors of `test/vectors/wire`, which the TypeScript codec is held to as well.

mod support;

use sealbook_wire::header::{BatchHeader, Delegation, OpenEpoch};
use sealbook_wire::journal::{self, JournalRecord};
use sealbook_wire::sequenced::{HEADER_LENGTH, SequencedHeader};
use sealbook_wire::{
    Command, InboxKind, OraclePrice, OrderRef, Origin, Reject, Sequenced, SequencedCommand,
    SystemCommand, batch, crc32c, evidence, frame, inbox, parse_frame,
};
use support::{array, folder, hex, list, number, read, text, unhex};

#[test]
fn every_message_has_its_bytes() {
    let mut cases = 0;
    for entry in std::fs::read_dir(folder().join("messages")).expect("vectors") {
        let path = entry.expect("entry").path();
        let vector =
            read(&format!("messages/{}", path.file_name().expect("name").to_string_lossy()));
        let name = text(&vector, "message");
        for case in list(&vector, "cases") {
            let value = support::generated::round_trip(name, &unhex(text(case, "hex")));
            assert_eq!(value, case["value"], "{name}, {}", text(case, "name"));
            cases += 1;
        }
    }
    assert!(cases > 300, "only {cases} cases were found");
}

#[test]
fn every_refusal_has_its_reason_and_offset() {
    let vectors = read("rejects.json");
    let cases = list(&vectors, "cases");
    assert!(cases.len() > 150);
    for case in cases {
        let bytes = unhex(text(case, "hex"));
        let error = match text(case, "entry") {
            "frame" => parse_frame(&bytes).err(),
            "system-command" => SystemCommand::parse(&bytes).err(),
            other => panic!("unknown entry {other}"),
        };
        let error = error.unwrap_or_else(|| panic!("accepted: {case}"));
        assert_eq!(error.reject.wire(), text(case, "reject"), "{case}");
        assert_eq!(u64::from(error.offset), number(case, "offset"), "{case}");
    }
}

#[test]
fn every_fault_of_the_matrix_is_covered() {
    let vectors = read("rejects.json");
    for row in 15..=27 {
        let fault = format!("B{row}");
        assert!(list(&vectors, "cases").iter().any(|case| text(case, "fault") == fault), "{fault}");
    }
}

#[test]
fn frames_and_openings() {
    let layouts = read("layouts.json");
    let case = &layouts["frame_head"];
    let head = frame::head(number_hex(case, "session"), number(case, "counter"));
    assert_eq!(hex(&head), text(case, "hex"));
    let case = &layouts["frame_nonce"];
    assert_eq!(hex(&frame::nonce(number(case, "counter"))), text(case, "hex"));

    let case = &layouts["opening"];
    let body = unhex(text(case, "hex"));
    let expected = frame::FrameBody::Opening {
        session_key: array(case, "session_key"),
        enc: array(case, "enc"),
        ciphertext: &unhex(text(case, "ciphertext")),
    };
    assert_eq!(frame::FrameBody::new_checked(&body), Ok(expected));
    for cut in 0..frame::OPENING_HEAD_LENGTH + frame::TAG_LENGTH {
        assert!(frame::FrameBody::new_checked(&body[..cut]).is_err(), "cut at {cut}");
    }
}

#[test]
fn journal_and_sequenced_command() {
    let layouts = read("layouts.json");
    let case = &layouts["crc32c"];
    assert_eq!(u64::from(crc32c::crc32c(text(case, "text").as_bytes())), number(case, "crc"));

    let case = &layouts["journal_record"];
    let bytes = unhex(text(case, "hex"));
    let record = JournalRecord::new_checked(&bytes).expect("intact").expect("a record");
    assert_eq!((record.epoch, record.sequence), (number(case, "epoch"), number(case, "sequence")));
    assert_eq!(record.chain_hash, array(case, "chain_hash"));
    assert_eq!(record.digest, array(case, "digest"));
    assert_eq!(hex(record.sealed), text(case, "sealed"));
    let mut again = bytes.clone();
    again[..journal::SEALED_AT].fill(0xee);
    assert!(journal::emit_head(
        &mut again,
        record.epoch,
        record.sequence,
        &record.chain_hash,
        &record.digest,
    ));
    assert_eq!(again, bytes);

    assert_eq!(hex(&journal::nonce(&record.chain_hash)), text(case, "nonce"));
    assert_eq!(
        hex(&journal::aad(record.epoch, record.sequence, &record.chain_hash)),
        text(case, "aad")
    );

    let case = &layouts["segment_header"];
    let header =
        journal::emit_segment_header(&array(case, "genesis_hash"), number(case, "first_sequence"));
    assert_eq!(hex(&header), text(case, "hex"));

    let case = &layouts["sequenced"];
    let header = SequencedHeader {
        origin: Origin::Session,
        epoch: number(case, "epoch"),
        sequence: number(case, "sequence"),
        time_us: number(case, "time_us"),
        account: number(case, "account") as u32,
        delegation_nonce: number(case, "delegation_nonce"),
        delegation_expiry: number(case, "delegation_expiry"),
        scopes: number(case, "scopes") as u8,
        result: number(case, "result") as u16,
        result_digest: array(case, "result_digest"),
    };
    let bytes = unhex(text(case, "hex"));
    assert_eq!(hex(&header.emit()), hex(&bytes[..HEADER_LENGTH]));
    let parsed = SequencedCommand::new_checked(&bytes).expect("a sequenced command");
    assert_eq!((parsed.header, hex(parsed.raw)), (header, text(case, "command").to_owned()));
    assert_eq!(hex(&parsed.blind), text(case, "blind"));
    let cancel = sealbook_wire::Cancel { order: OrderRef::Id(7) };
    assert_eq!(parsed.command, Sequenced::Session(Command::Cancel(cancel)));
    for cut in 0..bytes.len() {
        let error = SequencedCommand::new_checked(&bytes[..cut]).expect_err("cut");
        assert_eq!(error.reject, Reject::BadFrame, "cut at {cut}");
    }
}

#[test]
fn batch_and_inbox() {
    let layouts = read("layouts.json");
    let case = &layouts["batch"];
    let field = |name| number(&case["header"], name);
    let hash = |name| array(&case["header"], name);
    let header = BatchHeader {
        epoch: field("epoch"),
        number: field("number"),
        first_sequence: field("firstSequence"),
        last_sequence: field("lastSequence"),
        chain_hash: hash("chainHash"),
        state_root_before: hash("stateRootBefore"),
        state_root_after: hash("stateRootAfter"),
        inbox_cursor: field("inboxCursor"),
        inbox_hash: hash("inboxHash"),
        withdrawals_root: hash("withdrawalsRoot"),
        withdrawals_total: field("withdrawalsTotal"),
        data_hash: hash("dataHash"),
        blobs_hash: hash("blobsHash"),
        oracle_round: field("oracleRound"),
        closed_at: field("closedAt"),
    };
    assert_eq!(hex(&header.words().concat()), text(case, "words"));
    let withdrawal = &list(case, "withdrawals")[0];
    let withdrawal = batch::Withdrawal {
        account: number(withdrawal, "account") as u32,
        owner: array(withdrawal, "owner"),
        amount: number(withdrawal, "amount"),
        nonce: number(withdrawal, "nonce"),
    };
    let mut bytes = batch::emit_prefix(&header, &array(case, "signature"), 1).to_vec();
    bytes.extend(withdrawal.emit());
    bytes.extend(3u32.to_le_bytes());
    bytes.extend(unhex(text(case, "data")));
    assert_eq!(hex(&bytes), text(case, "hex"));

    let case = &layouts["inbox_entry"];
    let entry = inbox::parse(number(case, "index"), &array(case, "hex")).expect("an entry");
    assert_eq!(entry.kind, InboxKind::Deposit);
    assert_eq!((entry.owner, entry.data), (array(case, "owner"), array(case, "data")));
    assert_eq!(u64::from(entry.subaccount), number(case, "subaccount"));
    assert_eq!((entry.amount, entry.at), (number(case, "amount"), number(case, "at")));
    assert_eq!(hex(&inbox::emit(&entry)), text(case, "hex"));
}

#[test]
fn preimages_and_type_strings() {
    let layouts = read("layouts.json");
    let case = &layouts["report"];
    let claims = evidence::ReportClaims {
        chain_id: number(case, "chain_id"),
        registry: array(case, "registry"),
        signer: array(case, "signer"),
        encryption_key: array(case, "encryption_key"),
        block_hash: array(case, "block_hash"),
        config_hash: array(case, "config_hash"),
    };
    assert_eq!(hex(&claims.preimage()), text(case, "hex"));

    let case = &layouts["genesis"];
    let settlement = array(case, "settlement");
    let preimage = evidence::genesis_preimage(
        number(case, "chain_id"),
        &settlement,
        &array(case, "config_hash"),
    );
    assert_eq!(hex(&preimage), text(case, "hex"));

    let case = &layouts["oracle"];
    let (round, time_us) = (number(case, "round"), number(case, "time_us"));
    let mut preimage =
        evidence::oracle_prefix(number(case, "chain_id"), &settlement, round, time_us).to_vec();
    for price in list(case, "prices") {
        let index = text(price, "index").parse().expect("a number");
        let instrument = number(price, "instrument") as u16;
        preimage.extend(evidence::oracle_price(&OraclePrice { instrument, index }));
    }
    assert_eq!(hex(&preimage), text(case, "hex"));

    let case = &layouts["eip712"];
    assert_eq!(Delegation::TYPE, text(case, "delegation"));
    assert_eq!(BatchHeader::TYPE, text(case, "batch_header"));
    assert_eq!(OpenEpoch::TYPE, text(case, "open_epoch"));
}

fn number_hex(value: &serde_json::Value, key: &str) -> u64 {
    u64::from_str_radix(text(value, key).trim_start_matches("0x"), 16).expect("hex")
}
