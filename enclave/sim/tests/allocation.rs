//! After warm-up no command allocates (M15): a counting allocator around the workloads, and around commands of every kind.

use std::collections::BTreeSet;

use sealbook_sim::bench::script::prepare;
use sealbook_sim::bench::time_engine;
use sealbook_sim::heap_count::Counting;
use sealbook_sim::property;
use sealbook_sim::workload::{find, generate};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn no_command_of_the_workloads_allocates() {
    for name in ["W1", "W3"] {
        let script = generate(&find(name).expect("known"), 42, 300_000);
        let timed = time_engine(&prepare(&script), script.tape);
        assert!(timed.is_right, "{name}");
        assert_eq!(timed.allocations, 0, "{name}");
    }
}

#[test]
fn no_command_of_any_kind_allocates() {
    let mut seen = BTreeSet::new();
    for seed in 11..=16 {
        let coverage = property::run(seed, 40_000).expect("holds");
        assert_eq!(coverage.allocations, 0, "seed {seed}");
        seen.extend(coverage.events.into_keys());
    }
    // What the driver did while nothing was allocated: orders of every kind, quotes, options, liquidations, deleveraging.
    for kind in [
        "traded",
        "cancelled-by-user",
        "dead-man",
        "expired",
        "linked",
        "reduce-only",
        "self-trade",
        "resized",
        "triggered",
        "opened",
        "quoted",
        "tripped",
        "credited",
        "withdrawn",
        "transferred",
        "funding settled",
        "liquidated by the book",
        "portfolio liquidated",
        "taken over",
        "deleveraged",
        "socialised",
        "option expired",
        "listed",
        "ticker",
    ] {
        assert!(seen.contains(kind), "{kind} in {seen:?}");
    }
}

#[test]
fn an_allocation_would_be_counted() {
    let before = sealbook_sim::heap_count::allocations();
    drop(std::hint::black_box(vec![1_u8]));
    assert_eq!(sealbook_sim::heap_count::allocations(), before + 1);
}
