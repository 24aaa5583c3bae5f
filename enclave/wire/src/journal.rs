//! Journal records and segments (docs/boundaries.md section 3). Little-endian; the payload is sealed by the enclave.

use crate::crc32c::crc32c;
use crate::error::ParseError;
use crate::generated::Reject;

/// Bytes of the segment header.
pub const SEGMENT_HEADER_LENGTH: usize = 64;
/// First bytes of a segment file.
pub const SEGMENT_MAGIC: &[u8; 8] = b"SBJOURN1";
/// Version in the segment header.
pub const SEGMENT_VERSION: u32 = 2;

/// `u32 length` counts what follows it.
pub const LENGTH_AT: usize = 0;
/// `u32` CRC-32C of what follows it.
pub const CRC_AT: usize = 4;
/// `u64 epoch`.
pub const EPOCH_AT: usize = 8;
/// `u64 sequence`.
pub const SEQUENCE_AT: usize = 16;
/// `chainHash`, 32 bytes.
pub const CHAIN_HASH_AT: usize = 24;
/// SHA-256 of the sealed plaintext, 32 bytes: what the chain hash folds in.
pub const DIGEST_AT: usize = 56;
/// The sealed sequenced command, tag included.
pub const SEALED_AT: usize = 88;
/// Longest record: a frame's largest command with header and tag, with room for system commands.
pub const RECORD_LENGTH_MAX: usize = 65_536;

/// A record's clear fields and its sealed payload.
///
/// Contract: after [`JournalRecord::new_checked`] returns Ok the checksum held; only the seal proves who wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JournalRecord<'a> {
    /// Epoch.
    pub epoch: u64,
    /// Sequence.
    pub sequence: u64,
    /// Chain hash at this sequence.
    pub chain_hash: [u8; 32],
    /// Digest of the record: with the chain hash before, it gives this one's.
    pub digest: [u8; 32],
    /// Sealed sequenced command, tag included.
    pub sealed: &'a [u8],
    /// Bytes of the whole record, its length word included.
    pub length: usize,
}

impl<'a> JournalRecord<'a> {
    /// The record at the start of `bytes`; more may follow. None: a zero length word, the end of a segment. `BadFrame` at
    /// offset 0 if the length is impossible, at 4 if the checksum differs.
    pub fn new_checked(bytes: &'a [u8]) -> Result<Option<Self>, ParseError> {
        let short = ParseError::at(Reject::BadFrame, LENGTH_AT);
        let length = u32::from_le_bytes(*bytes.first_chunk().ok_or(short)?) as usize;
        if length == 0 {
            return Ok(None);
        }
        if !(SEALED_AT - CRC_AT..=RECORD_LENGTH_MAX - CRC_AT).contains(&length) {
            return Err(short);
        }
        let record = bytes.get(..CRC_AT + length).ok_or(short)?;
        let (head, sealed) = record.split_first_chunk::<SEALED_AT>().ok_or(short)?;
        let crc = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
        if crc != crc32c(&record[EPOCH_AT..]) {
            return Err(ParseError::at(Reject::BadFrame, CRC_AT));
        }
        let (mut chain_hash, mut digest) = ([0; 32], [0; 32]);
        chain_hash.copy_from_slice(&head[CHAIN_HASH_AT..DIGEST_AT]);
        digest.copy_from_slice(&head[DIGEST_AT..]);
        Ok(Some(Self {
            epoch: u64_at(head, EPOCH_AT),
            sequence: u64_at(head, SEQUENCE_AT),
            chain_hash,
            digest,
            sealed,
            length: CRC_AT + length,
        }))
    }
}

/// Completes a record whose sealed payload stands at [`SEALED_AT`]: `record` is the whole of it. False, and nothing is
/// written, if it is too short for a header or longer than a record may be.
pub fn emit_head(
    record: &mut [u8],
    epoch: u64,
    sequence: u64,
    chain_hash: &[u8; 32],
    digest: &[u8; 32],
) -> bool {
    if record.len() < SEALED_AT || record.len() > RECORD_LENGTH_MAX {
        return false;
    }
    let length = (record.len() - CRC_AT) as u32;
    record[EPOCH_AT..SEQUENCE_AT].copy_from_slice(&epoch.to_le_bytes());
    record[SEQUENCE_AT..CHAIN_HASH_AT].copy_from_slice(&sequence.to_le_bytes());
    record[CHAIN_HASH_AT..DIGEST_AT].copy_from_slice(chain_hash);
    record[DIGEST_AT..SEALED_AT].copy_from_slice(digest);
    let crc = crc32c(&record[EPOCH_AT..]);
    record[..CRC_AT].copy_from_slice(&length.to_le_bytes());
    record[CRC_AT..EPOCH_AT].copy_from_slice(&crc.to_le_bytes());
    true
}

/// The seal's nonce: the first 12 bytes of the chain hash. It commits to the plaintext, so no two plaintexts share one.
pub fn nonce(chain_hash: &[u8; 32]) -> [u8; 12] {
    let mut nonce = [0; 12];
    nonce.copy_from_slice(&chain_hash[..12]);
    nonce
}

/// The seal's associated data: `epoch ‖ sequence ‖ chainHash`.
pub fn aad(epoch: u64, sequence: u64, chain_hash: &[u8; 32]) -> [u8; 48] {
    let mut aad = [0; 48];
    aad[..8].copy_from_slice(&epoch.to_le_bytes());
    aad[8..16].copy_from_slice(&sequence.to_le_bytes());
    aad[16..].copy_from_slice(chain_hash);
    aad
}

/// The segment header: magic, version, genesis hash, first sequence.
pub fn emit_segment_header(
    genesis_hash: &[u8; 32],
    first_sequence: u64,
) -> [u8; SEGMENT_HEADER_LENGTH] {
    let mut header = [0; SEGMENT_HEADER_LENGTH];
    header[..8].copy_from_slice(SEGMENT_MAGIC);
    header[8..12].copy_from_slice(&SEGMENT_VERSION.to_le_bytes());
    header[16..48].copy_from_slice(genesis_hash);
    header[48..56].copy_from_slice(&first_sequence.to_le_bytes());
    header
}

fn u64_at(head: &[u8; SEALED_AT], at: usize) -> u64 {
    let mut word = [0; 8];
    word.copy_from_slice(&head[at..at + 8]);
    u64::from_le_bytes(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> [u8; SEALED_AT + 20] {
        let mut record = [0xab; SEALED_AT + 20];
        assert!(emit_head(&mut record, 3, 77, &[9; 32], &[8; 32]));
        record
    }

    #[test]
    fn reads_what_it_wrote() {
        let bytes = record();
        let read = JournalRecord::new_checked(&bytes).expect("intact").expect("not the end");
        assert_eq!((read.epoch, read.sequence, read.chain_hash), (3, 77, [9; 32]));
        assert_eq!(read.digest, [8; 32]);
        assert_eq!((read.sealed, read.length), (&[0xab; 20][..], bytes.len()));
    }

    #[test]
    fn refuses_every_cut_and_every_flipped_bit() {
        let bytes = record();
        for cut in 0..bytes.len() {
            assert!(JournalRecord::new_checked(&bytes[..cut]).is_err(), "cut at {cut}");
        }
        for bit in 0..bytes.len() * 8 {
            let mut torn = bytes;
            torn[bit / 8] ^= 1 << (bit % 8);
            assert!(JournalRecord::new_checked(&torn).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn a_zero_length_ends_a_segment() {
        assert_eq!(JournalRecord::new_checked(&[0; 64]), Ok(None));
        assert!(!emit_head(&mut [0; SEALED_AT - 1], 1, 1, &[0; 32], &[0; 32]));
    }
}
