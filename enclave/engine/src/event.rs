//! What a command did, for the runtime to encode. Values only, in the order in which they happened.

use alloc::vec;
use alloc::vec::Vec;

use sealbook_wire::{CloseReason, MarketMode, OrderStatus, QuoteLeg, Side, TriggerSource};

use crate::limits::{
    DELEVERAGES_PER_COMMAND_MAX, EVENTS_PER_COMMAND_MAX, FILLS_PER_COMMAND_MAX,
    LEVELS_PER_COMMAND_MAX, LEVELS_PER_FILL_RESERVE, LIQUIDATIONS_PER_COMMAND_MAX,
    POSITIONS_PER_ACCOUNT_MAX,
};
use crate::reject::fault;
use crate::risk::option::Greeks;

/// One side of a trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Party {
    /// Who.
    pub account: u32,
    /// Handle of the client id (`Engine::client_id`), 0 if the order has none.
    pub client: u32,
    /// The order.
    pub order_id: u64,
    /// Lots of it still open. Of a taker: still to fill, even when the residue is about to be cancelled.
    pub remaining_lots: u32,
    /// Positive is paid.
    pub fee: i64,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A trade between a resting order and a taker.
    ///
    /// Encodes to one `fill` for each party and one `trade`. Account 0 as a taker is the insurance fund; a taker with
    /// order id 0 is a liquidation or a forced close.
    Traded {
        /// Gap-free per venue, from 1.
        trade_id: u64,
        /// Instrument.
        instrument: u16,
        /// The maker's price.
        price_ticks: u32,
        /// Size.
        lots: u32,
        /// Direction of the taker.
        taker_side: Side,
        /// The resting order.
        maker: Party,
        /// The aggressor.
        taker: Party,
    },
    /// A resting order left the book other than by being filled.
    OrderClosed {
        /// Whose.
        account: u32,
        /// Handle of the client id, 0 if none.
        client: u32,
        /// Instrument.
        instrument: u16,
        /// The order.
        order_id: u64,
        /// Unfilled.
        lots: u32,
        /// Why.
        reason: CloseReason,
    },
    /// An order lost lots without trading, and stays.
    OrderResized {
        /// Whose.
        account: u32,
        /// Handle of the client id, 0 if none.
        client: u32,
        /// Instrument.
        instrument: u16,
        /// The order.
        order_id: u64,
        /// Still open.
        lots: u32,
        /// Why.
        reason: CloseReason,
    },
    /// A waiting order's trigger was met.
    OrderTriggered {
        /// Whose.
        account: u32,
        /// Handle of the client id, 0 if none.
        client: u32,
        /// Instrument.
        instrument: u16,
        /// The order.
        order_id: u64,
        /// What it watched.
        source: TriggerSource,
        /// Its price, collateral per lot.
        price: i64,
    },
    /// An order with terms of its own rests or waits.
    OrderOpened {
        /// Whose.
        account: u32,
        /// Handle of the client id, 0 if none.
        client: u32,
        /// Instrument.
        instrument: u16,
        /// The order.
        order_id: u64,
        /// Side.
        side: Side,
        /// Limit it rests at.
        price_ticks: u32,
        /// Open.
        lots: u32,
        /// Resting or waiting.
        status: OrderStatus,
    },
    /// What became of one pair of a mass quote; all pairs of a command follow each other. For the session that asked.
    Quoted {
        /// Whose.
        account: u32,
        /// The pair.
        leg: QuoteLeg,
    },
    /// Market-maker protection blocked a fill; the group's orders are closed before this.
    ProtectionTripped {
        /// Whose.
        account: u32,
        /// Group.
        group: u8,
        /// Engine time, µs; the largest integer until reset.
        frozen_until_us: u64,
    },
    /// A deposit arrived. Account 0 for the insurance fund.
    Credited {
        /// Whose.
        account: u32,
        /// 1e-6 of the token.
        amount: u64,
        /// Index of the inbox entry.
        inbox_index: u64,
    },
    /// A withdrawal was recorded.
    Withdrawn {
        /// Whose.
        account: u32,
        /// 1e-6 of the token.
        amount: u64,
        /// The account's withdrawal nonce.
        nonce: u64,
    },
    /// A position, or what the book left of it, was closed by liquidation.
    Liquidated {
        /// Whose.
        account: u32,
        /// Instrument.
        instrument: u16,
        /// Signed size that went to the insurance fund or to deleveraged accounts; 0 if the book took all.
        lots: i64,
        /// The zero price, collateral per lot.
        price: i64,
        /// Liquidation fee on what the book took.
        fee: i64,
    },
    /// Part of a position was closed against a bankrupt account.
    Deleveraged {
        /// Whose.
        account: u32,
        /// Instrument.
        instrument: u16,
        /// Signed change of the position.
        lots: i64,
        /// The bankrupt account's zero price, collateral per lot.
        price: i64,
        /// Gross notional over equity before, ppm, rounded up.
        leverage_before_ppm: u64,
        /// And after.
        leverage_after_ppm: u64,
    },
    /// A position in an option was settled in cash.
    Expired {
        /// Whose.
        account: u32,
        /// Instrument.
        instrument: u16,
        /// Signed size settled.
        lots: i64,
        /// Average index, collateral per lot.
        settlement: i64,
        /// Collateral per lot.
        payoff: i64,
    },
    /// A withdrawal left its share of the socialised loss behind.
    Socialised {
        /// Whose.
        account: u32,
        /// 1e-6 of the token.
        amount: u64,
    },
    /// Funding of a position since it was last settled. Comes before what touched the position.
    FundingSettled {
        /// Whose.
        account: u32,
        /// Instrument.
        instrument: u16,
        /// Positive is paid.
        amount: i64,
    },
    /// Collateral came from, or went to, another sub-account of the owner.
    Transferred {
        /// Whose.
        account: u32,
        /// The other sub-account.
        other: u8,
        /// Positive came in.
        amount: i64,
    },
    /// The fund paid what an account without positions owed.
    Covered {
        /// Whose.
        account: u32,
        /// 1e-6 of the token.
        amount: u64,
    },
    /// Answer to `account-query`: encode `Engine::statement`.
    Account {
        /// Whose.
        account: u32,
    },
    /// A price level after the command.
    Level {
        /// Instrument.
        instrument: u16,
        /// Side of the book.
        side: Side,
        /// Price.
        price_ticks: u32,
        /// Total resting; 0 removes the level.
        lots: u64,
    },
    /// An instrument was listed, or an option was settled: what it is can be read in the state.
    Listed {
        /// Instrument.
        instrument: u16,
    },
    /// State of an instrument after an oracle round or a funding hour.
    Ticker {
        /// Instrument.
        instrument: u16,
        /// Mark price, collateral per lot.
        mark: i64,
        /// Index price, collateral per lot.
        index: i64,
        /// Last applied, per hour.
        funding_rate_ppb: i64,
        /// Sum of the long positions.
        open_interest_lots: u64,
        /// Mode.
        mode: MarketMode,
        /// How its price moves.
        greeks: Greeks,
    },
}

/// A price level some effect touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Touched {
    pub instrument: u16,
    pub side: Side,
    pub price_ticks: u32,
}

impl Touched {
    const NONE: Touched = Touched { instrument: 0, side: Side::Buy, price_ticks: 0 };
}

/// The events of one command, in a buffer that never grows.
#[derive(Debug)]
pub struct Events {
    /// At its full size always; the first `count` are of this command. Writing an element in place is cheaper than pushing it.
    list: Vec<Event>,
    count: usize,
    /// At its full size always, too.
    touched: Vec<Touched>,
    touched_count: usize,
    fills: u16,
    closes: usize,
    liquidations: usize,
    deleverages: usize,
    may_repeat: bool,
}

impl Default for Events {
    fn default() -> Events {
        Events::new()
    }
}

impl Events {
    /// An empty buffer at its full size.
    pub fn new() -> Events {
        Events {
            list: vec![Event::Account { account: 0 }; EVENTS_PER_COMMAND_MAX],
            count: 0,
            touched: vec![Touched::NONE; LEVELS_PER_COMMAND_MAX],
            touched_count: 0,
            fills: 0,
            closes: 0,
            liquidations: 0,
            deleverages: 0,
            may_repeat: false,
        }
    }

    /// What the last command did.
    pub fn as_slice(&self) -> &[Event] {
        self.list.get(..self.count).unwrap_or_default()
    }

    /// Iterates over what the last command did.
    pub fn iter(&self) -> core::slice::Iter<'_, Event> {
        self.as_slice().iter()
    }

    pub(crate) fn clear(&mut self) {
        self.count = 0;
        self.touched_count = 0;
        self.fills = 0;
        self.closes = 0;
        (self.liquidations, self.deleverages) = (0, 0);
        self.may_repeat = false;
    }

    /// Never beyond the room: each caller proved it from the limits or asked first.
    #[inline]
    pub(crate) fn push(&mut self, event: Event) {
        match self.list.get_mut(self.count) {
            Some(place) => *place = event,
            None => fault("events_fit_their_buffer"),
        }
        self.count += 1;
    }

    #[inline]
    pub(crate) fn push_trade(&mut self, event: Event) {
        self.fills += 1;
        self.push(event);
    }

    #[inline]
    pub(crate) fn push_liquidated(&mut self, event: Event) {
        self.liquidations += 1;
        self.push(event);
    }

    pub(crate) fn push_deleveraged(&mut self, event: Event) {
        self.deleverages += 1;
        self.push(event);
    }

    /// Liquidated positions there is still room to report.
    pub(crate) fn liquidations_room(&self) -> usize {
        LIQUIDATIONS_PER_COMMAND_MAX * POSITIONS_PER_ACCOUNT_MAX - self.liquidations
    }

    /// Deleveraged accounts there is still room to report.
    pub(crate) fn deleverages_room(&self) -> usize {
        DELEVERAGES_PER_COMMAND_MAX - self.deleverages
    }

    /// Notes a level; its final size is read once, after the command.
    #[inline]
    pub(crate) fn touch(&mut self, instrument: u16, side: Side, price_ticks: u32) {
        let level = Touched { instrument, side, price_ticks };
        let count = self.touched_count;
        if count != 0 && self.touched.get(count - 1) == Some(&level) {
            return;
        }
        match self.touched.get_mut(count) {
            Some(place) => *place = level,
            None => fault("levels_fit_their_message"),
        }
        self.touched_count = count + 1;
    }

    /// Like [`Events::touch`], from effects that may come back to a level touched before.
    #[inline]
    pub(crate) fn touch_again(&mut self, instrument: u16, side: Side, price_ticks: u32) {
        self.may_repeat = true;
        self.closes += 1;
        self.touch(instrument, side, price_ticks);
    }

    /// Counts a close that touches no level.
    pub(crate) fn count_close(&mut self) {
        self.closes += 1;
    }

    #[inline]
    pub(crate) fn fills_room(&self) -> u16 {
        FILLS_PER_COMMAND_MAX - self.fills
    }

    /// Room for the trades of one level: as many as the command has left, or one if the level is the last it may touch.
    #[inline]
    pub(crate) fn fills_room_at(&self, instrument: u16, side: Side, price_ticks: u32) -> u16 {
        let level = Touched { instrument, side, price_ticks };
        let is_new = self.touched_count == 0 || self.touched[self.touched_count - 1] != level;
        let touched = self.touched_count + usize::from(is_new);
        let left = LEVELS_PER_COMMAND_MAX.saturating_sub(touched.max(self.closes));
        if left >= LEVELS_PER_FILL_RESERVE { self.fills_room() } else { self.fills_room().min(1) }
    }

    /// Where the next events go, for trades that are counted when all are written.
    #[inline(always)]
    pub(crate) fn free_places(&mut self) -> core::slice::IterMut<'_, Event> {
        self.list.get_mut(self.count..).unwrap_or_default().iter_mut()
    }

    /// Counts trades that were written to [`Events::free_places`].
    #[inline]
    pub(crate) fn count_trades(&mut self, trades: u16) {
        self.fills += trades;
        self.count += usize::from(trades);
    }

    #[inline]
    pub(crate) fn levels_room(&self) -> usize {
        // Closes count even when they share a level: each is an event of its own.
        LEVELS_PER_COMMAND_MAX.saturating_sub(self.touched_count.max(self.closes))
    }

    /// Appends every level touched, once, with what rests there.
    #[inline(always)]
    pub(crate) fn push_levels(&mut self, lots_at: impl Fn(&Touched) -> u64) {
        if self.may_repeat && self.touched_count > 1 {
            self.make_distinct();
        }
        let Events { list, count, touched, touched_count, .. } = self;
        for level in touched.iter().take(*touched_count) {
            let &Touched { instrument, side, price_ticks } = level;
            let Some(place) = list.get_mut(*count) else { fault("events_fit_their_buffer") };
            *place = Event::Level { instrument, side, price_ticks, lots: lots_at(level) };
            *count += 1;
        }
    }

    /// Sorts the touched levels and drops the repeated ones.
    #[inline(never)]
    fn make_distinct(&mut self) {
        let touched = &mut self.touched[..self.touched_count];
        touched.sort_unstable();
        let mut kept = 1;
        for at in 1..touched.len() {
            if touched[at] != touched[kept - 1] {
                touched[kept] = touched[at];
                kept += 1;
            }
        }
        self.touched_count = kept;
    }
}
