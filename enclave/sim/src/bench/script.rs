//! A workload as the commands a venue gets: who sends them, and under which ids the venue knows the orders they cancel.
//!
//! Order ids are the venue's to give and the same in every run, so an untimed pass learns them and the timed ones send them, as a
//! client would. Looking them up while the clock runs would measure the harness.

use super::driver::Driver;
use crate::workload::{Operation, Script};

/// Accounts that add. Those that cross follow, buyers apart from sellers, so that no order meets its owner's.
pub const MAKERS: u32 = 896;
/// Accounts that cross, of each side.
pub const TAKERS: u32 = 64;
/// All accounts: as many as the priced floor's.
pub const ACCOUNTS: u32 = MAKERS + 2 * TAKERS;

/// What a command is, for percentiles by kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Good till cancelled, does not cross.
    Add,
    /// Good till cancelled, crosses.
    Cross,
    /// Immediate or cancel.
    Ioc,
    /// Cancel.
    Cancel,
}

impl Kind {
    /// All, in the order of their numbers.
    pub const ALL: [Kind; 4] = [Kind::Add, Kind::Cross, Kind::Ioc, Kind::Cancel];

    /// Name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Add => "add",
            Kind::Cross => "cross_gtc",
            Kind::Ioc => "ioc",
            Kind::Cancel => "cancel",
        }
    }
}

/// One command.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// The venue's id of the order it places or cancels.
    pub id: u64,
    /// The script's id of that order.
    pub script: u32,
    /// Limit.
    pub price: u32,
    /// Size.
    pub lots: u32,
    /// Sender.
    pub account: u16,
    /// What it is.
    pub kind: Kind,
    /// Side.
    pub is_sell: bool,
}

const _: () = assert!(size_of::<Step>() == 24 && ACCOUNTS < 1 << 16);

/// The commands of a script.
#[derive(Debug)]
pub struct Prepared {
    /// All of them.
    pub steps: Vec<Step>,
    /// How many are not timed.
    pub prefill: usize,
    /// Orders submitted: script ids run from 1 to this.
    pub orders: usize,
}

impl Prepared {
    /// The untimed part and the timed one.
    pub fn parts(&self) -> (&[Step], &[Step]) {
        self.steps.split_at(self.prefill)
    }

    /// Timed commands of a kind.
    pub fn count(&self, kind: Kind) -> usize {
        self.parts().1.iter().filter(|step| step.kind == kind).count()
    }
}

/// Assigns senders and learns the venue's order ids by going through the script once.
pub fn prepare(script: &Script) -> Prepared {
    let mut steps: Vec<Step> = Vec::with_capacity(script.operations.len());
    // By script id, from 1.
    let mut senders = vec![0_u16];
    for operation in &script.operations {
        let next = senders.len() as u32;
        let step = |kind, is_sell, price, lots, account: u32| Step {
            id: 0,
            script: next,
            price,
            lots,
            account: account as u16,
            kind,
            is_sell,
        };
        steps.push(match *operation {
            Operation::Add { is_sell, price, lots } => {
                step(Kind::Add, is_sell, price, lots, 1 + next % MAKERS)
            }
            Operation::Cross { is_sell, price, lots, is_ioc } => {
                let group = MAKERS + if is_sell { TAKERS } else { 0 };
                let kind = if is_ioc { Kind::Ioc } else { Kind::Cross };
                step(kind, is_sell, price, lots, 1 + group + next % TAKERS)
            }
            Operation::Cancel { id } => {
                let account = senders[id as usize];
                let cancel = step(Kind::Cancel, false, 0, 0, account.into());
                Step { script: id, ..cancel }
            }
        });
        if let Some(placed) = steps.last().filter(|step| step.kind != Kind::Cancel) {
            senders.push(placed.account);
        }
    }
    let orders = senders.len() - 1;
    learn_ids(&mut steps, orders);
    Prepared { steps, prefill: script.prefill, orders }
}

fn learn_ids(steps: &mut [Step], orders: usize) {
    let mut driver = Driver::new();
    let mut ids = vec![0; orders + 1];
    for step in steps {
        if step.kind == Kind::Cancel {
            step.id = ids[step.script as usize];
        }
        step.id = driver.step(step);
        ids[step.script as usize] = step.id;
    }
}
