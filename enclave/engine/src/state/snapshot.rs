//! The whole state as bytes, and back. The order of everything that can ever be observed is kept: priority in the books, age in
//! an account's list, the order in which slots will be reused, the order in which closed client ids will be forgotten.
//!
//! Little-endian, no padding. Parsing is strict: every count is checked against the engine's own limits before anything is
//! stored (nothing is allocated by a count), trailing bytes are refused, and the result must satisfy the invariants.

use alloc::vec::Vec;

use sealbook_wire::{
    ClientId, InstrumentKind, MarketMode, OrderKind, OrderStatus, Place, Side, TimeInForce,
};

use super::account::{Account, Slot};
use super::client_ids::Entry;
use super::instrument::Instrument;
use super::owners::mix;
use super::{State, Venue};
use crate::book::Book;
use crate::engine::Outcome;
use crate::limits::{
    FUNDING_INDEX_MAX, Limits, ORDERS_PER_ACCOUNT_MAX, POSITION_LOTS_MAX, POSITION_VALUE_MAX,
    POSITIONS_PER_ACCOUNT_MAX, TAKEN_VALUE_MAX, UNIT_VALUE_MAX,
};
use crate::orders::{Handle, NewOrder};
use crate::units::{Rate, TickValue, UnitValue};

const MAGIC: &[u8; 8] = b"SBSNAP01";

/// Why bytes are no snapshot of this engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SnapshotError {
    /// Not a snapshot, cut short, or with bytes left over.
    Malformed,
    /// Made under other limits.
    OtherLimits,
    /// A value no engine would have written.
    Impossible,
    /// Read in full, but this invariant does not hold.
    Invariant(&'static str),
}

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

/// A deterministic digest for tests. Not collision resistant: the state root is the Merkle root.
struct Digest(u64);

impl Sink for Digest {
    fn put(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.0 = mix(self.0, u64::from_le_bytes(word) ^ (chunk.len() as u64) << 56);
        }
    }
}

macro_rules! emit {
    ($sink:expr, $($value:expr),+ $(,)?) => { $( $sink.put(&$value.to_le_bytes()); )+ };
}

/// The bytes not read yet.
struct Source<'a>(&'a [u8]);

impl<'a> Source<'a> {
    fn bytes<const N: usize>(&mut self) -> Result<[u8; N], SnapshotError> {
        let (head, rest) = self.0.split_first_chunk().ok_or(SnapshotError::Malformed)?;
        self.0 = rest;
        Ok(*head)
    }
    fn u8(&mut self) -> Result<u8, SnapshotError> {
        self.bytes().map(u8::from_le_bytes)
    }
    fn u16(&mut self) -> Result<u16, SnapshotError> {
        self.bytes().map(u16::from_le_bytes)
    }
    fn u32(&mut self) -> Result<u32, SnapshotError> {
        self.bytes().map(u32::from_le_bytes)
    }
    fn u64(&mut self) -> Result<u64, SnapshotError> {
        self.bytes().map(u64::from_le_bytes)
    }
    fn i64(&mut self) -> Result<i64, SnapshotError> {
        self.bytes().map(i64::from_le_bytes)
    }
    fn i128(&mut self) -> Result<i128, SnapshotError> {
        self.bytes().map(i128::from_le_bytes)
    }
    /// A count, refused above `max` and when the bytes for it cannot be there.
    fn count(&mut self, max: u32, each: usize) -> Result<u32, SnapshotError> {
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

fn known<T>(value: Option<T>) -> Result<T, SnapshotError> {
    value.ok_or(SnapshotError::Impossible)
}

impl<B: Book> State<B> {
    /// Everything as bytes.
    pub fn emit_snapshot(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.emit(&mut bytes);
        bytes
    }

    /// A deterministic digest of everything but the position in the sequence, for tests: a reject must not change it.
    pub fn state_hash(&self) -> u64 {
        let mut digest = Digest(0);
        self.emit_at(&mut digest, 0);
        digest.0
    }

    /// Streams the snapshot.
    pub fn emit(&self, sink: &mut impl Sink) {
        self.emit_at(sink, self.venue.sequence);
    }

    fn emit_at(&self, sink: &mut impl Sink, sequence: u64) {
        sink.put(MAGIC);
        emit_limits(sink, &self.limits);
        emit_venue(sink, &Venue { sequence, ..self.venue });
        for instrument in &self.instruments[1..] {
            emit_instrument(sink, instrument);
        }
        emit!(sink, self.accounts.len() as u32);
        self.accounts.iter().for_each(|account| emit_account(sink, account));
        self.emit_slots(sink);
        self.emit_orders(sink);
        emit!(sink, self.client_ids.closed_count());
        self.client_ids.closed().for_each(|entry| emit_entry(sink, entry));
    }

    fn emit_slots(&self, sink: &mut impl Sink) {
        let (used, free) = self.orders.slots();
        emit!(sink, used);
        for handle in 1..=used {
            emit!(sink, self.orders.get(handle).generation());
        }
        emit!(sink, free.len() as u32);
        for handle in free {
            emit!(sink, handle);
        }
    }

    /// Open orders in priority, then each account's in age.
    fn emit_orders(&self, sink: &mut impl Sink) {
        emit!(sink, self.orders.live());
        for book in &self.books {
            for side in Side::ALL {
                let mut handle = book.head(&self.orders, side);
                while handle != 0 {
                    self.emit_order(sink, handle);
                    handle = book.after(&self.orders, handle);
                }
            }
        }
        for account in &self.accounts {
            emit!(sink, account.orders);
            let mut handle = account.order_head;
            while handle != 0 {
                emit!(sink, handle);
                handle = self.orders.next_of_account(handle);
            }
        }
    }

    fn emit_order(&self, sink: &mut impl Sink, handle: Handle) {
        let order = self.orders.get(handle);
        emit!(sink, handle, order.price_ticks, order.lots, order.account, order.instrument);
        let flags = u8::from(order.is_reduce_only()) << 1 | u8::from(order.is_post_only()) << 2;
        emit!(sink, order.slot, order.side() as u8 | flags);
        let client = self.orders.client(handle);
        emit!(sink, u8::from(client != 0));
        if client != 0 {
            emit_entry(sink, self.client_ids.get(client));
        }
    }

    /// Reads a snapshot made by an engine with the same limits.
    pub fn parse_snapshot(limits: &Limits, bytes: &[u8]) -> Result<State<B>, SnapshotError> {
        let mut source = Source(bytes);
        if source.bytes()? != *MAGIC {
            return Err(SnapshotError::Malformed);
        }
        if parse_limits(&mut source)? != limits.clamped() {
            return Err(SnapshotError::OtherLimits);
        }
        let mut state = State::<B>::new(*limits);
        state.venue = parse_venue(&mut source)?;
        for id in 1..state.instruments.len() {
            state.instruments[id] = parse_instrument(&mut source)?;
            let listed = &state.instruments[id];
            let is_possible = match usize::from(listed.id) {
                0 => *listed == Instrument::BLANK,
                own => own == id && is_possible(listed),
            };
            if !is_possible {
                return Err(SnapshotError::Impossible);
            }
        }
        state.parse_accounts(&mut source)?;
        state.parse_slots(&mut source)?;
        state.parse_orders(&mut source)?;
        for _ in 0..source.count(state.limits.client_ids_recent, 1)? {
            let entry = parse_entry(&mut source)?;
            let client = state.restore_entry(&entry)?;
            state.client_ids.close(client, entry.status, entry.remaining_lots);
        }
        if !source.0.is_empty() {
            return Err(SnapshotError::Malformed);
        }
        state.check_invariants().map_err(SnapshotError::Invariant)?;
        Ok(state)
    }

    fn parse_accounts(&mut self, source: &mut Source<'_>) -> Result<(), SnapshotError> {
        let count = source.count(self.limits.accounts_max, 1)?;
        if count == 0 {
            return Err(SnapshotError::Impossible);
        }
        self.accounts.clear();
        for id in 0..count {
            let account = parse_account(source, self.instruments.len())?;
            if id != 0 {
                let (owner, subaccount) = (&account.owner, account.subaccount);
                if self.owners.find(&self.accounts, owner, subaccount).is_some() {
                    return Err(SnapshotError::Impossible);
                }
                self.owners.insert(id, owner, subaccount);
            }
            self.accounts.push(account);
        }
        Ok(())
    }

    fn parse_slots(&mut self, source: &mut Source<'_>) -> Result<(), SnapshotError> {
        let used = source.count(self.limits.orders_max, 8)?;
        let (generations, rest) = source.0.split_at(used as usize * 8);
        source.0 = rest;
        let free = source.count(used, 4)?;
        let (free, rest) = source.0.split_at(free as usize * 4);
        source.0 = rest;
        let generations =
            generations.as_chunks::<8>().0.iter().map(|word| u64::from_le_bytes(*word));
        let free = free.as_chunks::<4>().0.iter().map(|word| u32::from_le_bytes(*word));
        known(self.orders.restore_slots(generations, free))
    }

    fn parse_orders(&mut self, source: &mut Source<'_>) -> Result<(), SnapshotError> {
        let count = source.count(self.limits.orders_max, 1)?;
        for _ in 0..count {
            self.parse_order(source)?;
        }
        for id in 0..self.accounts.len() {
            for _ in 0..source.u16()? {
                let handle = source.u32()?;
                let is_own = handle <= self.orders.slots().0
                    && self.orders.get(handle).is_live()
                    && self.orders.get(handle).account as usize == id
                    && self.accounts[id].orders < ORDERS_PER_ACCOUNT_MAX;
                if !is_own {
                    return Err(SnapshotError::Impossible);
                }
                let account = &mut self.accounts[id];
                account.orders += 1;
                self.orders.link(handle, &mut account.order_head, &mut account.order_tail);
            }
        }
        Ok(())
    }

    fn parse_order(&mut self, source: &mut Source<'_>) -> Result<(), SnapshotError> {
        let handle = source.u32()?;
        let (price_ticks, lots, account) = (source.u32()?, source.u32()?, source.u32()?);
        let (instrument, slot, flags) = (source.u16()?, source.u8()?, source.u8()?);
        let shared = *known(self.instrument(instrument))?;
        let owner = known(self.accounts.get(account as usize))?;
        let is_possible = handle != 0
            && handle <= self.orders.slots().0
            && !self.orders.get(handle).is_live()
            && flags < 8
            && owner.instruments.get(usize::from(slot)) == Some(&instrument)
            && (1..=shared.price_ticks_max).contains(&price_ticks)
            && (1..=shared.lots_max).contains(&lots);
        if !is_possible {
            return Err(SnapshotError::Impossible);
        }
        let client = match source.u8()? {
            0 => 0,
            _ => {
                let entry = parse_entry(source)?;
                self.restore_entry(&entry)?
            }
        };
        let new = NewOrder {
            price_ticks,
            lots,
            account,
            instrument,
            slot,
            side: known(Side::from_u8(flags & 1))?,
            is_reduce_only: flags & 2 != 0,
            is_post_only: flags & 4 != 0,
            client,
        };
        self.orders.open(handle, &new);
        let slot = &mut self.accounts[account as usize].slots[usize::from(slot)];
        slot.reserve(new.side, lots, shared.unit_value(price_ticks), shared.mark);
        if new.is_reduce_only {
            slot.reduce_only_lots += u64::from(lots);
            slot.reduce_only_orders += 1;
        }
        self.books[usize::from(instrument)].insert(&mut self.orders, handle);
        Ok(())
    }

    fn restore_entry(&mut self, entry: &Entry) -> Result<u32, SnapshotError> {
        let id = known(entry.place.client_id)?;
        if self.client_ids.find(entry.account, &id) != 0 {
            return Err(SnapshotError::Impossible);
        }
        let client = self.client_ids.insert(entry.account, &id, &entry.place);
        let stored = self.client_ids.get_mut(client);
        (stored.outcome, stored.status, stored.lots) = (entry.outcome, entry.status, entry.lots);
        stored.remaining_lots = entry.remaining_lots;
        Ok(client)
    }
}

fn emit_limits(sink: &mut impl Sink, limits: &Limits) {
    emit!(sink, limits.accounts_max, limits.orders_max, limits.instruments_max);
    emit!(sink, limits.client_ids_recent, limits.oracle_age_us_max, limits.hash_seed);
}

fn parse_limits(source: &mut Source<'_>) -> Result<Limits, SnapshotError> {
    Ok(Limits {
        accounts_max: source.u32()?,
        orders_max: source.u32()?,
        instruments_max: source.u16()?,
        client_ids_recent: source.u32()?,
        oracle_age_us_max: source.u64()?,
        hash_seed: source.u64()?,
    })
}

fn emit_venue(sink: &mut impl Sink, venue: &Venue) {
    emit!(sink, venue.time_us, venue.sequence, venue.epoch, venue.oracle_round);
    emit!(sink, venue.oracle_time_us, venue.trade_id, venue.inbox_cursor);
    emit!(sink, venue.deposited, venue.withdrawn, venue.sweep_next);
}

fn parse_venue(source: &mut Source<'_>) -> Result<Venue, SnapshotError> {
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
    })
}

fn emit_instrument(sink: &mut impl Sink, at: &Instrument) {
    emit!(sink, at.id, at.kind as u8, at.mode as u8, at.tick_value.0, at.lots_max);
    emit!(sink, at.price_ticks_max, at.initial_ppm, at.maintenance_ppm, at.maker_fee.0);
    emit!(sink, at.taker_fee.0, at.liquidation_fee_ppm, at.mark.0, at.index.0, at.index_time_us);
    emit!(sink, at.funding_index, at.funding_pool, at.open_interest, at.funding_rate_ppb);
    emit!(sink, at.premium_sum_ppb, at.premium_samples, at.premium_minute, at.funding_hour);
}

fn parse_instrument(source: &mut Source<'_>) -> Result<Instrument, SnapshotError> {
    Ok(Instrument {
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
    })
}

/// The ranges in which the engine's arithmetic was proven.
fn is_possible(at: &Instrument) -> bool {
    let price_max = u64::from(at.price_ticks_max).checked_mul(at.tick_value.0);
    price_max.is_some_and(|price| (1..=UNIT_VALUE_MAX as u64).contains(&price))
        && at.mark.is_legal()
        && at.index.is_legal()
        && (1..=1_000_000).contains(&at.initial_ppm)
        && (1..=at.initial_ppm).contains(&at.maintenance_ppm)
        && (0..=100_000).contains(&at.taker_fee.0)
        && (-at.taker_fee.0..=at.taker_fee.0).contains(&at.maker_fee.0)
        && at.liquidation_fee_ppm <= at.maintenance_ppm
        && at.funding_index.unsigned_abs() <= FUNDING_INDEX_MAX as u128
}

fn emit_account(sink: &mut impl Sink, account: &Account) {
    sink.put(&account.owner);
    sink.put(&account.key[0]);
    sink.put(&account.key[1]);
    emit!(sink, account.subaccount, account.flags, account.collateral, account.nonce);
    emit!(sink, account.delegation_nonce_min);
    for (instrument, slot) in account.instruments.iter().zip(&account.slots) {
        emit!(sink, instrument);
        if *instrument != 0 {
            emit!(sink, slot.size, slot.cost, slot.funding_index);
        }
    }
}

fn parse_account(source: &mut Source<'_>, instruments: usize) -> Result<Account, SnapshotError> {
    let (owner, key) = (source.bytes()?, [source.bytes()?, source.bytes()?]);
    let mut account = Account { key, ..Account::new(owner, source.u8()?) };
    account.flags = source.u8()?;
    account.collateral = source.i64()?;
    account.nonce = source.u64()?;
    account.delegation_nonce_min = source.u64()?;
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

fn emit_entry(sink: &mut impl Sink, entry: &Entry) {
    let (place, outcome) = (&entry.place, &entry.outcome);
    let mut id = [0; ClientId::LENGTH_MAX];
    let bytes = place.client_id.as_ref().map_or(&[][..], |id| id.as_bytes());
    id[..bytes.len()].copy_from_slice(bytes);
    sink.put(&id);
    emit!(sink, bytes.len() as u8, entry.account, place.instrument, place.side as u8);
    emit!(sink, place.kind as u8, place.time_in_force as u8, place.price_ticks, place.lots);
    emit!(sink, u8::from(place.post_only) | u8::from(place.reduce_only) << 1);
    emit!(sink, outcome.code, outcome.detail, outcome.order_id, outcome.status as u8);
    emit!(sink, outcome.filled_lots, outcome.remaining_lots);
    emit!(sink, entry.status as u8, entry.lots, entry.remaining_lots);
}

fn parse_entry(source: &mut Source<'_>) -> Result<Entry, SnapshotError> {
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
    Ok(Entry { account, place, outcome, status, lots, remaining_lots, ..Entry::BLANK })
}
