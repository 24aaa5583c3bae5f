//! A sequenced command (docs/boundaries.md section 3): what the journal seals, what the chain hash covers, what the engine
//! replays. A fixed little-endian header, 16 bytes nobody outside can guess, then the command as it was received.

use crate::error::ParseError;
use crate::generated::{Command, Reject, SystemCommand};

/// Version byte.
pub const VERSION: u8 = 1;
/// Bytes of the header.
pub const HEADER_LENGTH: usize = 81;
/// Bytes of the blind behind the header: chain hashes are public, and without it a guess of an order could be confirmed.
pub const BLIND_LENGTH: usize = 16;
/// Offset of the command.
pub const COMMAND_AT: usize = HEADER_LENGTH + BLIND_LENGTH;

/// Who asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Origin {
    /// A client's session.
    Session = 1,
    /// The enclave itself: listing, tick, oracle round, inbox, epoch opened.
    System = 2,
}

/// The header of a sequenced command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SequencedHeader {
    /// Who asked.
    pub origin: Origin,
    /// Epoch it was sequenced in.
    pub epoch: u64,
    /// Gap-free position from 1.
    pub sequence: u64,
    /// Engine time, µs since the Unix epoch.
    pub time_us: u64,
    /// Account it acts for; 0 for system commands.
    pub account: u32,
    /// Nonce of the delegation it was authorised by.
    pub delegation_nonce: u64,
    /// Expiry of that delegation, Unix seconds.
    pub delegation_expiry: u64,
    /// Scopes of that delegation.
    pub scopes: u8,
    /// 0, or the reject code it ended with.
    pub result: u16,
    /// SHA-256 over the events it emitted.
    pub result_digest: [u8; 32],
}

/// The command behind the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sequenced<'a> {
    /// Of an account.
    Session(Command<'a>),
    /// Of the enclave.
    System(SystemCommand<'a>),
}

/// Header and command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SequencedCommand<'a> {
    /// The fixed part.
    pub header: SequencedHeader,
    /// Unpredictable to the host.
    pub blind: [u8; BLIND_LENGTH],
    /// The command's own array, as received.
    pub raw: &'a [u8],
    /// The same, parsed.
    pub command: Sequenced<'a>,
}

impl SequencedHeader {
    /// The header's bytes.
    #[inline]
    pub fn emit(&self) -> [u8; HEADER_LENGTH] {
        let mut out = [0; HEADER_LENGTH];
        out[0] = VERSION;
        out[1] = self.origin as u8;
        out[2..10].copy_from_slice(&self.epoch.to_le_bytes());
        out[10..18].copy_from_slice(&self.sequence.to_le_bytes());
        out[18..26].copy_from_slice(&self.time_us.to_le_bytes());
        out[26..30].copy_from_slice(&self.account.to_le_bytes());
        out[30..38].copy_from_slice(&self.delegation_nonce.to_le_bytes());
        out[38..46].copy_from_slice(&self.delegation_expiry.to_le_bytes());
        out[46] = self.scopes;
        out[47..49].copy_from_slice(&self.result.to_le_bytes());
        out[49..81].copy_from_slice(&self.result_digest);
        out
    }

    /// Reads the header. `BadFrame` if the version is unknown, `OutOfRange` if the origin is.
    pub fn parse(bytes: &[u8; HEADER_LENGTH]) -> Result<Self, ParseError> {
        if bytes[0] != VERSION {
            return Err(ParseError::at(Reject::BadFrame, 0));
        }
        let origin = match bytes[1] {
            1 => Origin::Session,
            2 => Origin::System,
            _ => return Err(ParseError::at(Reject::OutOfRange, 1)),
        };
        Ok(Self {
            origin,
            epoch: u64_at(bytes, 2),
            sequence: u64_at(bytes, 10),
            time_us: u64_at(bytes, 18),
            account: u32::from_le_bytes([bytes[26], bytes[27], bytes[28], bytes[29]]),
            delegation_nonce: u64_at(bytes, 30),
            delegation_expiry: u64_at(bytes, 38),
            scopes: bytes[46],
            result: u16::from_le_bytes([bytes[47], bytes[48]]),
            result_digest: {
                let mut digest = [0; 32];
                digest.copy_from_slice(&bytes[49..]);
                digest
            },
        })
    }
}

impl<'a> SequencedCommand<'a> {
    /// Parses a journal record's plaintext. Offsets in errors count from the start of `bytes`.
    pub fn new_checked(bytes: &'a [u8]) -> Result<Self, ParseError> {
        let short = ParseError::at(Reject::BadFrame, bytes.len());
        let (header, rest) = bytes.split_first_chunk::<HEADER_LENGTH>().ok_or(short)?;
        let (blind, raw) = rest.split_first_chunk::<BLIND_LENGTH>().ok_or(short)?;
        let header = SequencedHeader::parse(header)?;
        let command = match header.origin {
            Origin::Session => Command::parse(raw).map(Sequenced::Session),
            Origin::System => SystemCommand::parse(raw).map(Sequenced::System),
        };
        match command {
            Ok(command) => Ok(Self { header, blind: *blind, raw, command }),
            Err(error) if error.reject == Reject::UnknownOp => Err(error),
            Err(error) => Err(ParseError::at(error.reject, COMMAND_AT + error.offset as usize)),
        }
    }
}

#[inline]
fn u64_at(bytes: &[u8; HEADER_LENGTH], at: usize) -> u64 {
    let mut word = [0; 8];
    word.copy_from_slice(&bytes[at..at + 8]);
    u64::from_le_bytes(word)
}
