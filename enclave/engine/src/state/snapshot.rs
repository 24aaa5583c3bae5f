//! The whole state as bytes, and back. The order of everything that can ever be observed is kept: priority in the books, age in
//! an account's list, the order in which slots will be reused, the order in which closed client ids will be forgotten.
//!
//! Little-endian, no padding. Parsing is strict: every count is checked against the engine's own limits before anything is
//! stored (nothing is allocated by a count), trailing bytes are refused, and the result must satisfy the invariants.

use alloc::vec::Vec;

use sealbook_wire::Side;

use super::client_ids::Entry;
use super::instrument::Instrument;
use super::owners::mix;
pub use super::records::Sink;
use super::records::{
    Source, emit, emit_account, emit_entry, emit_instrument, emit_limits, emit_protection,
    emit_terms, emit_venue, is_possible, known, parse_account, parse_entry, parse_instrument,
    parse_limits, parse_protection, parse_terms, parse_venue,
};
use super::{State, Venue};
use crate::book::Book;
use crate::limits::{INSTRUMENTS_MAX, Limits, ORDERS_PER_ACCOUNT_MAX, PROTECTIONS_MAX};
use crate::orders::{Handle, NewOrder};

const MAGIC: &[u8; 8] = b"SBSNAP03";

/// A bit for each instrument.
type Marks = [u64; INSTRUMENTS_MAX / 64 + 1];

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
        self.emit_advanced(sink);
        self.emit_slots(sink);
        self.emit_orders(sink);
        emit!(sink, self.client_ids.closed_count());
        self.client_ids.closed().for_each(|entry| emit_entry(sink, entry));
    }

    /// What advanced orders share: their count, last trades, prices not yet looked at, dead-man timers, protections.
    fn emit_advanced(&self, sink: &mut impl Sink) {
        emit!(sink, self.advanced.numbers);
        for id in 1..self.instruments.len() {
            emit!(sink, self.advanced.last_ticks[id], u8::from(self.advanced.is_changed[id]));
        }
        let deadlines = || self.advanced.deadlines.iter().enumerate().filter(|at| *at.1 != 0);
        emit!(sink, deadlines().count() as u32);
        for (account, deadline_us) in deadlines() {
            emit!(sink, account as u32, deadline_us);
        }
        emit!(sink, self.protections.iter().len() as u32);
        self.protections.iter().for_each(|guard| emit_protection(sink, guard));
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

    /// Orders in the books in priority, then those that wait, then each account's in age.
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
            let mut handle = account.order_head;
            while handle != 0 {
                if self.orders.get(handle).is_waiting() {
                    self.emit_order(sink, handle);
                }
                handle = self.orders.next_of_account(handle);
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
        let flags = u8::from(order.is_reduce_only()) << 1
            | u8::from(order.is_post_only()) << 2
            | u8::from(order.is_waiting()) << 3
            | u8::from(order.is_advanced()) << 4;
        emit!(sink, order.slot, order.side() as u8 | flags);
        let client = self.orders.client(handle);
        emit!(sink, u8::from(client != 0));
        if client != 0 {
            emit_entry(sink, self.client_ids.get(client));
        }
        if order.is_advanced() {
            emit_terms(sink, self.advanced.terms(handle));
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
        let changed = state.parse_advanced(&mut source)?;
        state.parse_slots(&mut source)?;
        state.parse_orders(&mut source)?;
        // Filing the triggers marked their instruments: what was not marked then is not marked now.
        for (id, is_changed) in state.advanced.is_changed.iter_mut().enumerate() {
            *is_changed = changed[id / 64] & 1 << (id % 64) != 0;
        }
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

    /// As [`State::emit_advanced`]; a bit for each instrument whose prices were not yet looked at.
    fn parse_advanced(&mut self, source: &mut Source<'_>) -> Result<Marks, SnapshotError> {
        self.advanced.numbers = source.u64()?;
        let mut changed = [0; INSTRUMENTS_MAX / 64 + 1];
        for id in 1..self.instruments.len() {
            self.advanced.last_ticks[id] = source.u32()?;
            changed[id / 64] |= u64::from(source.u8()? & 1) << (id % 64);
        }
        for _ in 0..source.count(self.limits.accounts_max, 12)? {
            let (account, deadline_us) = (source.u32()?, source.u64()?);
            if account as usize >= self.accounts.len() {
                return Err(SnapshotError::Impossible);
            }
            self.advanced.set_deadline(account, deadline_us);
        }
        for _ in 0..source.count(PROTECTIONS_MAX as u32, 1)? {
            known(self.protections.restore(parse_protection(source)?))?;
        }
        Ok(changed)
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
        let (is_waiting, is_advanced) = (flags & 8 != 0, flags & 16 != 0);
        let shared = *known(self.instrument(instrument))?;
        let owner = known(self.accounts.get(account as usize))?;
        let is_possible = handle != 0
            && handle <= self.orders.slots().0
            && !self.orders.get(handle).is_live()
            && flags < 32
            && (is_waiting || owner.instruments.get(usize::from(slot)) == Some(&instrument))
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
            is_advanced,
            is_waiting,
            client,
        };
        self.orders.open(handle, &new);
        if is_advanced {
            self.parse_own_terms(source, handle)?;
        }
        if is_waiting {
            return if is_advanced { Ok(()) } else { Err(SnapshotError::Impossible) };
        }
        let slot = &mut self.accounts[account as usize].slots[usize::from(slot)];
        slot.reserve(new.side, lots, shared.unit_value(price_ticks), shared.mark);
        if new.is_reduce_only {
            slot.reduce_only_lots += u64::from(lots);
            slot.reduce_only_orders += 1;
        }
        self.books[usize::from(instrument)].insert(&mut self.orders, handle);
        Ok(())
    }

    fn parse_own_terms(
        &mut self,
        source: &mut Source<'_>,
        handle: Handle,
    ) -> Result<(), SnapshotError> {
        let (order, terms) = (*self.orders.get(handle), parse_terms(source)?);
        let is_possible = self.advanced.has_room()
            && (1..=self.advanced.numbers).contains(&terms.number)
            && (terms.protection as usize) <= self.protections.iter().len();
        if !is_possible {
            return Err(SnapshotError::Impossible);
        }
        self.advanced.attach(handle, &order, &terms);
        if terms.protection != 0 {
            self.protections.get_mut(terms.protection).orders += 1;
        }
        Ok(())
    }

    fn restore_entry(&mut self, entry: &Entry) -> Result<u32, SnapshotError> {
        let id = known(entry.place.client_id)?;
        if self.client_ids.find(entry.account, &id) != 0 {
            return Err(SnapshotError::Impossible);
        }
        let client = self.client_ids.insert(entry.account, &id, &entry.place, entry.advanced);
        let stored = self.client_ids.get_mut(client);
        (stored.outcome, stored.status, stored.lots) = (entry.outcome, entry.status, entry.lots);
        stored.remaining_lots = entry.remaining_lots;
        Ok(client)
    }
}
