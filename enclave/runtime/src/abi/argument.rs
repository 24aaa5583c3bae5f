//! Arguments: what the host's pointers must satisfy before a byte behind them is touched (B46, B47).

use crate::error::{Error, Result};

/// Largest input: a snapshot or a stretch of journal.
const INPUT_BYTES_MAX: u64 = 1 << 31;
/// User-space addresses end here.
const ADDRESS_MAX: usize = 1 << 47;

/// May `length` bytes at `pointer` be ours to touch at all?
pub(super) fn check_range(pointer: usize, length: usize, alignment: usize) -> Result<()> {
    if pointer == 0 {
        return Err(Error::Null);
    }
    if !pointer.is_multiple_of(alignment) {
        return Err(Error::Align);
    }
    let end = pointer.checked_add(length).ok_or(Error::Length)?;
    if pointer < 4096 || end > ADDRESS_MAX { Err(Error::Length) } else { Ok(()) }
}

/// An input's range, if it can be one.
pub(super) fn check_input(pointer: *const u8, length: u64) -> Result<(usize, usize)> {
    if pointer.is_null() {
        return Err(Error::Null);
    }
    if length == 0 || length > INPUT_BYTES_MAX {
        return Err(Error::Length);
    }
    check_range(pointer as usize, length as usize, 1)?;
    Ok((pointer as usize, length as usize))
}

/// Copies an input in, once.
///
/// # Safety
/// A range that passes the checks is readable.
pub(super) unsafe fn copy_in(pointer: *const u8, length: u64) -> Result<Vec<u8>> {
    let (_, length) = check_input(pointer, length)?;
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(length).map_err(|_| Error::Memory)?;
    // Safety: non-null, bounded, and readable by the caller's promise; the vector has room for `length` bytes.
    unsafe {
        core::ptr::copy_nonoverlapping(pointer, bytes.as_mut_ptr(), length);
        bytes.set_len(length);
    }
    Ok(bytes)
}

/// An output buffer with its length word.
pub(super) struct Output {
    bytes: *mut u8,
    length: *mut u64,
    pub(super) room: usize,
}

impl Output {
    /// # Safety
    /// A length word that passes the checks is readable and writable, and so are as many bytes as it says.
    pub(super) unsafe fn new(bytes: *mut u8, length: *mut u64) -> Result<Self> {
        check_range(length as usize, size_of::<u64>(), align_of::<u64>())?;
        // Safety: checked; the caller's promise.
        let room = usize::try_from(unsafe { length.read() }).map_err(|_| Error::Length)?;
        check_range(bytes as usize, room, 1)?;
        let output = Output { bytes, length, room };
        if overlaps(output.range(), (length as usize, size_of::<u64>())) {
            return Err(Error::Overlap);
        }
        Ok(output)
    }

    fn range(&self) -> (usize, usize) {
        (self.bytes as usize, self.room)
    }

    /// Refuses an input that shares bytes with this output or its length word.
    pub(super) fn apart_from(&self, pointer: *const u8, length: u64) -> Result<()> {
        let input = check_input(pointer, length)?;
        let word = (self.length as usize, size_of::<u64>());
        if overlaps(self.range(), input) || overlaps(word, input) {
            Err(Error::Overlap)
        } else {
            Ok(())
        }
    }

    /// Says how much is needed, and writes if it fits.
    pub(super) fn put(&self, reply: &[u8]) -> Result<()> {
        // Safety: checked in `new`.
        unsafe { self.length.write(reply.len() as u64) };
        if reply.len() > self.room {
            return Err(Error::Buffer);
        }
        // Safety: checked in `new`; `reply` is ours and apart from the host's buffer.
        unsafe { core::ptr::copy_nonoverlapping(reply.as_ptr(), self.bytes, reply.len()) };
        Ok(())
    }
}

pub(super) fn overlaps(a: (usize, usize), b: (usize, usize)) -> bool {
    a.0 < b.0.saturating_add(b.1) && b.0 < a.0.saturating_add(a.1)
}
