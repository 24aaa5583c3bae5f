//! Memory at a million resting orders and at a million accounts: what the process really holds, and what one more costs.

use sealbook_engine::{Engine, Limits, book::LadderBook};
use sealbook_wire::{Command, InboxKind, OrderKind, Place, Side, TimeInForce};

use crate::market::{Venue, instrument};

const MILLION: u32 = 1_000_000;
/// Orders of one account; the limit is 256.
const ORDERS_EACH: u32 = 200;

/// Bytes in memory at each point.
#[derive(Clone, Copy, Debug)]
pub struct Report {
    /// Orders resting, and accounts open.
    pub count: u32,
    /// Before the venue.
    pub rss_start: u64,
    /// A venue with room for a million orders, empty.
    pub rss_orders_empty: u64,
    /// With a million resting.
    pub rss_orders_full: u64,
    /// A venue with room for a million accounts, empty.
    pub rss_accounts_empty: u64,
    /// With a million funded.
    pub rss_accounts_full: u64,
}

/// Fills one venue with orders, another with accounts. `None` where the system does not tell.
pub fn run() -> Option<Report> {
    let rss_start = resident()?;
    let limits = Limits {
        orders_max: MILLION,
        accounts_max: MILLION / ORDERS_EACH + 2,
        instruments_max: 1,
        ..Limits::default()
    };
    let mut venue = Venue::new(Engine::<LadderBook>::new(&limits));
    venue.list(&instrument(1));
    let rss_orders_empty = resident()?;
    for account in 1..=MILLION / ORDERS_EACH {
        venue.inbox(InboxKind::Deposit, account, 10_000_000_000_000, [0; 32]);
        (0..ORDERS_EACH).for_each(|n| place(&mut venue, account, n));
    }
    let rss_orders_full = (venue.engine.state().orders().live() == MILLION).then(resident)??;
    drop(venue);

    let limits =
        Limits { orders_max: 1_024, accounts_max: MILLION + 1, instruments_max: 1, ..limits };
    let mut venue = Venue::new(Engine::<LadderBook>::new(&limits));
    venue.list(&instrument(1));
    let rss_accounts_empty = resident()?;
    for account in 1..=MILLION {
        venue.inbox(InboxKind::Deposit, account, 1_000_000, [0; 32]);
    }
    let is_full = venue.engine.state().accounts().len() == MILLION as usize + 1;
    let rss_accounts_full = is_full.then(resident)??;
    Some(Report {
        count: MILLION,
        rss_start,
        rss_orders_empty,
        rss_orders_full,
        rss_accounts_empty,
        rss_accounts_full,
    })
}

/// Bids below 30,000, asks above: nothing crosses.
fn place(venue: &mut Venue<LadderBook>, account: u32, n: u32) {
    let is_sell = n % 2 == 1;
    let away = 1 + (account * ORDERS_EACH + n) % 4_000;
    venue.session(
        account,
        Command::Place(Place {
            client_id: None,
            instrument: 1,
            side: if is_sell { Side::Sell } else { Side::Buy },
            kind: OrderKind::Limit,
            time_in_force: TimeInForce::GoodTillCancel,
            price_ticks: if is_sell { 30_000 + away } else { 30_000 - away },
            lots: 1 + n % 7,
            post_only: false,
            reduce_only: false,
        }),
    );
}

/// Bytes of this process in memory (Linux).
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib * 1_024)
}

impl Report {
    fn bytes_per_order(&self) -> u64 {
        self.rss_orders_full.saturating_sub(self.rss_start) / u64::from(self.count)
    }

    fn bytes_per_account(&self) -> u64 {
        // The first venue's memory may have been kept by the allocator and used again: what counts is what the second one holds.
        let base = self.rss_accounts_empty.min(self.rss_start);
        self.rss_accounts_full.saturating_sub(base) / u64::from(self.count)
    }

    /// One JSON object.
    pub fn json(&self) -> String {
        format!(
            concat!(
                "{{\"orders\":{0},\"accounts\":{0},\"rss_start_bytes\":{1},\"rss_orders_empty_bytes\":{2},",
                "\"rss_orders_bytes\":{3},\"bytes_per_order\":{4},\"rss_accounts_empty_bytes\":{5},",
                "\"rss_accounts_bytes\":{6},\"bytes_per_account\":{7}}}"
            ),
            self.count,
            self.rss_start,
            self.rss_orders_empty,
            self.rss_orders_full,
            self.bytes_per_order(),
            self.rss_accounts_empty,
            self.rss_accounts_full,
            self.bytes_per_account(),
        )
    }

    /// For people.
    pub fn text(&self) -> String {
        let mib = |bytes: u64| bytes >> 20;
        format!(
            "{0} resting orders: {1} MiB in memory ({2} MiB before the first), {3} bytes an order, its account's share included\n\
             {0} accounts: {4} MiB in memory ({5} MiB before the first), {6} bytes an account",
            self.count,
            mib(self.rss_orders_full),
            mib(self.rss_orders_empty),
            self.bytes_per_order(),
            mib(self.rss_accounts_full),
            mib(self.rss_accounts_empty),
            self.bytes_per_account(),
        )
    }
}
