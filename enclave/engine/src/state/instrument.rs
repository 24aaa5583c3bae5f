//! An instrument: its parameters, its prices and what is shared by all positions in it.

use sealbook_pricing::scenario::linear_vector;
use sealbook_pricing::{SCENARIOS, Vector};
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
    /// Price of the last trade, collateral per lot; 0 before the first.
    pub last_price: i64,
    /// Average of the book's middle over the index, 150 s, × 2^16.
    pub premium_ema: i64,
    /// Average of the book's median over the index, 30 s, × 2^16.
    pub median_ema: i64,
    /// Average of the index, 5 min, × 2^16.
    pub index_ema: i64,
    /// Initial margin fraction with the open-interest ramp, as of the last oracle round, ppm.
    pub initial_now_ppm: u32,
    /// What the oracle guards allow.
    pub guard: MarketMode,
    /// What the host lets through while the chain does not follow; apart from `mode`, so that it can undo no signed order.
    pub held: MarketMode,
    /// Ramps and guards.
    pub risk: Parameters,
    /// Terms of an option; all zero for a perpetual.
    pub option: OptionTerms,
    /// What a lot gains in each portfolio scenario, as of the last round.
    pub scenarios: Vector,
}

/// What an option is, what its smile says, and its settlement so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OptionTerms {
    /// The perpetual whose index settles it.
    pub underlying: u16,
    /// Call, else put.
    pub is_call: bool,
    /// Settled: its id may be listed again.
    pub is_settled: bool,
    /// Collateral per lot.
    pub strike: i64,
    /// 08:00 UTC of a day, µs.
    pub expiry_us: u64,
    /// Forward less index, as of the last smile.
    pub basis: i64,
    /// Volatility at the strike, 1e-9 a year; 0 before the first smile.
    pub sigma: u64,
    /// Requirement of one short lot, initial, times 10^6.
    pub initial_short: u64,
    /// Requirement of one short lot, maintenance, times 10^6.
    pub maintenance_short: u64,
    /// End of the settlement window: the expiry, unless it was extended.
    pub window_end_us: u64,
    /// Sum of the window's samples.
    pub sample_sum: i128,
    /// How many.
    pub samples: u32,
    /// How many of them were carried over a gap.
    pub missing: u32,
    /// What the mark gained per unit of the index at the last round, millionths.
    pub delta_ppm: i32,
}

/// Margin ramps and oracle guards; all zero is off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parameters {
    /// Added to both margin fractions for each `2^ramp_shift` lots, ppm.
    pub ramp_ppm: u32,
    /// See `ramp_ppm`.
    pub ramp_shift: u8,
    /// Open interest from which the initial fraction rises, lots.
    pub interest_low_lots: u64,
    /// Open interest at which it reaches one, lots; 0 for never.
    pub interest_high_lots: u64,
    /// Age of the index from which the market is restricted, µs; 0 for never.
    pub stale_us: u64,
    /// Distance of the index from its average from which the market is restricted, ppm; 0 for never.
    pub volatile_ppm: u32,
}

/// Largest `ramp_shift`.
pub const RAMP_SHIFT_MAX: u8 = 40;

impl Parameters {
    /// Whether they do not contradict each other.
    pub fn is_sound(&self) -> bool {
        self.ramp_ppm <= 1_000_000
            && self.ramp_shift <= RAMP_SHIFT_MAX
            && (self.interest_high_lots == 0 || self.interest_low_lots < self.interest_high_lots)
            && self.interest_high_lots <= 1 << 60
            && self.stale_us <= 1 << 50
            && self.volatile_ppm <= 1_000_000
    }
}

/// From open to halted, the stricter of two modes.
pub fn stricter(a: MarketMode, b: MarketMode) -> MarketMode {
    let rank = |mode| match mode {
        MarketMode::Open => 0,
        MarketMode::PostOnly => 1,
        MarketMode::CloseOnly => 2,
        MarketMode::CancelOnly => 3,
        MarketMode::Halted => 4,
    };
    if rank(a) >= rank(b) { a } else { b }
}

/// What a lot worth its mark gains in each scenario. A legal mark is in the domain.
pub fn linear_scenarios(mark: UnitValue) -> Vector {
    linear_vector(mark.0).unwrap_or([0; SCENARIOS])
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
        last_price: 0,
        premium_ema: 0,
        median_ema: 0,
        index_ema: 0,
        initial_now_ppm: 0,
        guard: MarketMode::Open,
        held: MarketMode::Open,
        risk: Parameters {
            ramp_ppm: 0,
            ramp_shift: 0,
            interest_low_lots: 0,
            interest_high_lots: 0,
            stale_us: 0,
            volatile_ppm: 0,
        },
        option: OptionTerms {
            underlying: 0,
            is_call: false,
            is_settled: false,
            strike: 0,
            expiry_us: 0,
            basis: 0,
            sigma: 0,
            initial_short: 0,
            maintenance_short: 0,
            window_end_us: 0,
            sample_sum: 0,
            samples: 0,
            missing: 0,
            delta_ppm: 0,
        },
        scenarios: [0; SCENARIOS],
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
            index_ema: config.index << 16,
            initial_now_ppm: config.initial_ppm,
            scenarios: linear_scenarios(UnitValue(config.index)),
            ..Instrument::BLANK
        })
    }

    /// The perpetual whose index moves it: itself, or an option's underlying.
    #[inline]
    pub fn underlying(&self) -> u16 {
        match self.kind {
            InstrumentKind::Perpetual => self.id,
            InstrumentKind::Option => self.option.underlying,
        }
    }

    /// What orders the market takes: its mode, the oracle guards and the host's hold, whichever is strictest.
    #[inline]
    pub fn mode_now(&self) -> MarketMode {
        stricter(stricter(self.mode, self.guard), self.held)
    }

    /// Whether nobody restricts the market.
    #[inline]
    pub fn is_open(&self) -> bool {
        let open = MarketMode::Open;
        self.mode == open && self.guard == open && self.held == open
    }

    /// What the size of a position adds to its margin fractions, ppm, rounded up (Deribit's linear ramp).
    #[inline]
    pub fn ramp_ppm(&self, lots: u64) -> u64 {
        if self.risk.ramp_ppm == 0 {
            return 0;
        }
        let product = u128::from(lots) * u128::from(self.risk.ramp_ppm);
        let ceiling = (1_u128 << self.risk.ramp_shift) - 1;
        ((product + ceiling) >> self.risk.ramp_shift).min(1_000_000) as u64
    }

    /// Initial margin fraction of a position of this size, ppm; at most one.
    #[inline]
    pub fn initial_of(&self, lots: u64) -> u64 {
        (u64::from(self.initial_now_ppm) + self.ramp_ppm(lots)).min(1_000_000)
    }

    /// Maintenance margin fraction of a position of this size, ppm; at most one.
    #[inline]
    pub fn maintenance_of(&self, lots: u64) -> u64 {
        (u64::from(self.maintenance_ppm) + self.ramp_ppm(lots)).min(1_000_000)
    }

    /// Maintenance requirement of one lot of a position of this signed size, times 10^6. A long option needs none: its value
    /// cannot fall below zero, and what was paid for it is already gone.
    #[inline]
    pub fn maintenance_lot(&self, size: i64) -> u64 {
        match self.kind {
            InstrumentKind::Perpetual => {
                self.mark.0 as u64 * self.maintenance_of(size.unsigned_abs())
            }
            InstrumentKind::Option if size < 0 => self.option.maintenance_short,
            InstrumentKind::Option => 0,
        }
    }

    /// Price of one lot at a legal tick.
    #[inline]
    pub fn unit_value(&self, price_ticks: u32) -> UnitValue {
        Ticks(price_ticks).unit_value(self.tick_value)
    }
}
