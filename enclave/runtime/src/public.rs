//! The public feed: per command and instrument one `market` message, gap-free by `previous_sequence`, and tickers.

use sealbook_engine::Event;
use sealbook_wire::ring::outward;
use sealbook_wire::{LevelChange, List, Market, Message, Trade};

use crate::error::{Error, Result};
use crate::outlet::Outlet;
use crate::sequencer::Head;

/// Room for the largest market message: 512 levels and 512 trades.
const MESSAGE_BYTES: usize = 1 << 16;
/// Entries of each list of a `market` message.
const LIST_MAX: usize = 512;
/// Levels in one message.
pub const LEVELS_MAX: usize = LIST_MAX;

/// Scratch of the public feed.
pub struct PublicFeed {
    levels: Vec<LevelChange>,
    trades: Vec<Trade>,
    buffer: Vec<u8>,
}

impl Default for PublicFeed {
    fn default() -> Self {
        PublicFeed {
            levels: Vec::with_capacity(LIST_MAX),
            trades: Vec::with_capacity(LIST_MAX),
            buffer: vec![0; MESSAGE_BYTES],
        }
    }
}

impl PublicFeed {
    /// Pushes what the events changed in one instrument's book.
    ///
    /// # Errors
    /// Of the ring, or `Fault` if the engine broke its own limits.
    pub fn push_market(
        &mut self,
        outlet: &mut Outlet,
        head: &Head,
        instrument: u16,
        previous_sequence: u64,
        events: &[Event],
    ) -> Result<()> {
        self.levels.clear();
        self.trades.clear();
        for event in events {
            match *event {
                Event::Level { instrument: at, side, price_ticks, lots } if at == instrument => {
                    self.levels.push(LevelChange { side, price_ticks, lots });
                }
                Event::Traded {
                    instrument: at, trade_id, price_ticks, lots, taker_side, ..
                } if at == instrument => {
                    self.trades.push(Trade { trade_id, price_ticks, lots, taker_side });
                }
                _ => {}
            }
        }
        let message = Market {
            epoch: head.epoch,
            sequence: head.sequence,
            previous_sequence,
            instrument,
            time_us: head.time_us,
            levels: List::of(&self.levels),
            trades: List::of(&self.trades),
        };
        push(outlet, &mut self.buffer, head.sequence, &message)
    }

    /// Pushes levels as they stand, at most `LEVELS_MAX`; `previous_sequence` 0 replaces the reader's book.
    ///
    /// # Errors
    /// As `push_market`.
    pub fn push_levels(
        &mut self,
        outlet: &mut Outlet,
        head: &Head,
        instrument: u16,
        previous_sequence: u64,
        levels: &[LevelChange],
    ) -> Result<()> {
        let message = Market {
            epoch: head.epoch,
            sequence: head.sequence,
            previous_sequence,
            instrument,
            time_us: head.time_us,
            levels: List::of(levels),
            trades: List::of(&[]),
        };
        push(outlet, &mut self.buffer, head.sequence, &message)
    }

    /// Pushes a ticker, or an instrument's terms.
    ///
    /// # Errors
    /// As `push_market`.
    pub fn push<'m>(
        &mut self,
        outlet: &mut Outlet,
        sequence: u64,
        message: &impl Message<'m>,
    ) -> Result<()> {
        push(outlet, &mut self.buffer, sequence, message)
    }
}

fn push<'m>(
    outlet: &mut Outlet,
    buffer: &mut [u8],
    sequence: u64,
    message: &impl Message<'m>,
) -> Result<()> {
    let bytes = message.emit_into(buffer).map_err(|_| Error::Fault)?;
    outlet.push(outward::PUBLIC, &[&sequence.to_le_bytes(), bytes])
}
