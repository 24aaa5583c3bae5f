//! Canonical msgpack into a caller's buffer.
//!
//! Writing never fails half-way: a full buffer is remembered, the length goes on counting, and [`Writer::finish`] tells. So
//! an emitter is a straight line, and a caller with too little room learns how much it needs.

use crate::client_id::ClientId;
use crate::order_ref::OrderRef;

/// Why nothing was emitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmitError {
    /// The buffer is too small.
    Full {
        /// Bytes the message takes.
        needed: usize,
    },
    /// A list is longer or shorter than its message allows.
    ListLength,
}

impl core::fmt::Display for EmitError {
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Full { needed } => write!(out, "the message takes {needed} bytes"),
            Self::ListLength => write!(out, "a list is longer or shorter than its message allows"),
        }
    }
}

impl core::error::Error for EmitError {}

/// Appends tokens, each in its shortest form.
///
/// A list is streamed as [`Writer::array`] with its count, then that many items.
#[derive(Debug)]
pub struct Writer<'a> {
    buffer: &'a mut [u8],
    length: usize,
    has_bad_list: bool,
}

impl<'a> Writer<'a> {
    /// Starts at the first byte of `buffer`.
    #[inline]
    pub const fn new(buffer: &'a mut [u8]) -> Self {
        Self { buffer, length: 0, has_bad_list: false }
    }

    /// Bytes written, or that would have been.
    #[inline]
    pub const fn length(&self) -> usize {
        self.length
    }

    /// The bytes written, unless something did not fit.
    #[inline]
    pub fn finish(self) -> Result<&'a [u8], EmitError> {
        if self.has_bad_list {
            return Err(EmitError::ListLength);
        }
        let needed = self.length;
        let buffer: &'a [u8] = self.buffer;
        buffer.get(..needed).ok_or(EmitError::Full { needed })
    }

    /// Marks the output as invalid: a list broke its bounds.
    #[cold]
    pub fn refuse_list(&mut self) {
        self.has_bad_list = true;
    }

    /// Bytes that are msgpack already, such as an item kept from a checked view.
    #[inline]
    pub fn raw(&mut self, bytes: &[u8]) {
        let end = self.length + bytes.len();
        if let Some(room) = self.buffer.get_mut(self.length..end) {
            room.copy_from_slice(bytes);
        }
        self.length = end;
    }

    #[inline]
    fn put<const N: usize>(&mut self, bytes: [u8; N]) {
        self.raw(&bytes);
    }

    #[inline]
    fn marked<const N: usize>(&mut self, marker: u8, bytes: [u8; N]) {
        self.put([marker]);
        self.put(bytes);
    }

    /// Begins an array of `count` items.
    #[inline]
    pub fn array(&mut self, count: u32) {
        match count {
            0..=15 => self.put([0x90 | count as u8]),
            16..=0xffff => self.marked(0xdc, (count as u16).to_be_bytes()),
            _ => self.marked(0xdd, count.to_be_bytes()),
        }
    }

    /// An unsigned integer.
    #[inline]
    pub fn uint(&mut self, value: u64) {
        match value {
            0..=0x7f => self.put([value as u8]),
            0x80..=0xff => self.marked(0xcc, [value as u8]),
            0x100..=0xffff => self.marked(0xcd, (value as u16).to_be_bytes()),
            0x1_0000..=0xffff_ffff => self.marked(0xce, (value as u32).to_be_bytes()),
            _ => self.marked(0xcf, value.to_be_bytes()),
        }
    }

    /// An integer with a sign.
    #[inline]
    pub fn int(&mut self, value: i64) {
        match value {
            0.. => self.uint(value as u64),
            -32..0 => self.put([value as u8]),
            -0x80..-32 => self.marked(0xd0, (value as i8).to_be_bytes()),
            -0x8000..-0x80 => self.marked(0xd1, (value as i16).to_be_bytes()),
            -0x8000_0000..-0x8000 => self.marked(0xd2, (value as i32).to_be_bytes()),
            _ => self.marked(0xd3, value.to_be_bytes()),
        }
    }

    /// True or false.
    #[inline]
    pub fn bool(&mut self, value: bool) {
        self.put([if value { 0xc3 } else { 0xc2 }]);
    }

    /// The absent optional.
    #[inline]
    pub fn nil(&mut self) {
        self.put([0xc0]);
    }

    /// Nil, or what `emit` writes.
    #[inline]
    pub fn optional<T>(&mut self, value: Option<T>, emit: impl FnOnce(&mut Self, T)) {
        match value {
            Some(value) => emit(self, value),
            None => self.nil(),
        }
    }

    /// Bytes of a fixed length, at most 255.
    #[inline]
    pub fn bin<const N: usize>(&mut self, bytes: &[u8; N]) {
        const { assert!(N <= 255) };
        self.put([0xc4, N as u8]);
        self.put(*bytes);
    }

    /// A string of at most 255 bytes; what is longer is cut. The types that reach here are bounded at 64.
    #[inline]
    pub fn str(&mut self, text: &[u8]) {
        let text = text.get(..255).unwrap_or(text);
        match text.len() {
            length @ 0..=31 => self.put([0xa0 | length as u8]),
            length => self.put([0xd9, length as u8]),
        }
        self.raw(text);
    }

    /// A client order id.
    #[inline]
    pub fn client_id(&mut self, id: &ClientId) {
        self.str(id.as_bytes());
    }

    /// An order's id, or its client's.
    #[inline]
    pub fn order_ref(&mut self, order: &OrderRef) {
        match order {
            OrderRef::Id(id) => self.uint(*id),
            OrderRef::Client(id) => self.client_id(id),
        }
    }
}
