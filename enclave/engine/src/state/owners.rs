//! From owner and sub-account to account id: an open-addressing table, filled in order, never iterated.

use alloc::vec;
use alloc::vec::Vec;

use super::account::Account;

/// The table. Holds account ids; the keys stay in the accounts.
#[derive(Debug)]
pub struct Owners {
    table: Vec<u32>,
    seed: u64,
}

/// Mixes a word into a hash: multiply, then fold the high half down.
#[inline]
pub(crate) fn mix(hash: u64, word: u64) -> u64 {
    let x = (hash ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (x ^ (x >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93)
}

fn hash(seed: u64, owner: &[u8; 20], subaccount: u8) -> u64 {
    let (words, rest) = owner.as_chunks::<8>();
    let mut last = [0; 8];
    last[..4].copy_from_slice(rest);
    last[4] = subaccount;
    let hash = words.iter().fold(seed, |hash, word| mix(hash, u64::from_le_bytes(*word)));
    let hash = mix(hash, u64::from_le_bytes(last));
    hash ^ (hash >> 29)
}

impl Owners {
    /// Room for `accounts_max` at half load.
    pub fn new(accounts_max: u32, seed: u64) -> Owners {
        let size = (accounts_max as usize * 2).next_power_of_two();
        Owners { table: vec![0; size], seed }
    }

    /// The account of an owner.
    pub fn find(&self, accounts: &[Account], owner: &[u8; 20], subaccount: u8) -> Option<u32> {
        let mask = self.table.len() - 1;
        let mut at = hash(self.seed, owner, subaccount) as usize & mask;
        loop {
            let id = self.table[at];
            if id == 0 {
                return None;
            }
            let account = &accounts[id as usize];
            if account.owner == *owner && account.subaccount == subaccount {
                return Some(id);
            }
            at = (at + 1) & mask;
        }
    }

    /// Adds an account that is not in the table. Never full: it is twice as large as the number of accounts.
    pub fn insert(&mut self, id: u32, owner: &[u8; 20], subaccount: u8) {
        let mask = self.table.len() - 1;
        let mut at = hash(self.seed, owner, subaccount) as usize & mask;
        while self.table[at] != 0 {
            at = (at + 1) & mask;
        }
        self.table[at] = id;
    }
}
