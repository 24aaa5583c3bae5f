//! Positions and time: the only counter, the only clock and the hash chain over both.

use aes::Aes128;
use aes::cipher::{BlockCipherEncrypt, KeyInit};
use sha2::{Digest, Sha256};

/// How many recent chain hashes are kept to compare with what clients have seen; a power of two. Older claims are only checked for
/// being ahead.
pub const HISTORY: usize = 1 << 16;

/// Where a history stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Head {
    /// Epoch of the last record.
    pub epoch: u64,
    /// Sequence of the last record, 0 before the first.
    pub sequence: u64,
    /// Chain hash there.
    pub chain_hash: [u8; 32],
    /// Engine time there, µs.
    pub time_us: u64,
}

/// How a client's claim relates to our history.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Claim {
    /// Ours, or too old to tell.
    Consistent,
    /// Later than ours, or another hash at the same place: someone rolled us back or forked us.
    Contradicts,
}

/// Assigns positions.
pub struct Sequencer {
    head: Head,
    tick_us_max: u64,
    blind: Aes128,
    history: Vec<[u8; 32]>,
    /// First sequence whose hash is in `history`.
    history_from: u64,
}

impl Sequencer {
    /// Starts behind `head`. `blind` is this boot's key for the journal's blinds.
    pub fn new(head: Head, tick_us_max: u64, blind: &[u8; 16]) -> Self {
        let mut history = vec![[0; 32]; HISTORY];
        history[head.sequence as usize % HISTORY] = head.chain_hash;
        let history_from = head.sequence;
        Sequencer { head, tick_us_max, blind: Aes128::new(blind.into()), history, history_from }
    }

    /// Where we stand.
    #[inline]
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// Moves engine time towards the host's clock: never back, never more than one bounded step.
    pub fn tick(&mut self, host_time_us: u64) {
        let ceiling = self.head.time_us.saturating_add(self.tick_us_max);
        self.head.time_us = host_time_us.clamp(self.head.time_us, ceiling);
    }

    /// Sets engine time at boot, forwards only: the outage may have been longer than any step.
    pub fn resume(&mut self, host_time_us: u64) {
        self.head.time_us = self.head.time_us.max(host_time_us);
    }

    /// Opens `epoch` at the next sequence.
    pub fn open_epoch(&mut self, epoch: u64) {
        self.head.epoch = epoch;
    }

    /// The blind of the next record.
    #[inline]
    pub fn next_blind(&self) -> [u8; 16] {
        let mut block = [0; 16];
        block[..8].copy_from_slice(&(self.head.sequence + 1).to_le_bytes());
        block[8..].copy_from_slice(&self.head.epoch.to_le_bytes());
        let mut block = block.into();
        self.blind.encrypt_block(&mut block);
        block.into()
    }

    /// The chain hash the next record will have, given its digest.
    #[inline]
    pub fn next_chain_hash(&self, digest: &[u8; 32]) -> [u8; 32] {
        link(&self.head.chain_hash, digest)
    }

    /// Takes the next position.
    #[inline]
    pub fn advance(&mut self, chain_hash: [u8; 32]) {
        self.head.sequence += 1;
        self.head.chain_hash = chain_hash;
        self.history[self.head.sequence as usize % HISTORY] = chain_hash;
        let oldest = self.head.sequence.saturating_sub(HISTORY as u64 - 1);
        self.history_from = self.history_from.max(oldest);
    }

    /// Compares what a client says it has seen with our history.
    pub fn judge(&self, epoch: u64, sequence: u64, chain_hash: &[u8; 32]) -> Claim {
        if sequence > self.head.sequence || epoch > self.head.epoch {
            return Claim::Contradicts;
        }
        let is_known = sequence >= self.history_from;
        if is_known && self.history[sequence as usize % HISTORY] != *chain_hash {
            return Claim::Contradicts;
        }
        Claim::Consistent
    }
}

/// What names a record: SHA-256 of its plaintext. The blind in it keeps a host from guessing what was ordered.
#[inline]
pub fn record_digest(plaintext: &[u8]) -> [u8; 32] {
    Sha256::digest(plaintext).into()
}

/// `SHA-256(before ‖ digest)`.
#[inline]
pub fn link(before: &[u8; 32], digest: &[u8; 32]) -> [u8; 32] {
    let mut both = [0; 64];
    both[..32].copy_from_slice(before);
    both[32..].copy_from_slice(digest);
    Sha256::digest(both).into()
}

#[cfg(test)]
mod test {
    use super::*;

    fn sequencer() -> Sequencer {
        let head = Head { epoch: 1, sequence: 0, chain_hash: [0; 32], time_us: 1_000 };
        Sequencer::new(head, 50, &[1; 16])
    }

    #[test]
    fn time_never_goes_back_and_never_jumps() {
        let mut s = sequencer();
        for (host, expected) in [
            (1_010, 1_010),
            (900, 1_010),
            (0, 1_010),
            (1_060, 1_060),
            (9_999, 1_110),
            (u64::MAX, 1_160),
        ] {
            s.tick(host);
            assert_eq!(s.head().time_us, expected);
        }
        let head = Head { time_us: u64::MAX - 3, ..*s.head() };
        let mut s = Sequencer::new(head, 50, &[1; 16]);
        s.tick(u64::MAX);
        assert_eq!(s.head().time_us, u64::MAX);
    }

    #[test]
    fn claims_are_judged_against_the_recent_past() {
        let mut s = sequencer();
        for n in 1..=(HISTORY as u64 + 10) {
            let hash = s.next_chain_hash(&record_digest(&n.to_le_bytes()));
            s.advance(hash);
        }
        let head = *s.head();
        assert_eq!(s.judge(1, head.sequence, &head.chain_hash), Claim::Consistent);
        assert_eq!(s.judge(1, head.sequence, &[7; 32]), Claim::Contradicts);
        assert_eq!(s.judge(1, head.sequence + 1, &head.chain_hash), Claim::Contradicts);
        assert_eq!(s.judge(2, head.sequence, &head.chain_hash), Claim::Contradicts);
        assert_eq!(s.judge(1, 11, &[7; 32]), Claim::Contradicts);
        // Fell out of the window: cannot be told.
        assert_eq!(s.judge(1, 10, &[7; 32]), Claim::Consistent);
    }

    #[test]
    fn blinds_do_not_repeat() {
        let mut s = sequencer();
        let mut seen = std::collections::HashSet::new();
        for _ in 0..1000 {
            assert!(seen.insert(s.next_blind()));
            s.advance([0; 32]);
        }
        s.open_epoch(2);
        assert!(seen.insert(s.next_blind()));
    }
}
