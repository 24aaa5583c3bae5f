//! The records of a snapshot, one emit and one parse each, and the bytes they go to and come from.

use alloc::vec::Vec;

use sealbook_wire::{
    ClientId, InstrumentKind, Link, MarketMode, OrderKind, OrderStatus, Place, SelfTradeMode, Side,
    TimeInForce, TriggerKind, TriggerSource,
};

use super::Venue;
use super::account::{Account, FLAG_PORTFOLIO, FLAG_UNCOVERED, Slot};
use super::advanced::Terms;
use super::client_ids::Entry;
use super::instrument::{Instrument, OptionTerms, Parameters, linear_scenarios};
use super::protection::Protection;
use super::snapshot::SnapshotError;
use crate::engine::Outcome;
use crate::limits::{
    FUNDING_INDEX_MAX, Limits, POSITION_LOTS_MAX, POSITION_VALUE_MAX, POSITIONS_PER_ACCOUNT_MAX,
    SCENARIO_GAIN_MAX, TAKEN_VALUE_MAX, UNIT_VALUE_MAX,
};
use crate::units::{Rate, TickValue, UnitValue};

/// Where bytes go: a buffer, or a digest.
pub trait Sink {
    /// Takes the next bytes.
    fn put(&mut self, bytes: &[u8]);
}

impl Sink for Vec<u8> {
    fn put(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}

/// Appends integers, little-endian.
macro_rules! emit {
    ($sink:expr, $($value:expr),+ $(,)?) => { $( $sink.put(&$value.to_le_bytes()); )+ };
}

pub(super) use emit;

/// The bytes not read yet.
pub(super) struct Source<'a>(pub &'a [u8]);

impl<'a> Source<'a> {
    pub(super) fn bytes<const N: usize>(&mut self) -> Result<[u8; N], SnapshotError> {
        let (head, rest) = self.0.split_first_chunk().ok_or(SnapshotError::Malformed)?;
        self.0 = rest;
        Ok(*head)
    }
    pub(super) fn u8(&mut self) -> Result<u8, SnapshotError> {
        self.bytes().map(u8::from_le_bytes)
    }
    pub(super) fn u16(&mut self) -> Result<u16, SnapshotError> {
        self.bytes().map(u16::from_le_bytes)
    }
    pub(super) fn u32(&mut self) -> Result<u32, SnapshotError> {
        self.bytes().map(u32::from_le_bytes)
    }
    pub(super) fn u64(&mut self) -> Result<u64, SnapshotError> {
        self.bytes().map(u64::from_le_bytes)
    }
    pub(super) fn i64(&mut self) -> Result<i64, SnapshotError> {
        self.bytes().map(i64::from_le_bytes)
    }
    pub(super) fn i128(&mut self) -> Result<i128, SnapshotError> {
        self.bytes().map(i128::from_le_bytes)
    }
    /// A count, refused above `max` and when the bytes for it cannot be there.
    pub(super) fn count(&mut self, max: u32, each: usize) -> Result<u32, SnapshotError> {
        let count = self.u32()?;
        if count > max {
            return Err(SnapshotError::Impossible);
        }
        if (count as usize).saturating_mul(each) > self.0.len() {
            return Err(SnapshotError::Malformed);
        }
        Ok(count)
    }
}

pub(super) fn known<T>(value: Option<T>) -> Result<T, SnapshotError> {
    value.ok_or(SnapshotError::Impossible)
}

pub(super) fn emit_limits(sink: &mut impl Sink, limits: &Limits) {
    emit!(sink, limits.accounts_max, limits.orders_max, limits.instruments_max);
    emit!(sink, limits.client_ids_recent, limits.oracle_age_us_max, limits.hash_seed);
}

pub(super) fn parse_limits(source: &mut Source<'_>) -> Result<Limits, SnapshotError> {
    Ok(Limits {
        accounts_max: source.u32()?,
        orders_max: source.u32()?,
        instruments_max: source.u16()?,
        client_ids_recent: source.u32()?,
        oracle_age_us_max: source.u64()?,
        hash_seed: source.u64()?,
    })
}

pub(super) fn emit_venue(sink: &mut impl Sink, venue: &Venue) {
    emit!(sink, venue.time_us, venue.sequence, venue.epoch, venue.oracle_round);
    emit!(sink, venue.oracle_time_us, venue.trade_id, venue.inbox_cursor);
    emit!(sink, venue.deposited, venue.withdrawn, venue.sweep_next);
    emit!(sink, venue.insurance_spent, venue.volatility_round, venue.volatility_time_us);
    emit!(sink, venue.order_number);
}

pub(super) fn parse_venue(source: &mut Source<'_>) -> Result<Venue, SnapshotError> {
    Ok(Venue {
        time_us: source.u64()?,
        sequence: source.u64()?,
        epoch: source.u64()?,
        oracle_round: source.u64()?,
        oracle_time_us: source.u64()?,
        trade_id: source.u64()?,
        inbox_cursor: source.u64()?,
        deposited: source.u64()?,
        withdrawn: source.u64()?,
        sweep_next: source.u32()?,
        insurance_spent: source.u64()?,
        volatility_round: source.u64()?,
        volatility_time_us: source.u64()?,
        order_number: source.u64()?,
    })
}

pub(super) fn emit_instrument(sink: &mut impl Sink, at: &Instrument) {
    emit!(sink, at.id, at.kind as u8, at.mode as u8, at.tick_value.0, at.lots_max);
    emit!(sink, at.price_ticks_max, at.initial_ppm, at.maintenance_ppm, at.maker_fee.0);
    emit!(sink, at.taker_fee.0, at.liquidation_fee_ppm, at.mark.0, at.index.0, at.index_time_us);
    emit!(sink, at.funding_index, at.funding_pool, at.open_interest, at.funding_rate_ppb);
    emit!(sink, at.premium_sum_ppb, at.premium_samples, at.premium_minute, at.funding_hour);
    emit!(sink, at.last_price, at.premium_ema, at.median_ema, at.index_ema);
    emit!(sink, at.initial_now_ppm, at.guard as u8, at.held as u8);
    emit!(sink, at.risk.ramp_ppm, at.risk.ramp_shift);
    emit!(sink, at.risk.interest_low_lots, at.risk.interest_high_lots, at.risk.stale_us);
    emit!(sink, at.risk.volatile_ppm);
    let option = &at.option;
    emit!(sink, option.underlying, u8::from(option.is_call) | u8::from(option.is_settled) << 1);
    emit!(sink, option.strike, option.expiry_us, option.basis, option.sigma);
    emit!(sink, option.initial_short, option.maintenance_short, option.window_end_us);
    emit!(sink, option.sample_sum, option.samples, option.missing, option.delta_ppm as u32);
    // A perpetual's follow from its mark.
    if at.kind == InstrumentKind::Option {
        for gain in &at.scenarios {
            emit!(sink, gain);
        }
    }
}

pub(super) fn parse_instrument(source: &mut Source<'_>) -> Result<Instrument, SnapshotError> {
    let mut instrument = Instrument {
        id: source.u16()?,
        kind: known(InstrumentKind::from_u8(source.u8()?))?,
        mode: known(MarketMode::from_u8(source.u8()?))?,
        is_dirty: false,
        tick_value: TickValue(source.u64()?),
        lots_max: source.u32()?,
        price_ticks_max: source.u32()?,
        initial_ppm: source.u32()?,
        maintenance_ppm: source.u32()?,
        maker_fee: Rate(source.u32()? as i32),
        taker_fee: Rate(source.u32()? as i32),
        liquidation_fee_ppm: source.u32()?,
        mark: UnitValue(source.i64()?),
        index: UnitValue(source.i64()?),
        index_time_us: source.u64()?,
        funding_index: source.i128()?,
        funding_pool: source.i64()?,
        open_interest: source.u64()?,
        funding_rate_ppb: source.i64()?,
        premium_sum_ppb: source.i64()?,
        premium_samples: source.u32()?,
        premium_minute: source.u64()?,
        funding_hour: source.u64()?,
        last_price: source.i64()?,
        premium_ema: source.i64()?,
        median_ema: source.i64()?,
        index_ema: source.i64()?,
        initial_now_ppm: source.u32()?,
        guard: known(MarketMode::from_u8(source.u8()?))?,
        held: known(MarketMode::from_u8(source.u8()?))?,
        risk: Parameters {
            ramp_ppm: source.u32()?,
            ramp_shift: source.u8()?,
            interest_low_lots: source.u64()?,
            interest_high_lots: source.u64()?,
            stale_us: source.u64()?,
            volatile_ppm: source.u32()?,
        },
        option: parse_option(source)?,
        ..Instrument::BLANK
    };
    match instrument.kind {
        InstrumentKind::Option => {
            for gain in &mut instrument.scenarios {
                *gain = source.i64()?;
            }
        }
        InstrumentKind::Perpetual if instrument.id != 0 => {
            instrument.scenarios = linear_scenarios(instrument.mark);
        }
        InstrumentKind::Perpetual => {}
    }
    Ok(instrument)
}

fn parse_option(source: &mut Source<'_>) -> Result<OptionTerms, SnapshotError> {
    let (underlying, flags) = (source.u16()?, source.u8()?);
    Ok(OptionTerms {
        underlying,
        is_call: flags & 1 != 0,
        is_settled: flags & 2 != 0,
        strike: source.i64()?,
        expiry_us: source.u64()?,
        basis: source.i64()?,
        sigma: source.u64()?,
        initial_short: source.u64()?,
        maintenance_short: source.u64()?,
        window_end_us: source.u64()?,
        sample_sum: source.i128()?,
        samples: source.u32()?,
        missing: source.u32()?,
        delta_ppm: source.u32()? as i32,
    })
}

/// What an option's terms may be; a perpetual has none.
fn is_possible_option(at: &Instrument) -> bool {
    let option = &at.option;
    if at.kind == InstrumentKind::Perpetual {
        return *option == OptionTerms::default();
    }
    let lot_max = 2 * UNIT_VALUE_MAX as u64 * 1_000_000;
    UnitValue(option.strike).is_legal()
        && option.basis.unsigned_abs() <= UNIT_VALUE_MAX as u64
        && option.sigma <= sealbook_pricing::SIGMA_MAX
        && option.initial_short.max(option.maintenance_short) <= lot_max
        && option.expiry_us <= option.window_end_us
        && option.window_end_us <= 1 << 60
        && option.missing <= option.samples
        && (-1_000_000..=1_000_000).contains(&option.delta_ppm)
        && at.scenarios.iter().all(|gain| gain.unsigned_abs() <= SCENARIO_GAIN_MAX)
        && option.samples <= crate::risk::option::SAMPLES
        && (0..=i128::from(option.samples) * i128::from(UNIT_VALUE_MAX))
            .contains(&option.sample_sum)
}

/// The ranges in which the engine's arithmetic was proven.
pub(super) fn is_possible(at: &Instrument) -> bool {
    let price_max = u64::from(at.price_ticks_max).checked_mul(at.tick_value.0);
    price_max.is_some_and(|price| (1..=UNIT_VALUE_MAX as u64).contains(&price))
        && at.mark.is_legal()
        && at.index.is_legal()
        && (1..=1_000_000).contains(&at.initial_ppm)
        && (1..=at.initial_ppm).contains(&at.maintenance_ppm)
        && (0..=100_000).contains(&at.taker_fee.0)
        && (-at.taker_fee.0..=at.taker_fee.0).contains(&at.maker_fee.0)
        && at.liquidation_fee_ppm <= at.maintenance_ppm
        && (at.initial_ppm..=1_000_000).contains(&at.initial_now_ppm)
        && at.risk.is_sound()
        && is_possible_option(at)
        && (at.last_price == 0 || UnitValue(at.last_price).is_legal())
        && [at.premium_ema, at.median_ema, at.index_ema]
            .iter()
            .all(|ema| ema.unsigned_abs() <= (UNIT_VALUE_MAX as u64) << 16)
        && at.funding_index.unsigned_abs() <= FUNDING_INDEX_MAX as u128
}

pub(super) fn emit_account(sink: &mut impl Sink, account: &Account) {
    sink.put(&account.owner);
    sink.put(&account.key[0]);
    sink.put(&account.key[1]);
    emit!(sink, account.subaccount, account.flags, account.collateral, account.nonce);
    emit!(sink, account.delegation_nonce_min, account.sliced_at_us);
    for (instrument, slot) in account.instruments.iter().zip(&account.slots) {
        emit!(sink, instrument);
        if *instrument != 0 {
            emit!(sink, slot.size, slot.cost, slot.funding_index);
        }
    }
}

pub(super) fn parse_account(
    source: &mut Source<'_>,
    instruments: usize,
) -> Result<Account, SnapshotError> {
    let (owner, key) = (source.bytes()?, [source.bytes()?, source.bytes()?]);
    let mut account = Account { key, ..Account::new(owner, source.u8()?) };
    account.flags = source.u8()?;
    if account.flags & !(FLAG_PORTFOLIO | FLAG_UNCOVERED) != 0 {
        return Err(SnapshotError::Impossible);
    }
    account.collateral = source.i64()?;
    account.nonce = source.u64()?;
    account.delegation_nonce_min = source.u64()?;
    account.sliced_at_us = source.u64()?;
    for at in 0..POSITIONS_PER_ACCOUNT_MAX {
        let instrument = source.u16()?;
        if instrument == 0 {
            continue;
        }
        if usize::from(instrument) >= instruments || account.slot_of(instrument).is_some() {
            return Err(SnapshotError::Impossible);
        }
        account.instruments[at] = instrument;
        let (size, cost, funding_index) = (source.i64()?, source.i64()?, source.i128()?);
        let is_possible = size.unsigned_abs() <= POSITION_LOTS_MAX
            && cost.unsigned_abs() <= POSITION_VALUE_MAX + 2 * TAKEN_VALUE_MAX
            && funding_index.unsigned_abs() <= FUNDING_INDEX_MAX as u128;
        if !is_possible {
            return Err(SnapshotError::Impossible);
        }
        account.slots[at] = Slot { size, cost, funding_index, ..Slot::default() };
    }
    Ok(account)
}

pub(super) fn emit_entry(sink: &mut impl Sink, entry: &Entry) {
    let (place, outcome) = (&entry.place, &entry.outcome);
    let mut id = [0; ClientId::LENGTH_MAX];
    let bytes = place.client_id.as_ref().map_or(&[][..], |id| id.as_bytes());
    id[..bytes.len()].copy_from_slice(bytes);
    sink.put(&id);
    emit!(sink, bytes.len() as u8, entry.account, place.instrument, place.side as u8);
    emit!(sink, place.kind as u8, place.time_in_force as u8, place.price_ticks, place.lots);
    emit!(sink, u8::from(place.post_only) | u8::from(place.reduce_only) << 1);
    emit!(sink, entry.advanced);
    emit!(sink, outcome.code, outcome.detail, outcome.order_id, outcome.status as u8);
    emit!(sink, outcome.filled_lots, outcome.remaining_lots);
    emit!(sink, entry.status as u8, entry.lots, entry.remaining_lots);
}

pub(super) fn parse_entry(source: &mut Source<'_>) -> Result<Entry, SnapshotError> {
    let id: [u8; ClientId::LENGTH_MAX] = source.bytes()?;
    let id = known(id.get(..usize::from(source.u8()?)).and_then(ClientId::from_bytes))?;
    let account = source.u32()?;
    let mut place = Place {
        client_id: Some(id),
        instrument: source.u16()?,
        side: known(Side::from_u8(source.u8()?))?,
        kind: known(OrderKind::from_u8(source.u8()?))?,
        time_in_force: known(TimeInForce::from_u8(source.u8()?))?,
        price_ticks: source.u32()?,
        lots: source.u32()?,
        post_only: false,
        reduce_only: false,
    };
    let flags = source.u8()?;
    (place.post_only, place.reduce_only) = (flags & 1 != 0, flags & 2 != 0);
    let advanced = source.u64()?;
    let outcome = Outcome {
        code: source.u16()?,
        detail: source.u64()?,
        order_id: source.u64()?,
        status: known(OrderStatus::from_u8(source.u8()?))?,
        filled_lots: source.u32()?,
        remaining_lots: source.u32()?,
    };
    let status = known(OrderStatus::from_u8(source.u8()?))?;
    let (lots, remaining_lots) = (source.u32()?, source.u32()?);
    let entry = Entry { account, place, advanced, outcome, status, ..Entry::BLANK };
    Ok(Entry { lots, remaining_lots, ..entry })
}

pub(super) fn emit_terms(sink: &mut impl Sink, terms: &Terms) {
    emit!(sink, terms.number, terms.expiry_us, terms.label, terms.group, terms.trigger_ticks);
    emit!(sink, terms.filled, terms.protection, terms.kind as u8, terms.time_in_force as u8);
    emit!(sink, terms.self_trade as u8, terms.trigger as u8, terms.source as u8);
    emit!(sink, terms.link as u8, u8::from(terms.is_slide) | u8::from(terms.is_quote) << 1);
}

pub(super) fn parse_terms(source: &mut Source<'_>) -> Result<Terms, SnapshotError> {
    let terms = Terms {
        number: source.u64()?,
        expiry_us: source.u64()?,
        label: source.u32()?,
        group: source.u32()?,
        trigger_ticks: source.u32()?,
        filled: source.u32()?,
        protection: source.u32()?,
        kind: known(OrderKind::from_u8(source.u8()?))?,
        time_in_force: known(TimeInForce::from_u8(source.u8()?))?,
        self_trade: known(SelfTradeMode::from_u8(source.u8()?))?,
        trigger: known(TriggerKind::from_u8(source.u8()?))?,
        source: known(TriggerSource::from_u8(source.u8()?))?,
        link: known(Link::from_u8(source.u8()?))?,
        ..Terms::PLAIN
    };
    let flags = source.u8()?;
    Ok(Terms { is_slide: flags & 1 != 0, is_quote: flags & 2 != 0, ..terms })
}

pub(super) fn emit_protection(sink: &mut impl Sink, guard: &Protection) {
    emit!(sink, guard.account, guard.group, guard.window_us, guard.frozen_us, guard.lots_max);
    emit!(sink, guard.delta_max, guard.vega_max, guard.opened_us, guard.lots, guard.delta);
    emit!(sink, guard.vega, guard.frozen_until_us);
}

pub(super) fn parse_protection(source: &mut Source<'_>) -> Result<Protection, SnapshotError> {
    Ok(Protection {
        account: source.u32()?,
        group: source.u8()?,
        window_us: source.u64()?,
        frozen_us: source.u64()?,
        lots_max: source.u64()?,
        delta_max: source.u64()?,
        vega_max: source.u64()?,
        opened_us: source.u64()?,
        lots: source.u64()?,
        delta: source.i128()?,
        vega: source.i128()?,
        frozen_until_us: source.u64()?,
        ..Protection::default()
    })
}
