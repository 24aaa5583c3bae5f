//! An option for the usual venue.

use sealbook_wire::{OptionConfig, Text};

use super::{INDEX, TIME_US};

pub const DAY_US: u64 = 86_400_000_000;
/// 08:00 UTC of a day after the tests' clock.
pub const EXPIRY_US: u64 = (TIME_US / DAY_US + 2) * DAY_US + DAY_US / 3;

/// A call at the money on the first perpetual.
pub fn call_option(instrument: u16) -> OptionConfig {
    OptionConfig {
        instrument,
        symbol: Text::from_bytes(b"BTC-C").expect("legal"),
        tick_value: 100,
        lots_max: 1_000,
        price_ticks_max: 10_000_000,
        maker_fee_ppm: 0,
        taker_fee_ppm: 0,
        liquidation_fee_ppm: 0,
        mark: 100,
        underlying: 1,
        is_call: true,
        strike: INDEX,
        expiry_us: EXPIRY_US,
    }
}
