//! `u32 length | body`, little-endian, over a byte stream.

use std::io::{self, ErrorKind, Read};
use std::ops::Range;

use crate::error::ClientError;

/// A venue's replies carry up to 64 results, so they may be longer than the 4,096 bytes a client may send.
pub const BODY_LENGTH_MAX: usize = 65_536;

const PREFIX: usize = 4;
const ROOM: usize = 256 * 1024;

/// Appends the length prefix around what `write` appends.
pub fn frame<T, E>(
    out: &mut Vec<u8>,
    write: impl FnOnce(&mut Vec<u8>) -> Result<T, E>,
) -> Result<T, E> {
    let start = out.len();
    out.extend_from_slice(&[0; PREFIX]);
    let value = write(out).inspect_err(|_| out.truncate(start))?;
    let length = (out.len() - start - PREFIX) as u32;
    out[start..start + PREFIX].copy_from_slice(&length.to_le_bytes());
    Ok(value)
}

/// Bytes as they come, frames as they are complete.
pub struct FrameBuffer {
    bytes: Box<[u8]>,
    start: usize,
    end: usize,
}

impl Default for FrameBuffer {
    fn default() -> Self {
        Self { bytes: vec![0; ROOM].into_boxed_slice(), start: 0, end: 0 }
    }
}

impl FrameBuffer {
    /// The next complete frame: its prefix is skipped, its body lies in the range. None: more bytes are needed.
    pub fn take(&mut self) -> Result<Option<Range<usize>>, ClientError> {
        let Some(prefix) = self.bytes[self.start..self.end].first_chunk::<PREFIX>() else {
            return Ok(None);
        };
        let length = u32::from_le_bytes(*prefix) as usize;
        if length > BODY_LENGTH_MAX {
            return Err(ClientError::Frame("longer than 65,536 bytes"));
        }
        let body = self.start + PREFIX;
        if self.end - body < length {
            return Ok(None);
        }
        self.start = body + length;
        Ok(Some(body..body + length))
    }

    /// The bytes of a range `take` gave, until the next `fill`.
    pub fn body(&mut self, range: Range<usize>) -> &mut [u8] {
        &mut self.bytes[range]
    }

    /// Reads once. Zero bytes is the end of the stream and an error here.
    pub fn fill(&mut self, stream: &mut impl Read) -> io::Result<usize> {
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
        } else if self.bytes.len() - self.end < PREFIX + BODY_LENGTH_MAX {
            self.bytes.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
        }
        let count = stream.read(&mut self.bytes[self.end..])?;
        if count == 0 {
            return Err(io::Error::new(ErrorKind::UnexpectedEof, "the venue hung up"));
        }
        self.end += count;
        Ok(count)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// Gives `step` bytes a read.
    struct Drip<'a>(&'a [u8], usize);

    impl Read for Drip<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let count = self.1.min(self.0.len()).min(out.len());
            let (now, later) = self.0.split_at(count);
            out[..count].copy_from_slice(now);
            self.0 = later;
            Ok(count)
        }
    }

    #[test]
    fn frames_survive_any_cut() {
        // Enough bytes to wrap the buffer several times, lengths from empty to the cap.
        let bodies: Vec<Vec<u8>> = (0..200u32)
            .map(|i| vec![i as u8; (i as usize * 331) % (BODY_LENGTH_MAX + 1)])
            .collect();
        let mut stream = Vec::new();
        for body in &bodies {
            let wrote: Result<(), ()> = frame(&mut stream, |out| {
                out.extend_from_slice(body);
                Ok(())
            });
            wrote.unwrap();
        }
        for step in [1, 7, 4096, ROOM] {
            let mut drip = Drip(&stream, step);
            let mut buffer = FrameBuffer::default();
            for body in &bodies {
                let range = loop {
                    match buffer.take().unwrap() {
                        Some(range) => break range,
                        None => buffer.fill(&mut drip).map(drop).unwrap(),
                    }
                };
                assert_eq!(buffer.body(range), body);
            }
            assert_eq!(buffer.fill(&mut drip).unwrap_err().kind(), ErrorKind::UnexpectedEof);
        }
    }

    #[test]
    fn a_length_beyond_the_cap_is_refused_before_its_bytes_come() {
        let mut buffer = FrameBuffer::default();
        let prefix = (BODY_LENGTH_MAX as u32 + 1).to_le_bytes();
        buffer.fill(&mut &prefix[..]).unwrap();
        assert!(matches!(buffer.take(), Err(ClientError::Frame(_))));
    }

    #[test]
    fn a_failed_write_leaves_no_prefix() {
        let mut out = vec![9];
        assert!(
            frame(&mut out, |out| {
                out.push(1);
                Err::<(), _>(())
            })
            .is_err()
        );
        assert_eq!(out, [9]);
    }
}
