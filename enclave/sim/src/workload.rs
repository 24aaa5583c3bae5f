//! The common workloads of PERFORMANCE 2.1, from their definition alone.

use crate::floor::FloorBook;
use crate::random::Random;

/// Orders added before the timed part.
pub const PREFILL: usize = 10_000;
/// Operations of the timed part.
pub const OPERATIONS: usize = 2_000_000;

/// One operation of a script. Order ids count up from 1 over `Add` and `Cross`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// A good-till-cancel order that does not cross.
    Add {
        /// Side.
        is_sell: bool,
        /// Price.
        price: u32,
        /// Size.
        lots: u32,
    },
    /// An order that crosses.
    Cross {
        /// Side.
        is_sell: bool,
        /// Limit.
        price: u32,
        /// Size.
        lots: u32,
        /// The residue is cancelled instead of resting.
        is_ioc: bool,
    },
    /// Cancels an order.
    Cancel {
        /// Its id.
        id: u32,
    },
}

/// Parameters of a workload.
#[derive(Clone, Copy, Debug)]
pub struct Workload {
    /// Its name in PERFORMANCE 2.1.
    pub name: &'static str,
    add: u64,
    cross: u64,
    lots: u64,
    forced: Option<u32>,
}

/// W1 mixed, W2 fill-heavy, W3 sweeps.
pub const WORKLOADS: [Workload; 3] = [
    Workload { name: "W1", add: 450, cross: 550, lots: 100, forced: None },
    Workload { name: "W2", add: 550, cross: 900, lots: 150, forced: None },
    Workload { name: "W3", add: 547, cross: 552, lots: 10_000, forced: Some(1_000) },
];

/// Trades of a run, in order: how many, how much, and the digest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tape {
    /// Trades.
    pub trades: u64,
    /// Lots traded.
    pub volume: u64,
    /// Digest over (maker, taker, price, lots).
    pub digest: u64,
}

impl Tape {
    /// Adds a trade between two order ids at the maker's price.
    #[inline]
    pub fn record(&mut self, maker: u32, taker: u32, price: u32, lots: u32) {
        let parties = u64::from(maker) << 32 | u64::from(taker);
        let terms = u64::from(price) << 32 | u64::from(lots);
        let x = parties.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ terms;
        self.digest = (self.digest ^ x).wrapping_mul(0xd6e8_feb8_6659_fd93);
        self.digest ^= self.digest >> 32;
        self.trades += 1;
        self.volume += u64::from(lots);
    }
}

/// A generated workload, or one that was read (`flow.rs`).
#[derive(Debug)]
pub struct Script {
    /// What it is called.
    pub name: String,
    /// The seed it was made from; 0 if it was read.
    pub seed: u64,
    /// All operations.
    pub operations: Vec<Operation>,
    /// How many of them come before the timed part.
    pub prefill: usize,
    /// What every correct engine must do with them.
    pub tape: Tape,
    /// Orders resting at the end.
    pub resting: usize,
}

/// The workload's name, upper or lower case.
pub fn find(name: &str) -> Option<Workload> {
    WORKLOADS.into_iter().find(|workload| workload.name.eq_ignore_ascii_case(name))
}

/// Makes scripts: a reference book, the live set, and the operations so far.
pub(crate) struct Generator {
    name: String,
    seed: u64,
    random: Random,
    book: FloorBook,
    mid: u32,
    next_id: u32,
    /// Resting orders; removed ones are replaced by the last.
    live: Vec<u32>,
    /// Index of each order in `live`.
    place: Vec<u32>,
    operations: Vec<Operation>,
    prefill: usize,
    tape: Tape,
}

/// Generates `count` operations after the prefill.
pub fn generate(workload: &Workload, seed: u64, count: usize) -> Script {
    let total = PREFILL + count;
    let mut generator = Generator::new(workload.name, seed, 30_000);
    generator.operations.reserve(total);
    for index in 0..total {
        if index.is_multiple_of(512) {
            let step = generator.random.below(3) as i32 - 1;
            generator.move_middle(step);
        }
        if index < PREFILL {
            generator.add();
        } else {
            generator.mixed(workload);
        }
    }
    generator.prefill = PREFILL;
    generator.finish()
}

impl Generator {
    /// An empty book around `mid`.
    pub(crate) fn new(name: &str, seed: u64, mid: u32) -> Generator {
        Generator {
            name: name.to_owned(),
            seed,
            random: Random::new(seed),
            book: FloorBook::new(0),
            mid,
            next_id: 1,
            live: Vec::new(),
            place: vec![0],
            operations: Vec::new(),
            prefill: 0,
            tape: Tape::default(),
        }
    }

    /// What was generated so far.
    pub(crate) fn finish(self) -> Script {
        Script {
            name: self.name,
            seed: self.seed,
            resting: self.live.len(),
            operations: self.operations,
            prefill: self.prefill,
            tape: self.tape,
        }
    }

    /// [`PREFILL`] orders around the middle; what follows is timed.
    pub(crate) fn prefill(&mut self) {
        (0..PREFILL).for_each(|_| self.add());
        self.prefill = self.operations.len();
    }

    /// From here on operations are timed.
    pub(crate) fn end_prefill(&mut self) {
        self.prefill = self.operations.len();
    }

    pub(crate) fn middle(&self) -> u32 {
        self.mid
    }

    pub(crate) fn move_middle(&mut self, by: i32) {
        self.mid = self.mid.wrapping_add_signed(by);
    }

    /// Whether anything rests on a side.
    pub(crate) fn has(&self, is_sell: bool) -> bool {
        self.best(is_sell).is_some()
    }

    fn best(&self, is_sell: bool) -> Option<u32> {
        if is_sell { self.book.best_ask() } else { self.book.best_bid() }
    }

    /// The first of the live set.
    pub(crate) fn oldest(&self) -> Option<u32> {
        self.live.first().copied()
    }

    /// One operation of a workload's mix.
    pub(crate) fn mixed(&mut self, workload: &Workload) {
        let x = self.random.below(1_000);
        if x >= workload.add && x < workload.cross {
            return self.cross(workload);
        }
        let mut is_add = x < workload.add;
        is_add |= self.live.len() < 9_500;
        is_add &= self.live.len() <= 10_500;
        if is_add { self.add() } else { self.cancel() }
    }

    fn add(&mut self) {
        let is_sell = self.random.word() & 1 == 1;
        let distance = 1 + self.random.below(50) as u32;
        let lots = 1 + self.random.below(100) as u32;
        let price = match (is_sell, self.book.best_bid(), self.book.best_ask()) {
            (true, Some(bid), _) => (self.mid + distance).max(bid + 1),
            (false, _, Some(ask)) => (self.mid - distance).min(ask - 1),
            (true, None, _) => self.mid + distance,
            (false, _, None) => self.mid - distance,
        };
        self.rest(is_sell, price, lots);
    }

    fn cross(&mut self, workload: &Workload) {
        let is_sell = self.random.word() & 1 == 1;
        let lots = 1 + self.random.below(workload.lots) as u32;
        let mut is_ioc = self.random.word() & 1 == 1;
        let mut slack = self.random.below(5) as u32;
        if let Some(forced) = workload.forced {
            (is_ioc, slack) = (true, forced);
        }
        let Some(best) = self.best(!is_sell) else { return self.add() };
        let price = if is_sell { best - slack } else { best + slack };
        self.operations.push(Operation::Cross { is_sell, price, lots, is_ioc });
        self.submit(is_sell, price, lots, is_ioc);
    }

    fn cancel(&mut self) {
        let at = self.random.below(self.live.len() as u64) as usize;
        self.cancel_order(self.live[at]);
    }

    /// Cancels a live order.
    pub(crate) fn cancel_order(&mut self, id: u32) {
        self.operations.push(Operation::Cancel { id });
        self.book.cancel(id);
        remove(&mut self.live, &mut self.place, id);
    }

    /// Whether an order rests.
    pub(crate) fn is_live(&self, id: u32) -> bool {
        let at = self.place.get(id as usize).copied().unwrap_or(0);
        self.live.get(at as usize) == Some(&id)
    }

    /// An order that stays if nothing crosses it; if something does, it is a crossing one.
    pub(crate) fn rest(&mut self, is_sell: bool, price: u32, lots: u32) {
        let is_crossing = self
            .best(!is_sell)
            .is_some_and(|best| if is_sell { price <= best } else { price >= best });
        self.operations.push(if is_crossing {
            Operation::Cross { is_sell, price, lots, is_ioc: false }
        } else {
            Operation::Add { is_sell, price, lots }
        });
        self.submit(is_sell, price, lots, false);
    }

    /// Immediate or cancel.
    pub(crate) fn sweep(&mut self, is_sell: bool, price: u32, lots: u32) {
        self.operations.push(Operation::Cross { is_sell, price, lots, is_ioc: true });
        self.submit(is_sell, price, lots, true);
    }

    fn submit(&mut self, is_sell: bool, price: u32, lots: u32, is_ioc: bool) {
        let id = self.next_id;
        self.next_id += 1;
        self.book.grow(id);
        self.place.push(0);
        let (tape, live, place) = (&mut self.tape, &mut self.live, &mut self.place);
        let rest = self.book.submit(id, is_sell, price, lots, is_ioc, |maker, at, fill, gone| {
            tape.record(maker, id, at, fill);
            if gone {
                remove(live, place, maker);
            }
        });
        if rest > 0 {
            self.place[id as usize] = self.live.len() as u32;
            self.live.push(id);
        }
    }
}

/// Replaces an entry by the last one.
fn remove(live: &mut Vec<u32>, place: &mut [u32], id: u32) {
    let at = place[id as usize];
    live.swap_remove(at as usize);
    if let Some(&moved) = live.get(at as usize) {
        place[moved as usize] = at;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The published counts and digests, seed 42.
    #[test]
    fn the_digests_are_the_published_ones() {
        for (name, trades, volume, resting, digest) in [
            ("W1", 332_315, 8_633_912, 9_515, 0x4252_accc_495c_bd88),
            ("W2", 1_021_255, 34_376_042, 10_498, 0x1816_365b_6351_5f12),
            ("W3", 996_388, 49_820_201, 9_348, 0x8cb4_142d_9239_58b5),
        ] {
            let script = generate(&find(name).expect("known"), 42, OPERATIONS);
            let expected = Tape { trades, volume, digest };
            assert_eq!((script.tape, script.resting), (expected, resting), "{name}");
        }
    }
}
