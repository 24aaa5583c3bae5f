//! An instrument: its parameters, its prices and what is shared by all positions in it.

use sealbook_wire::{InstrumentConfig, InstrumentKind, MarketMode};

use crate::limits::UNIT_VALUE_MAX;
use crate::units::{Rate, TickValue, Ticks, UnitValue};

/// An instrument. Index in the engine's list is its id; 0 is a blank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instrument {
    /// Id, from 1; 0 if nothing is listed here.
    pub id: u16,
    /// Kind.
    pub kind: InstrumentKind,
    /// What is allowed now.
    pub mode: MarketMode,
    /// Whether the leaf changed since it was last drained.
    pub is_dirty: bool,
    /// Collateral per tick and lot.
    pub tick_value: TickValue,
    /// Largest order.
    pub lots_max: u32,
    /// Highest legal price.
    pub price_ticks_max: u32,
    /// Initial margin fraction, ppm.
    pub initial_ppm: u32,
    /// Maintenance margin fraction, ppm.
    pub maintenance_ppm: u32,
    /// Maker fee.
    pub maker_fee: Rate,
    /// Taker fee.
    pub taker_fee: Rate,
    /// Liquidation fee, ppm, at most.
    pub liquidation_fee_ppm: u32,
    /// Mark price.
    pub mark: UnitValue,
    /// Index price.
    pub index: UnitValue,
    /// Time of that index price, µs.
    pub index_time_us: u64,
    /// Cumulative funding, collateral × 2^-32 per lot.
    pub funding_index: i128,
    /// Funding collected and not yet paid out; negative while receivers settled before payers.
    pub funding_pool: i64,
    /// Sum of the long positions, lots.
    pub open_interest: u64,
    /// Last applied hourly rate, 1e-9.
    pub funding_rate_ppb: i64,
    /// Sum of this hour's premium samples, 1e-9.
    pub premium_sum_ppb: i64,
    /// How many.
    pub premium_samples: u32,
    /// Minute of the last sample, since the epoch.
    pub premium_minute: u64,
    /// Hour in which funding was last applied, since the epoch.
    pub funding_hour: u64,
}

impl Instrument {
    /// A place where nothing is listed.
    pub const BLANK: Instrument = Instrument {
        id: 0,
        kind: InstrumentKind::Perpetual,
        mode: MarketMode::Halted,
        is_dirty: false,
        tick_value: TickValue(1),
        lots_max: 0,
        price_ticks_max: 0,
        initial_ppm: 0,
        maintenance_ppm: 0,
        maker_fee: Rate(0),
        taker_fee: Rate(0),
        liquidation_fee_ppm: 0,
        mark: UnitValue(0),
        index: UnitValue(0),
        index_time_us: 0,
        funding_index: 0,
        funding_pool: 0,
        open_interest: 0,
        funding_rate_ppb: 0,
        premium_sum_ppb: 0,
        premium_samples: 0,
        premium_minute: 0,
        funding_hour: 0,
    };

    /// An instrument as listed at `time_us`, or `None` if its parameters contradict each other.
    ///
    /// Fees: a maker never gets more than the taker pays, so the insurance fund never pays for a trade. Margins: maintenance
    /// below initial, initial at most one. Prices: the highest price and the index fit a unit value.
    pub fn listed(config: &InstrumentConfig, time_us: u64) -> Option<Instrument> {
        let price_max = u64::from(config.price_ticks_max).checked_mul(config.tick_value)?;
        let is_sound = config.kind == InstrumentKind::Perpetual
            && (1..=UNIT_VALUE_MAX as u64).contains(&price_max)
            && config.price_ticks_max < u32::MAX
            && config.lots_max > 0
            && UnitValue(config.index).is_legal()
            && (1..=1_000_000).contains(&config.initial_ppm)
            && (1..=config.initial_ppm).contains(&config.maintenance_ppm)
            && (0..=100_000).contains(&config.taker_fee_ppm)
            && (-config.taker_fee_ppm..=config.taker_fee_ppm).contains(&config.maker_fee_ppm)
            && config.liquidation_fee_ppm <= config.maintenance_ppm;
        is_sound.then_some(Instrument {
            id: config.instrument,
            kind: config.kind,
            mode: MarketMode::Open,
            is_dirty: false,
            tick_value: TickValue(config.tick_value),
            lots_max: config.lots_max,
            price_ticks_max: config.price_ticks_max,
            initial_ppm: config.initial_ppm,
            maintenance_ppm: config.maintenance_ppm,
            maker_fee: Rate(config.maker_fee_ppm),
            taker_fee: Rate(config.taker_fee_ppm),
            liquidation_fee_ppm: config.liquidation_fee_ppm,
            mark: UnitValue(config.index),
            index: UnitValue(config.index),
            index_time_us: time_us,
            premium_minute: time_us / 60_000_000,
            funding_hour: time_us / 3_600_000_000,
            ..Instrument::BLANK
        })
    }

    /// Price of one lot at a legal tick.
    #[inline]
    pub fn unit_value(&self, price_ticks: u32) -> UnitValue {
        Ticks(price_ticks).unit_value(self.tick_value)
    }
}
