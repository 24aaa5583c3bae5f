//! What must hold of any bytes: no panic, one encoding per value, one verdict per frame.

mod support;

use proptest::collection::vec;
use proptest::prelude::*;
use sealbook_wire::frame::{EventFrame, FrameBody};
use sealbook_wire::*;
use support::{list, read, text, unhex};

fn client_id() -> impl Strategy<Value = ClientId> {
    "[A-Za-z0-9_-]{1,36}".prop_map(|id| ClientId::from_bytes(id.as_bytes()).expect("legal"))
}

fn order_ref() -> impl Strategy<Value = OrderRef> {
    prop_oneof![any::<u64>().prop_map(OrderRef::Id), client_id().prop_map(OrderRef::Client)]
}

fn place() -> impl Strategy<Value = Command<'static>> {
    let terms = (0..2usize, 0..2usize, 0..3usize);
    let numbers = (any::<u16>(), any::<u32>(), any::<u32>());
    let flags = any::<(bool, bool)>();
    (proptest::option::of(client_id()), terms, numbers, flags).prop_map(
        |(client_id, (side, kind, time_in_force), (instrument, price_ticks, lots), flags)| {
            Command::Place(Place {
                client_id,
                instrument,
                side: Side::ALL[side],
                kind: OrderKind::ALL[kind],
                time_in_force: TimeInForce::ALL[time_in_force],
                price_ticks,
                lots,
                post_only: flags.0,
                reduce_only: flags.1,
            })
        },
    )
}

fn command() -> impl Strategy<Value = Command<'static>> {
    prop_oneof![
        4 => place(),
        1 => (order_ref(), any::<u32>(), any::<u32>())
            .prop_map(|(order, price_ticks, lots)| Command::Amend(Amend { order, price_ticks, lots })),
        1 => order_ref().prop_map(|order| Command::Cancel(Cancel { order })),
        1 => any::<Option<u16>>().prop_map(|instrument| Command::CancelAll(CancelAll { instrument })),
        1 => client_id().prop_map(|client_id| Command::Query(Query { client_id })),
        1 => any::<(u64, u64)>()
            .prop_map(|(nonce, amount)| Command::Withdraw(Withdraw { nonce, amount })),
        1 => any::<u64>().prop_map(|token| Command::Ping(Ping { token })),
        1 => any::<u64>().prop_map(|nonce| Command::Revoke(Revoke { nonce })),
        1 => Just(Command::AccountQuery(AccountQuery)),
    ]
}

fn emit_frame(commands: &[Command]) -> Vec<u8> {
    let mut buffer = vec![0; 8 + commands.len() * Command::LENGTH_MAX];
    let mut writer = Writer::new(&mut buffer);
    writer.array(commands.len() as u32);
    commands.iter().for_each(|command| command.emit(&mut writer));
    writer.finish().expect("room").to_vec()
}

/// A frame that parses is the one encoding of its commands, and its raw ranges tile it.
fn is_canonical(bytes: &[u8]) {
    let Ok(frame) = parse_frame(bytes) else { return };
    let items: Vec<_> = frame.iter().collect();
    assert_eq!(items.len(), frame.len() as usize);
    let commands: Vec<_> = items.iter().map(|(_, _, command)| *command).collect();
    assert_eq!(emit_frame(&commands), bytes);
    let raw: Vec<u8> = items.iter().flat_map(|(_, raw, _)| raw.iter().copied()).collect();
    assert!(bytes.ends_with(&raw));
    for (at, (index, raw, command)) in items.iter().enumerate() {
        assert_eq!(usize::from(*index), at);
        assert_eq!(Command::parse(raw), Ok(*command));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn frames_survive_the_round_trip(commands in vec(command(), 1..65)) {
        let bytes = emit_frame(&commands);
        let frame = parse_frame(&bytes).expect("what was emitted parses");
        let parsed: Vec<_> = frame.iter().map(|(_, _, command)| command).collect();
        prop_assert_eq!(parsed, commands);
        is_canonical(&bytes);
    }

    #[test]
    fn random_bytes_never_panic(bytes in vec(any::<u8>(), 0..200)) {
        every_parser(&bytes);
        is_canonical(&bytes);
    }

    #[test]
    fn a_mutated_frame_is_canonical_or_refused(
        commands in vec(command(), 1..4),
        mutations in vec((any::<prop::sample::Index>(), any::<u8>(), 0..3u8), 1..4),
    ) {
        let mut bytes = emit_frame(&commands);
        for (index, byte, kind) in mutations {
            let at = index.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ if bytes.len() > 1 => drop(bytes.remove(at)),
                _ => {}
            }
        }
        is_canonical(&bytes);
        every_parser(&bytes);
    }

    #[test]
    fn every_integer_has_one_form(value in any::<i64>(), shift in 0..64u32) {
        let value = value >> shift;
        let mut buffer = [0; 9];
        let mut writer = Writer::new(&mut buffer);
        writer.int(value);
        let bytes = writer.finish().expect("room").to_vec();
        prop_assert_eq!(Reader::new(&bytes).i64(), Ok(value));
        prop_assert_eq!(Reader::new(&bytes).u64().is_ok(), value >= 0);
        for longer in longer_forms(value, bytes.len()) {
            prop_assert_eq!(Reader::new(&longer).i64().map_err(|e| e.reject), Err(Reject::BadFrame));
            prop_assert_eq!(Reader::new(&longer).u64().map_err(|e| e.reject), Err(Reject::BadFrame));
        }
    }
}

/// Every msgpack integer form of `value` longer than `length` bytes, or of the wrong family.
fn longer_forms(value: i64, length: usize) -> Vec<Vec<u8>> {
    let wide = value.to_be_bytes();
    let form = |marker: u8, width: usize| [&[marker], &wide[8 - width..]].concat();
    let mut forms = Vec::new();
    for (power, width) in [1usize, 2, 4, 8].into_iter().enumerate() {
        let bits = 8 * width as u32;
        let fits_unsigned = value >= 0 && (bits == 64 || value >> bits == 0);
        let fits_signed = bits == 64 || (value << (64 - bits)) >> (64 - bits) == value;
        if fits_unsigned && width + 1 > length {
            forms.push(form(0xcc + power as u8, width));
        }
        if fits_signed && (value >= 0 || width + 1 > length) {
            forms.push(form(0xd0 + power as u8, width));
        }
    }
    forms
}

/// Views that were granted are read to the end.
fn every_parser(bytes: &[u8]) {
    let mut buffer = vec![0; 70_000];
    if let Ok(system) = SystemCommand::parse(bytes) {
        assert_eq!(system.emit_into(&mut buffer).expect("room"), bytes);
    }
    if let Ok(event) = SessionEvent::parse(bytes) {
        assert_eq!(event.emit_into(&mut buffer).expect("room"), bytes);
    }
    if let Ok(message) = PublicMessage::parse(bytes) {
        assert_eq!(message.emit_into(&mut buffer).expect("room"), bytes);
    }
    if let Ok(message) = ControlMessage::parse(bytes) {
        assert_eq!(message.emit_into(&mut buffer).expect("room"), bytes);
    }
    if let Ok(frame) = EventFrame::new_checked(bytes) {
        assert!(frame.iter().count() > 0);
    }
    let _ = SessionMessage::parse(bytes);
    let _ = FrameBody::new_checked(bytes);
    let _ = SequencedCommand::new_checked(bytes);
    let _ = journal::JournalRecord::new_checked(bytes);
    if let Ok(entry) = bytes.try_into() {
        let _ = inbox::parse(1, entry);
    }
}

/// Every vector of every message with every byte replaced by markers that matter: Ok means canonical.
#[test]
fn a_mutated_message_is_canonical_or_refused() {
    let markers = [
        0x00, 0x7f, 0x80, 0x90, 0x91, 0xa0, 0xc0, 0xc1, 0xc2, 0xc4, 0xca, 0xcc, 0xcf, 0xd0, 0xd3,
        0xdd, 0xff,
    ];
    for entry in std::fs::read_dir(support::folder().join("messages")).expect("vectors") {
        let name = entry.expect("entry").file_name().to_string_lossy().into_owned();
        let vector = read(&format!("messages/{name}"));
        for case in list(&vector, "cases").iter().take(6) {
            let bytes = unhex(text(case, "hex"));
            for at in 0..bytes.len().min(400) {
                every_parser(&bytes[..at]);
                for marker in markers {
                    let mut mutated = bytes.clone();
                    mutated[at] = marker;
                    every_parser(&mutated);
                }
            }
        }
    }
}

/// A full book change and a full config fit the length their type promises.
#[test]
fn the_longest_lists_fit_their_promise() {
    let level = LevelChange { side: Side::Sell, price_ticks: u32::MAX, lots: u64::MAX };
    let trade =
        Trade { trade_id: u64::MAX, price_ticks: u32::MAX, lots: u32::MAX, taker_side: Side::Sell };
    let (levels, trades) = ([level; 513], [trade; 512]);
    let mut market = Market {
        epoch: u64::MAX,
        sequence: u64::MAX,
        previous_sequence: u64::MAX,
        instrument: u16::MAX,
        time_us: u64::MAX,
        levels: List::of(&levels[..512]),
        trades: List::of(&trades),
    };
    let mut buffer = vec![0; Market::LENGTH_MAX];
    let bytes = market.emit_into(&mut buffer).expect("room").to_vec();
    assert_eq!(bytes.len(), Market::LENGTH_MAX);
    assert_eq!(Market::parse(&bytes), Ok(market));

    let needed = market.emit_into(&mut buffer[1..]).expect_err("a byte short");
    assert_eq!(needed, EmitError::Full { needed: Market::LENGTH_MAX });
    market.levels = List::of(&levels);
    assert_eq!(market.emit_into(&mut buffer), Err(EmitError::ListLength));
}
