//! The engine's bench: whole commands, margin and events on, beside the feature-free floor, in one process.

use std::hint::black_box;
use std::time::Instant;

use sealbook_engine::{Engine, Event, Limits, book::LadderBook};
use sealbook_wire::{Cancel, Command, InboxKind, OrderKind, OrderRef, Place, Side, TimeInForce};

use crate::floor::FloorBook;
use crate::market::{Venue, instrument};
use crate::workload::{OPERATIONS, Operation, PREFILL, Script, Tape, Workload, generate};

/// Accounts that add; those that cross follow, buyers apart from sellers so that no order meets its owner's.
const MAKERS: u32 = 128;
const TAKERS: u32 = 32;

/// Result of a bench run.
#[derive(Clone, Debug)]
pub struct Report {
    /// Workload.
    pub workload: &'static str,
    /// Seed.
    pub seed: u64,
    /// Timed commands of each round.
    pub commands: usize,
    /// Rounds; times are medians over them.
    pub rounds: usize,
    /// Picoseconds a command.
    pub engine_ps: u64,
    /// Picoseconds an operation of the floor.
    pub floor_ps: u64,
    /// Latency of single commands, timer subtracted, in ns: p50, p99, p99.9, p99.99.
    pub latency_ns: [u64; 4],
    /// Cost of the timer itself, ns.
    pub timer_ns: u64,
    /// The engine's trades.
    pub tape: Tape,
    /// Whether engine, floor and generator agree.
    pub is_right: bool,
}

/// A venue ready for a script, and what ties its order ids to the script's.
pub struct Driver {
    /// The venue.
    pub venue: Venue<LadderBook>,
    ids: Vec<u64>,
    owners: Vec<u8>,
    scripts: Vec<u32>,
    next_id: u32,
    /// Trades so far.
    pub tape: Tape,
    /// Commands the engine refused.
    pub rejects: u64,
}

impl Driver {
    /// A venue with one instrument and funded accounts, for a script of this length.
    pub fn new(operations: usize) -> Driver {
        let limits = Limits { orders_max: 32_768, instruments_max: 1, ..Limits::default() };
        let mut venue = Venue::new(Engine::new(&limits));
        venue.list(&instrument(1));
        for n in 1..=MAKERS + 2 * TAKERS {
            venue.inbox(InboxKind::Deposit, n, 100_000_000_000_000, [0; 32]);
        }
        Driver {
            venue,
            ids: vec![0; operations + 1],
            owners: vec![0; operations + 1],
            scripts: vec![0; 32_769],
            next_id: 1,
            tape: Tape::default(),
            rejects: 0,
        }
    }

    /// One operation.
    #[inline]
    pub fn step(&mut self, operation: &Operation) {
        match *operation {
            Operation::Add { is_sell, price, lots } => {
                let account = 1 + self.next_id % MAKERS;
                self.place(account, is_sell, price, lots, TimeInForce::GoodTillCancel);
            }
            Operation::Cross { is_sell, price, lots, is_ioc } => {
                let group = MAKERS + if is_sell { TAKERS } else { 0 };
                let account = 1 + group + self.next_id % TAKERS;
                let time_in_force = if is_ioc {
                    TimeInForce::ImmediateOrCancel
                } else {
                    TimeInForce::GoodTillCancel
                };
                self.place(account, is_sell, price, lots, time_in_force);
            }
            Operation::Cancel { id } => {
                let order = OrderRef::Id(self.ids[id as usize]);
                let account = u32::from(self.owners[id as usize]);
                let outcome = self.venue.session(account, Command::Cancel(Cancel { order }));
                self.rejects += u64::from(outcome.is_reject());
            }
        }
    }

    #[inline]
    fn place(
        &mut self,
        account: u32,
        is_sell: bool,
        price: u32,
        lots: u32,
        time_in_force: TimeInForce,
    ) {
        let id = self.next_id;
        self.next_id += 1;
        let place = Place {
            client_id: None,
            instrument: 1,
            side: if is_sell { Side::Sell } else { Side::Buy },
            kind: OrderKind::Limit,
            time_in_force,
            price_ticks: price,
            lots,
            post_only: false,
            reduce_only: false,
        };
        let outcome = self.venue.session(account, Command::Place(place));
        self.rejects += u64::from(outcome.is_reject());
        for event in self.venue.events.iter() {
            if let Event::Traded { maker, price_ticks, lots, .. } = event {
                let maker = self.scripts[(maker.order_id & 0xff_ffff) as usize];
                self.tape.record(maker, id, *price_ticks, *lots);
            }
        }
        self.scripts[(outcome.order_id & 0xff_ffff) as usize] = id;
        self.ids[id as usize] = outcome.order_id;
        self.owners[id as usize] = account as u8;
    }
}

const _: () = assert!(MAKERS + 2 * TAKERS < 256);

/// Runs a workload: `rounds` times floor and engine alternately, then once with every command timed.
pub fn run(workload: &Workload, seed: u64, rounds: usize) -> Report {
    let script = generate(workload, seed, OPERATIONS);
    let (mut engine, mut floor) = (Vec::new(), Vec::new());
    let mut is_right = true;
    let mut tape = Tape::default();
    for _ in 0..rounds {
        let (ps, floor_tape) = time_floor(&script);
        floor.push(ps);
        let (ps, driver) = time_engine(&script);
        engine.push(ps);
        tape = driver.tape;
        is_right &= tape == script.tape && floor_tape == script.tape && driver.rejects == 0;
    }
    let (latency_ns, timer_ns) = time_each(&script);
    Report {
        workload: workload.name,
        seed,
        commands: OPERATIONS,
        rounds,
        engine_ps: median(&mut engine),
        floor_ps: median(&mut floor),
        latency_ns,
        timer_ns,
        tape,
        is_right,
    }
}

fn median(values: &mut [u64]) -> u64 {
    values.sort_unstable();
    values.get(values.len() / 2).copied().unwrap_or(0)
}

fn per_operation_ps(start: Instant, count: usize) -> u64 {
    (start.elapsed().as_nanos() * 1_000 / count as u128) as u64
}

fn time_engine(script: &Script) -> (u64, Driver) {
    let mut driver = Driver::new(script.operations.len());
    let (prefill, timed) = script.operations.split_at(PREFILL);
    prefill.iter().for_each(|operation| driver.step(operation));
    let start = Instant::now();
    timed.iter().for_each(|operation| driver.step(operation));
    (per_operation_ps(start, timed.len()), driver)
}

fn time_floor(script: &Script) -> (u64, Tape) {
    let mut book = FloorBook::new(script.operations.len());
    let (mut tape, mut next_id) = (Tape::default(), 1);
    let (prefill, timed) = script.operations.split_at(PREFILL);
    let mut step = |operation: &Operation| match *operation {
        Operation::Add { is_sell, price, lots } => {
            book.submit(next_id, is_sell, price, lots, false, |_, _, _, _| ());
            next_id += 1;
        }
        Operation::Cross { is_sell, price, lots, is_ioc } => {
            let id = next_id;
            book.submit(id, is_sell, price, lots, is_ioc, |maker, at, fill, _| {
                tape.record(maker, id, at, fill);
            });
            next_id += 1;
        }
        Operation::Cancel { id } => book.cancel(id),
    };
    prefill.iter().for_each(&mut step);
    let start = Instant::now();
    timed.iter().for_each(&mut step);
    (per_operation_ps(start, timed.len()), black_box(tape))
}

/// Each command timed by itself: percentiles with the timer's own median subtracted.
fn time_each(script: &Script) -> ([u64; 4], u64) {
    let mut timer: Vec<u64> =
        (0..10_001).map(|_| Instant::now().elapsed().as_nanos() as u64).collect();
    let timer_ns = median(&mut timer);
    let mut driver = Driver::new(script.operations.len());
    let (prefill, timed) = script.operations.split_at(PREFILL);
    prefill.iter().for_each(|operation| driver.step(operation));
    let mut samples = vec![0_u32; timed.len()];
    for (operation, sample) in timed.iter().zip(&mut samples) {
        let start = Instant::now();
        driver.step(operation);
        *sample = start.elapsed().as_nanos().min(u128::from(u32::MAX)) as u32;
    }
    samples.sort_unstable();
    let at = |per_10_000: usize| {
        let sample = samples[(samples.len() - 1) * per_10_000 / 10_000];
        u64::from(sample).saturating_sub(timer_ns)
    };
    ([at(5_000), at(9_900), at(9_990), at(9_999)], timer_ns)
}

/// Picoseconds as nanoseconds with two decimals.
fn ns(ps: u64) -> String {
    format!("{}.{:02}", ps / 1_000, ps % 1_000 / 10)
}

impl Report {
    /// One JSON object.
    pub fn json(&self) -> String {
        let [p50, p99, p999, p9999] = self.latency_ns;
        format!(
            concat!(
                "{{\"workload\":\"{}\",\"seed\":{},\"commands\":{},\"rounds\":{},\"ns_per_command\":{},",
                "\"floor_ns_per_operation\":{},\"ratio_to_floor\":{},\"latency_ns_p50\":{},\"latency_ns_p99\":{},",
                "\"latency_ns_p999\":{},\"latency_ns_p9999\":{},\"timer_ns\":{},\"trades\":{},\"volume\":{},",
                "\"digest\":\"{:016x}\",\"is_right\":{}}}"
            ),
            self.workload,
            self.seed,
            self.commands,
            self.rounds,
            ns(self.engine_ps),
            ns(self.floor_ps),
            ns(self.engine_ps * 1_000 / self.floor_ps.max(1)),
            p50,
            p99,
            p999,
            p9999,
            self.timer_ns,
            self.tape.trades,
            self.tape.volume,
            self.tape.digest,
            self.is_right,
        )
    }

    /// For people.
    pub fn text(&self) -> String {
        let [p50, p99, p999, p9999] = self.latency_ns;
        format!(
            "{} seed {}: engine {} ns a command, floor {} ns, ratio {}; latency p50 {p50} p99 {p99} p99.9 {p999} \
             p99.99 {p9999} ns; {} trades, volume {}, digest {:016x} ({})",
            self.workload,
            self.seed,
            ns(self.engine_ps),
            ns(self.floor_ps),
            ns(self.engine_ps * 1_000 / self.floor_ps.max(1)),
            self.tape.trades,
            self.tape.volume,
            self.tape.digest,
            if self.is_right { "right" } else { "WRONG" },
        )
    }
}
