//! What a bench run prints: one JSON object, or a few lines for people.

use std::fmt::Write;

use super::latency::{Latencies, Percentiles};
use super::median;
use super::script::{Kind, Prepared};
use crate::workload::{Script, Tape};

/// Result of a bench run.
#[derive(Debug)]
pub struct Report {
    /// Workload.
    pub workload: String,
    /// Seed; 0 of a flow.
    pub seed: u64,
    /// Timed commands of each round.
    pub commands: usize,
    /// Timed commands by kind.
    pub kinds: [usize; 4],
    /// Rounds.
    pub rounds: usize,
    /// Picoseconds a command of each round's median piece.
    pub engine_ps: Vec<u64>,
    /// Picoseconds a command of each round as a whole.
    pub engine_mean_ps: Vec<u64>,
    /// Picoseconds an operation of the floor.
    pub floor_ps: Vec<u64>,
    /// Picoseconds an operation of the priced floor.
    pub priced_ps: Vec<u64>,
    /// Heap allocations of the engine in all rounds' timed parts.
    pub allocations: u64,
    /// Of the engine's single commands.
    pub latency: Latencies,
    /// Of the floor's.
    pub floor_latency: Latencies,
    /// Of the priced floor's.
    pub priced_latency: Latencies,
    /// What the script's own book traded; the engine and both floors must have, too.
    pub tape: Tape,
    /// Orders resting at the end.
    pub resting: usize,
    /// Whether engine, floors and generator agree.
    pub is_right: bool,
}

impl Report {
    /// Nothing measured yet.
    pub fn new(script: &Script, prepared: &Prepared, rounds: usize) -> Report {
        Report {
            workload: script.name.clone(),
            seed: script.seed,
            commands: prepared.parts().1.len(),
            kinds: Kind::ALL.map(|kind| prepared.count(kind)),
            rounds,
            engine_ps: Vec::new(),
            engine_mean_ps: Vec::new(),
            floor_ps: Vec::new(),
            priced_ps: Vec::new(),
            allocations: 0,
            latency: Latencies::default(),
            floor_latency: Latencies::default(),
            priced_latency: Latencies::default(),
            tape: script.tape,
            resting: script.resting,
            is_right: true,
        }
    }

    /// Half of the immediate-or-cancel orders take at most this long, shared out over the fills such an order makes on average.
    fn fill_ps(&self) -> u64 {
        let sweeps = self.kinds[Kind::Ioc as usize] as u64;
        let p50 = self.latency.kinds[Kind::Ioc as usize].ns[0];
        (p50 * 1_000 * sweeps).checked_div(self.tape.trades).unwrap_or(0)
    }

    /// One JSON object.
    pub fn json(&self) -> String {
        let mut kinds = String::new();
        for (kind, count) in Kind::ALL.iter().zip(self.kinds) {
            let _ = write!(kinds, "{}\"{}\":{count}", separator(&kinds), kind.name());
        }
        format!(
            concat!(
                "{{\"workload\":\"{}\",\"seed\":{},\"commands\":{},\"kinds\":{{{}}},\"rounds\":{},",
                "\"ns_per_command\":{},\"ns_per_command_mean\":{},\"floor_ns_per_operation\":{},\"priced_floor_ns_per_operation\":{},",
                "\"ratio_to_floor\":{},\"ratio_to_priced_floor\":{},\"ns_per_fill\":{},\"allocations\":{},",
                "\"latency_ns\":{},\"floor_latency_ns\":{},\"priced_floor_latency_ns\":{},\"timer_ns\":{},",
                "\"trades\":{},\"volume\":{},\"resting\":{},\"digest\":\"{:016x}\",\"is_right\":{}}}"
            ),
            self.workload,
            self.seed,
            self.commands,
            kinds,
            self.rounds,
            thousandths(median(&self.engine_ps)),
            thousandths(median(&self.engine_mean_ps)),
            thousandths(median(&self.floor_ps)),
            thousandths(median(&self.priced_ps)),
            thousandths(ratio(&self.engine_ps, &self.floor_ps)),
            thousandths(ratio(&self.engine_ps, &self.priced_ps)),
            thousandths(self.fill_ps()),
            self.allocations,
            latencies_json(&self.latency),
            percentiles_json(&self.floor_latency.all),
            percentiles_json(&self.priced_latency.all),
            self.latency.timer_ns,
            self.tape.trades,
            self.tape.volume,
            self.resting,
            self.tape.digest,
            self.is_right,
        )
    }

    /// For people.
    pub fn text(&self) -> String {
        let mut lines = format!(
            "{} seed {}: engine {} ns a command, floor {}, priced floor {}: {} and {} times; {} ns a fill of a sweep\n",
            self.workload,
            self.seed,
            thousandths(median(&self.engine_ps)),
            thousandths(median(&self.floor_ps)),
            thousandths(median(&self.priced_ps)),
            thousandths(ratio(&self.engine_ps, &self.floor_ps)),
            thousandths(ratio(&self.engine_ps, &self.priced_ps)),
            thousandths(self.fill_ps()),
        );
        let mut line = |name: &str, of: &Percentiles| {
            let [p50, p99, p999, p9999, max] = of.ns;
            let _ = writeln!(
                lines,
                "  {name:<14}{:>9}  p50 {p50} p99 {p99} p99.9 {p999} p99.99 {p9999} max {max} ns",
                of.samples
            );
        };
        line("all", &self.latency.all);
        for kind in Kind::ALL {
            line(kind.name(), &self.latency.kinds[kind as usize]);
        }
        line("floor", &self.floor_latency.all);
        line("priced floor", &self.priced_latency.all);
        let _ = write!(
            lines,
            "  {} heap allocations; {} trades, volume {}, {} resting, digest {:016x} ({})",
            self.allocations,
            self.tape.trades,
            self.tape.volume,
            self.resting,
            self.tape.digest,
            if self.is_right { "right" } else { "WRONG" },
        );
        lines
    }
}

/// Ratio round by round, then the median, in thousandths.
pub(crate) fn ratio(ours: &[u64], floor: &[u64]) -> u64 {
    let both = ours.iter().zip(floor);
    median(&both.map(|(ours, floor)| ours * 1_000 / floor.max(&1)).collect::<Vec<_>>())
}

/// Thousandths as a decimal number.
pub(crate) fn thousandths(value: u64) -> String {
    format!("{}.{:03}", value / 1_000, value % 1_000)
}

pub(crate) fn separator(before: &str) -> &'static str {
    if before.is_empty() { "" } else { "," }
}

fn latencies_json(latencies: &Latencies) -> String {
    let mut text = format!("{{\"all\":{}", percentiles_json(&latencies.all));
    for kind in Kind::ALL {
        let of = percentiles_json(&latencies.kinds[kind as usize]);
        let _ = write!(text, ",\"{}\":{of}", kind.name());
    }
    text + "}"
}

fn percentiles_json(of: &Percentiles) -> String {
    let [p50, p99, p999, p9999, max] = of.ns;
    let mut buckets = String::new();
    for (bound, samples) in &of.buckets {
        let _ = write!(buckets, "{}[{bound},{samples}]", separator(&buckets));
    }
    format!(
        "{{\"samples\":{},\"p50\":{p50},\"p99\":{p99},\"p999\":{p999},\"p9999\":{p9999},\"max\":{max},\"buckets\":[{buckets}]}}",
        of.samples
    )
}
