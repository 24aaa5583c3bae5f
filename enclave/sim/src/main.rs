//! `sealbook-sim`: the bench and the property driver.
//!
//! Exit codes: 0 yes, 1 the answer is no, 2 usage.

use std::process::ExitCode;

use sealbook_sim::bench::{self, memory, risk, shapes};
use sealbook_sim::heap_count::Counting;
use sealbook_sim::{exit_vectors, flow, proof_flow, property, workload};

/// Counts, so that the bench can say that a command allocates nothing (M15).
#[global_allocator]
static ALLOCATOR: Counting = Counting;

const USAGE: &str = "\
sealbook-sim bench-engine [--workload W1|W2|W3 | --script FILE] [--seed N] [--rounds N] [--json]
sealbook-sim script [--workload W1|W2|W3 | --script FILE] [--seed N]
sealbook-sim bench-shapes [--seed N] [--rounds N] [--json]
sealbook-sim bench-risk [--seed N] [--rounds N] [--json]
sealbook-sim bench-memory [--json]
sealbook-sim property [--commands N] [--seed N]
sealbook-sim exit-vectors [--commands N] [--seed N]
sealbook-sim proof-flow --keys FILE [--seed N] [--rounds BATCHES] [--commands OPERATIONS]";

struct Options {
    workload: Option<String>,
    script: Option<String>,
    seed: Option<u64>,
    rounds: usize,
    commands: u64,
    is_json: bool,
    keys: Option<String>,
}

fn parse(mut arguments: impl Iterator<Item = String>) -> Option<Options> {
    let mut options = Options {
        workload: None,
        script: None,
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
            "--script" => options.script = Some(arguments.next()?),
            "--seed" => options.seed = Some(arguments.next()?.parse().ok()?),
            "--rounds" => options.rounds = arguments.next()?.parse().ok()?,
            "--commands" => options.commands = arguments.next()?.parse().ok()?,
            _ => return None,
        }
    }
    (options.rounds > 0).then_some(options)
}

/// What a verb found: yes, no, or why it could not be asked.
type Answer = Result<bool, String>;

fn usage() -> String {
    USAGE.to_owned()
}

fn scripts(options: &Options) -> Result<Vec<workload::Script>, String> {
    let seed = options.seed.unwrap_or(42);
    let made = |workload| workload::generate(workload, seed, workload::OPERATIONS);
    match (&options.script, &options.workload) {
        (Some(path), None) => {
            let text = std::fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
            let script = flow::parse(&text).map_err(|error| format!("{path}: {error}"))?;
            Ok(vec![script])
        }
        (None, Some(name)) => Ok(vec![made(&workload::find(name).ok_or_else(usage)?)]),
        (None, None) => Ok(workload::WORKLOADS.iter().map(made).collect()),
        _ => Err(usage()),
    }
}

fn bench_engine(options: &Options) -> Answer {
    let mut is_right = true;
    for script in scripts(options)? {
        let report = bench::run(&script, options.rounds);
        is_right &= report.is_right;
        println!("{}", if options.is_json { report.json() } else { report.text() });
    }
    Ok(is_right)
}

/// For engines that are not ours (`peers/`).
fn print_script(options: &Options) -> Answer {
    let scripts = scripts(options)?;
    let [script] = &scripts[..] else { return Err(usage()) };
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    flow::write(script, &mut out).map_err(|error| error.to_string())?;
    Ok(true)
}

fn bench_shapes(options: &Options) -> Answer {
    let report = shapes::run(options.seed.unwrap_or(42), options.rounds);
    println!("{}", if options.is_json { report.json() } else { report.text() });
    Ok(report.is_right())
}

fn bench_risk(options: &Options) -> Answer {
    let report = risk::run(options.seed.unwrap_or(42), options.rounds)
        .map_err(|error| format!("pricing failed: {error:?}"))?;
    println!("{}", if options.is_json { report.json() } else { report.text() });
    Ok(true)
}

fn bench_memory(options: &Options) -> Answer {
    let report =
        memory::run().ok_or("this system does not tell how much memory a process holds")?;
    println!("{}", if options.is_json { report.json() } else { report.text() });
    Ok(true)
}

fn check_properties(options: &Options) -> Answer {
    match property::run(options.seed.unwrap_or(1), options.commands) {
        Ok(coverage) => {
            print!("{coverage}");
            Ok(coverage.allocations == 0)
        }
        Err(broken) => {
            println!("{broken}");
            Ok(false)
        }
    }
}

fn exit_leaves(options: &Options) -> Answer {
    let seed = options.seed.unwrap_or(1);
    let (text, content) =
        exit_vectors::emit(seed, options.commands).map_err(|broken| broken.to_string())?;
    print!("{text}");
    eprintln!("{content:?}");
    Ok(true)
}

fn proof_batches(options: &Options) -> Answer {
    let path = options.keys.as_ref().ok_or_else(usage)?;
    let text = std::fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
    let keys = proof_flow::keys_of(&text).ok_or_else(usage)?;
    let operations = options.commands.min(64) as usize;
    let seed = options.seed.unwrap_or(1);
    print!("{}", proof_flow::run(seed, options.rounds, operations, &keys));
    Ok(true)
}

fn run() -> Answer {
    let mut arguments = std::env::args().skip(1);
    let verb = arguments.next().ok_or_else(usage)?;
    let options = parse(arguments).ok_or_else(usage)?;
    match verb.as_str() {
        "bench-engine" => bench_engine(&options),
        "script" => print_script(&options),
        "bench-shapes" => bench_shapes(&options),
        "bench-risk" => bench_risk(&options),
        "bench-memory" => bench_memory(&options),
        "proof-flow" => proof_batches(&options),
        "property" => check_properties(&options),
        "exit-vectors" => exit_leaves(&options),
        _ => Err(usage()),
    }
}

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(why) => {
            eprintln!("{why}");
            ExitCode::from(2)
        }
    }
}
