//! `sealbook-sim`: the bench and the property driver.
//!
//! Exit codes: 0 yes, 1 the answer is no, 2 usage.

use std::process::ExitCode;

use sealbook_sim::{bench, bench_risk, proof_flow, property, workload};

const USAGE: &str = "\
sealbook-sim bench-engine [--workload W1|W2|W3] [--seed N] [--rounds N] [--json]
sealbook-sim bench-risk [--seed N] [--rounds N] [--json]
sealbook-sim property [--commands N] [--seed N]
sealbook-sim proof-flow --keys FILE [--seed N] [--rounds BATCHES] [--commands OPERATIONS]";

struct Options {
    workload: Option<String>,
    seed: Option<u64>,
    rounds: usize,
    commands: u64,
    is_json: bool,
    keys: Option<String>,
}

fn parse(mut arguments: impl Iterator<Item = String>) -> Option<Options> {
    let mut options = Options {
        workload: None,
        seed: None,
        rounds: 3,
        commands: 1_000_000,
        is_json: false,
        keys: None,
    };
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--json" => options.is_json = true,
            "--keys" => options.keys = Some(arguments.next()?),
            "--workload" => options.workload = Some(arguments.next()?),
            "--seed" => options.seed = Some(arguments.next()?.parse().ok()?),
            "--rounds" => options.rounds = arguments.next()?.parse().ok()?,
            "--commands" => options.commands = arguments.next()?.parse().ok()?,
            _ => return None,
        }
    }
    (options.rounds > 0).then_some(options)
}

fn bench_engine(options: &Options) -> Option<bool> {
    let chosen = match &options.workload {
        Some(name) => vec![workload::find(name)?],
        None => workload::WORKLOADS.to_vec(),
    };
    let mut is_right = true;
    for workload in chosen {
        let report = bench::run(&workload, options.seed.unwrap_or(42), options.rounds);
        is_right &= report.is_right;
        println!("{}", if options.is_json { report.json() } else { report.text() });
    }
    Some(is_right)
}

fn check_properties(options: &Options) -> bool {
    match property::run(options.seed.unwrap_or(1), options.commands) {
        Ok(coverage) => {
            println!("{} commands, digest {:016x}", coverage.commands, coverage.digest);
            println!("restarts from a snapshot: {}", coverage.snapshots);
            println!("outcomes: {:?}", coverage.outcomes);
            println!("events: {:?}", coverage.events);
            true
        }
        Err(broken) => {
            println!("{broken}");
            false
        }
    }
}

fn run() -> Option<bool> {
    let mut arguments = std::env::args().skip(1);
    let verb = arguments.next()?;
    let options = parse(arguments)?;
    match verb.as_str() {
        "bench-engine" => bench_engine(&options),
        "bench-risk" => {
            let report = bench_risk::run(options.seed.unwrap_or(42), options.rounds).ok()?;
            println!("{}", if options.is_json { report.json() } else { report.text() });
            Some(true)
        }
        "proof-flow" => {
            let keys = proof_flow::keys_of(&std::fs::read_to_string(options.keys?).ok()?)?;
            let operations = options.commands.min(64) as usize;
            print!("{}", proof_flow::run(options.seed.unwrap_or(1), options.rounds, operations, &keys));
            Some(true)
        }
        "property" => Some(check_properties(&options)),
        _ => None,
    }
}

fn main() -> ExitCode {
    match run() {
        Some(true) => ExitCode::SUCCESS,
        Some(false) => ExitCode::from(1),
        None => {
            eprintln!("{USAGE}");
            ExitCode::from(2)
        }
    }
}
