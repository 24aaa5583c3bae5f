//! The engine's bench: whole commands, margin and events on, beside two floors of the same run, in one process.
//!
//! | | |
//! |---|---|
//! | [`script`] | a workload as the commands a venue would get, with the order ids the venue gives |
//! | [`driver`] | the engine, stepped through them |
//! | [`priced`] | the floor with what no venue can leave out: an event each, a margin check, positions |
//! | [`latency`] | single commands timed by kind |
//! | [`report`] | what a run prints |
//! | [`shapes`] | how much an awkward market costs beside W1 |
//! | [`memory`] | what a million orders and a million accounts take |
//! | [`risk`] | what an oracle round costs |

pub mod driver;
pub mod latency;
pub mod memory;
pub mod portfolio;
pub mod priced;
pub mod report;
pub mod risk;
pub mod script;
pub mod shapes;

use std::hint::black_box;
use std::time::Instant;

use crate::floor::FloorBook;
use crate::heap_count::allocations;
use crate::workload::{Script, Tape};
use driver::Driver;
use latency::{Latencies, measure};
use priced::PricedBook;
use report::Report;
use script::{Kind, Prepared, Step, prepare};

/// Commands a round times at least.
const LENGTH_MIN: usize = 1_000_000;

/// Runs a script: in each round both floors and the engine, then each of them once with every command timed.
pub fn run(script: &Script, rounds: usize) -> Report {
    let prepared = prepare(script);
    let mut report = Report::new(script, &prepared, rounds);
    // A short script, as of real flow, is gone through several times a round: a millisecond is no measurement.
    let passes = (LENGTH_MIN / report.commands.max(1)).max(1);
    for round in 0..rounds * passes {
        // Each round starts one case further along, so that none always follows the same other.
        for case in 0..3 {
            match (round + case) % 3 {
                0 => report.floor_ps.push(time_floor(&prepared, script.tape, &mut report.is_right)),
                1 => {
                    report.priced_ps.push(time_priced(&prepared, script.tape, &mut report.is_right))
                }
                _ => {
                    let timed = time_engine(&prepared, script.tape);
                    report.engine_ps.push(timed.pace.median_ps);
                    report.engine_mean_ps.push(timed.pace.mean_ps);
                    report.allocations += timed.allocations;
                    report.is_right &= timed.is_right;
                }
            }
        }
    }
    let mut driver = Driver::new();
    report.latency = latencies(&prepared, |step| _ = driver.step(step));
    report.is_right &= driver.is_right(script.tape);
    let (mut book, mut tape) = (FloorBook::new(prepared.orders), Tape::default());
    report.floor_latency = latencies(&prepared, |step| floor_step(&mut book, &mut tape, step));
    let (mut book, mut tape) = (PricedBook::new(prepared.orders), Tape::default());
    report.priced_latency = latencies(&prepared, |step| book.step(&mut tape, step));
    report
}

/// Steps through the untimed part, then times the rest one by one.
fn latencies(prepared: &Prepared, mut step: impl FnMut(&Step)) -> Latencies {
    let (prefill, timed) = prepared.parts();
    prefill.iter().for_each(&mut step);
    measure(timed, step)
}

/// Pieces a timed run is cut into.
const PIECES: usize = 64;

/// Picoseconds a command: of the median piece, and of the whole.
///
/// A scheduler that takes the processor away for a few milliseconds falls into one piece of 64, and the median does not see it. The
/// workloads are the same all along, so every piece asks the same; the whole is reported beside it for who wants to be sure.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Median of the pieces.
    pub median_ps: u64,
    /// The whole.
    pub mean_ps: u64,
}

/// Times the steps, piece by piece.
fn time(timed: &[Step], mut step: impl FnMut(&Step)) -> Pace {
    let mut pieces = [0; PIECES];
    let mut used = 0;
    let start = Instant::now();
    for piece in timed.chunks(timed.len().div_ceil(PIECES).max(1)) {
        let start = Instant::now();
        piece.iter().for_each(&mut step);
        pieces[used] = (start.elapsed().as_nanos() * 1_000 / piece.len() as u128) as u64;
        used += 1;
    }
    let whole_ps = start.elapsed().as_nanos() * 1_000;
    // In place: whoever counts allocations around this counts the steps alone.
    pieces[..used].sort_unstable();
    Pace { median_ps: pieces[used / 2], mean_ps: (whole_ps / timed.len().max(1) as u128) as u64 }
}

/// What timing the engine as a whole found.
pub struct EngineTime {
    /// How fast.
    pub pace: Pace,
    /// Heap allocations of the timed part, if the program counts them.
    pub allocations: u64,
    /// Whether all commands were taken and made the expected trades.
    pub is_right: bool,
}

/// Times the engine on a script whose trades are known.
pub fn time_engine(prepared: &Prepared, expected: Tape) -> EngineTime {
    let mut driver = Driver::new();
    let (prefill, timed) = prepared.parts();
    prefill.iter().for_each(|step| _ = driver.step(step));
    let before = allocations();
    let pace = time(timed, |step| _ = driver.step(step));
    let allocations = allocations() - before;
    EngineTime { pace, allocations, is_right: driver.is_right(expected) }
}

fn time_floor(prepared: &Prepared, expected: Tape, is_right: &mut bool) -> u64 {
    let (mut book, mut tape) = (FloorBook::new(prepared.orders), Tape::default());
    let (prefill, timed) = prepared.parts();
    prefill.iter().for_each(|step| floor_step(&mut book, &mut tape, step));
    let pace = time(timed, |step| floor_step(&mut book, &mut tape, step));
    *is_right &= black_box(tape) == expected;
    pace.median_ps
}

fn time_priced(prepared: &Prepared, expected: Tape, is_right: &mut bool) -> u64 {
    let (mut book, mut tape) = (PricedBook::new(prepared.orders), Tape::default());
    let (prefill, timed) = prepared.parts();
    prefill.iter().for_each(|step| book.step(&mut tape, step));
    let pace = time(timed, |step| book.step(&mut tape, step));
    *is_right &= black_box(tape) == expected && book.refused == 0;
    pace.median_ps
}

#[inline]
fn floor_step(book: &mut FloorBook, tape: &mut Tape, step: &Step) {
    let Step { script, price, lots, is_sell, kind, .. } = *step;
    if kind == Kind::Cancel {
        book.cancel(script);
        return;
    }
    book.submit(script, is_sell, price, lots, kind == Kind::Ioc, |maker, at, fill, _| {
        tape.record(maker, script, at, fill);
    });
}

/// The middle one; of two middle ones the upper.
pub(crate) fn median(values: &[u64]) -> u64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied().unwrap_or(0)
}
