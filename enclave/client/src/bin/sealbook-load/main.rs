//! Load for echo servers and venues, measured from the client's side of the socket.
//!
//! - `echo`: the floor. A raw echo server and its client in one process ([`echo`]).
//! - `ping`: the same client against another echo server, such as raw Node `net` ([`ping`]).
//! - `venue`: the same loop through a sealed session with real orders ([`venue`]).
//! - `disk`: what one durable record costs on the journal's disk ([`disk`]).
//!
//! The first three share one [`exchange`], so that their figures differ by the server and not by the ruler. Exit codes: 0 yes, 1 the
//! venue refused commands, 2 usage, 3 a dependency (socket, file) failed.

#![forbid(unsafe_code)]

mod arguments;
mod disk;
mod echo;
mod evidence;
mod exchange;
mod failure;
mod orders;
mod ping;
mod report;
mod samples;
mod venue;

use std::process::ExitCode;

use arguments::Arguments;
use failure::Failure;

const USAGE: &str = "\
sealbook-load echo  [--transport tcp|unix] [--bytes N] [loop options]
sealbook-load ping  ADDRESS [--bytes N] [loop options]
sealbook-load venue ADDRESS --evidence FILE (--wallet-key-env NAME | --wallet-key-file FILE)
                    [--subaccount N] [--delegation-nonce N] [--level executed|written|synced] [--orders place-cancel|ping]
                    [--per-frame K] [--instrument N] [--price TICKS] [--spread TICKS] [--depth N] [loop options]
sealbook-load disk  FOLDER [--bytes N] [--count N] [--json]

ADDRESS is host:port or unix:/path. The evidence file holds the JSON of GET /v1/evidence, verified by you before.
Loop options: --count FRAMES (20000)  --warmup FRAMES (a tenth)  --window FRAMES (1)  --wait block|spin (block)
              --rate FRAMES/S (open loop: latency counts from when a frame was due)  --json";

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("sealbook-load: {failure}");
            if let Failure::Usage(_) = failure {
                eprintln!("{USAGE}");
            }
            failure.exit_code()
        }
    }
}

fn run() -> Result<ExitCode, Failure> {
    let mut words = std::env::args().skip(1);
    let verb = words.next().unwrap_or_default();
    if matches!(verb.as_str(), "help" | "--help" | "-h") {
        println!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    }
    let mut arguments = Arguments::parse(words)?;
    match verb.as_str() {
        "echo" => echo::run(&mut arguments),
        "ping" => ping::run(&mut arguments),
        "venue" => venue::run(&mut arguments),
        "disk" => disk::run(&mut arguments),
        "" => Err(Failure::Usage("name a verb: echo, ping, venue or disk".into())),
        other => Err(Failure::Usage(format!("{other:?} is no verb"))),
    }
}
