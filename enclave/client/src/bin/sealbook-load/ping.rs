//! `ping`: raw frames against any server that sends back what it gets.

use std::process::ExitCode;

use sealbook_client::connection::Traffic;
use sealbook_client::framing::BODY_LENGTH_MAX;
use sealbook_client::{Address, ClientError, Connection};

use crate::arguments::Arguments;
use crate::exchange::{self, Peer, Plan};
use crate::failure::Failure;
use crate::report;

/// An echo server on the other side; every reply is checked to be what was sent.
pub struct Echoed {
    connection: Connection,
    body: Vec<u8>,
    queued: u64,
    answered: u64,
}

impl Echoed {
    /// Connects; frames have `bytes` bytes of body.
    pub fn open(address: &Address, bytes: usize) -> Result<Self, ClientError> {
        let connection = Connection::open(address)?;
        let body = (0..bytes).map(|i| i as u8).collect();
        Ok(Self { connection, body, queued: 0, answered: 0 })
    }
}

/// The body of the n-th frame: the pattern, begun with n as far as there is room.
fn stamp(body: &mut [u8], frame: u64) {
    body.iter_mut().zip(frame.to_le_bytes()).for_each(|(byte, digit)| *byte = digit);
}

impl Peer for Echoed {
    fn queue(&mut self) -> Result<(), ClientError> {
        stamp(&mut self.body, self.queued);
        self.queued += 1;
        self.connection.queue_body(&self.body)
    }

    fn flush(&mut self) -> Result<(), ClientError> {
        self.connection.flush()
    }

    fn receive(&mut self) -> Result<u32, ClientError> {
        stamp(&mut self.body, self.answered);
        self.answered += 1;
        match self.connection.receive()? == self.body {
            true => Ok(1),
            false => Err(ClientError::Frame("not an echo of what was sent")),
        }
    }

    fn receive_ready(&mut self) -> Result<Option<u32>, ClientError> {
        stamp(&mut self.body, self.answered);
        match self.connection.receive_ready()? {
            Some(body) if *body == *self.body => {
                self.answered += 1;
                Ok(Some(1))
            }
            Some(_) => Err(ClientError::Frame("not an echo of what was sent")),
            None => Ok(None),
        }
    }

    fn set_spinning(&mut self, is_spinning: bool) -> Result<(), ClientError> {
        self.connection.set_spinning(is_spinning)
    }

    fn traffic(&self) -> Traffic {
        self.connection.traffic()
    }
}

/// `sealbook-load ping`.
pub fn run(arguments: &mut Arguments) -> Result<ExitCode, Failure> {
    let address = Address::parse(&arguments.place()?)?;
    let (bytes, plan, is_json) = take(arguments)?;
    arguments.end()?;
    measure("ping", &address, bytes, &plan, is_json)
}

/// The options `echo` and `ping` share: body bytes, loop, output.
pub fn take(arguments: &mut Arguments) -> Result<(usize, Plan, bool), Failure> {
    let bytes = arguments.number("bytes", 1, BODY_LENGTH_MAX)?.unwrap_or(100);
    Ok((bytes, Plan::take(arguments)?, arguments.flag("json")))
}

/// Runs the loop against the echo at `address` and prints what it showed.
pub fn measure(
    kind: &str,
    address: &Address,
    bytes: usize,
    plan: &Plan,
    is_json: bool,
) -> Result<ExitCode, Failure> {
    let outcome = exchange::run(&mut Echoed::open(address, bytes)?, plan)?;
    report::print(&report::loop_json(kind, address, plan, 1, &outcome), is_json);
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::os::unix::net::UnixStream;

    fn against(answer: fn(&mut [u8])) -> Result<u64, ClientError> {
        let path = std::env::temp_dir().join(format!("sealbook-ping-{}.sock", std::process::id()));
        let _ = std::fs::remove_file(&path);
        let listener = std::os::unix::net::UnixListener::bind(&path).unwrap();
        let server = std::thread::spawn(move || {
            let (mut stream, _): (UnixStream, _) = listener.accept().unwrap();
            let mut bytes = [0; 14];
            while stream.read_exact(&mut bytes).is_ok() {
                answer(&mut bytes);
                if stream.write_all(&bytes).is_err() {
                    return;
                }
            }
        });
        let plan = Plan { count: 50, warmup: 5, window: 4, rate: None, is_spinning: false };
        let mut echoed = Echoed::open(&Address::Unix(path.clone()), 10).unwrap();
        let outcome = exchange::run(&mut echoed, &plan);
        drop(echoed);
        server.join().unwrap();
        std::fs::remove_file(&path).unwrap();
        outcome.map(|outcome| outcome.traffic.bytes_received)
    }

    #[test]
    fn an_echo_is_measured_and_anything_else_refused() {
        assert_eq!(against(|_| {}).unwrap(), 50 * 14);
        let altered = against(|bytes| bytes[13] ^= 1).unwrap_err();
        assert!(matches!(altered, ClientError::Frame(_)), "{altered}");
    }
}
