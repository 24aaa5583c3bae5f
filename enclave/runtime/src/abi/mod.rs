//! The C ABI (`enclave/include/sealbook_enclave.h`): checks everything the host hands over, then calls `Enclave`. Nothing unwinds out of
//! here.
//!
//! `argument` knows what a pointer must satisfy, `handle` what a handle is and who may enter.

mod argument;
mod handle;

use std::ffi::c_void;
use std::sync::Arc;

use argument::{Output, check_input, check_range, copy_in, overlaps};
use handle::{enter, find, guard, issue, retire};

pub use handle::SealbookEnclave;

use crate::enclave::Enclave;
use crate::error::Error;
use crate::outlet::Callback;
use crate::platform::{REPORT_BYTES, TARGET_INFO_BYTES};
use crate::shared;

const ABI_VERSION: i32 = 1;

/// C's doorbell callback.
pub type SealbookCallback = Option<extern "C" fn(context: *mut c_void, ring: i32)>;

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
        // Safety: checked above.
        unsafe { handle.write(issue(enclave)) };
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
        retire(handle);
        Ok(())
    })
}

#[cfg(test)]
#[path = "abi_test.rs"]
mod test;
