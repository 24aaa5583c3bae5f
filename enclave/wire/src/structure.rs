//! Is it well-formed at all? Asked only when a parse has failed.
//!
//! The readers stop at the first thing they did not expect, which may be a wrong type in front of a hole. A frame with a hole
//! is a broken frame, whatever else is wrong, so the verdict comes from here first. Both codecs do the same, and so agree.

use crate::error::ParseError;
use crate::generated::Reject;

/// Arrays inside arrays: a frame, its commands, their lists, the records in those.
pub const DEPTH_MAX: usize = 4;

/// The first fault of structure in `bytes`, as one msgpack value with nothing behind it. None: well-formed.
///
/// Floats are well-formed (and always the wrong type); maps, extensions and 0xC1 are not. One pass, no recursion: every item
/// takes at least a byte, and a declared count or length beyond what remains ends it.
#[cold]
pub fn first_fault(bytes: &[u8]) -> Option<ParseError> {
    let mut left = [0u32; DEPTH_MAX];
    let mut depth = 0usize;
    let mut at = 0;
    loop {
        let Some(token) = Token::parse(bytes.get(at..).unwrap_or(&[])) else {
            return Some(ParseError::at(Reject::BadFrame, at));
        };
        if let Some(level) = depth.checked_sub(1).and_then(|level| left.get_mut(level)) {
            *level -= 1;
        }
        if token.items > 0 {
            let Some(level) = left.get_mut(depth) else {
                return Some(ParseError::at(Reject::BadFrame, at));
            };
            *level = token.items;
            depth += 1;
        }
        at += token.length;
        while depth > 0 && left[depth - 1] == 0 {
            depth -= 1;
        }
        if depth == 0 {
            let has_trailing = at != bytes.len();
            return has_trailing.then(|| ParseError::at(Reject::BadFrame, at));
        }
    }
}

struct Token {
    /// Bytes of the token; for an array only its header.
    length: usize,
    /// Items that follow, for an array.
    items: u32,
}

impl Token {
    /// None: cut short, not in shortest form, or not of the subset.
    fn parse(bytes: &[u8]) -> Option<Self> {
        let marker = *bytes.first()?;
        let (header, payload, items) = match marker {
            0..=0x7f | 0xe0..=0xff | 0xc0 | 0xc2 | 0xc3 => (1, 0, 0),
            0x90..=0x9f => (1, 0, u32::from(marker & 0x0f)),
            0xa0..=0xbf => (1, u64::from(marker & 0x1f), 0),
            0xc4 => (2, uint(bytes, 1, 0)?, 0),
            0xc5 => (3, uint(bytes, 2, 0x100)?, 0),
            0xc6 => (5, uint(bytes, 4, 0x1_0000)?, 0),
            0xca => (5, 0, 0),
            0xcb => (9, 0, 0),
            0xcc => (2, uint(bytes, 1, 0x80).map(|_| 0)?, 0),
            0xcd => (3, uint(bytes, 2, 0x100).map(|_| 0)?, 0),
            0xce => (5, uint(bytes, 4, 0x1_0000).map(|_| 0)?, 0),
            0xcf => (9, uint(bytes, 8, 0x1_0000_0000).map(|_| 0)?, 0),
            0xd0 => (2, negative(bytes, 1, -32)?, 0),
            0xd1 => (3, negative(bytes, 2, i8::MIN.into())?, 0),
            0xd2 => (5, negative(bytes, 4, i16::MIN.into())?, 0),
            0xd3 => (9, negative(bytes, 8, i32::MIN.into())?, 0),
            0xd9 => (2, uint(bytes, 1, 32)?, 0),
            0xda => (3, uint(bytes, 2, 0x100)?, 0),
            0xdb => (5, uint(bytes, 4, 0x1_0000)?, 0),
            0xdc => (3, 0, uint(bytes, 2, 16)? as u32),
            0xdd => (5, 0, uint(bytes, 4, 0x1_0000)? as u32),
            0x80..=0x8f | 0xc1 | 0xc7..=0xc9 | 0xd4..=0xd8 | 0xde | 0xdf => return None,
        };
        let behind = (bytes.len() as u64).checked_sub(header)?;
        if payload > behind || u64::from(items) > behind {
            return None;
        }
        Some(Self { length: (header + payload) as usize, items })
    }
}

/// The big-endian number behind the marker, if it is all there and needs this many bytes.
fn uint(bytes: &[u8], width: usize, least: u64) -> Option<u64> {
    let digits = bytes.get(1..=width)?;
    let value = digits.iter().fold(0, |value: u64, &digit| value << 8 | u64::from(digit));
    (value >= least).then_some(value)
}

/// As `uint`, for the signed family, which is only for numbers below `beyond`. Yields 0, the payload length.
fn negative(bytes: &[u8], width: usize, beyond: i64) -> Option<u64> {
    let shift = 64 - 8 * width as u32;
    let value = (uint(bytes, width, 0)? << shift) as i64 >> shift;
    (value < beyond).then_some(0)
}
