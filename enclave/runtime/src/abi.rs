//! The C ABI (`enclave/include/sealbook_enclave.h`): checks everything the host hands over, then calls `Enclave`.
//!
//! A handle is a number, not an address: a wild or stale one is looked up and refused, never followed. Nothing unwinds out of here.

use std::collections::BTreeMap;
use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, RwLock, TryLockError};

use crate::enclave::{Enclave, is_enclave_thread};
use crate::error::{Error, Result};
use crate::outlet::Callback;
use crate::platform::{REPORT_BYTES, TARGET_INFO_BYTES};
use crate::shared;
use crate::status::{Phase, Status};
use crate::wait::Doorbell;

const ABI_VERSION: i32 = 1;
/// Largest input: a snapshot or a stretch of journal.
const INPUT_BYTES_MAX: u64 = 1 << 31;
/// Handles look like aligned pointers, as C expects of an opaque pointer.
const HANDLE_STEP: usize = 4096;
/// User-space addresses end here.
const ADDRESS_MAX: usize = 1 << 47;

/// What C sees of an enclave.
#[repr(C)]
pub struct SealbookEnclave {
    _opaque: [u8; 0],
}

/// C's doorbell callback.
pub type SealbookCallback = Option<extern "C" fn(context: *mut c_void, ring: i32)>;

struct Entry {
    enclave: Mutex<Enclave>,
    is_poisoned: AtomicBool,
    doorbell: Arc<Doorbell>,
    status: Arc<Status>,
}

struct Handles {
    live: BTreeMap<usize, Arc<Entry>>,
    next: usize,
}

static HANDLES: RwLock<Handles> = RwLock::new(Handles { live: BTreeMap::new(), next: HANDLE_STEP });

fn find(handle: *mut SealbookEnclave) -> Result<Arc<Entry>> {
    let number = handle as usize;
    if number == 0 {
        return Err(Error::Null);
    }
    let handles = HANDLES.read().unwrap_or_else(std::sync::PoisonError::into_inner);
    let was_issued = number.is_multiple_of(HANDLE_STEP) && number < handles.next;
    handles.live.get(&number).cloned().ok_or(if was_issued { Error::State } else { Error::Handle })
}

fn code(result: Result<()>) -> i32 {
    result.map_or_else(Error::code, |()| 0)
}

/// Runs a call that needs no handle.
fn guard(call: impl FnOnce() -> Result<()>) -> i32 {
    code(catch_unwind(AssertUnwindSafe(call)).unwrap_or(Err(Error::Fault)))
}

/// Runs a call on a handle: one at a time, never from an enclave thread, never after a fault (unless the call works then too).
fn enter(
    handle: *mut SealbookEnclave,
    works_faulted: bool,
    call: impl FnOnce(&mut Enclave) -> Result<()>,
) -> i32 {
    guard(|| {
        if is_enclave_thread() {
            return Err(Error::Busy);
        }
        let entry = find(handle)?;
        let mut enclave = match entry.enclave.try_lock() {
            Ok(enclave) => enclave,
            Err(TryLockError::WouldBlock) => return Err(Error::Busy),
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
        };
        let is_faulted =
            entry.is_poisoned.load(Ordering::Acquire) || entry.status.phase() == Phase::Faulted;
        if is_faulted && !works_faulted {
            return Err(Error::Poisoned);
        }
        catch_unwind(AssertUnwindSafe(|| call(&mut enclave))).unwrap_or_else(|_| {
            entry.is_poisoned.store(true, Ordering::Release);
            entry.status.set_phase(Phase::Faulted);
            Err(Error::Fault)
        })
    })
}

/// May `length` bytes at `pointer` be ours to touch at all?
fn check_range(pointer: usize, length: usize, alignment: usize) -> Result<()> {
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
fn check_input(pointer: *const u8, length: u64) -> Result<(usize, usize)> {
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
unsafe fn copy_in(pointer: *const u8, length: u64) -> Result<Vec<u8>> {
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
struct Output {
    bytes: *mut u8,
    length: *mut u64,
    room: usize,
}

impl Output {
    /// # Safety
    /// A length word that passes the checks is readable and writable, and so are as many bytes as it says.
    unsafe fn new(bytes: *mut u8, length: *mut u64) -> Result<Self> {
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
    fn apart_from(&self, pointer: *const u8, length: u64) -> Result<()> {
        let input = check_input(pointer, length)?;
        let word = (self.length as usize, size_of::<u64>());
        if overlaps(self.range(), input) || overlaps(word, input) {
            Err(Error::Overlap)
        } else {
            Ok(())
        }
    }

    /// Says how much is needed, and writes if it fits.
    fn put(&self, reply: &[u8]) -> Result<()> {
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

fn overlaps(a: (usize, usize), b: (usize, usize)) -> bool {
    a.0 < b.0.saturating_add(b.1) && b.0 < a.0.saturating_add(a.1)
}

/// Version of this ABI.
#[unsafe(no_mangle)]
pub extern "C" fn sealbook_abi_version() -> i32 {
    ABI_VERSION
}

/// Measures the image, checks the configuration, hands out a handle.
///
/// # Safety
/// Pointers that pass the checks of the header are what they claim to be.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealbook_load(
    image: *const u8,
    image_length: u64,
    config: *const u8,
    config_length: u64,
    handle: *mut *mut SealbookEnclave,
) -> i32 {
    guard(|| {
        check_range(handle as usize, size_of::<usize>(), align_of::<usize>())?;
        let out = (handle as usize, size_of::<usize>());
        for (pointer, length) in [(image, image_length), (config, config_length)] {
            if overlaps(out, check_input(pointer, length)?) {
                return Err(Error::Overlap);
            }
        }
        // Safety: the caller's promise.
        let (image, config) =
            unsafe { (copy_in(image, image_length)?, copy_in(config, config_length)?) };
        let enclave = Enclave::load(&image, &config)?;
        let entry = Entry {
            doorbell: enclave.doorbell(),
            status: enclave.shared_status(),
            is_poisoned: AtomicBool::new(false),
            enclave: Mutex::new(enclave),
        };
        let mut handles = HANDLES.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        let number = handles.next;
        handles.next += HANDLE_STEP;
        handles.live.insert(number, Arc::new(entry));
        // Safety: checked above.
        unsafe { handle.write(number as *mut SealbookEnclave) };
        Ok(())
    })
}

/// MRENCLAVE and MRSIGNER, 64 bytes.
///
/// # Safety
/// As `sealbook_load`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealbook_measurement(
    handle: *mut SealbookEnclave,
    measurement: *mut u8,
) -> i32 {
    enter(handle, false, |enclave| {
        check_range(measurement as usize, 64, 1)?;
        let found = enclave.measurement();
        // Safety: checked; the caller's promise.
        unsafe {
            core::ptr::copy_nonoverlapping(found.enclave.as_ptr(), measurement, 32);
            core::ptr::copy_nonoverlapping(found.signer.as_ptr(), measurement.add(32), 32);
        }
        Ok(())
    })
}

/// Room of a boot reply; a fixed-size message, so a caller can be told before the keys are drawn.
const BOOT_REPLY_BYTES_MAX: usize =
    <sealbook_wire::BootReply as sealbook_wire::Message<'static>>::LENGTH_MAX;

/// Draws the boot keys.
///
/// # Safety
/// As `sealbook_load`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealbook_boot(
    handle: *mut SealbookEnclave,
    request: *const u8,
    request_length: u64,
    reply: *mut u8,
    reply_length: *mut u64,
) -> i32 {
    enter(handle, false, |enclave| {
        // Safety: the caller's promise.
        let output = unsafe { Output::new(reply, reply_length) }?;
        output.apart_from(request, request_length)?;
        // Safety: the caller's promise.
        let request = unsafe { copy_in(request, request_length) }?;
        // Nothing may be consumed when the reply does not fit, and boot happens once.
        if output.room < BOOT_REPLY_BYTES_MAX {
            return output.put(&[0; BOOT_REPLY_BYTES_MAX]);
        }
        output.put(&enclave.boot(&request)?)
    })
}

/// EREPORT.
///
/// # Safety
/// As `sealbook_load`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealbook_report(
    handle: *mut SealbookEnclave,
    target_info: *const u8,
    report: *mut u8,
) -> i32 {
    enter(handle, false, |enclave| {
        check_range(target_info as usize, TARGET_INFO_BYTES, 1)?;
        check_range(report as usize, REPORT_BYTES, 1)?;
        if overlaps((target_info as usize, TARGET_INFO_BYTES), (report as usize, REPORT_BYTES)) {
            return Err(Error::Overlap);
        }
        // Safety: checked; the caller's promise.
        let target = unsafe { copy_in(target_info, TARGET_INFO_BYTES as u64) }?;
        let target: &[u8; TARGET_INFO_BYTES] =
            target.as_slice().try_into().map_err(|_| Error::Length)?;
        let found = enclave.report(target)?;
        // Safety: checked; the caller's promise.
        unsafe { core::ptr::copy_nonoverlapping(found.as_ptr(), report, REPORT_BYTES) };
        Ok(())
    })
}

/// One piece of recovery.
///
/// # Safety
/// As `sealbook_load`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealbook_recover(
    handle: *mut SealbookEnclave,
    bytes: *const u8,
    length: u64,
) -> i32 {
    enter(handle, false, |enclave| {
        // Safety: the caller's promise.
        let piece = unsafe { copy_in(bytes, length) }?;
        enclave.recover(&piece)
    })
}

/// The signed epoch opening.
///
/// # Safety
/// As `sealbook_load`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealbook_open_epoch(
    handle: *mut SealbookEnclave,
    reply: *mut u8,
    reply_length: *mut u64,
) -> i32 {
    enter(handle, false, |enclave| {
        // Safety: the caller's promise.
        let output = unsafe { Output::new(reply, reply_length) }?;
        output.put(&enclave.open_epoch()?)
    })
}

/// Zeroed pages for a ring.
///
/// # Safety
/// As `sealbook_load`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealbook_shared_allocate(length: u64, memory: *mut *mut u8) -> i32 {
    guard(|| {
        check_range(memory as usize, size_of::<usize>(), align_of::<usize>())?;
        let pages = shared::allocate(usize::try_from(length).map_err(|_| Error::Length)?)?;
        // Safety: checked; the caller's promise.
        unsafe { memory.write(pages) };
        Ok(())
    })
}

/// Gives pages back.
///
/// # Safety
/// `memory` came from `sealbook_shared_allocate(length)`, and no ring uses it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealbook_shared_free(memory: *mut u8, length: u64) -> i32 {
    guard(|| {
        let length = usize::try_from(length).map_err(|_| Error::Length)?;
        check_range(memory as usize, length, shared::PAGE_BYTES)?;
        // Safety: the caller's promise.
        unsafe { shared::free(memory, length) }
    })
}

/// Takes a ring.
///
/// # Safety
/// The memory stays mapped until `sealbook_destroy` has returned.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealbook_ring_attach(
    handle: *mut SealbookEnclave,
    ring: i32,
    memory: *mut u8,
    length: u64,
) -> i32 {
    enter(handle, false, |enclave| {
        let ring = usize::try_from(ring).map_err(|_| Error::Length)?;
        let length = usize::try_from(length).map_err(|_| Error::Length)?;
        check_range(memory as usize, length, shared::PAGE_BYTES)?;
        // Safety: the caller's promise.
        unsafe { enclave.attach(ring, memory, length) }
    })
}

/// Starts the threads.
///
/// # Safety
/// `callback` may be called with `context` from any thread until `sealbook_stop` or `sealbook_destroy` has returned.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealbook_start(
    handle: *mut SealbookEnclave,
    callback: SealbookCallback,
    context: *mut c_void,
) -> i32 {
    enter(handle, false, |enclave| {
        let callback = callback.ok_or(Error::Null)?;
        let context = context as usize;
        let ring_bell: Callback = Arc::new(move |ring| callback(context as *mut c_void, ring));
        enclave.start(ring_bell)
    })
}

/// Wakes the matching thread. Any thread, any time.
#[unsafe(no_mangle)]
pub extern "C" fn sealbook_doorbell(handle: *mut SealbookEnclave) -> i32 {
    guard(|| {
        find(handle)?.doorbell.ring();
        Ok(())
    })
}

/// `enclave-status`.
///
/// # Safety
/// As `sealbook_load`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sealbook_status(
    handle: *mut SealbookEnclave,
    reply: *mut u8,
    reply_length: *mut u64,
) -> i32 {
    enter(handle, true, |enclave| {
        // Safety: the caller's promise.
        let output = unsafe { Output::new(reply, reply_length) }?;
        output.put(&enclave.status()?)
    })
}

/// Drains and stops.
#[unsafe(no_mangle)]
pub extern "C" fn sealbook_stop(handle: *mut SealbookEnclave) -> i32 {
    enter(handle, true, Enclave::stop)
}

/// Stops if need be, and frees. The handle is dead afterwards.
#[unsafe(no_mangle)]
pub extern "C" fn sealbook_destroy(handle: *mut SealbookEnclave) -> i32 {
    let stopped = enter(handle, true, |enclave| match enclave.stop() {
        Err(Error::State) => Ok(()),
        stopped => stopped,
    });
    if stopped != 0 {
        return stopped;
    }
    guard(|| {
        let mut handles = HANDLES.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        drop(handles.live.remove(&(handle as usize)));
        Ok(())
    })
}

#[cfg(test)]
#[path = "abi_test.rs"]
mod test;
