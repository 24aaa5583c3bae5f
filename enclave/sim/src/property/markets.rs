//! The markets: how they differ, how they are ruled, and what their prices and clocks do.

use sealbook_wire::{
    ConnectionClosed, EpochOpened, InstrumentConfig, InstrumentRisk, List, MarketMode, OraclePrice,
    SetMarketMode, SystemCommand,
};

use super::{ACCOUNTS, Broken, INSTRUMENTS, OPTIONS, Twins};
use crate::market::instrument;

/// Three markets that differ in what they charge and how they are ruled.
pub(super) fn config(id: u16) -> InstrumentConfig {
    let base = InstrumentConfig { index: 1_000_000, price_ticks_max: 5_000, ..instrument(id) };
    match id {
        1 => InstrumentConfig { maker_fee_ppm: -200, ..base },
        2 => InstrumentConfig { maker_fee_ppm: 300, initial_ppm: 100_000, ..base },
        _ => InstrumentConfig { maker_fee_ppm: 0, tick_value: 333, lots_max: 500, ..base },
    }
}

/// The second market's margins rise with size and open interest; the third is guarded against a stale or wild index.
pub(super) fn risks() -> [InstrumentRisk<'static>; 2] {
    let off = InstrumentRisk {
        instrument: 2,
        ramp_ppm: 0,
        ramp_shift: 0,
        interest_low_lots: 0,
        interest_high_lots: 0,
        stale_us: 0,
        volatile_ppm: 0,
        number: 0,
        signatures: List::of(&[]),
    };
    [
        InstrumentRisk {
            ramp_ppm: 40_000,
            ramp_shift: 8,
            interest_low_lots: 200,
            interest_high_lots: 4_000,
            ..off
        },
        InstrumentRisk { instrument: 3, stale_us: 600_000_000, volatile_ppm: 60_000, ..off },
    ]
}

impl Twins {
    /// Markets are open most of the time: every other mode lasts until the next change.
    pub(super) fn mode(&mut self) -> Result<(), Broken> {
        let instrument =
            1 + self.random.below(u64::from(INSTRUMENTS) + OPTIONS.len() as u64) as u16;
        let number = self.number();
        let mode = if self.random.once_in(8) {
            self.random.pick(&MarketMode::ALL)
        } else {
            MarketMode::Open
        };
        let signatures = List::of(&[]);
        self.both(SystemCommand::SetMarketMode(SetMarketMode {
            instrument,
            mode,
            number,
            signatures,
        }))
    }

    /// Ramps and guards, as at first or off; an epoch, now and then one that is over.
    pub(super) fn rule(&mut self) -> Result<(), Broken> {
        if self.random.once_in(4) {
            let epoch = self.fast.engine.state().venue().epoch + self.random.below(2);
            return self.both(SystemCommand::EpochOpened(EpochOpened {
                epoch,
                previous_sequence: 0,
                previous_chain_hash: [0; 32],
                signer: [0; 20],
            }));
        }
        let number = self.number();
        let [ramped, guarded] = risks();
        let off = InstrumentRisk { instrument: 1, ramp_ppm: 0, ramp_shift: 0, ..guarded };
        let off = InstrumentRisk { stale_us: 0, volatile_ppm: 0, ..off };
        let instrument = self.random.pick(&[ramped.instrument, guarded.instrument]);
        let risk = self.random.pick(&[ramped, guarded, InstrumentRisk { instrument, ..off }]);
        self.both(SystemCommand::InstrumentRisk(InstrumentRisk { number, ..risk }))
    }

    /// Of a signed order: mostly the next, now and then the enclave's own 0 or one that came too late.
    pub(super) fn number(&mut self) -> u64 {
        let last = self.fast.engine.state().venue().order_number;
        self.random.pick(&[0, last, last + 1, last + 1, last + 1, last + 3])
    }

    pub(super) fn disconnect(&mut self) -> Result<(), Broken> {
        let account = self.random.below(u64::from(ACCOUNTS) + 2) as u32;
        self.both(SystemCommand::ConnectionClosed(ConnectionClosed { account }))
    }

    pub(super) fn wait(&mut self, by_us: u64) -> Result<(), Broken> {
        let outcomes = (self.fast.tick(by_us), self.naive.tick(by_us));
        self.check("tick", outcomes, None)
    }

    /// From a moment to an hour. A settlement window on the way is gone through, nearly always.
    pub(super) fn tick(&mut self) -> Result<(), Broken> {
        let by_us = self.random.pick(&[0, 1_000, 10_000_000, 60_000_000, 3_600_000_000]);
        let until_us = self.fast.header.time_us + by_us;
        let window = self.next_window().filter(|window| window.start_us <= until_us);
        match window {
            Some(window) if !self.random.once_in(12) => self.go_through(window),
            _ => self.wait(by_us),
        }
    }

    /// Mostly small steps; now and then a crash or a jump, and rounds that must be refused.
    pub(super) fn round(&mut self) -> Result<(), Broken> {
        let mut prices = self.prices(6, 24);
        if self.random.once_in(40) {
            let bad = self.random.pick(&[(1, 0), (1, -5), (9, 5), (1, i64::MAX)]);
            prices.push(OraclePrice { instrument: bad.0, index: bad.1 });
        }
        self.publish(&prices)
    }

    /// Where the indices are now, one in `gap` left out; one in `crash` falls or jumps.
    pub(super) fn prices(&mut self, gap: u64, crash: u64) -> Vec<OraclePrice> {
        let mut prices = Vec::new();
        for id in 1..=INSTRUMENTS {
            let at = usize::from(id) - 1;
            let step = match self.random.below(crash) {
                0 => 250,
                1..6 => 30,
                _ => 5,
            };
            let moved = self.random.below(2 * step + 1) as i64 - step as i64;
            let index = self.index[at] + self.index[at] * moved / 1_000;
            self.index[at] = index.clamp(200_000, 1_600_000);
            if !self.random.once_in(gap) {
                prices.push(OraclePrice { instrument: id, index: self.index[at] });
            }
        }
        prices
    }

    pub(super) fn publish(&mut self, prices: &[OraclePrice]) -> Result<(), Broken> {
        let outcomes = (self.fast.round(prices), self.naive.round(prices));
        self.check("oracle-round", outcomes, None)
    }
}
