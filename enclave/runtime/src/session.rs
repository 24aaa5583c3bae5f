//! The session table: who may speak on which connection, under which keys. Its size is fixed at start.

use std::collections::HashMap;

use sealbook_wire::Level;

use crate::aead::Key;

/// Sessions the enclave can hold.
pub const SESSIONS_MAX: usize = 4096;
/// Sessions of one connection.
///
/// An opening can be replayed by whoever recorded it, so one connection must not cost the others their place. A client needs one
/// session for each sub-account it trades; eight leave room for that. The host lets one address hold 256 connections
/// (`limits.connectionsPerAddress`), so an address that takes all it can get has half of the table and not all of it.
pub const SESSIONS_PER_CONNECTION_MAX: usize = 8;
const _: () = assert!(SESSIONS_PER_CONNECTION_MAX * 256 <= SESSIONS_MAX / 2);
/// No slot.
const NONE: u32 = u32::MAX;

/// One open session.
pub struct Session {
    /// Random, non-zero.
    pub id: u64,
    /// The connection that opened it; frames from another are refused.
    pub connection: u64,
    /// The account it acts for; none until the first deposit.
    pub account: Option<u32>,
    /// The wallet.
    pub owner: [u8; 20],
    /// Its sub-account.
    pub subaccount: u8,
    /// Delegated scopes.
    pub scopes: u8,
    /// Are the account's orders cancelled when the connection ends?
    pub is_cancel_on_disconnect: bool,
    /// Expiry of the delegation, Unix seconds.
    pub delegation_expiry: u64,
    /// Nonce of the delegation.
    pub delegation_nonce: u64,
    /// When to acknowledge.
    pub level: Level,
    /// Client → server key.
    pub inward: Key,
    /// Server → client key.
    pub outward: Key,
    /// Counter of the last frame accepted.
    pub received: u64,
    /// Counter of the last frame sent.
    pub sent: u64,
    next_of_account: u32,
}

/// Everything a new session starts with.
pub struct NewSession {
    /// Random, non-zero.
    pub id: u64,
    /// The connection that opened it.
    pub connection: u64,
    /// The account, if the owner has one.
    pub account: Option<u32>,
    /// The wallet.
    pub owner: [u8; 20],
    /// Its sub-account.
    pub subaccount: u8,
    /// Delegated scopes.
    pub scopes: u8,
    /// Unix seconds.
    pub delegation_expiry: u64,
    /// Delegation nonce.
    pub delegation_nonce: u64,
    /// When to acknowledge.
    pub level: Level,
    /// Client → server key.
    pub inward: Key,
    /// Server → client key.
    pub outward: Key,
}

/// Slots, and the ways to find one.
pub struct SessionTable {
    slots: Vec<Option<Session>>,
    /// Connection of each slot, 0 when free: a closing connection is found by one pass over these words.
    connections: Vec<u64>,
    free: Vec<u32>,
    by_id: HashMap<u64, u32>,
    /// First slot of each account; the rest hang on `next_of_account`.
    by_account: HashMap<u32, u32>,
}

impl Default for SessionTable {
    fn default() -> Self {
        Self::new(SESSIONS_MAX)
    }
}

impl SessionTable {
    /// An empty table with all its memory.
    pub fn new(room: usize) -> Self {
        SessionTable {
            slots: (0..room).map(|_| None).collect(),
            connections: vec![0; room],
            free: (0..room as u32).rev().collect(),
            by_id: HashMap::with_capacity(2 * room),
            by_account: HashMap::with_capacity(2 * room),
        }
    }

    /// Adds a session; `None` when the table is full or the id is taken.
    pub fn insert(&mut self, new: NewSession) -> Option<u32> {
        if self.by_id.contains_key(&new.id) {
            return None;
        }
        let slot = self.free.pop()?;
        self.by_id.insert(new.id, slot);
        self.connections[slot as usize] = new.connection;
        self.slots[slot as usize] = Some(Session {
            is_cancel_on_disconnect: false,
            id: new.id,
            connection: new.connection,
            account: None,
            owner: new.owner,
            subaccount: new.subaccount,
            scopes: new.scopes,
            delegation_expiry: new.delegation_expiry,
            delegation_nonce: new.delegation_nonce,
            level: new.level,
            inward: new.inward,
            outward: new.outward,
            received: 0,
            sent: 0,
            next_of_account: NONE,
        });
        if let Some(account) = new.account {
            self.bind(slot, account);
        }
        Some(slot)
    }

    /// Does the connection hold all the sessions it may? One pass over 32 KiB, beside the curve arithmetic of an opening.
    pub fn is_share_taken(&self, connection: u64) -> bool {
        let held = self.connections.iter().zip(&self.slots);
        held.filter(|(of, slot)| **of == connection && slot.is_some()).count()
            >= SESSIONS_PER_CONNECTION_MAX
    }

    /// Slot of a session that belongs to `connection`.
    #[inline]
    pub fn find(&self, id: u64, connection: u64) -> Option<u32> {
        let slot = *self.by_id.get(&id)?;
        (self.connections[slot as usize] == connection).then_some(slot)
    }

    /// The session in a slot, if it is still there.
    #[inline]
    pub fn get(&mut self, slot: u32) -> Option<&mut Session> {
        self.slots.get_mut(slot as usize)?.as_mut()
    }

    /// First slot of an account.
    #[inline]
    pub fn first_of(&self, account: u32) -> Option<u32> {
        self.by_account.get(&account).copied()
    }

    /// Next slot of the same account.
    #[inline]
    pub fn next_of(&self, slot: u32) -> Option<u32> {
        let next = self.slots.get(slot as usize)?.as_ref()?.next_of_account;
        (next != NONE).then_some(next)
    }

    fn bind(&mut self, slot: u32, account: u32) {
        let next = self.by_account.insert(account, slot).unwrap_or(NONE);
        if let Some(session) = self.get(slot) {
            session.account = Some(account);
            session.next_of_account = next;
        }
    }

    /// Tells waiting sessions of an owner that their account exists now.
    pub fn bind_owner(&mut self, owner: &[u8; 20], subaccount: u8, account: u32) {
        for slot in 0..self.slots.len() as u32 {
            let waits = self.get(slot).is_some_and(|s| {
                s.account.is_none() && s.owner == *owner && s.subaccount == subaccount
            });
            if waits {
                self.bind(slot, account);
            }
        }
    }

    /// Ends one session.
    pub fn remove(&mut self, slot: u32) {
        let Some(session) = self.slots.get_mut(slot as usize).and_then(Option::take) else {
            return;
        };
        self.by_id.remove(&session.id);
        self.connections[slot as usize] = 0;
        self.free.push(slot);
        if let Some(account) = session.account {
            self.unlink(slot, account, session.next_of_account);
        }
    }

    fn unlink(&mut self, slot: u32, account: u32, next: u32) {
        let first = self.by_account.get(&account).copied().unwrap_or(NONE);
        if first == slot {
            if next == NONE {
                self.by_account.remove(&account);
            } else {
                self.by_account.insert(account, next);
            }
            return;
        }
        let mut at = first;
        while let Some(session) = self.get(at) {
            if session.next_of_account == slot {
                session.next_of_account = next;
                return;
            }
            at = session.next_of_account;
        }
    }

    /// A slot whose session belongs to a connection.
    pub fn next_on(&self, connection: u64) -> Option<u32> {
        let mut slots = 0..self.connections.len();
        slots
            .find(|&slot| self.connections[slot] == connection && self.slots[slot].is_some())
            .map(|slot| slot as u32)
    }

    /// Open sessions.
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Are there none?
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }
}

#[cfg(test)]
mod test {
    use super::*;

    fn new(id: u64, connection: u64, account: Option<u32>) -> NewSession {
        NewSession {
            id,
            connection,
            account,
            owner: [account.unwrap_or(0) as u8; 20],
            subaccount: 0,
            scopes: 7,
            delegation_expiry: 0,
            delegation_nonce: 0,
            level: Level::Written,
            inward: Key::new(&[1; 32]),
            outward: Key::new(&[2; 32]),
        }
    }

    fn of(table: &SessionTable, account: u32) -> Vec<u32> {
        let mut slots: Vec<u32> =
            core::iter::successors(table.first_of(account), |slot| table.next_of(*slot)).collect();
        slots.sort_unstable();
        slots
    }

    #[test]
    fn a_session_belongs_to_its_connection() {
        let mut table = SessionTable::new(4);
        let slot = table.insert(new(10, 1, None)).expect("room");
        assert_eq!(table.find(10, 1), Some(slot));
        assert_eq!(table.find(10, 2), None);
        assert_eq!(table.find(11, 1), None);
        assert_eq!(table.insert(new(10, 2, None)), None, "ids are unique");
    }

    #[test]
    fn the_sessions_of_an_account_survive_removals_in_any_order() {
        for victim in 0..3 {
            let mut table = SessionTable::new(4);
            let slots: Vec<u32> =
                (0..3).map(|i| table.insert(new(10 + i, i, Some(5))).expect("room")).collect();
            table.remove(slots[victim]);
            let mut rest: Vec<u32> =
                slots.iter().copied().filter(|s| *s != slots[victim]).collect();
            rest.sort_unstable();
            assert_eq!(of(&table, 5), rest);
        }
    }

    #[test]
    fn closing_a_connection_frees_its_slots() {
        let mut table = SessionTable::new(3);
        for id in 1..=3 {
            table.insert(new(id, id % 2, Some(9))).expect("room");
        }
        assert_eq!(table.insert(new(4, 7, None)), None, "full");
        while let Some(slot) = table.next_on(1) {
            table.remove(slot);
        }
        assert_eq!(table.len(), 1);
        assert_eq!(of(&table, 9).len(), 1);
        assert!(table.insert(new(4, 7, None)).is_some());
    }

    #[test]
    fn a_deposit_binds_waiting_sessions() {
        let mut table = SessionTable::new(4);
        let waiting = table.insert(new(1, 1, None)).expect("room");
        table.bind_owner(&[0; 20], 1, 77);
        assert_eq!(table.get(waiting).and_then(|s| s.account), None, "another sub-account");
        table.bind_owner(&[0; 20], 0, 77);
        assert_eq!(table.get(waiting).and_then(|s| s.account), Some(77));
        assert_eq!(of(&table, 77), [waiting]);
    }
}
