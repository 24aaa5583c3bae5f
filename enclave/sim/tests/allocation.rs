//! After warm-up no command allocates (M15): a counting allocator around the workloads, and around commands of every kind.

use sealbook_sim::bench::script::prepare;
use sealbook_sim::bench::time_engine;
use sealbook_sim::heap_count::Counting;
use sealbook_sim::property::{self, Coverage};
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
    let mut all = Coverage::default();
    for seed in 11..=16 {
        let coverage = property::run(seed, 40_000).expect("holds");
        assert_eq!(coverage.allocations, 0, "seed {seed}");
        all.add(&coverage);
    }
    // What the driver did while nothing was allocated: orders of every kind, quotes, options, liquidations, deleveraging.
    assert_eq!(all.lack(), None);
}

#[test]
fn an_allocation_would_be_counted() {
    let before = sealbook_sim::heap_count::allocations();
    drop(std::hint::black_box(vec![1_u8]));
    assert_eq!(sealbook_sim::heap_count::allocations(), before + 1);
}
