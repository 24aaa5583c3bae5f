//! After recovery, every book whole: without it the feed would be blind to orders that rested before (docs/boundaries.md section 8).

use sealbook_engine::book::Book;
use sealbook_wire::{LevelChange, Side};

use crate::halt::Halting;
use crate::machine::Machine;
use crate::matching::Matching;
use crate::public::LEVELS_MAX;

impl Matching {
    /// Publishes each listed instrument's book. The first message of a book replaces the reader's; later ones go on from it.
    pub(crate) fn publish_books(&mut self) -> Halting<()> {
        let head = *self.sequencer.head();
        for instrument in self.machine.instrument_ids() {
            self.publish_terms(instrument)?;
            let levels = self.machine.levels(instrument);
            self.machine.set_public_sequence(instrument, head.sequence);
            self.public.push_levels(&mut self.outlet, &head, instrument, 0, &[])?;
            for part in levels.chunks(LEVELS_MAX) {
                self.public.push_levels(
                    &mut self.outlet,
                    &head,
                    instrument,
                    head.sequence,
                    part,
                )?;
            }
        }
        Ok(())
    }
}

impl Machine {
    /// Every level of a book, best first, bids before asks. Allocates: only at boot.
    fn levels(&self, instrument: u16) -> Vec<LevelChange> {
        let state = self.engine().state();
        let (book, orders) = (state.book(instrument), state.orders());
        let mut levels: Vec<LevelChange> = Vec::new();
        for side in [Side::Buy, Side::Sell] {
            let mut handle = book.head(orders, side);
            while handle != 0 {
                let order = orders.get(handle);
                let (price_ticks, lots) = (order.price_ticks, u64::from(order.lots));
                match levels.last_mut() {
                    Some(last) if last.side == side && last.price_ticks == price_ticks => {
                        last.lots += lots;
                    }
                    _ => levels.push(LevelChange { side, price_ticks, lots }),
                }
                handle = book.after(orders, handle);
            }
        }
        levels
    }
}
