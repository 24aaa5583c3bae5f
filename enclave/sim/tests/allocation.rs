//! After warm-up no command allocates: a counting allocator around the whole of W1.

use sealbook_sim::bench::script::prepare;
use sealbook_sim::bench::time_engine;
use sealbook_sim::heap_count::Counting;
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
