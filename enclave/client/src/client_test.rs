//! A client against a venue of one session, over a Unix socket.
#![allow(clippy::unwrap_used)]

use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::thread::JoinHandle;

use sealbook_wire::{CommandFrame, Level, OrderStatus, Ping, ResultEvent};

use super::*;
use crate::framing;
use crate::recipient::{Accepted, Recipient, SESSION, emit, open_body, opened, reply_body};

/// What the venue does with the frame after the opening.
#[derive(Clone, Copy, PartialEq)]
enum Manner {
    Answers,
    AnswersTwiceUnderOneCounter,
    HangsUp,
}

struct ToyVenue {
    address: Address,
    path: PathBuf,
    key: EnclaveKey,
    thread: JoinHandle<()>,
}

impl ToyVenue {
    fn start(name: &str, manner: Manner) -> Self {
        let file = format!("sealbook-client-{name}-{}.sock", std::process::id());
        let path = std::env::temp_dir().join(file);
        let _ = std::fs::remove_file(&path);
        let listener = UnixListener::bind(&path).unwrap();
        let recipient = Recipient::new(1);
        let key = recipient.key;
        let thread = std::thread::spawn(move || serve(&listener, &recipient, manner));
        Self { address: Address::Unix(path.clone()), path, key, thread }
    }

    fn connect(&self) -> Client {
        let wallet = Wallet::from_bytes(&[0x46; 32]).unwrap();
        Client::connect(&self.address, &self.key, &wallet, &Terms::trading_until(9)).unwrap()
    }

    fn end(self) {
        self.thread.join().unwrap();
        std::fs::remove_file(self.path).unwrap();
    }
}

fn serve(listener: &UnixListener, recipient: &Recipient, manner: Manner) {
    let (mut stream, _) = listener.accept().unwrap();
    let opening = read(&mut stream).unwrap();
    let accepted =
        recipient.accept(&opening, &emit(&[SessionEvent::SessionOpened(opened())])).unwrap();
    write(&mut stream, &accepted.reply);
    let mut sent = 0;
    while let Some(body) = read(&mut stream) {
        if manner == Manner::HangsUp {
            return;
        }
        let results = answer(&accepted, &body);
        sent += 1;
        write(&mut stream, &reply_body(&accepted.sender, SESSION, sent, None, &results));
        if manner == Manner::AnswersTwiceUnderOneCounter {
            write(&mut stream, &reply_body(&accepted.sender, SESSION, sent, None, &results));
        }
    }
}

/// A result for every ping of the frame: the token comes back as its detail.
fn answer(accepted: &Accepted, body: &[u8]) -> Vec<u8> {
    let (_, counter, plaintext) = open_body(&accepted.receiver, body).unwrap();
    let results: Vec<_> = CommandFrame::new_checked(&plaintext)
        .unwrap()
        .iter()
        .map(|(index, _, command)| {
            let Command::Ping(Ping { token }) = command else { panic!("{command:?}") };
            SessionEvent::Result(ResultEvent {
                counter,
                index,
                code: 0,
                detail: token,
                order_id: 0,
                status: OrderStatus::None,
                filled_lots: 0,
                remaining_lots: 0,
                epoch: 1,
                sequence: counter,
                chain_hash: [0; 32],
                time_us: 0,
                level: Level::Written,
                result_digest: [0; 32],
                blind: [0; 16],
            })
        })
        .collect();
    emit(&results)
}

fn read(stream: &mut UnixStream) -> Option<Vec<u8>> {
    let mut prefix = [0; 4];
    stream.read_exact(&mut prefix).ok()?;
    let mut body = vec![0; u32::from_le_bytes(prefix) as usize];
    stream.read_exact(&mut body).ok()?;
    Some(body)
}

fn write(stream: &mut UnixStream, body: &[u8]) {
    let mut bytes = Vec::new();
    framing::frame(&mut bytes, |out| {
        out.extend_from_slice(body);
        Ok::<_, ()>(())
    })
    .unwrap();
    // A client that has seen enough may be gone already.
    let _ = stream.write_all(&bytes);
}

fn ping(token: u64) -> Command<'static> {
    Command::Ping(Ping { token })
}

fn details(events: Events<'_>) -> Vec<(u64, u8, u64)> {
    events
        .map(|event| match event.unwrap() {
            SessionEvent::Result(result) => (result.counter, result.index, result.detail),
            other => panic!("{other:?}"),
        })
        .collect()
}

#[test]
fn a_window_of_frames_brings_its_results_in_order() {
    let venue = ToyVenue::start("window", Manner::Answers);
    let mut client = venue.connect();
    assert_eq!(client.opened(), &opened());
    assert_eq!(client.send(&[ping(1)]).unwrap(), 1);
    assert_eq!(details(client.receive().unwrap()), [(1, 0, 1)]);
    for frame in 0..8 {
        assert_eq!(client.queue(&[ping(10 * frame), ping(10 * frame + 1)]).unwrap(), frame + 2);
    }
    client.flush().unwrap();
    for frame in 0..8 {
        let expected = [(frame + 2, 0, 10 * frame), (frame + 2, 1, 10 * frame + 1)];
        assert_eq!(details(client.receive().unwrap()), expected);
    }
    assert!(client.receive_ready().unwrap().is_none());
    drop(client);
    venue.end();
}

#[test]
fn sixty_four_commands_fit_a_frame_and_no_more() {
    let venue = ToyVenue::start("limits", Manner::Answers);
    let mut client = venue.connect();
    assert!(matches!(client.queue(&[]), Err(ClientError::Commands(0))));
    assert!(matches!(client.queue(&[ping(0); 65]), Err(ClientError::Commands(65))));
    // A refused frame takes no counter: the next is still the first.
    assert_eq!(client.send(&[ping(u64::MAX); 64]).unwrap(), 1);
    assert_eq!(client.receive().unwrap().count(), 64);
    drop(client);
    venue.end();
}

#[test]
fn a_replayed_reply_ends_the_session() {
    let venue = ToyVenue::start("replay", Manner::AnswersTwiceUnderOneCounter);
    let mut client = venue.connect();
    client.send(&[ping(1)]).unwrap();
    client.receive().unwrap();
    let replayed = client.receive().err().unwrap();
    assert!(matches!(replayed, ClientError::Counter { expected: 2, actual: 1 }), "{replayed}");
    drop(client);
    venue.end();
}

#[test]
fn a_venue_that_hangs_up_is_an_error_with_a_code() {
    let venue = ToyVenue::start("hang-up", Manner::HangsUp);
    let mut client = venue.connect();
    client.send(&[ping(1)]).unwrap();
    let error = client.receive().err().unwrap();
    assert_eq!(error.code(), "E_SOCKET");
    venue.end();
}
