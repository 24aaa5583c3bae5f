//! Awkward markets: each must cost at most three times W1 a command, in the same run.
//!
//! - *walk*: the W1 mix while the middle goes 40 % of the book's window up and back, and takers eat every level it passes;
//! - *crash*: sweeps empty the bids, the market goes on 20,000 ticks below, beyond the window, and comes back the same way;
//! - *levels*: a thousand price levels are filled, emptied by sweeps, filled again and emptied by cancels, best first.

use std::fmt::Write;

use super::report::{ratio, separator, thousandths};
use super::script::prepare;
use super::{median, time_engine};
use crate::workload::{Generator, OPERATIONS, Script, WORKLOADS, generate};

/// Levels of the engine's window (`engine/src/book/ladder.rs`).
const WINDOW: u32 = 16_384;
const WALK: u32 = WINDOW * 2 / 5;
/// Commands while the middle stays.
const WALK_PACE: u32 = 100;
const CRASH: u32 = 20_000;
const CRASH_CYCLES: u32 = 10;
const CRASH_PACE: u32 = 40_000;
const LEVELS: u32 = 1_000;
const LEVEL_CYCLES: u32 = 250;

/// What a run of the shapes found.
#[derive(Debug)]
pub struct Report {
    /// Seed.
    pub seed: u64,
    /// Rounds.
    pub rounds: usize,
    shapes: Vec<Shape>,
}

#[derive(Debug)]
struct Shape {
    name: String,
    commands: usize,
    trades: u64,
    /// By round.
    ps: Vec<u64>,
    is_right: bool,
}

/// Measures W1 and every shape, in turn, in each round.
pub fn run(seed: u64, rounds: usize) -> Report {
    let scripts =
        [generate(&WORKLOADS[0], seed, OPERATIONS), walk(seed), crash(seed), levels(seed)];
    let prepared = scripts.each_ref().map(prepare);
    let mut shapes: Vec<Shape> = scripts
        .iter()
        .zip(&prepared)
        .map(|(script, prepared)| Shape {
            name: script.name.clone(),
            commands: prepared.parts().1.len(),
            trades: script.tape.trades,
            ps: Vec::new(),
            is_right: true,
        })
        .collect();
    for _ in 0..rounds {
        for (at, shape) in shapes.iter_mut().enumerate() {
            let timed = time_engine(&prepared[at], scripts[at].tape);
            // The whole: these are not the same all along.
            shape.ps.push(timed.pace.mean_ps);
            shape.is_right &= timed.is_right;
        }
    }
    Report { seed, rounds, shapes }
}

fn walk(seed: u64) -> Script {
    let mut at = Generator::new("walk", seed, 30_000);
    at.prefill();
    for is_up in [true, false] {
        for _ in 0..WALK {
            at.move_middle(if is_up { 1 } else { -1 });
            // A taker takes what the middle now passes through.
            let limit = at.middle();
            at.sweep(!is_up, limit, 10_000);
            (1..WALK_PACE).for_each(|_| at.mixed(&WORKLOADS[0]));
        }
    }
    at.finish()
}

fn crash(seed: u64) -> Script {
    let mut at = Generator::new("crash", seed, 45_000);
    at.prefill();
    for cycle in 0..2 * CRASH_CYCLES {
        let is_down = cycle % 2 == 0;
        let limit = if is_down { 1 } else { 65_000 };
        while at.has(!is_down) {
            at.sweep(is_down, limit, 10_000);
        }
        at.move_middle(if is_down { -(CRASH as i32) } else { CRASH as i32 });
        (0..CRASH_PACE).for_each(|_| at.mixed(&WORKLOADS[0]));
    }
    at.finish()
}

fn levels(seed: u64) -> Script {
    let mut at = Generator::new("levels", seed, 30_000);
    at.prefill();
    // Nothing but the thousand levels: those of the prefill would stand in front.
    while let Some(id) = at.oldest() {
        at.cancel_order(id);
    }
    for cycle in 0..LEVEL_CYCLES {
        let is_sell = cycle % 4 < 2;
        let price = |level: u32| if is_sell { 30_001 + level } else { 29_999 - level };
        for level in 0..LEVELS {
            at.rest(is_sell, price(level), 1 + level % 100);
        }
        if cycle % 2 == 0 {
            while at.has(is_sell) {
                at.sweep(!is_sell, price(LEVELS), 10_000);
            }
        } else {
            while let Some(id) = at.oldest() {
                at.cancel_order(id);
            }
        }
    }
    at.finish()
}

impl Report {
    /// Whether every trade was the one the script's own book made.
    pub fn is_right(&self) -> bool {
        self.shapes.iter().all(|shape| shape.is_right)
    }

    /// One JSON object.
    pub fn json(&self) -> String {
        let mut list = String::new();
        for shape in &self.shapes {
            let _ = write!(
                list,
                "{}{{\"shape\":\"{}\",\"commands\":{},\"trades\":{},\"ns_per_command\":{},\"ratio_to_w1\":{},\"is_right\":{}}}",
                separator(&list),
                shape.name,
                shape.commands,
                shape.trades,
                thousandths(median(&shape.ps)),
                thousandths(ratio(&shape.ps, &self.shapes[0].ps)),
                shape.is_right,
            );
        }
        format!("{{\"seed\":{},\"rounds\":{},\"shapes\":[{list}]}}", self.seed, self.rounds)
    }

    /// For people.
    pub fn text(&self) -> String {
        let mut lines = String::new();
        for shape in &self.shapes {
            let _ = writeln!(
                lines,
                "{:<8}{:>9} commands {:>9} trades {:>9} ns a command, {} times W1{}",
                shape.name,
                shape.commands,
                shape.trades,
                thousandths(median(&shape.ps)),
                thousandths(ratio(&shape.ps, &self.shapes[0].ps)),
                if shape.is_right { "" } else { " (WRONG)" },
            );
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Engine and script's book agree on every trade of every shape.
    #[test]
    fn the_engine_trades_what_the_shapes_say() {
        for script in [walk(7), crash(7), levels(7)] {
            let prepared = prepare(&script);
            let is_right = time_engine(&prepared, script.tape).is_right;
            assert!(is_right && script.tape.trades > 100_000, "{}", script.name);
        }
    }
}
