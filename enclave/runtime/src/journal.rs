//! The sealed, hash-chained record of every sequenced command (docs/boundaries.md section 3).

use sealbook_wire::journal::{self, JournalRecord, RECORD_LENGTH_MAX, SEALED_AT};
use sealbook_wire::sequenced::{HEADER_LENGTH, SequencedHeader};
use sealbook_wire::{Command, Origin, Sequenced, SystemCommand};

use crate::aead::{Key, TAG_BYTES};
use crate::error::{Error, Result};
use crate::platform::Platform;

const BLIND_AT: usize = HEADER_LENGTH;
const COMMAND_AT: usize = BLIND_AT + 16;

/// The key of a venue's journal: derived from the measurement and the genesis, so the same enclave reopens it on any boot.
pub fn journal_key(platform: &dyn Platform, genesis_hash: &[u8; 32]) -> Key {
    Key::new(&platform.seal_key(&[&b"sealbook.journal"[..], genesis_hash].concat()))
}

/// The nonce is synthetic: the chain hash commits to the plaintext, so two plaintexts never share one, even when a host restarts the
/// enclave on a truncated journal and makes it sequence the same position twice.
fn nonce(chain_hash: &[u8; 32]) -> [u8; 12] {
    let mut nonce = [0; 12];
    nonce.copy_from_slice(&chain_hash[..12]);
    nonce
}

fn aad(epoch: u64, sequence: u64, chain_hash: &[u8; 32]) -> [u8; 48] {
    let mut aad = [0; 48];
    aad[..8].copy_from_slice(&epoch.to_le_bytes());
    aad[8..16].copy_from_slice(&sequence.to_le_bytes());
    aad[16..].copy_from_slice(chain_hash);
    aad
}

/// Builds records in one buffer.
pub struct JournalWriter {
    key: Key,
    buffer: Vec<u8>,
    length: usize,
}

impl JournalWriter {
    /// A writer under `key`.
    pub fn new(key: Key) -> Self {
        JournalWriter { key, buffer: vec![0; RECORD_LENGTH_MAX], length: 0 }
    }

    /// Lays out the plaintext `header ‖ blind ‖ raw` where it will be sealed, and shows it for hashing.
    ///
    /// Assumption: a command is at most a frame or a system message long, a fraction of `RECORD_LENGTH_MAX`.
    #[inline]
    pub fn plaintext(&mut self, header: &SequencedHeader, blind: &[u8; 16], raw: &[u8]) -> &[u8] {
        let text = &mut self.buffer[SEALED_AT..];
        text[..HEADER_LENGTH].copy_from_slice(&header.emit());
        text[BLIND_AT..COMMAND_AT].copy_from_slice(blind);
        text[COMMAND_AT..COMMAND_AT + raw.len()].copy_from_slice(raw);
        self.length = COMMAND_AT + raw.len();
        &text[..self.length]
    }

    /// Seals what `plaintext` laid out and returns the whole record.
    #[inline]
    pub fn seal(
        &mut self,
        epoch: u64,
        sequence: u64,
        chain_hash: &[u8; 32],
        digest: &[u8; 32],
    ) -> &[u8] {
        let end = SEALED_AT + self.length + TAG_BYTES;
        let aad = aad(epoch, sequence, chain_hash);
        self.key.seal(&nonce(chain_hash), &aad, &mut self.buffer[SEALED_AT..end]);
        let record = &mut self.buffer[..end];
        let is_framed = journal::emit_head(record, epoch, sequence, chain_hash, digest);
        debug_assert!(is_framed, "the buffer is as long as a record may be");
        record
    }
}

/// One opened record.
pub struct Opened<'a> {
    /// Epoch of the record.
    pub epoch: u64,
    /// Its position.
    pub sequence: u64,
    /// Chain hash the record claims; the caller recomputes it over `plaintext`.
    pub chain_hash: [u8; 32],
    /// Header, blind and command.
    pub plaintext: &'a [u8],
    /// The header, parsed.
    pub header: SequencedHeader,
    /// The command, parsed.
    pub command: Sequenced<'a>,
    /// The command's own bytes.
    pub raw: &'a [u8],
}

/// Opens one record whose checksum held. `scratch` holds the plaintext.
///
/// # Errors
/// `Seal` if it is not ours, `Format` if what was sealed does not parse or disagrees with its frame.
pub fn open<'a>(
    key: &Key,
    record: &JournalRecord<'_>,
    scratch: &'a mut Vec<u8>,
) -> Result<Opened<'a>> {
    scratch.clear();
    scratch.extend_from_slice(record.sealed);
    let aad = aad(record.epoch, record.sequence, &record.chain_hash);
    let plaintext = &*key.open(&nonce(&record.chain_hash), &aad, scratch).ok_or(Error::Seal)?;

    let (head, rest) = plaintext.split_first_chunk::<HEADER_LENGTH>().ok_or(Error::Format)?;
    let raw = rest.get(COMMAND_AT - BLIND_AT..).ok_or(Error::Format)?;
    let header = SequencedHeader::parse(head).map_err(|_| Error::Format)?;
    if (header.epoch, header.sequence) != (record.epoch, record.sequence) {
        return Err(Error::Format);
    }
    let command = match header.origin {
        Origin::Session => Command::parse(raw).map(Sequenced::Session),
        Origin::System => SystemCommand::parse(raw).map(Sequenced::System),
    }
    .map_err(|_| Error::Format)?;
    Ok(Opened {
        epoch: record.epoch,
        sequence: record.sequence,
        chain_hash: record.chain_hash,
        plaintext,
        header,
        command,
        raw,
    })
}
