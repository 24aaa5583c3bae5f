//! The matching thread does not allocate on the path of an order, once warm.

mod venue;

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicU64, Ordering};

use sealbook_enclave::launch::{ThreadRole, thread_role};
use sealbook_wire::*;
use venue::*;

struct Counting;

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

// Safety: the system's allocator, with a count beside it.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if thread_role() == ThreadRole::Matching {
            ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        }
        // Safety: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // Safety: the caller's promise.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

#[test]
fn orders_cost_no_allocation() {
    let mut venue = Venue::genesis(&config(64, 1_000_000));
    for owner in 1..=2 {
        venue.deposit(&wallet(owner), 1 << 50);
    }
    let mut maker = Client::open(&mut venue, &wallet(1), 1);
    let mut taker = Client::open(&mut venue, &wallet(2), 2);
    let mut trade = |venue: &mut Venue, rounds: u32| {
        for i in 0..rounds {
            assert_eq!(venue.ask(&mut maker, &place(1, Side::Sell, 100_000, 5)).code, 0);
            assert_eq!(venue.ask(&mut taker, &place(1, Side::Buy, 100_000, 5)).code, 0);
            let resting = venue.ask(&mut maker, &place(1, Side::Buy, 50_000 + i, 5));
            let cancel = Command::Cancel(Cancel { order: OrderRef::Id(resting.order_id) });
            assert_eq!(venue.ask(&mut maker, &cancel).code, 0);
        }
    };
    trade(&mut venue, 50);
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    assert!(before > 0, "the counter counts: starting up allocates");
    trade(&mut venue, 500);
    assert_eq!(ALLOCATIONS.load(Ordering::Relaxed) - before, 0);
}
