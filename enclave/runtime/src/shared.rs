//! Page-aligned untrusted memory: what `sealbook_shared_allocate` hands to the host for its rings.

use std::alloc::{Layout, alloc_zeroed, dealloc};

use crate::error::{Error, Result};

/// Alignment and granularity of shared memory, bytes.
pub const PAGE_BYTES: usize = 4096;
/// Largest single allocation, bytes: a ring of the largest capacity and its header page.
pub const SHARED_BYTES_MAX: usize = (1 << 28) + PAGE_BYTES;

fn layout(length: usize) -> Result<Layout> {
    if length == 0 || length > SHARED_BYTES_MAX || !length.is_multiple_of(PAGE_BYTES) {
        return Err(Error::Length);
    }
    Layout::from_size_align(length, PAGE_BYTES).map_err(|_| Error::Length)
}

/// Zeroed pages.
///
/// # Errors
/// `Length` unless `length` is a positive multiple of the page size within the maximum, `Memory` if there is none.
pub fn allocate(length: usize) -> Result<*mut u8> {
    // Safety: the layout has a non-zero size.
    let memory = unsafe { alloc_zeroed(layout(length)?) };
    if memory.is_null() { Err(Error::Memory) } else { Ok(memory) }
}

/// Gives pages back.
///
/// # Safety
/// `memory` came from `allocate(length)`, and nothing uses it any more.
///
/// # Errors
/// `Length` as above.
pub unsafe fn free(memory: *mut u8, length: usize) -> Result<()> {
    // Safety: the caller's promise.
    unsafe { dealloc(memory, layout(length)?) };
    Ok(())
}
