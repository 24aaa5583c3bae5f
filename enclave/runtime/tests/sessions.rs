//! Sessions: opening, keys, counters, seals, and who is told what.

mod venue;

use sealbook_enclave::session::SESSIONS_PER_CONNECTION_MAX;
use sealbook_wire::ring::{inward, outward};
use sealbook_wire::*;
use venue::*;

fn error_of(events: &[Vec<u8>]) -> ErrorEvent {
    let error = events.iter().find(|event| code_of(event) == 136).expect("an error");
    ErrorEvent::parse(error).expect("parses")
}

#[test]
fn an_order_crosses_the_whole_enclave() {
    let mut venue = Venue::genesis(&config(64, 1_000_000));
    let (alice, bob) = (wallet(1), wallet(2));
    venue.deposit(&alice, 1_000_000_000_000);
    venue.deposit(&bob, 1_000_000_000_000);
    let mut maker = Client::open(&mut venue, &alice, 1);
    let mut taker = Client::open(&mut venue, &bob, 2);

    let resting = venue.ask(&mut maker, &place(1, Side::Sell, 100_000, 10));
    assert_eq!((resting.code, resting.status), (0, OrderStatus::Resting));
    let body = taker.seal(&[bytes_of(&place(1, Side::Buy, 100_000, 4))]);
    venue.send_body(&taker, &body);
    let events = venue.collect(&mut taker, 1);
    let result = ResultEvent::parse(&events[0]).expect("the result comes first");
    assert_eq!((result.code, result.filled_lots, result.status), (0, 4, OrderStatus::Filled));
    assert_eq!((result.counter, result.index, result.level), (1, 0, Level::Written));
    let fill = Fill::parse(&events[1]).expect("then the fill");
    assert_eq!(
        (fill.role, fill.side, fill.lots, fill.sequence),
        (Role::Taker, Side::Buy, 4, result.sequence)
    );
    let events = venue.replies_to(&mut maker);
    let fill = Fill::parse(&events[0]).expect("the maker is told");
    assert_eq!(
        (fill.role, fill.lots, fill.remaining_lots, fill.order_id),
        (Role::Maker, 4, 6, resting.order_id)
    );

    // The record of a command is in the ring before anything that depends on it.
    venue.pump();
    assert_eq!(result.sequence, sequence_of(venue.disk.journal.last().expect("records")));
    assert_eq!(result.chain_hash, venue.disk.journal.last().expect("records")[24..56]);

    let markets: Vec<(u64, u64)> = venue
        .records
        .iter()
        .filter(|(kind, _)| *kind == outward::PUBLIC)
        .filter_map(|(_, payload)| Market::parse(&payload[8..]).ok())
        .filter(|market| market.instrument == 1)
        .map(|market| (market.previous_sequence, market.sequence))
        .collect();
    // The empty book of the epoch's beginning, then each change after the one before it.
    let (whole, changes) = markets.split_first().expect("a book");
    assert_eq!(whole.0, 0, "replaces the reader's book");
    assert_eq!(
        changes,
        [(whole.1, resting.sequence), (resting.sequence, result.sequence)],
        "gap-free per instrument"
    );
}

#[test]
fn a_frame_holds_many_commands_and_answers_each_in_order() {
    let mut venue = Venue::genesis(&config(64, 1_000_000));
    let alice = wallet(1);
    venue.deposit(&alice, 1_000_000_000_000);
    let mut client = Client::open(&mut venue, &alice, 1);
    let commands: Vec<Vec<u8>> =
        (0..64).map(|i| bytes_of(&place(1, Side::Buy, 1000 + i, 1))).collect();
    let events = venue.exchange(&mut client, &commands, 64);
    let results: Vec<ResultEvent> =
        events.iter().map(|event| ResultEvent::parse(event).expect("result")).collect();
    assert_eq!(results.len(), 64);
    for (i, result) in (0..).zip(&results) {
        assert_eq!((result.index, result.code, result.counter), (i, 0, 1));
        assert_eq!(result.sequence, results[0].sequence + u64::from(i));
    }
}

#[test]
fn bad_frames_change_nothing() {
    let mut venue = Venue::genesis(&config(64, 1_000_000));
    let alice = wallet(1);
    venue.deposit(&alice, 1_000_000);
    let mut client = Client::open(&mut venue, &alice, 1);
    let before = venue.status(|s| (s.sequence, s.chain_hash));
    // The second command is malformed: the first must not happen either.
    let good = bytes_of(&Command::Ping(Ping { token: 5 }));
    for (bad, code) in [
        (vec![0x92, 0x07, 0xcc, 0x05], Reject::BadFrame),
        (vec![0x92, 0x07, 0xca, 0, 0, 0, 0], Reject::BadType),
        (vec![0x91, 0x3e], Reject::UnknownOp),
        (vec![0xc1], Reject::BadFrame),
        (vec![], Reject::BadFrame),
    ] {
        let mut text = vec![0x92];
        text.extend_from_slice(&good);
        text.extend_from_slice(&bad);
        client.sent += 1;
        let body = client.seal_text(client.sent, &text);
        venue.send_body(&client, &body);
        let error = error_of(&venue.collect(&mut client, 1));
        assert_eq!((error.code, error.counter), (code.code(), client.sent), "{bad:?}");
    }
    assert_eq!(venue.status(|s| (s.sequence, s.chain_hash)), before);
    assert_eq!(
        venue.ask(&mut client, &Command::Ping(Ping { token: 9 })).detail,
        9,
        "the session goes on"
    );
}

#[test]
fn replayed_frames_are_duplicates_and_gaps_close() {
    let mut venue = Venue::genesis(&config(64, 1_000_000));
    let alice = wallet(1);
    venue.deposit(&alice, 1_000_000);
    let mut client = Client::open(&mut venue, &alice, 1);
    let ping = bytes_of(&Command::Ping(Ping { token: 5 }));
    let body = client.seal(std::slice::from_ref(&ping));
    venue.send_body(&client, &body);
    venue.collect(&mut client, 1);
    let before = venue.status(|s| s.sequence);
    venue.send_body(&client, &body);
    let error = error_of(&venue.collect(&mut client, 1));
    assert_eq!((error.code, error.detail), (Reject::Duplicate.code(), 1));
    assert_eq!(venue.status(|s| s.sequence), before);

    let skipped = client.seal_at(7, std::slice::from_ref(&ping));
    venue.send_body(&client, &skipped);
    let error = error_of(&venue.collect(&mut client, 1));
    assert_eq!((error.code, error.detail), (Reject::CounterGap.code(), 2));
    venue.wait("the hang-up", |venue| {
        let is_it = |(kind, payload): &(u32, Vec<u8>)| {
            *kind == outward::HANG_UP && payload[..8] == 1u64.to_le_bytes()
        };
        venue.records.iter().any(is_it).then_some(())
    });
    let body = client.seal(&[ping]);
    venue.send_body(&client, &body);
    let error = error_of(&venue.collect(&mut client, 1));
    assert_eq!(error.code, Reject::UnknownSession.code(), "the gap ended the session");
}

#[test]
fn a_seal_that_does_not_open_closes() {
    let mut venue = Venue::genesis(&config(64, 1_000_000));
    let alice = wallet(1);
    let mut client = Client::open(&mut venue, &alice, 1);
    let mut other = Client::open(&mut venue, &alice, 2);
    let ping = bytes_of(&Command::Ping(Ping { token: 5 }));
    let mut body = client.seal(std::slice::from_ref(&ping));
    body[20] ^= 1;
    venue.send_body(&client, &body);
    assert_eq!(error_of(&venue.collect(&mut client, 1)).code, Reject::BadSeal.code());
    // A session of one connection is unknown on another.
    let body = other.seal(&[ping]);
    other.connection = 3;
    venue.send_body(&other, &body);
    assert_eq!(error_of(&venue.collect(&mut other, 1)).code, Reject::UnknownSession.code());
}

#[test]
fn a_replayed_opening_is_useless() {
    let mut venue = Venue::genesis(&config(64, 1_000_000));
    let alice = wallet(1);
    venue.deposit(&alice, 1_000_000);
    let opening = Opening::new(&venue, &alice, 1, &Wish::default());
    let (mut first, _) = opening.finish(&try_open(&mut venue, &opening));
    let frame = first.seal(&[bytes_of(&Command::Ping(Ping { token: 5 }))]);
    venue.send_body(&first, &frame);
    venue.collect(&mut first, 1);

    // The host replays opening and frame on its own connection: the keys are others, and the old frame does not open.
    let replayed = Opening { connection: 9, ..opening };
    let (mut second, _) = replayed.finish(&try_open(&mut venue, &replayed));
    assert_ne!(second.session, first.session);
    let mut stolen = frame.clone();
    stolen[..8].copy_from_slice(&second.session.to_le_bytes());
    venue.push(inward::FRAME, &[&9u64.to_le_bytes(), &stolen]);
    assert_eq!(error_of(&venue.collect(&mut second, 1)).code, Reject::BadSeal.code());
}

/// Anybody who recorded one opening can repeat it: it must cost the venue no more than one connection's share of the table.
#[test]
fn one_connection_cannot_fill_the_session_table() {
    let mut venue = Venue::genesis(&config(64, 1_000_000));
    let alice = wallet(1);
    venue.deposit(&alice, 1_000_000);
    let mut bystander = Client::open(&mut venue, &alice, 2);
    let opening = Opening::new(&venue, &alice, 1, &Wish::default());
    let mut sessions: Vec<Client> = (0..SESSIONS_PER_CONNECTION_MAX)
        .map(|_| opening.finish(&try_open(&mut venue, &opening)).0)
        .collect();
    for _ in 0..100 {
        assert_eq!(clear_code(&try_open(&mut venue, &opening)), Reject::SessionsFull.code());
    }

    // The refusal costs nobody anything: no hang-up, and every session still answers.
    for client in sessions.iter_mut().chain([&mut bystander]) {
        let result = venue.ask(client, &Command::Ping(Ping { token: 5 }));
        assert_eq!((result.code, result.detail), (0, 5));
    }
    venue.pump();
    assert!(venue.records.iter().all(|(kind, _)| *kind != outward::HANG_UP));
    let mut another = Client::open(&mut venue, &alice, 3);
    assert_eq!(venue.ask(&mut another, &Command::Ping(Ping { token: 6 })).detail, 6);

    // The share is given back with the connection.
    venue.push(inward::CLOSED, &[&1u64.to_le_bytes()]);
    opening.finish(&try_open(&mut venue, &opening));
}

#[test]
fn openings_are_refused_with_the_reason() {
    let mut venue = Venue::genesis(&config(64, 1_000_000));
    let alice = wallet(1);
    let cases = [
        (Wish { chain_id: 1, ..Wish::default() }, Reject::BadDomain),
        (Wish { settlement: [1; 20], ..Wish::default() }, Reject::BadDomain),
        (Wish { signed_by: Some(wallet(2)), ..Wish::default() }, Reject::BadSignature),
        (Wish { expiry: TIME_US / 1_000_000, ..Wish::default() }, Reject::KeyExpired),
    ];
    for (connection, (wish, reject)) in (10..).zip(cases) {
        let opening = Opening::new(&venue, &alice, connection, &wish);
        let body = try_open(&mut venue, &opening);
        assert_eq!(clear_code(&body), reject.code(), "{reject:?}");
    }
    // Sealed to another key, or bent on the way.
    let opening = Opening::to(&[9; 32], &alice, 20, &Wish::default());
    assert_eq!(clear_code(&try_open(&mut venue, &opening)), Reject::BadSeal.code());
    let mut opening = Opening::new(&venue, &alice, 21, &Wish::default());
    let last = opening.request_body.len() - 1;
    opening.request_body[last] ^= 1;
    assert_eq!(clear_code(&try_open(&mut venue, &opening)), Reject::BadSeal.code());
    // Cut at every byte: refused, never a panic.
    let whole = Opening::new(&venue, &alice, 22, &Wish::default());
    for cut in 0..whole.request_body.len() {
        let cut = Opening {
            request_body: whole.request_body[..cut].to_vec(),
            ..Opening::new(&venue, &alice, 22, &Wish::default())
        };
        let code = clear_code(&try_open(&mut venue, &cut));
        assert!(code == Reject::BadFrame.code() || code == Reject::BadSeal.code());
    }
    assert_eq!(venue.status(|s| s.state), 3, "still running");
}

#[test]
fn no_account_until_the_first_deposit() {
    let mut venue = Venue::genesis(&config(64, 1_000_000));
    let alice = wallet(1);
    let mut client = Client::open(&mut venue, &alice, 1);
    let result = venue.ask(&mut client, &Command::Ping(Ping { token: 5 }));
    assert_eq!((result.code, result.sequence), (Reject::NoAccount.code(), 0));
    venue.deposit(&alice, 500);
    let result = venue.ask(&mut client, &Command::Ping(Ping { token: 5 }));
    assert_eq!((result.code, result.detail), (0, 5));
    // Scopes and expiry travel with every command and are judged by the engine.
    let wish = Wish { scopes: 2, ..Wish::default() };
    let opening = Opening::new(&venue, &alice, 2, &wish);
    let (mut cancel_only, _) = opening.finish(&try_open(&mut venue, &opening));
    assert_eq!(venue.ask(&mut cancel_only, &place(1, Side::Buy, 1, 1)).code, Reject::Scope.code());
}

#[test]
fn a_closed_connection_ends_its_sessions() {
    let mut venue = Venue::genesis(&config(64, 1_000_000));
    let mut client = Client::open(&mut venue, &wallet(1), 1);
    venue.push(inward::CLOSED, &[&1u64.to_le_bytes()]);
    let body = client.seal(&[bytes_of(&Command::Ping(Ping { token: 5 }))]);
    venue.send_body(&client, &body);
    assert_eq!(error_of(&venue.collect(&mut client, 1)).code, Reject::UnknownSession.code());
}

#[test]
fn a_head_from_another_history_is_refused() {
    let mut venue = Venue::genesis(&config(64, 1_000_000));
    let (alice, stranger) = (wallet(1), wallet(9));
    venue.deposit(&alice, 1_000_000);
    let ahead = |sequence| Wish {
        seen: Some(Head { epoch: 1, sequence, chain_hash: [0xee; 32], signature: None }),
        ..Wish::default()
    };
    // Ahead of us.
    let opening = Opening::new(&venue, &stranger, 1, &ahead(1_000));
    assert_eq!(clear_code(&try_open(&mut venue, &opening)), Reject::HeadAhead.code());
    assert_eq!(venue.status(|s| s.state), 3);
    // The truth is welcome.
    let honest = venue.status(|s| Head {
        epoch: s.epoch,
        sequence: s.sequence,
        chain_hash: s.chain_hash,
        signature: None,
    });
    let opening = Opening::new(&venue, &alice, 2, &Wish { seen: Some(honest), ..Wish::default() });
    opening.finish(&try_open(&mut venue, &opening));
    // Another hash at a place we know.
    let opening = Opening::new(&venue, &alice, 3, &ahead(honest.sequence));
    assert_eq!(clear_code(&try_open(&mut venue, &opening)), Reject::HeadAhead.code());
    // Nobody is stopped by a claim that nobody signed.
    assert_eq!(venue.status(|s| s.state), 3);
}
