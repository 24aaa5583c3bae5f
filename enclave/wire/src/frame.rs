//! Client frames (docs/boundaries.md section 1): the clear head, and the commands inside the seal.

use crate::error::ParseError;
use crate::generated::{Command, Reject, SessionEvent};
use crate::reader::Reader;
use crate::structure;

/// Largest frame body, in bytes.
pub const BODY_LENGTH_MAX: usize = 4096;
/// Most commands in one frame.
pub const COMMANDS_MAX: u32 = 64;
/// AES-GCM tag at the end of every sealed body.
pub const TAG_LENGTH: usize = 16;
/// `u64 session | u64 counter`: the clear head of a sealed body, and its associated data.
pub const HEAD_LENGTH: usize = 16;
/// `version | sessionKey | enc` of an opening body, behind its `u64 session = 0`.
pub const OPENING_HEAD_LENGTH: usize = 8 + 1 + 32 + 32;
/// Version byte of an opening.
pub const OPENING_VERSION: u8 = 1;
/// `serverRandom` in the session reply, between head and ciphertext.
pub const SERVER_RANDOM_LENGTH: usize = 32;
/// HPKE `info` of a session.
pub const HPKE_INFO: &[u8] = b"sealbook session v1";
/// HPKE exporter context of the client → enclave key, before `serverRandom`.
pub const EXPORT_CLIENT_TO_SERVER: &[u8] = b"sealbook c2s";
/// HPKE exporter context of the enclave → client key, before `serverRandom`.
pub const EXPORT_SERVER_TO_CLIENT: &[u8] = b"sealbook s2c";

/// A client → enclave body, split but not opened.
///
/// Contract: every part lies inside the body that was checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameBody<'a> {
    /// Opens a session.
    Opening {
        /// The client's X25519 key, HPKE's authenticated sender; also the associated data.
        session_key: [u8; 32],
        /// HPKE's encapsulated key.
        enc: [u8; 32],
        /// The sealed `open-session`, tag included.
        ciphertext: &'a [u8],
    },
    /// Commands of a session.
    Sealed {
        /// Non-zero session id.
        session: u64,
        /// Exactly the last + 1, or it is refused.
        counter: u64,
        /// `session | counter` as sent.
        aad: &'a [u8; HEAD_LENGTH],
        /// The sealed commands, tag included: at least a tag long.
        ciphertext: &'a [u8],
    },
}

impl<'a> FrameBody<'a> {
    /// Splits a body. `BadFrame` if it is too short for its kind or the opening's version is unknown; `FrameTooLarge`
    /// above [`BODY_LENGTH_MAX`].
    pub fn new_checked(body: &'a [u8]) -> Result<Self, ParseError> {
        if body.len() > BODY_LENGTH_MAX {
            return Err(ParseError::at(Reject::FrameTooLarge, BODY_LENGTH_MAX));
        }
        let short = ParseError::at(Reject::BadFrame, body.len());
        let (session, rest) = body.split_first_chunk::<8>().ok_or(short)?;
        let session = u64::from_le_bytes(*session);
        if session == 0 {
            return Self::opening(rest, short);
        }
        let (aad, ciphertext) = body.split_first_chunk::<HEAD_LENGTH>().ok_or(short)?;
        let counter = rest.first_chunk::<8>().ok_or(short)?;
        if ciphertext.len() < TAG_LENGTH {
            return Err(short);
        }
        Ok(Self::Sealed { session, counter: u64::from_le_bytes(*counter), aad, ciphertext })
    }

    fn opening(rest: &'a [u8], short: ParseError) -> Result<Self, ParseError> {
        let (&version, rest) = rest.split_first().ok_or(short)?;
        if version != OPENING_VERSION {
            return Err(ParseError::at(Reject::BadFrame, 8));
        }
        let (session_key, rest) = rest.split_first_chunk::<32>().ok_or(short)?;
        let (enc, ciphertext) = rest.split_first_chunk::<32>().ok_or(short)?;
        if ciphertext.len() < TAG_LENGTH {
            return Err(short);
        }
        Ok(Self::Opening { session_key: *session_key, enc: *enc, ciphertext })
    }
}

/// The AES-GCM nonce of a counter: `00000000 ‖ counter u64 BE`.
#[inline]
pub fn nonce(counter: u64) -> [u8; 12] {
    let mut nonce = [0; 12];
    nonce[4..].copy_from_slice(&counter.to_be_bytes());
    nonce
}

/// Writes `u64 session | u64 counter`, the head of an enclave → client body.
#[inline]
pub fn head(session: u64, counter: u64) -> [u8; HEAD_LENGTH] {
    let mut head = [0; HEAD_LENGTH];
    head[..8].copy_from_slice(&session.to_le_bytes());
    head[8..].copy_from_slice(&counter.to_le_bytes());
    head
}

/// The opened plaintext of a frame: an array of 1 to 64 commands, all of them legal.
///
/// Contract: after [`CommandFrame::new_checked`] returns Ok, no accessor panics and iteration yields every command. One bad
/// command refuses the frame, so that nothing of it was executed when the client is told.
#[derive(Clone, Copy, Debug)]
pub struct CommandFrame<'a> {
    bytes: &'a [u8],
    count: u32,
    /// Most frames carry one command; it is parsed once.
    first: Command<'a>,
    first_start: usize,
    first_end: usize,
}

/// Parses an opened frame: see [`CommandFrame`].
#[inline]
pub fn parse_frame(bytes: &[u8]) -> Result<CommandFrame<'_>, ParseError> {
    CommandFrame::new_checked(bytes)
}

impl<'a> CommandFrame<'a> {
    /// Parses every command of the frame.
    #[inline]
    pub fn new_checked(bytes: &'a [u8]) -> Result<Self, ParseError> {
        Self::parse(bytes).map_err(|error| structure::first_fault(bytes).unwrap_or(error))
    }

    #[inline]
    fn parse(bytes: &'a [u8]) -> Result<Self, ParseError> {
        let mut reader = Reader::new(bytes);
        let count = reader.array()?;
        if count == 0 || count > COMMANDS_MAX {
            return Err(ParseError::at(Reject::BadFrame, 0));
        }
        let first_start = reader.offset();
        let first = Command::parse_item(&mut reader)?;
        let first_end = reader.offset();
        for _ in 1..count {
            Command::parse_item(&mut reader)?;
        }
        reader.end()?;
        Ok(Self { bytes, count, first, first_start, first_end })
    }

    /// How many commands, 1 to 64.
    #[inline]
    pub const fn len(&self) -> u32 {
        self.count
    }

    /// Never: a frame has a command.
    #[inline]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Index, bytes (the command's own array) and value of every command, in order.
    #[inline]
    pub fn iter(&self) -> CommandIter<'a> {
        CommandIter { frame: *self, next: 0, at: self.first_start }
    }
}

impl<'a> IntoIterator for CommandFrame<'a> {
    type Item = (u8, &'a [u8], Command<'a>);
    type IntoIter = CommandIter<'a>;

    #[inline]
    fn into_iter(self) -> CommandIter<'a> {
        self.iter()
    }
}

/// Commands of a [`CommandFrame`].
#[derive(Clone, Debug)]
pub struct CommandIter<'a> {
    frame: CommandFrame<'a>,
    next: u8,
    at: usize,
}

impl<'a> Iterator for CommandIter<'a> {
    type Item = (u8, &'a [u8], Command<'a>);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let index = self.next;
        if u32::from(index) >= self.frame.count {
            return None;
        }
        let (command, end) = if index == 0 {
            (self.frame.first, self.frame.first_end)
        } else {
            let mut reader = Reader::new(self.frame.bytes.get(self.at..)?);
            let command = Command::parse_item(&mut reader).ok()?;
            (command, self.at + reader.offset())
        };
        let raw = self.frame.bytes.get(self.at..end)?;
        self.next += 1;
        self.at = end;
        Some((index, raw, command))
    }
}

/// The opened plaintext of an enclave → client frame: an array of events, all of them legal.
///
/// Contract: after [`EventFrame::new_checked`] returns Ok, iteration yields every event.
#[derive(Clone, Copy, Debug)]
pub struct EventFrame<'a> {
    events: &'a [u8],
    count: u32,
}

impl<'a> EventFrame<'a> {
    /// Parses every event of the frame.
    pub fn new_checked(bytes: &'a [u8]) -> Result<Self, ParseError> {
        Self::parse(bytes).map_err(|error| structure::first_fault(bytes).unwrap_or(error))
    }

    fn parse(bytes: &'a [u8]) -> Result<Self, ParseError> {
        let mut reader = Reader::new(bytes);
        let count = reader.array()?;
        if count == 0 {
            return Err(ParseError::at(Reject::BadFrame, 0));
        }
        let from = reader.offset();
        for _ in 0..count {
            SessionEvent::parse_item(&mut reader)?;
        }
        reader.end()?;
        Ok(Self { events: reader.since(from), count })
    }

    /// Every event, in order.
    pub fn iter(&self) -> impl Iterator<Item = SessionEvent<'a>> + use<'a> {
        let mut reader = Reader::new(self.events);
        (0..self.count).map_while(move |_| SessionEvent::parse_item(&mut reader).ok())
    }
}
