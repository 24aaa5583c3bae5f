//! After warm-up no command allocates: a counting allocator around the whole of W1.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicU64, Ordering};

use sealbook_sim::bench::driver::Driver;
use sealbook_sim::bench::script::prepare;
use sealbook_sim::workload::{find, generate};

struct Counting;

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

// SAFETY: hands every call to the system allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller's contract is the system allocator's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: as above.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn no_command_allocates() {
    for name in ["W1", "W3"] {
        let script = generate(&find(name).expect("known"), 42, 300_000);
        let prepared = prepare(&script);
        let mut driver = Driver::new();
        let (prefill, timed) = prepared.parts();
        prefill.iter().for_each(|step| _ = driver.step(step));
        let before = ALLOCATIONS.load(Ordering::Relaxed);
        timed.iter().for_each(|step| _ = driver.step(step));
        let allocations = ALLOCATIONS.load(Ordering::Relaxed) - before;
        assert_eq!((allocations, driver.rejects), (0, 0), "{name}");
        assert_eq!(driver.tape, script.tape, "{name}");
    }
}
