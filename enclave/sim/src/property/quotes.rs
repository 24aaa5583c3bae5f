//! Makers' tools: mass quotes and what protects those who quote.

use sealbook_wire::{Command, List, MassQuote, QuotePair, ResetProtection, SetProtection};

use super::{Broken, OPTIONS, Twins};

impl Twins {
    pub(super) fn mass_quote(&mut self) -> Result<(), Broken> {
        let account = self.account();
        let pairs = self.quote_pairs();
        let quote = MassQuote {
            label: self.random.below(4) as u32,
            protection: self.random.below(3) as u8,
            slide: self.random.once_in(2),
            quotes: List::of(&pairs),
        };
        self.session(account, Command::MassQuote(quote))
    }

    /// Pairs around the last index, ascending, now and then not.
    fn quote_pairs(&mut self) -> Vec<QuotePair> {
        let mut pairs = Vec::new();
        for instrument in 1..=OPTIONS[OPTIONS.len() - 1] {
            if self.random.once_in(2) {
                continue;
            }
            let which = usize::from(instrument) - 1;
            let (one, other) = (self.price_in(which), self.price_in(which));
            let lots = |twins: &mut Twins| twins.random.below(40) as u32;
            pairs.push(QuotePair {
                instrument,
                bid_ticks: one.min(other),
                bid_lots: lots(self),
                ask_ticks: one.max(other),
                ask_lots: lots(self),
            });
        }
        if self.random.once_in(20) {
            pairs.reverse();
        }
        pairs
    }

    pub(super) fn protection(&mut self) -> Command<'static> {
        let group = self.random.below(4) as u8;
        if self.random.once_in(3) {
            return Command::ResetProtection(ResetProtection { group });
        }
        Command::SetProtection(SetProtection {
            group,
            window_us: self.random.pick(&[0, 1, 10_000_000, 60_000_000, 60_000_000]),
            frozen_us: self.random.pick(&[0, 1_000, 10_000_000]),
            lots_max: self.random.pick(&[0, 20, 60]),
            delta_max: self.random.pick(&[0, 30_000_000]),
            vega_max: self.random.pick(&[0, 5]),
        })
    }
}
