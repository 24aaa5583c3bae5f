//! A sealed picture of the state at a batch closing, so that recovery replays minutes and not months.
//!
//! The trees are not in it: their leaves follow from the engine's state. Withdrawals are not either: at a closing none is open.

use crate::aead::{Key, TAG_BYTES};
use crate::error::{Error, Result};
use crate::machine::EpochSigner;
use crate::platform::Platform;

/// Format version.
const VERSION: u8 = 2;
/// `u64 sequence ‖ nonce 12` before the ciphertext.
const CLEAR_BYTES: usize = 20;
/// Public sequences are kept per instrument id; ids are 16 bits but a venue lists at most this many.
const INSTRUMENTS_MAX: usize = 1 << 10;
/// Epochs a history can have: one a start.
const EPOCHS_MAX: usize = 1 << 20;

/// What is sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// Epoch of the last record.
    pub epoch: u64,
    /// Last sequence covered.
    pub sequence: u64,
    /// Chain hash there.
    pub chain_hash: [u8; 32],
    /// Engine time there, µs.
    pub time_us: u64,
    /// Inbox entries consumed.
    pub inbox_cursor: u64,
    /// Rolling hash there.
    pub inbox_hash: [u8; 32],
    /// Batch that closed at this sequence.
    pub batch_number: u64,
    /// State root after it.
    pub state_root: [u8; 32],
    /// Last public sequence of each instrument, by id.
    pub public_sequences: Vec<u64>,
    /// Who signed in each epoch so far.
    pub signers: Vec<EpochSigner>,
    /// The engine's own snapshot.
    pub engine: Vec<u8>,
}

impl Snapshot {
    fn emit(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(
            256 + 8 * self.public_sequences.len()
                + 28 * self.signers.len()
                + self.engine.len()
                + TAG_BYTES,
        );
        out.push(VERSION);
        for word in [self.epoch, self.sequence, self.time_us, self.inbox_cursor, self.batch_number]
        {
            out.extend_from_slice(&word.to_le_bytes());
        }
        for hash in [&self.chain_hash, &self.inbox_hash, &self.state_root] {
            out.extend_from_slice(hash);
        }
        out.extend_from_slice(&(self.public_sequences.len() as u32).to_le_bytes());
        for sequence in &self.public_sequences {
            out.extend_from_slice(&sequence.to_le_bytes());
        }
        out.extend_from_slice(&(self.signers.len() as u32).to_le_bytes());
        for (epoch, signer) in &self.signers {
            out.extend_from_slice(&epoch.to_le_bytes());
            out.extend_from_slice(signer);
        }
        out.extend_from_slice(&self.engine);
        out
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes;
        if take::<1>(&mut rest)? != [VERSION] {
            return None;
        }
        let mut word = || take(&mut rest).map(u64::from_le_bytes);
        let [epoch, sequence, time_us, inbox_cursor, batch_number] =
            [word()?, word()?, word()?, word()?, word()?];
        let (chain_hash, inbox_hash, state_root) =
            (take(&mut rest)?, take(&mut rest)?, take(&mut rest)?);
        // Bounded before anything is allocated (B52).
        let count = u32::from_le_bytes(take(&mut rest)?) as usize;
        if count > INSTRUMENTS_MAX {
            return None;
        }
        let mut public_sequences = Vec::with_capacity(count);
        for _ in 0..count {
            public_sequences.push(u64::from_le_bytes(take(&mut rest)?));
        }
        let count = u32::from_le_bytes(take(&mut rest)?) as usize;
        if count > EPOCHS_MAX || count * 28 > rest.len() {
            return None;
        }
        let mut signers = Vec::with_capacity(count);
        for _ in 0..count {
            signers.push((u64::from_le_bytes(take(&mut rest)?), take(&mut rest)?));
        }
        Some(Snapshot {
            epoch,
            sequence,
            chain_hash,
            time_us,
            inbox_cursor,
            inbox_hash,
            batch_number,
            state_root,
            public_sequences,
            signers,
            engine: rest.to_vec(),
        })
    }
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (head, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(*head)
}

/// Seals and opens snapshots: AES-256-GCM under a key of this measurement and genesis, random nonce, the sequence in the clear and
/// authenticated.
pub struct SnapshotSealer(Key);

impl SnapshotSealer {
    /// The venue's sealer.
    pub fn new(platform: &dyn Platform, genesis_hash: &[u8; 32]) -> Self {
        SnapshotSealer(Key::new(
            &platform.seal_key(&[&b"sealbook.snapshot"[..], genesis_hash].concat()),
        ))
    }

    /// Sealed bytes: `u64 sequence | nonce 12 | ciphertext | tag 16`.
    ///
    /// # Errors
    /// `Platform` without randomness.
    pub fn seal(&self, platform: &dyn Platform, snapshot: &Snapshot) -> Result<Vec<u8>> {
        let mut nonce = [0; 12];
        platform.random(&mut nonce)?;
        let sequence = snapshot.sequence.to_le_bytes();
        let mut sealed = [&sequence[..], &nonce].concat();
        sealed.extend_from_slice(&snapshot.emit());
        sealed.extend_from_slice(&[0; TAG_BYTES]);
        self.0.seal(&nonce, &sequence, &mut sealed[CLEAR_BYTES..]);
        Ok(sealed)
    }

    /// Opens sealed bytes.
    ///
    /// # Errors
    /// `Seal` if they are not ours, `Format` if what was sealed does not parse.
    pub fn open(&self, sealed: &[u8]) -> Result<Snapshot> {
        let (clear, rest) = sealed.split_at_checked(CLEAR_BYTES).ok_or(Error::Format)?;
        let (sequence, nonce) = clear.split_first_chunk::<8>().ok_or(Error::Format)?;
        let nonce: &[u8; 12] = nonce.try_into().map_err(|_| Error::Format)?;
        let mut plain = rest.to_vec();
        let plain = self.0.open(nonce, sequence, &mut plain).ok_or(Error::Seal)?;
        let snapshot = Snapshot::parse(plain).ok_or(Error::Format)?;
        if snapshot.sequence != u64::from_le_bytes(*sequence) {
            return Err(Error::Format);
        }
        Ok(snapshot)
    }
}

#[cfg(test)]
mod test {
    use super::*;
    use crate::platform::simulated::Simulated;

    fn snapshot() -> Snapshot {
        Snapshot {
            epoch: 1,
            sequence: 2,
            chain_hash: [3; 32],
            time_us: 4,
            inbox_cursor: 5,
            inbox_hash: [6; 32],
            batch_number: 7,
            state_root: [8; 32],
            public_sequences: vec![0, 9],
            signers: vec![(1, [4; 20])],
            engine: b"engine".to_vec(),
        }
    }

    #[test]
    fn opens_what_it_sealed_on_the_same_cpu_for_the_same_venue() {
        let cpu = Simulated::load([1; 32], b"image", false).expect("load");
        let sealer = SnapshotSealer::new(&cpu, &[2; 32]);
        let sealed = sealer.seal(&cpu, &snapshot()).expect("seal");
        assert_eq!(sealer.open(&sealed), Ok(snapshot()));
        assert_eq!(SnapshotSealer::new(&cpu, &[3; 32]).open(&sealed), Err(Error::Seal));
        let other = Simulated::load([1; 32], b"image 2", false).expect("load");
        assert_eq!(SnapshotSealer::new(&other, &[2; 32]).open(&sealed), Err(Error::Seal));
        for cut in 0..sealed.len() {
            assert!(sealer.open(&sealed[..cut]).is_err());
        }
        for at in 0..sealed.len() {
            let mut bad = sealed.clone();
            bad[at] ^= 1;
            assert_eq!(sealer.open(&bad), Err(Error::Seal), "byte {at}");
        }
    }

    #[test]
    fn an_absurd_count_is_refused_before_allocation() {
        let mut bytes = snapshot().emit();
        let at = 1 + 5 * 8 + 3 * 32;
        bytes[at..at + 4].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(Snapshot::parse(&bytes), None);
    }
}
