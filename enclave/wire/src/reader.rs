//! Strict positional msgpack, read one expected token at a time.
//!
//! The caller says which type comes next; anything else is an error. Every value has exactly one accepted encoding: shortest
//! header, shortest integer, unsigned family for what is not negative. A declared length is compared with what remains before
//! it is used, so a length of 2^32 - 1 costs nothing.

use crate::client_id::ClientId;
use crate::error::ParseError;
use crate::generated::Reject;
use crate::list::List;
use crate::message::Item;
use crate::order_ref::OrderRef;
use crate::text::Text;

/// A cursor over input bytes. After an error its position is unspecified.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

type Parsed<T> = Result<T, ParseError>;

impl<'a> Reader<'a> {
    /// Starts at the first byte.
    #[inline]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Bytes read so far.
    #[inline]
    pub const fn offset(&self) -> usize {
        self.at
    }

    /// Bytes not yet read.
    #[inline]
    pub const fn remaining(&self) -> usize {
        self.bytes.len() - self.at
    }

    /// The bytes between an earlier offset and here. Empty if `from` is not an earlier offset.
    #[inline]
    pub fn since(&self, from: usize) -> &'a [u8] {
        self.bytes.get(from..self.at).unwrap_or(&[])
    }

    /// Refuses trailing bytes.
    #[inline]
    pub fn end(&self) -> Parsed<()> {
        if self.at == self.bytes.len() {
            return Ok(());
        }
        Err(ParseError::at(Reject::BadFrame, self.at))
    }

    /// An array header: how many items follow. Each item takes at least a byte, so the count cannot exceed what remains.
    #[inline]
    pub fn array(&mut self) -> Parsed<u32> {
        let start = self.at;
        let count = match self.byte()? {
            marker @ 0x90..=0x9f => u32::from(marker & 0x0f),
            0xdc => self.minimal(start, 16, |n: [u8; 2]| u16::from_be_bytes(n).into())?,
            0xdd => self.minimal(start, 0x1_0000, u32::from_be_bytes)?,
            marker => return Err(mismatch(start, marker)),
        };
        self.fits(start, count)?;
        Ok(count)
    }

    /// An array header that must name exactly this many items.
    #[inline]
    pub fn array_of(&mut self, arity: u32) -> Parsed<()> {
        let start = self.at;
        if self.array()? == arity {
            return Ok(());
        }
        Err(ParseError::at(Reject::BadFrame, start))
    }

    /// Any unsigned integer.
    #[inline]
    pub fn u64(&mut self) -> Parsed<u64> {
        let start = self.at;
        match self.byte()? {
            marker @ 0..=0x7f => Ok(marker.into()),
            marker => self.u64_wide(start, marker),
        }
    }

    #[inline]
    fn u64_wide(&mut self, start: usize, marker: u8) -> Parsed<u64> {
        let (value, least) = match marker {
            0xcc => (u64::from(u8::from_be_bytes(self.take(start)?)), 0x80),
            0xcd => (u64::from(u16::from_be_bytes(self.take(start)?)), 0x100),
            0xce => (u64::from(u32::from_be_bytes(self.take(start)?)), 0x1_0000),
            0xcf => (u64::from_be_bytes(self.take(start)?), 0x1_0000_0000),
            _ => return Err(self.not_unsigned(start, marker)),
        };
        if value < least {
            return Err(ParseError::at(Reject::BadFrame, start));
        }
        Ok(value)
    }

    /// A negative number does not fit an unsigned field; but one that is not in shortest form is not even a number.
    #[cold]
    fn not_unsigned(&mut self, start: usize, marker: u8) -> ParseError {
        if !matches!(marker, 0xd0..=0xd3 | 0xe0..=0xff) {
            return mismatch(start, marker);
        }
        self.at = start;
        match self.i64() {
            Ok(_) => ParseError::at(Reject::OutOfRange, start),
            Err(error) => error,
        }
    }

    /// An unsigned integer that fits 32 bits.
    #[inline]
    pub fn u32(&mut self) -> Parsed<u32> {
        self.narrow()
    }

    /// An unsigned integer that fits 16 bits.
    #[inline]
    pub fn u16(&mut self) -> Parsed<u16> {
        self.narrow()
    }

    /// An unsigned integer that fits 8 bits.
    #[inline]
    pub fn u8(&mut self) -> Parsed<u8> {
        self.narrow()
    }

    #[inline]
    fn narrow<T: TryFrom<u64>>(&mut self) -> Parsed<T> {
        let start = self.at;
        T::try_from(self.u64()?).map_err(|_| ParseError::at(Reject::OutOfRange, start))
    }

    /// Any integer that fits 64 bits with a sign.
    #[inline]
    pub fn i64(&mut self) -> Parsed<i64> {
        let start = self.at;
        let marker = self.byte()?;
        let (value, beyond) = match marker {
            0..=0x7f => return Ok(marker.into()),
            0xe0..=0xff => return Ok((marker as i8).into()),
            0xcc..=0xcf => {
                let value = self.u64_wide(start, marker)?;
                return i64::try_from(value).map_err(|_| ParseError::at(Reject::OutOfRange, start));
            }
            0xd0 => (i64::from(i8::from_be_bytes(self.take(start)?)), -32),
            0xd1 => (i64::from(i16::from_be_bytes(self.take(start)?)), i64::from(i8::MIN)),
            0xd2 => (i64::from(i32::from_be_bytes(self.take(start)?)), i64::from(i16::MIN)),
            0xd3 => (i64::from_be_bytes(self.take(start)?), i64::from(i32::MIN)),
            _ => return Err(mismatch(start, marker)),
        };
        // The signed forms are for numbers too low for every shorter form.
        if value >= beyond {
            return Err(ParseError::at(Reject::BadFrame, start));
        }
        Ok(value)
    }

    /// An integer that fits 32 bits with a sign.
    #[inline]
    pub fn i32(&mut self) -> Parsed<i32> {
        let start = self.at;
        i32::try_from(self.i64()?).map_err(|_| ParseError::at(Reject::OutOfRange, start))
    }

    /// True or false.
    #[inline]
    pub fn bool(&mut self) -> Parsed<bool> {
        let start = self.at;
        match self.byte()? {
            0xc2 => Ok(false),
            0xc3 => Ok(true),
            marker => Err(mismatch(start, marker)),
        }
    }

    /// Nil, or what `parse` reads.
    #[inline]
    pub fn optional<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<Option<T>> {
        if self.bytes.get(self.at) == Some(&0xc0) {
            self.at += 1;
            return Ok(None);
        }
        parse(self).map(Some)
    }

    /// An enumeration's value; `from` knows which there are.
    #[inline]
    pub fn enumeration<T>(&mut self, from: impl FnOnce(u8) -> Option<T>) -> Parsed<T> {
        let start = self.at;
        from(self.u8()?).ok_or(ParseError::at(Reject::OutOfRange, start))
    }

    /// Bytes of a length fixed by the field. Another length is another type.
    #[inline]
    pub fn bin<const N: usize>(&mut self) -> Parsed<[u8; N]> {
        let start = self.at;
        let length = match self.byte()? {
            0xc4 => self.minimal(start, 0, |n: [u8; 1]| n[0].into())?,
            0xc5 => self.minimal(start, 0x100, |n: [u8; 2]| u16::from_be_bytes(n).into())?,
            0xc6 => self.minimal(start, 0x1_0000, u32::from_be_bytes)?,
            marker => return Err(mismatch(start, marker)),
        };
        self.fits(start, length)?;
        if length as usize != N {
            return Err(ParseError::at(Reject::BadType, start));
        }
        self.take(start)
    }

    /// The bytes of a string, content unchecked.
    #[inline]
    fn str(&mut self) -> Parsed<&'a [u8]> {
        let start = self.at;
        let length = match self.byte()? {
            marker @ 0xa0..=0xbf => u32::from(marker & 0x1f),
            0xd9 => self.minimal(start, 32, |n: [u8; 1]| n[0].into())?,
            0xda => self.minimal(start, 0x100, |n: [u8; 2]| u16::from_be_bytes(n).into())?,
            0xdb => self.minimal(start, 0x1_0000, u32::from_be_bytes)?,
            marker => return Err(mismatch(start, marker)),
        };
        self.fits(start, length)?;
        let from = self.at;
        self.at += length as usize;
        Ok(self.since(from))
    }

    /// A client order id: `[A-Za-z0-9_-]{1,36}`.
    #[inline]
    pub fn client_id(&mut self) -> Parsed<ClientId> {
        let start = self.at;
        ClientId::from_bytes(self.str()?).ok_or(ParseError::at(Reject::BadString, start))
    }

    /// Printable ASCII, at most 64 bytes.
    #[inline]
    pub fn text(&mut self) -> Parsed<Text> {
        let start = self.at;
        Text::from_bytes(self.str()?).ok_or(ParseError::at(Reject::BadString, start))
    }

    /// An order named by its id or by its client's.
    #[inline]
    pub fn order_ref(&mut self) -> Parsed<OrderRef> {
        match self.bytes.get(self.at) {
            Some(0xa0..=0xbf | 0xd9..=0xdb) => self.client_id().map(OrderRef::Client),
            _ => self.u64().map(OrderRef::Id),
        }
    }

    /// A list of `min` to `max` items. All are parsed here, so that reading them again later cannot fail.
    #[inline]
    pub fn list<T: Item>(&mut self, min: u32, max: u32) -> Parsed<List<'a, T>> {
        let start = self.at;
        let count = self.array()?;
        if count < min || count > max {
            return Err(ParseError::at(Reject::BadFrame, start));
        }
        let from = self.at;
        for _ in 0..count {
            T::parse_item(self)?;
        }
        Ok(List::checked(self.since(from), count))
    }

    #[inline]
    fn byte(&mut self) -> Parsed<u8> {
        match self.bytes.get(self.at) {
            Some(&byte) => {
                self.at += 1;
                Ok(byte)
            }
            None => Err(ParseError::at(Reject::BadFrame, self.at)),
        }
    }

    #[inline]
    fn take<const N: usize>(&mut self, start: usize) -> Parsed<[u8; N]> {
        match self.bytes.get(self.at..).and_then(|rest| rest.first_chunk::<N>()) {
            Some(chunk) => {
                self.at += N;
                Ok(*chunk)
            }
            None => Err(ParseError::at(Reject::BadFrame, start)),
        }
    }

    #[inline]
    fn minimal<const N: usize>(
        &mut self,
        start: usize,
        least: u32,
        value: impl FnOnce([u8; N]) -> u32,
    ) -> Parsed<u32> {
        let value = value(self.take(start)?);
        if value < least {
            return Err(ParseError::at(Reject::BadFrame, start));
        }
        Ok(value)
    }

    #[inline]
    fn fits(&self, start: usize, length: u32) -> Parsed<()> {
        if u64::from(length) > self.remaining() as u64 {
            return Err(ParseError::at(Reject::BadFrame, start));
        }
        Ok(())
    }
}

/// What an unexpected marker means: a map, an extension or 0xC1 is never part of a frame, the rest is the wrong type.
#[cold]
fn mismatch(start: usize, marker: u8) -> ParseError {
    let reject = match marker {
        0x80..=0x8f | 0xc1 | 0xc7..=0xc9 | 0xd4..=0xd8 | 0xde..=0xdf => Reject::BadFrame,
        _ => Reject::BadType,
    };
    ParseError::at(reject, start)
}
