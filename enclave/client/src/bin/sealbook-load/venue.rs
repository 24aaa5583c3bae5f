//! `venue`: the loop through a sealed session, with real orders.

use std::collections::{BTreeMap, VecDeque};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use sealbook_client::connection::Traffic;
use sealbook_client::{
    Address, Client, ClientError, Events, SCOPE_CANCEL, SCOPE_TRADE, Terms, Wallet,
};
use sealbook_wire::frame::COMMANDS_MAX;
use sealbook_wire::{CancelAll, Command, Level, OrderStatus, Reject, ResultEvent, SessionEvent};
use serde_json::json;

use crate::arguments::Arguments;
use crate::evidence;
use crate::exchange::{self, Peer, Plan};
use crate::failure::Failure;
use crate::orders::{Book, Commands, Flow};
use crate::report;

/// A session under load.
struct Trader {
    client: Client,
    commands: Commands,
    per_frame: u32,
    frame: Vec<Command<'static>>,
    audit: Audit,
}

/// Which results are owed, and what came in their place.
#[derive(Default)]
struct Audit {
    /// Counter of each frame in flight, the expected status of its commands, and how many results it had.
    owed: VecDeque<(u64, Vec<OrderStatus>, u32)>,
    /// Spent vectors of `owed`, so that the loop does not allocate.
    spare: Vec<Vec<OrderStatus>>,
    rejects: BTreeMap<u16, u64>,
    /// Accepted, but the order is not in the state it should be.
    surprises: u64,
}

impl Audit {
    /// Frames that these events complete.
    fn take(&mut self, events: Events<'_>) -> Result<u32, ClientError> {
        let mut frames = 0;
        for event in events {
            frames += match event? {
                SessionEvent::Result(result) => self.result(&result)?,
                SessionEvent::Error(error) => {
                    // The whole frame was refused: nothing of it ran and no results will come.
                    *self.rejects.entry(error.code).or_default() += 1;
                    let (_, statuses, _) =
                        self.owed.pop_front().ok_or(ClientError::Frame("an error for nothing"))?;
                    self.spare.push(statuses);
                    1
                }
                _ => 0,
            };
        }
        Ok(frames)
    }

    fn result(&mut self, result: &ResultEvent) -> Result<u32, ClientError> {
        let (counter, statuses, seen) =
            self.owed.front_mut().ok_or(ClientError::Frame("a result for nothing"))?;
        if (result.counter, u32::from(result.index)) != (*counter, *seen) {
            return Err(ClientError::Frame("results out of order"));
        }
        if result.code != 0 {
            *self.rejects.entry(result.code).or_default() += 1;
        } else if statuses.get(*seen as usize) != Some(&result.status) {
            self.surprises += 1;
        }
        *seen += 1;
        if (*seen as usize) < statuses.len() {
            return Ok(0);
        }
        let spent = self.owed.pop_front().map(|(_, statuses, _)| statuses);
        self.spare.extend(spent);
        Ok(1)
    }

    fn owe(&mut self, counter: u64, expected: impl Iterator<Item = OrderStatus>) {
        let mut statuses = self.spare.pop().unwrap_or_default();
        statuses.clear();
        statuses.extend(expected);
        self.owed.push_back((counter, statuses, 0));
    }
}

impl Peer for Trader {
    fn queue(&mut self) -> Result<(), ClientError> {
        self.frame.clear();
        let mut expected = [OrderStatus::None; COMMANDS_MAX as usize];
        for status in expected.iter_mut().take(self.per_frame as usize) {
            let (command, becomes) = self.commands.next();
            self.frame.push(command);
            *status = becomes;
        }
        let counter = self.client.queue(&self.frame)?;
        self.audit.owe(counter, expected.into_iter().take(self.per_frame as usize));
        Ok(())
    }

    fn flush(&mut self) -> Result<(), ClientError> {
        self.client.flush()
    }

    fn receive(&mut self) -> Result<u32, ClientError> {
        self.audit.take(self.client.receive()?)
    }

    fn receive_ready(&mut self) -> Result<Option<u32>, ClientError> {
        match self.client.receive_ready()? {
            Some(events) => self.audit.take(events).map(Some),
            None => Ok(None),
        }
    }

    fn set_spinning(&mut self, is_spinning: bool) -> Result<(), ClientError> {
        self.client.set_spinning(is_spinning)
    }

    fn traffic(&self) -> Traffic {
        self.client.traffic()
    }
}

/// `sealbook-load venue`.
pub fn run(arguments: &mut Arguments) -> Result<ExitCode, Failure> {
    let address = Address::parse(&arguments.place()?)?;
    let enclave = evidence::read(&arguments.required("evidence")?)?;
    let wallet = wallet(arguments)?;
    let terms = terms(arguments)?;
    let flow = flow(arguments)?;
    let per_frame = arguments.number("per-frame", 1, COMMANDS_MAX)?.unwrap_or(1);
    let plan = Plan::take(arguments)?;
    let is_json = arguments.flag("json");
    arguments.end()?;

    let client = Client::connect(&address, &enclave, &wallet, &terms)?;
    let opened = *client.opened();
    let run = (opened.time_us / 1000) as u32 ^ std::process::id().rotate_left(16);
    let mut trader = Trader {
        client,
        commands: Commands::new(flow, run),
        per_frame,
        frame: Vec::with_capacity(per_frame as usize),
        audit: Audit::default(),
    };
    let outcome = exchange::run(&mut trader, &plan)?;
    if let Flow::PlaceCancel(book) = flow {
        leave(&mut trader, &book)?;
    }

    let audit = trader.audit;
    let rejects = audit.rejects.iter().map(|(code, count)| {
        let name = Reject::from_code(*code).map_or_else(|| code.to_string(), |r| r.wire().into());
        (name, json!(count))
    });
    let mut json = report::loop_json("venue", &address, &plan, per_frame.into(), &outcome);
    json["orders"] = json!(if matches!(flow, Flow::Ping) { "ping" } else { "place-cancel" });
    json["level"] = json!(opened.level.name());
    json["rejects"] = rejects.collect::<serde_json::Map<_, _>>().into();
    json["surprises"] = json!(audit.surprises);
    report::print(&json, is_json);
    let is_clean = audit.rejects.is_empty() && audit.surprises == 0;
    Ok(if is_clean { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// Takes the resting orders out of the book again.
fn leave(trader: &mut Trader, book: &Book) -> Result<(), ClientError> {
    let cancel = Command::CancelAll(CancelAll { instrument: Some(book.instrument) });
    trader.set_spinning(false)?;
    let counter = trader.client.send(&[cancel])?;
    trader.audit.owe(counter, [OrderStatus::None].into_iter());
    while trader.receive()? == 0 {}
    Ok(())
}

/// The key comes from the environment or a file: a command line is in every process list.
fn wallet(arguments: &mut Arguments) -> Result<Wallet, Failure> {
    let (name, file) = (arguments.text("wallet-key-env"), arguments.text("wallet-key-file"));
    let key = match (name, file) {
        (Some(name), None) => std::env::var(&name)
            .map_err(|_| Failure::Input(format!("the environment has no {name}")))?,
        (None, Some(file)) => std::fs::read_to_string(&file)
            .map_err(|error| Failure::Input(format!("cannot read {file}: {error}")))?,
        _ => {
            let how = "give the wallet's key by --wallet-key-env NAME or --wallet-key-file FILE";
            return Err(Failure::Usage(how.into()));
        }
    };
    Wallet::from_hex(&key).map_err(|error| Failure::Input(error.to_string()))
}

fn terms(arguments: &mut Arguments) -> Result<Terms, Failure> {
    let levels =
        [("written", Level::Written), ("executed", Level::Executed), ("synced", Level::Synced)];
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    Ok(Terms {
        subaccount: arguments.number("subaccount", 0, u8::MAX)?.unwrap_or(0),
        scopes: SCOPE_TRADE | SCOPE_CANCEL,
        expiry: now + 3600,
        nonce: arguments.number("delegation-nonce", 0, u64::MAX)?.unwrap_or(0),
        level: arguments.choice("level", &levels)?,
        head: None,
    })
}

fn flow(arguments: &mut Arguments) -> Result<Flow, Failure> {
    let is_ping = arguments.choice("orders", &[("place-cancel", false), ("ping", true)])?;
    let instrument = arguments.number("instrument", 1, u16::MAX)?.unwrap_or(1);
    let price = arguments.number("price", 1, u32::MAX)?;
    let spread = arguments.number("spread", 1, u32::MAX)?;
    let depth = arguments.number("depth", 1, 255)?.unwrap_or(32);
    if is_ping {
        return Ok(Flow::Ping);
    }
    let price_ticks =
        price.ok_or_else(|| Failure::Usage("--price is missing: the market's, in ticks".into()))?;
    let spread_ticks = spread.unwrap_or(price_ticks / 4);
    Ok(Flow::PlaceCancel(Book { instrument, price_ticks, spread_ticks, depth }))
}

#[cfg(test)]
#[path = "venue_test.rs"]
mod tests;
